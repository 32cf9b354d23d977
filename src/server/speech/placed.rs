//! What was written down of pieces, put in its place in the whole.

use super::sentences::sentences;
use crate::{
    model::{Sentence, Transcript, Word, transcript::MAX_SPEAKER_CHARS},
    server::{
        db::transcriptions::PieceRow,
        subtitles::{Script, words},
    },
};
use std::ops::Range;

/// What is said in `piece` of a recording, in milliseconds, at its times in the whole. Transcribers tell times past the end of
/// what they were given, and sometimes things that were said there: the next piece knows better.
pub fn placed(script: Script, piece: Range<i64>) -> PieceRow {
    let length = piece.end - piece.start;
    let at = |ms: i64| piece.start + ms.clamp(0, length);
    let within = script.sentences.into_iter().filter(|sentence| sentence.start_ms < length);
    let sentences = within.map(|sentence| {
        let words = sentence.words.into_iter().map(|word| Word { start_ms: at(word.start_ms), end_ms: at(word.end_ms), text: word.text });
        words::tidy(Sentence { start_ms: at(sentence.start_ms), end_ms: at(sentence.end_ms), words: words.collect(), ..sentence })
    });
    PieceRow { start_ms: piece.start, end_ms: piece.end, language: script.language, sentences: sentences.collect() }
}

/// The whole, out of its pieces in any order. The language is the one of most of what is said.
pub fn joined(mut pieces: Vec<PieceRow>, written_by: &str) -> Transcript {
    pieces.sort_by_key(|piece| piece.start_ms);
    part_speakers(&mut pieces);
    let mut languages: Vec<(String, usize)> = Vec::new();
    for piece in &pieces {
        let Some(language) = &piece.language else { continue };
        match languages.iter_mut().find(|(known, _)| known == language) {
            Some((_, count)) => *count += piece.sentences.len(),
            None => languages.push((language.clone(), piece.sentences.len())),
        }
    }
    let language = languages.into_iter().max_by_key(|(_, count)| *count).map(|(language, _)| language);
    let mut segments: Vec<Sentence> = pieces.into_iter().flat_map(|piece| piece.sentences).collect();
    segments.sort_by_key(|sentence| sentence.start_ms);
    // Segments overlap, and their words with them.
    let mut sentences: Vec<Sentence> = sentences(segments).into_iter().map(words::tidy).collect();
    sentences.sort_by_key(|sentence| sentence.start_ms);
    Transcript { file_name: format!("Transcribed by {written_by}"), language, version: 0, sentences }
}

/// Whoever tells voices apart begins to count anew with each piece: its "A" is somebody else than the "A" of another. Under one
/// name they would be renamed together, so they get different ones.
fn part_speakers(pieces: &mut [PieceRow]) {
    let with_speakers = pieces.iter().filter(|piece| piece.sentences.iter().any(|sentence| sentence.speaker.is_some())).count();
    if with_speakers < 2 {
        return;
    }
    for (index, piece) in pieces.iter_mut().enumerate() {
        for name in piece.sentences.iter_mut().filter_map(|sentence| sentence.speaker.as_mut()) {
            let part = format!(" (part {})", index + 1);
            *name = name.chars().take(MAX_SPEAKER_CHARS - part.len()).chain(part.chars()).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(language: &str, all: &[(i64, i64, &str)]) -> Script {
        let sentences = all.iter().map(|(start_ms, end_ms, text)| Sentence {
            start_ms: *start_ms,
            end_ms: *end_ms,
            text: (*text).into(),
            words: vec![Word { start_ms: *start_ms, end_ms: *end_ms, text: (*text).into() }],
            speaker: None,
        });
        Script { language: Some(language.into()), sentences: sentences.collect() }
    }

    #[test]
    fn times_are_those_of_the_whole_and_end_with_their_piece() {
        let piece = placed(script("en", &[(500, 2_000, "one"), (9_000, 12_000, "two"), (10_000, 11_000, "three")]), 60_000..70_000);
        let times: Vec<_> = piece.sentences.iter().map(|s| (s.start_ms, s.end_ms, s.words[0].start_ms, s.words[0].end_ms)).collect();
        assert_eq!(times, [(60_500, 62_000, 60_500, 62_000), (69_000, 70_000, 69_000, 70_000)]);
    }

    #[test]
    fn the_same_label_in_two_pieces_is_not_the_same_person() {
        let piece = |range: Range<i64>| {
            let mut piece = placed(script("en", &[(0, 900, "a.")]), range);
            piece.sentences[0].speaker = Some("A".into());
            piece
        };
        let names = |pieces: Vec<PieceRow>| joined(pieces, "x").sentences.into_iter().filter_map(|s| s.speaker).collect::<Vec<_>>();
        assert_eq!(names(vec![piece(0..1_000)]), ["A"]);
        assert_eq!(names(vec![piece(1_000..2_000), piece(0..1_000)]), ["A (part 1)", "A (part 2)"]);
    }

    #[test]
    fn segments_that_overlap_become_sentences_with_their_words_in_order() {
        let mut said = script("en", &[(0, 1_000, "So then"), (800, 1_500, "go.")]);
        said.sentences[0].words =
            vec![Word { start_ms: 0, end_ms: 500, text: "So".into() }, Word { start_ms: 900, end_ms: 1_000, text: "then".into() }];
        let whole = joined(vec![placed(said, 0..10_000)], "x");
        let words: Vec<_> = whole.sentences[0].words.iter().map(|word| (word.start_ms, word.text.as_str())).collect();
        assert_eq!(words, [(0, "So"), (900, "then"), (900, "go.")]);
    }

    #[test]
    fn a_long_label_still_tells_its_part() {
        let piece = |range: Range<i64>| {
            let mut piece = placed(script("en", &[(0, 900, "a.")]), range);
            piece.sentences[0].speaker = Some("x".repeat(MAX_SPEAKER_CHARS));
            piece
        };
        let whole = joined(vec![piece(0..1_000), piece(1_000..2_000)], "x");
        let name = whole.sentences[1].speaker.as_deref().unwrap();
        assert!(name.len() == MAX_SPEAKER_CHARS && name.ends_with(" (part 2)"), "{name}");
    }

    #[test]
    fn pieces_are_joined_in_order_whenever_they_were_made() {
        let pieces = vec![
            placed(script("de", &[(0, 1_000, "bees."), (2_000, 3_000, "cats.")]), 10_000..20_000),
            placed(script("en", &[(0, 900, "ants.")]), 0..10_000),
        ];
        let whole = joined(pieces, "whisper-1");
        assert_eq!(
            whole.sentences.iter().map(|s| (s.start_ms, s.text.as_str())).collect::<Vec<_>>(),
            [(0, "ants."), (10_000, "bees."), (12_000, "cats.")]
        );
        assert_eq!((whole.language.as_deref(), whole.file_name.as_str()), (Some("de"), "Transcribed by whisper-1"));
    }
}
