//! Times of words: kept where a text changes, spread where they are not known.

use crate::model::{Sentence, Word};

/// `texts` one after the other from `from` to `to`, each as long as its share of the letters.
pub fn spread(texts: &[&str], from: i64, to: i64) -> Vec<Word> {
    let length = |text: &str| text.chars().count().max(1) as i64;
    let all: i64 = texts.iter().map(|text| length(text)).sum();
    let whole = (to - from).max(0);
    let mut before = 0;
    texts
        .iter()
        .map(|text| {
            let start_ms = from + whole * before / all.max(1);
            before += length(text);
            Word { start_ms, end_ms: from + whole * before / all.max(1), text: (*text).to_owned() }
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

/// The words of `text`, timed by what a transcriber told apart from it: often without punctuation and in another case. Where
/// too few of them are in the text, none are believed.
pub fn aligned(told: &[Word], text: &str) -> Vec<Word> {
    let texts: Vec<&str> = text.split_whitespace().collect();
    let mut found: Vec<Option<(i64, i64)>> = vec![None; texts.len()];
    let mut next = 0;
    for (place, text) in texts.iter().enumerate() {
        // A few may be missing or written in another way ("twenty" and "20").
        let ahead = told.iter().enumerate().skip(next).take(LOOK_AHEAD).find(|(_, word)| bare(&word.text) == bare(text));
        if let Some((index, word)) = ahead {
            found[place] = Some((word.start_ms, word.end_ms));
            next = index + 1;
        }
    }
    let (Some(first), Some(last)) = (told.first(), told.last()) else { return Vec::new() };
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

/// Letters and digits alone, in small letters.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A sentence whose times are in order and whose words are its text; words that are not are dropped.
pub fn tidy(mut sentence: Sentence) -> Sentence {
    sentence.start_ms = sentence.start_ms.max(0);
    sentence.end_ms = sentence.end_ms.max(sentence.start_ms);
    let said = sentence.words.iter().map(|word| word.text.as_str());
    if !said.eq(sentence.text.split_whitespace()) {
        sentence.words.clear();
    }
    let mut at = 0;
    for word in &mut sentence.words {
        word.start_ms = word.start_ms.max(at);
        word.end_ms = word.end_ms.max(word.start_ms);
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
    fn words_that_do_not_make_the_text_are_dropped() {
        let sentence = Sentence { start_ms: -5, end_ms: -9, text: "a b".into(), words: words(&[(0, 1, "a")]), speaker: None };
        let tidied = tidy(sentence);
        assert_eq!((tidied.start_ms, tidied.end_ms, tidied.words), (0, 0, Vec::new()));
    }
}
