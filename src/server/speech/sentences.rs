//! Transcribers write down segments as their window ends, in the middle of a sentence as often as not. Where the times of words
//! are known, sentences are made of them: they end where their punctuation says so, where somebody else speaks, or at a pause.

use crate::{
    model::{Sentence, Word},
    server::subtitles::words::is_unspaced,
};

/// A silence that ends a sentence even without a full stop, in milliseconds.
const PAUSE_MS: i64 = 1_500;
/// A sentence of more words is ended at its next comma, and at twice as many anywhere: nobody finds a moment in a page of text.
const LONG: usize = 40;

/// The same words in sentences. What has no times of words stays as it is.
pub fn sentences(segments: Vec<Sentence>) -> Vec<Sentence> {
    let mut made: Vec<Sentence> = Vec::new();
    // The last one made is waiting for its end.
    let mut open = false;
    for (at, segment) in segments.iter().enumerate() {
        let words = &segment.words;
        if words.is_empty() {
            made.push(segment.clone());
            open = false;
            continue;
        }
        let later = segments.get(at + 1).filter(|next| next.speaker == segment.speaker).and_then(|next| next.words.first());
        for (index, word) in words.iter().enumerate() {
            let goes_on = made.last_mut().filter(|last| open && last.speaker == segment.speaker && word.start_ms - last.end_ms < PAUSE_MS);
            let count = match goes_on {
                Some(sentence) => {
                    sentence.text.extend([" ", &word.text]);
                    sentence.end_ms = word.end_ms.max(sentence.end_ms);
                    sentence.words.push(word.clone());
                    sentence.words.len()
                }
                None => {
                    let Word { start_ms, end_ms, text } = word.clone();
                    made.push(Sentence { start_ms, end_ms, speaker: segment.speaker.clone(), text, words: vec![word.clone()] });
                    1
                }
            };
            let (next, later) = (words.get(index + 1).map(|next| &*next.text), later.map(|later| &*later.text));
            open = !is_end(&word.text, next, next.or(later), count);
        }
        // Without blanks a segment is one word of the text, and a sentence of forty of them a page.
        open &= words.last().is_none_or(|word| !word.text.ends_with(is_unspaced));
    }
    made
}

/// Does a sentence of so many words end with this one? `next` follows in the same segment, `later` there or in the one behind it.
fn is_end(word: &str, next: Option<&str>, later: Option<&str>, count: usize) -> bool {
    let bare = word.trim_end_matches(['"', '”', '’', '\'', ')', ']', '»', '“']);
    if bare.ends_with(['!', '?', '…', '。', '！', '？', '؟', '۔', '।']) {
        return true;
    }
    if let Some(stem) = bare.strip_suffix('.') {
        let small = next.is_some_and(|next| next.starts_with(char::is_lowercase));
        return !(small || later.is_some_and(|later| is_short(stem, later)));
    }
    count >= 2 * LONG || count >= LONG && bare.ends_with([',', ';', ':', '，', '、'])
}

/// "Dr. Who", "J. Smith", "e.g. this", "3. of May", "No. 5": a point, but no end.
fn is_short(stem: &str, later: &str) -> bool {
    match stem {
        // Before anything but a number it is an answer.
        "No" | "Nr" => later.starts_with(|c: char| c.is_ascii_digit()),
        _ if stem.ends_with('.') => false,
        _ => stem.chars().count() <= 1 || stem.contains('.') || stem.chars().all(|c| c.is_ascii_digit()) || TITLES.contains(&stem),
    }
}

const TITLES: [&str; 10] = ["Dr", "Mr", "Mrs", "Ms", "Prof", "St", "vs", "etc", "Hr", "Fr"];

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of 200 ms, one after the other from `start_ms` on.
    fn segment(start_ms: i64, speaker: Option<&str>, text: &str) -> Sentence {
        let words: Vec<Word> = text
            .split_whitespace()
            .enumerate()
            .map(|(n, text)| Word { start_ms: start_ms + n as i64 * 200, end_ms: start_ms + n as i64 * 200 + 200, text: text.into() })
            .collect();
        let end_ms = words.last().map_or(start_ms, |word| word.end_ms);
        Sentence { start_ms, end_ms, speaker: speaker.map(Into::into), text: text.into(), words }
    }

    fn texts(segments: &[Sentence]) -> Vec<String> {
        sentences(segments.to_vec()).into_iter().map(|sentence| sentence.text).collect()
    }

    #[test]
    fn a_sentence_goes_on_over_segments_and_ends_within_one() {
        let all = [segment(0, None, "So the plan is that we"), segment(1_200, None, "go. Then we"), segment(1_900, None, "stop. Yes?")];
        assert_eq!(texts(&all), ["So the plan is that we go.", "Then we stop.", "Yes?"]);
        let made = sentences(all.to_vec());
        assert_eq!((made[0].start_ms, made[0].end_ms, made[0].words.len(), made[1].start_ms), (0, 1_400, 7, 1_400));
    }

    #[test]
    fn somebody_else_and_a_pause_end_a_sentence() {
        let all = [segment(0, Some("Ana"), "and then"), segment(400, Some("Ben"), "I said"), segment(3_000, Some("Ben"), "nothing")];
        assert_eq!(texts(&all), ["and then", "I said", "nothing"]);
    }

    #[test]
    fn not_every_point_is_a_full_stop() {
        assert_eq!(
            texts(&[segment(0, None, "Dr. J. Smith came, e.g. yesterday. \"Really.\" He left at 5. No.")]),
            ["Dr. J. Smith came, e.g. yesterday.", "\"Really.\"", "He left at 5. No.",]
        );
        assert_eq!(
            texts(&[segment(0, None, "Was it him... No. It was Dr."), segment(1_400, None, "Smith in room No. 5. Yes.")]),
            ["Was it him...", "No.", "It was Dr. Smith in room No. 5. Yes."]
        );
    }

    #[test]
    fn what_is_written_without_blanks_is_not_put_together_to_a_page() {
        let all: Vec<Sentence> = (0..50).map(|n| segment(n * 200, None, "今天讨论")).collect();
        assert_eq!(texts(&all).len(), 50);
    }

    #[test]
    fn an_endless_sentence_is_ended_all_the_same() {
        let all = texts(&[segment(0, None, &"word, ".repeat(100)), segment(20_000, None, &"word ".repeat(100))]);
        assert!(all.len() >= 4 && all.iter().all(|text| text.split_whitespace().count() <= 2 * LONG), "{all:?}");
    }

    #[test]
    fn what_has_no_times_of_words_stays_as_it_is() {
        let all = [
            segment(0, None, "So then"),
            Sentence { start_ms: 500, end_ms: 900, text: "[music]".into(), ..Sentence::default() },
            segment(900, None, "we go."),
        ];
        assert_eq!(texts(&all), ["So then", "[music]", "we go."]);
    }
}
