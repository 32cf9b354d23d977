//! What is written is read back as it was.

use super::*;
use crate::model::Word;

fn sentence(start_ms: i64, end_ms: i64, speaker: Option<&str>, text: &str, words: &[(i64, i64, &str)]) -> Sentence {
    let words = words.iter().map(|(start_ms, end_ms, text)| Word { start_ms: *start_ms, end_ms: *end_ms, text: (*text).into() }).collect();
    Sentence { start_ms, end_ms, speaker: speaker.map(Into::into), text: text.into(), words }
}

/// All that a transcript can hold, and all that a format could stumble over.
fn everything() -> Vec<Sentence> {
    vec![
        sentence(0, 999, None, "Good morning.", &[]),
        sentence(1_000, 1_500, None, "Good morning.", &[]),
        sentence(61_500, 64_000, Some("Ana Müller"), "if a < b && b > c --> <i>then</i> &lt; stays &amp;lt;", &[]),
        sentence(61_500, 61_500, Some("<R&D>"), "NOTE nothing", &[]),
        sentence(70_000, 80_000, None, "Title: a colon, 12:30 and Name: another", &[]),
        sentence(
            80_000,
            82_000,
            Some("Ben"),
            "So it goes &",
            &[(80_000, 80_200, "So"), (80_250, 80_900, "it"), (80_900, 81_500, "goes"), (81_500, 81_500, "&")],
        ),
        sentence(82_000, 83_000, None, "One", &[(82_000, 83_000, "One")]),
        sentence(
            83_000,
            84_000,
            Some("שרה"),
            "世界 🎈 e\u{301}",
            &[(83_100, 83_200, "世界"), (83_200, 83_300, "🎈"), (83_300, 83_999, "e\u{301}")],
        ),
        sentence(90_000, 91_000, None, "00:01.000 --> 00:02.000", &[]),
        sentence(92_000, 93_000, None, "42", &[]),
        sentence(94_000, 95_000, None, "{\\an8} WEBVTT", &[]),
        sentence(3_605_007, 403_605_250, None, "the end", &[]),
    ]
}

#[test]
fn webvtt_keeps_everything() {
    let script = read_text(&webvtt(&everything(), Some("en-GB"))).unwrap();
    assert_eq!(script, Script { language: Some("en-GB".into()), sentences: everything() });
}

#[test]
fn captions_keep_all_but_the_times_of_words() {
    let untimed: Vec<Sentence> = everything().into_iter().map(|s| Sentence { words: Vec::new(), ..s }).collect();
    assert_eq!(parse(&captions(&untimed, None)).unwrap(), untimed);
}

#[test]
fn subrip_keeps_times_texts_and_the_names_of_a_talk() {
    let talk: Vec<Sentence> = (0..6)
        .map(|n| {
            sentence(
                n * 1_000,
                n * 1_000 + 900,
                Some(["Ana Müller", "Ben"][n as usize % 2]),
                ["R&D: a < b", "&lt;", "<b>x</b> --> y"][n as usize % 3],
                &[],
            )
        })
        .collect();
    assert_eq!(parse(&subrip(&talk)).unwrap(), talk);
    let alone: Vec<Sentence> = everything().into_iter().map(|s| Sentence { speaker: None, words: Vec::new(), ..s }).collect();
    assert_eq!(parse(&subrip(&alone)).unwrap(), alone);
}

#[test]
fn a_written_file_stays_the_same_when_it_is_read_and_written_again() {
    let once = webvtt(&everything(), Some("de"));
    let script = read_text(&once).unwrap();
    assert_eq!(webvtt(&script.sentences, script.language.as_deref()), once);
}
