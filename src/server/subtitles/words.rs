//! Times of words: kept where a text changes, spread where they are not known.

use super::time::LATEST_MS;
use crate::model::{Sentence, Word};

/// The one form in which texts are kept: a line with single blanks and without control characters.
pub fn one_line(text: &str) -> String {
    let plain: String = text.chars().filter(|c| c.is_whitespace() || !c.is_control()).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A letter or mark of a script that puts no blanks between words: Chinese and Japanese, Thai, Lao, Burmese, Khmer.
pub fn is_unspaced(c: char) -> bool {
    is_ideographic(c) || matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}')
}

/// Chinese and Japanese, which put none between sentences either.
pub fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FF9F}' | '\u{20000}'..='\u{3FFFF}')
}

/// `texts` one after the other from `from` to `to`, each as long as its share of the letters.
pub fn spread(texts: &[&str], from: i64, to: i64) -> Vec<Word> {
    let length = |text: &str| text.chars().count().max(1) as i64;
    let all: i64 = texts.iter().map(|text| length(text)).sum();
    let whole = to.saturating_sub(from).max(0);
    // A file may claim any times, and have any number of letters.
    let at = |letters: i64| from + (i128::from(whole) * i128::from(letters) / i128::from(all.max(1))) as i64;
    let mut before = 0;
    texts
        .iter()
        .map(|text| {
            let start_ms = at(before);
            before += length(text);
            Word { start_ms, end_ms: at(before), text: (*text).to_owned() }
        })
        .collect()
}

/// The words of `text`, timed by `known`: words that stay the same at the beginning and at the end keep their times, and
/// those in between share the time in between. None are made up where none are known.
pub fn fitted(known: &[Word], text: &str, start_ms: i64, end_ms: i64) -> Vec<Word> {
    if known.is_empty() {
        return Vec::new();
    }
    let texts: Vec<&str> = text.split_whitespace().collect();
    let most = known.len().min(texts.len());
    let head = known.iter().zip(&texts).take_while(|(word, text)| word.text == **text).count();
    let tail = known.iter().rev().zip(texts.iter().rev()).take(most - head).take_while(|(word, text)| word.text == **text).count();
    let (old, new) = (&known[head..known.len() - tail], &texts[head..texts.len() - tail]);
    let from = old.first().map(|word| word.start_ms).or_else(|| known[..head].last().map(|word| word.end_ms)).unwrap_or(start_ms);
    let to = old.last().map(|word| word.end_ms).or_else(|| known[known.len() - tail..].first().map(|word| word.start_ms)).unwrap_or(end_ms);
    let mut words = known[..head].to_vec();
    match new.len() == old.len() {
        // As many as before: a spelling was mended.
        true => words.extend(old.iter().zip(new).map(|(word, text)| Word { text: (*text).to_owned(), ..word.clone() })),
        false => words.extend(spread(new, from, to)),
    }
    words.extend_from_slice(&known[known.len() - tail..]);
    words
}

/// The words of `text`, timed by what a transcriber told apart from it: often without punctuation and in another case, in pieces
/// of words, or in signs where the text has no blanks. Where too few of them are in the text, none are believed.
pub fn aligned(told: &[Word], text: &str) -> Vec<Word> {
    let (Some(first), Some(last)) = (told.first(), told.last()) else { return Vec::new() };
    let texts: Vec<&str> = text.split_whitespace().collect();
    let bares: Vec<String> = told.iter().map(|word| bare(&word.text)).collect();
    let mut found: Vec<Option<(i64, i64)>> = vec![None; texts.len()];
    let mut next = 0;
    for (place, text) in texts.iter().enumerate() {
        let wanted = bare(text);
        // A few may be missing or written in another way ("twenty" and "20").
        let mut ahead = (next..told.len()).take(LOOK_AHEAD);
        if let Some((from, upto)) = ahead.find_map(|from| Some((from, from + parts(&bares[from..], &wanted)?))) {
            found[place] = Some((told[from].start_ms, told[upto - 1].end_ms));
            next = upto;
        }
    }
    if found.iter().flatten().count() * 2 < texts.len() {
        return Vec::new();
    }
    let mut words: Vec<Word> = Vec::with_capacity(texts.len());
    while words.len() < texts.len() {
        let at = words.len();
        match found[at] {
            Some((start_ms, end_ms)) => words.push(Word { start_ms, end_ms, text: texts[at].to_owned() }),
            None => {
                let until = found[at..].iter().position(Option::is_some).map_or(texts.len(), |more| at + more);
                let from = words.last().map_or(first.start_ms, |word| word.end_ms);
                let to = found.get(until).copied().flatten().map_or(last.end_ms, |(start, _)| start);
                words.extend(spread(&texts[at..until], from, to));
            }
        }
    }
    words
}

/// How many told words may be passed over to find the next of the text.
const LOOK_AHEAD: usize = 4;

/// How many of the told words, from the first on, make this word of the text.
fn parts(told: &[String], wanted: &str) -> Option<usize> {
    // Signs without a letter are alike, but part of nothing.
    if told.first().is_none_or(|first| first == wanted || first.is_empty()) {
        return told.first().filter(|first| *first == wanted).map(|_| 1);
    }
    let mut rest = wanted;
    for (index, part) in told.iter().take(wanted.len() + LOOK_AHEAD).enumerate() {
        rest = rest.strip_prefix(part.as_str())?;
        if rest.is_empty() {
            return Some(index + 1);
        }
    }
    None
}

/// Letters and digits alone, in small letters.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A sentence whose times are in order and can be written, and whose words are its text; words that are not are dropped.
pub fn tidy(mut sentence: Sentence) -> Sentence {
    sentence.start_ms = sentence.start_ms.clamp(0, LATEST_MS);
    sentence.end_ms = sentence.end_ms.clamp(sentence.start_ms, LATEST_MS);
    let said = sentence.words.iter().map(|word| word.text.as_str());
    if !said.eq(sentence.text.split_whitespace()) {
        sentence.words.clear();
    }
    let mut at = 0;
    for word in &mut sentence.words {
        word.start_ms = word.start_ms.clamp(at, LATEST_MS);
        word.end_ms = word.end_ms.clamp(word.start_ms, LATEST_MS);
        at = word.start_ms;
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[(i64, i64, &str)]) -> Vec<Word> {
        list.iter().map(|(start_ms, end_ms, text)| Word { start_ms: *start_ms, end_ms: *end_ms, text: (*text).into() }).collect()
    }

    #[test]
    fn words_that_are_not_touched_keep_their_times() {
        let known = words(&[(0, 10, "We"), (10, 30, "shal"), (30, 60, "sea"), (60, 90, "tomorrow.")]);
        assert_eq!(
            fitted(&known, "We shall see tomorrow.", 0, 90),
            words(&[(0, 10, "We"), (10, 30, "shall"), (30, 60, "see"), (60, 90, "tomorrow.")])
        );
        assert_eq!(fitted(&known, "We will tomorrow.", 0, 90), words(&[(0, 10, "We"), (10, 60, "will"), (60, 90, "tomorrow.")]));
        assert_eq!(fitted(&known, "We shal sea it tomorrow.", 0, 90)[3], words(&[(60, 60, "it")])[0]);
        assert_eq!(fitted(&known, "tomorrow.", 0, 90), words(&[(60, 90, "tomorrow.")]));
    }

    #[test]
    fn no_times_are_made_up_where_there_were_none() {
        assert_eq!(fitted(&[], "We shall see", 0, 90), []);
    }

    #[test]
    fn a_word_said_twice_is_matched_once() {
        let known = words(&[(0, 10, "no"), (10, 20, "no")]);
        assert_eq!(fitted(&known, "no", 0, 20), words(&[(0, 10, "no")]));
        assert_eq!(fitted(&known, "no no no", 0, 20).len(), 3);
    }

    #[test]
    fn times_told_apart_from_the_text_find_their_words() {
        let told = words(&[(0, 10, "hello"), (10, 20, "twenty"), (20, 30, "people")]);
        assert_eq!(aligned(&told, "Hello, 20 people!"), words(&[(0, 10, "Hello,"), (10, 20, "20"), (20, 30, "people!")]));
        assert_eq!(aligned(&told, "Something else altogether"), []);
    }

    #[test]
    fn pieces_of_words_and_signs_without_blanks_make_words_of_the_text() {
        let told = words(&[(0, 10, "Fellow"), (10, 20, "Americ"), (20, 25, "ans"), (25, 26, "!"), (30, 40, "well"), (40, 50, "known")]);
        assert_eq!(
            aligned(&told, "Fellow Americans! Well-known"),
            words(&[(0, 10, "Fellow"), (10, 25, "Americans!"), (30, 50, "Well-known")])
        );
        let told = words(&[(0, 10, "今"), (10, 20, "天"), (20, 40, "讨论")]);
        assert_eq!(aligned(&told, "今天，讨论。"), words(&[(0, 40, "今天，讨论。")]));
    }

    #[test]
    fn no_time_and_no_length_is_too_much_to_reckon_with() {
        let far = Sentence {
            start_ms: i64::MIN,
            end_ms: i64::MAX,
            text: "a b".into(),
            words: words(&[(i64::MAX, 5, "a"), (7, i64::MAX, "b")]),
            speaker: None,
        };
        let tidied = tidy(far);
        assert_eq!((tidied.start_ms, tidied.end_ms), (0, LATEST_MS));
        assert!(tidied.words.iter().all(|word| (word.start_ms, word.end_ms) == (LATEST_MS, LATEST_MS)));
        let halves = spread(&["x".repeat(5_000_000).as_str(), "y".repeat(5_000_000).as_str()], 0, LATEST_MS);
        assert_eq!((halves[0].end_ms, halves[1].end_ms), (LATEST_MS / 2, LATEST_MS));
    }

    #[test]
    fn words_that_do_not_make_the_text_are_dropped() {
        let sentence = Sentence { start_ms: -5, end_ms: -9, text: "a b".into(), words: words(&[(0, 1, "a")]), speaker: None };
        let tidied = tidy(sentence);
        assert_eq!((tidied.start_ms, tidied.end_ms, tidied.words), (0, 0, Vec::new()));
    }
}
