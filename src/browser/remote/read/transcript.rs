//! What the tab reads of a transcript itself; the sentences stay as they are.

use super::{Json, int, text};
use crate::{
    browser::remote::transcript::Head,
    model::{Transcription, TranscriptionStatus},
};

pub fn head(json: &impl Json) -> Option<Head> {
    Some(Head { file_name: text(json, "file_name")?, language: text(json, "language"), version: int(json, "version")? })
}

/// Version, index and number of removed sentences of a change.
pub fn change(json: &impl Json) -> Option<(i64, i64, i64)> {
    Some((int(json, "version")?, int(json, "index")?, int(json, "removed")?))
}

pub fn transcription(json: &impl Json) -> Option<Transcription> {
    Some(Transcription {
        available: json.get("available").flag()?,
        status: text(json, "status").and_then(|name| status(&name)),
        percent: int(json, "percent").map(|percent| percent as u32),
        seconds_left: int(json, "seconds_left").map(|secs| secs as u32),
        error_message: text(json, "error_message"),
    })
}

fn status(name: &str) -> Option<TranscriptionStatus> {
    match name {
        "waiting" => Some(TranscriptionStatus::Waiting),
        "running" => Some(TranscriptionStatus::Running),
        "failed" => Some(TranscriptionStatus::Failed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Sentence, Transcript, TranscriptChange};
    use serde_json::{Value, to_value};

    #[test]
    fn heads_and_changes_are_what_serde_writes() {
        let sentences = vec![Sentence { start_ms: 1, end_ms: 2, speaker: None, text: "So".into(), words: Vec::new() }];
        let written = Transcript { file_name: "a.vtt".into(), language: Some("en".into()), version: 3, sentences: sentences.clone() };
        let read = head(&to_value(written).unwrap()).unwrap();
        assert_eq!((&*read.file_name, read.language.as_deref(), read.version), ("a.vtt", Some("en"), 3));
        let written = to_value(TranscriptChange { version: 4, index: 5, removed: 6, sentences }).unwrap();
        assert_eq!(change(&written), Some((4, 5, 6)));
    }

    #[test]
    fn the_tab_finds_the_fields_of_sentences_and_words_by_these_names() {
        let word = crate::model::Word { start_ms: 1, end_ms: 2, text: "So".into() };
        let sentence = Sentence { start_ms: 1, end_ms: 2, speaker: Some("Ana".into()), text: "So".into(), words: vec![word] };
        let written = to_value(sentence).unwrap();
        assert!(written["start_ms"].is_i64() && written["speaker"].is_string() && written["text"].is_string());
        assert!(written["words"][0]["start_ms"].is_i64() && written["words"][0]["text"].is_string());
    }

    #[test]
    fn transcriptions_are_what_serde_writes() {
        for status in [None, Some(TranscriptionStatus::Waiting), Some(TranscriptionStatus::Running), Some(TranscriptionStatus::Failed)] {
            let written =
                Transcription { available: true, status, percent: Some(7), seconds_left: Some(90), error_message: Some("why".into()) };
            assert_eq!(transcription(&to_value(&written).unwrap()), Some(written));
        }
        assert_eq!(transcription(&Value::Null), None);
    }
}
