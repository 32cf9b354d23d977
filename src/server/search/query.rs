//! What somebody asks for, read the way people write it: words, of which the last may be unfinished, and "phrases in
//! quotes". Nothing they write is an operator to a database: only folded words leave here.

use super::words;

/// More terms make no search more exact, and each costs a look into the index.
const MAX_TERMS: usize = 12;
const MAX_WORDS: usize = 24;
/// Nobody types more; a whole page that was pasted is cut.
pub const MAX_QUERY_CHARS: usize = 500;

/// Words that must stand one after the other; most often it is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub words: Vec<String>,
    /// Whether the last word may go on.
    pub prefix: bool,
}

/// The terms of a query, all of which are required. Empty when there is no word in it.
///
/// What stands together (`re-do`, `会議`) is one term, as if in quotes. The last one is taken for unfinished, unless it is in
/// quotes that were closed.
pub fn parse(query: &str) -> Vec<Term> {
    let mut terms = Vec::<Term>::new();
    let mut quoted = false;
    let mut piece = String::new();
    let query = query.chars().take(MAX_QUERY_CHARS);
    let mut last_is_closed = false;
    for c in query {
        let quote = matches!(c, '"' | '“' | '”' | '„' | '‟' | '«' | '»');
        if quote || (c.is_whitespace() && !quoted) {
            let took = take(&mut terms, &piece);
            if took {
                last_is_closed = quote && quoted;
            }
            piece.clear();
            quoted ^= quote;
        } else {
            piece.push(c);
        }
    }
    if take(&mut terms, &piece) {
        last_is_closed = false;
    }
    if let Some(last) = terms.last_mut().filter(|_| !last_is_closed) {
        last.prefix = true;
    }
    // Twice the same is once.
    let mut unique = Vec::<Term>::new();
    for term in terms {
        if !unique.contains(&term) {
            unique.push(term);
        }
    }
    unique
}

/// Makes a term of a piece, if there are words in it and there is room.
fn take(terms: &mut Vec<Term>, piece: &str) -> bool {
    let mut found = Vec::new();
    words::each(piece, |word, _, _| found.push(word.to_owned()));
    let had: usize = terms.iter().map(|term| term.words.len()).sum();
    found.truncate(MAX_WORDS.saturating_sub(had));
    if found.is_empty() || terms.len() >= MAX_TERMS {
        return false;
    }
    terms.push(Term { words: found, prefix: false });
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Terms as `a b*`.
    fn terms(query: &str) -> Vec<String> {
        parse(query).iter().map(|term| [&*term.words.join(" "), if term.prefix { "*" } else { "" }].concat()).collect()
    }

    #[test]
    fn all_words_are_required_and_the_last_may_be_unfinished() {
        assert_eq!(terms("  Budget  for Q3 pla"), ["budget", "for", "q3", "pla*"]);
        assert_eq!(terms("plan "), ["plan*"]);
    }

    #[test]
    fn quotes_make_a_phrase_and_an_open_one_is_still_being_written() {
        assert_eq!(terms("\"went better\" than"), ["went better", "than*"]);
        assert_eq!(terms("than \"went better\""), ["than", "went better"]);
        assert_eq!(terms("„ging besser“ “als we"), ["ging besser", "als we*"]);
        assert_eq!(terms("\"went bet"), ["went bet*"]);
        assert_eq!(terms("a\"b c\"d"), ["a", "b c", "d*"]);
    }

    #[test]
    fn what_stands_together_is_looked_for_together() {
        assert_eq!(terms("re-do ana@example.com"), ["re do", "ana example com*"]);
        assert_eq!(terms("会議"), ["会 議*"]);
        assert_eq!(terms("🎉 party"), ["🎉", "party*"]);
    }

    #[test]
    fn no_sign_of_any_query_language_gets_through() {
        for hostile in
            ["a OR b", "NEAR(a b)", "a* -b", "who:x", "a & !b | (c", "'; DROP TABLE videos; --", "100%_\\", "\u{0}a\u{0}", "{a}^2", "a:*"]
        {
            for term in parse(hostile) {
                assert!(term.words.iter().all(|word| word.chars().all(char::is_alphanumeric)), "{hostile}: {term:?}");
            }
        }
        assert_eq!(terms("a OR b"), ["a", "or", "b*"]);
    }

    #[test]
    fn without_a_word_there_is_nothing_to_look_for() {
        for nothing in ["", "  ", "\"\"", "*", "\" \" -- %", "\u{301}"] {
            assert!(parse(nothing).is_empty(), "{nothing}");
        }
    }

    #[test]
    fn a_thousand_words_are_cut_to_what_is_sensible() {
        let many: Vec<String> = (0..1_000).map(|n| format!("w{n}")).collect();
        assert_eq!(parse(&many.join(" ")).len(), MAX_TERMS);
        let phrase = ["\"", &many.join(" "), "\""].concat();
        assert_eq!(parse(&phrase)[0].words.len(), MAX_WORDS);
        assert_eq!(terms("plan Plan plán plan"), ["plan", "plan*"]);
    }
}
