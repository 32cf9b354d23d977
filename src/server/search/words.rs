//! What a word is, for everything that is searched: one rule for both databases, for what is asked and for what is marked
//! in the answer. The databases get words that are folded already and only have to find them.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Longer ones are cut: no language has them, but a file may, and an index refuses them.
const MAX_WORD_CHARS: usize = 64;

/// Calls `hear` with every word of `text`, folded, and the characters it stands at (from, to).
///
/// Letters lose case and accents (`Résumé` and `resume` are the same), an apostrophe does not part a word (`don't`), and
/// what is written without spaces – Chinese, Japanese, pictures like 🎉 – is a word a character.
pub fn each(text: &str, mut hear: impl FnMut(&str, usize, usize)) {
    let mut word = String::new();
    let (mut start, mut end, mut length) = (0, 0, 0);
    for (at, c) in text.chars().enumerate() {
        let within = !word.is_empty();
        if within && is_accent(c) {
            end = at + 1;
            continue;
        }
        if within && is_apostrophe(c) {
            continue;
        }
        let alone = stands_alone(c);
        if within && alone {
            hear(&word, start, end);
            word.clear();
        }
        let before = word.len();
        // What is cut off still belongs to the word.
        let cut = before > 0 && length >= MAX_WORD_CHARS;
        if !cut {
            fold(c, &mut word);
        }
        let belongs = word.len() > before || (cut && (c.is_alphanumeric() || is_combining_mark(c)));
        if belongs {
            (start, length) = if before == 0 { (at, 1) } else { (start, length + 1) };
            end = at + 1;
        }
        if !word.is_empty() && (alone || !belongs) {
            hear(&word, start, end);
            word.clear();
        }
    }
    if !word.is_empty() {
        hear(&word, start, end);
    }
}

/// All words of `texts`, each with a space on either side: a phrase is a substring then.
pub fn line<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::from(" ");
    for text in texts {
        each(text, |word, _, _| {
            line.push_str(word);
            line.push(' ');
        });
    }
    line
}

/// By what titles are sorted: their words, so that neither case nor accents nor a quotation mark at the front decide.
pub fn sort_key(title: &str) -> String {
    line([title]).trim().to_owned()
}

fn fold(c: char, into: &mut String) {
    if c.is_ascii() {
        if c.is_ascii_alphanumeric() {
            into.push(c.to_ascii_lowercase());
        }
        return;
    }
    if is_picture(c) {
        into.push(c);
        return;
    }
    for part in std::iter::once(c).nfkd().flat_map(char::to_lowercase) {
        match part {
            'ß' => into.push_str("ss"),
            'æ' => into.push_str("ae"),
            'œ' => into.push_str("oe"),
            'þ' => into.push_str("th"),
            'ø' => into.push('o'),
            'ł' => into.push('l'),
            'đ' | 'ð' => into.push('d'),
            'ı' => into.push('i'),
            _ if is_accent(part) => {}
            // The other marks are vowels and the like, without which a word is another.
            _ if part.is_alphanumeric() || (is_combining_mark(part) && !into.is_empty()) => into.push(part),
            _ => {}
        }
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ')
}

/// Marks over and under Latin, Greek, Cyrillic, Hebrew and Arabic letters, which people leave out when they search.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe2f}'
        | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

fn is_picture(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}')
}

fn stands_alone(c: char) -> bool {
    // Kana, Han and its extensions.
    is_picture(c)
        || matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        each(text, |word, _, _| found.push(word.to_owned()));
        found
    }

    #[test]
    fn case_and_accents_do_not_part_words_that_are_the_same() {
        assert_eq!(words("Résumé, RESUME — re\u{301}sume\u{301}"), ["resume", "resume", "resume"]);
        assert_eq!(words("Straße Ærø Łódź İstanbul"), ["strasse", "aero", "lodz", "istanbul"]);
        assert_eq!(words("Привет ПРИВЕТ Ёлка"), ["привет", "привет", "елка"]);
    }

    #[test]
    fn a_word_ends_where_its_letters_end() {
        assert_eq!(words("don't re-do: v1.2 (a_b)"), ["dont", "re", "do", "v1", "2", "a", "b"]);
        assert_eq!(words(" ' '' \u{301} \t"), Vec::<String>::new());
    }

    #[test]
    fn what_is_written_without_spaces_is_a_word_a_character() {
        assert_eq!(words("会議の予算 ok🎉ok"), ["会", "議", "の", "予", "算", "ok", "🎉", "ok"]);
    }

    #[test]
    fn scripts_with_vowel_signs_keep_their_words_whole() {
        assert_eq!(words("नमस्ते दुनिया").len(), 2);
    }

    #[test]
    fn a_word_knows_its_characters() {
        let mut found = Vec::new();
        each("É! Ça-va", |word, from, to| found.push((word.to_owned(), from, to)));
        assert_eq!(found, [("e".into(), 0, 1), ("ca".into(), 3, 5), ("va".into(), 6, 8)]);
        let mut found = Vec::new();
        each("e\u{301}te\u{301}.", |word, from, to| found.push((word.to_owned(), from, to)));
        assert_eq!(found, [("ete".into(), 0, 5)]);
    }

    #[test]
    fn an_endless_word_is_cut_and_still_one_word() {
        let found = words(&["x".repeat(5_000), " y".into()].concat());
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].len(), MAX_WORD_CHARS);
    }

    #[test]
    fn a_line_has_a_space_around_every_word() {
        assert_eq!(line(["So, the", "Plan."]), " so the plan ");
        assert_eq!(line(["…"]), " ");
        assert_eq!(sort_key("“Älteste” Zahlen"), "alteste zahlen");
    }
}
