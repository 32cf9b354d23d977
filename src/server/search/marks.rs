//! Where the terms of a query stand in a text: by the same words as in the index, so what was found is what is marked.

use super::{query::Term, words};

/// Longer texts are shown from a little before the first mark; in characters.
const MAX_SHOWN: usize = 220;
const BEFORE: usize = 60;

/// Terms that were found in one of several texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Which text.
    pub text: usize,
    /// Where, word by word: in characters, in no order.
    pub words: Vec<(usize, usize)>,
    /// How many of the terms.
    pub terms: u32,
}

/// Several texts that follow each other, such as the sentences of a talk: a phrase may begin in one and end in the next. It
/// counts where it begins, and is marked as far as it goes.
pub fn mark(texts: &[&str], terms: &[Term]) -> Vec<Mark> {
    let words = Words::of(texts);
    let mut found: Vec<(Vec<(usize, usize)>, u32)> = vec![(Vec::new(), 0); texts.len()];
    for (n, term) in terms.iter().enumerate() {
        for first in 0..words.at.len() {
            let Some(end) = words.fits(first, term) else { continue };
            found[words.at[first].text].1 |= 1 << n;
            for word in &words.at[first..end] {
                found[word.text].0.push((word.from, word.to));
            }
        }
    }
    let texts = found.into_iter().enumerate().filter(|(_, (_, terms))| *terms != 0);
    texts.map(|(text, (words, terms))| Mark { text, words, terms: terms.count_ones() }).collect()
}

/// The words of the texts, one after the other.
struct Words {
    folded: String,
    at: Vec<Word>,
}

struct Word {
    /// The text it stands in, and the characters there.
    text: usize,
    from: usize,
    to: usize,
    /// Its end in `folded`.
    end: usize,
}

impl Words {
    fn of(texts: &[&str]) -> Self {
        let mut words = Self { folded: String::new(), at: Vec::new() };
        for (text, source) in texts.iter().enumerate() {
            words::each(source, |word, from, to| {
                words.folded.push_str(word);
                words.at.push(Word { text, from, to, end: words.folded.len() });
            });
        }
        words
    }

    fn word(&self, at: usize) -> &str {
        let from = if at == 0 { 0 } else { self.at[at - 1].end };
        &self.folded[from..self.at[at].end]
    }

    /// The end of the term when it begins with this word.
    fn fits(&self, first: usize, term: &Term) -> Option<usize> {
        let end = first + term.words.len();
        if end > self.at.len() {
            return None;
        }
        let last = term.words.len() - 1;
        let same = |(n, wanted): (usize, &String)| {
            let word = self.word(first + n);
            if n == last && term.prefix { word.starts_with(wanted.as_str()) } else { word == wanted }
        };
        term.words.iter().enumerate().all(same).then_some(end)
    }
}

/// What is shown of a text, and the ranges that are marked in it: in characters, in order and apart. Of a long text that is
/// the part around the first mark, on one line.
pub fn shown(text: &str, words: &[(usize, usize)]) -> (String, Vec<(u32, u32)>) {
    let chars: Vec<char> = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let ranges = joined(text, words);
    let first = ranges.first().map_or(0, |(from, _)| *from);
    let mut start = 0;
    if chars.len() > MAX_SHOWN {
        start = first.saturating_sub(BEFORE).min(chars.len() - MAX_SHOWN);
        // From the beginning of a word.
        while start > 0 && start < first && !chars[start - 1].is_whitespace() {
            start += 1;
        }
    }
    let end = (start + MAX_SHOWN).min(chars.len());
    let lead = usize::from(start > 0);
    let mut shown: String = if start > 0 { "…".into() } else { String::new() };
    shown.extend(&chars[start..end]);
    if end < chars.len() {
        shown.push('…');
    }
    let place = |at: usize| (at - start + lead) as u32;
    let within = ranges.iter().filter(|(from, _)| *from >= start && *from < end);
    (shown, within.map(|(from, to)| (place(*from), place((*to).min(end)))).collect())
}

/// Words with nothing but a gap without letters between them are one range: a phrase is marked as a whole.
fn joined(text: &str, words: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut words = words.to_vec();
    words.sort_unstable();
    let chars: Vec<char> = text.chars().collect();
    let gap = |from: usize, to: usize| chars[from..to].iter().all(|c| !c.is_alphanumeric() && *c != '\n');
    let mut joined = Vec::<(usize, usize)>::new();
    for (from, to) in words {
        match joined.last_mut() {
            Some(last) if from <= last.1 || gap(last.1, from) => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::{super::query::parse, *};

    /// A text as it is shown, with what is marked in brackets.
    fn bracketed(text: &str, mark: &Mark) -> String {
        let (text, ranges) = shown(text, &mark.words);
        let chars: Vec<char> = text.chars().collect();
        let mut out = String::new();
        let mut at = 0;
        for (from, to) in ranges {
            out.extend(&chars[at..from as usize]);
            out.push('[');
            out.extend(&chars[from as usize..to as usize]);
            out.push(']');
            at = to as usize;
        }
        out.extend(&chars[at..]);
        out
    }

    fn all(texts: &[&str], query: &str) -> Vec<(usize, String)> {
        mark(texts, &parse(query)).iter().map(|mark| (mark.text, bracketed(texts[mark.text], mark))).collect()
    }

    #[test]
    fn words_are_marked_as_they_are_written() {
        assert_eq!(all(&["The Résumé, and the resumes."], "resume"), [(0, "The [Résumé], and the [resumes].".to_owned())]);
        assert_eq!(all(&["Don’t re-do it"], "dont \"re do\""), [(0, "[Don’t re-do] it".to_owned())]);
        assert_eq!(all(&["nothing here"], "budget"), []);
    }

    #[test]
    fn a_phrase_is_marked_as_a_whole_and_only_where_it_is_one() {
        assert_eq!(all(&["It went better. Better went it."], "\"went better\""), [(0, "It [went better]. Better went it.".to_owned())]);
    }

    #[test]
    fn a_phrase_may_go_on_in_the_next_sentence_and_counts_where_it_begins() {
        let texts = ["The third quarter went", "better than we thought.", "Better"];
        assert_eq!(all(&texts, "\"went better\""), [(0, "The third quarter [went]".to_owned())]);
    }

    #[test]
    fn a_text_knows_how_many_of_the_terms_it_has() {
        let marked = mark(&["plan for the budget", "the plan"], &parse("budget plan"));
        assert_eq!(marked.iter().map(|mark| mark.terms).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn pictures_and_han_are_found_a_character_at_a_time() {
        assert_eq!(all(&["来週の会議🎉です"], "会議"), [(0, "来週の[会議]🎉です".to_owned())]);
        assert_eq!(all(&["来週の会議🎉です"], "🎉"), [(0, "来週の会議[🎉]です".to_owned())]);
    }

    #[test]
    fn of_a_long_text_the_part_around_the_mark_is_shown() {
        let text = ["before ".repeat(100), "budget\n".into(), "after ".repeat(100)].concat();
        let part = all(&[&text], "budget").remove(0).1;
        assert!(part.chars().count() <= MAX_SHOWN + 4);
        assert!(part.starts_with("…before") && part.ends_with('…') && part.contains("[budget] after"), "{part}");
    }

    #[test]
    fn markup_in_a_text_is_text() {
        assert_eq!(all(&["<b>plan</b>"], "plan"), [(0, "<b>[plan]</b>".to_owned())]);
    }
}
