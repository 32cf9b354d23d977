//! What was said, sentence by sentence.

use serde::{Deserialize, Serialize};

/// One word with the time it is spoken, in milliseconds from the start. The text carries its punctuation and no blanks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    pub start_ms: i64,
    pub end_ms: i64,
    pub text: String,
}

/// One sentence (or cue) with the time it is spoken, in milliseconds from the start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    pub start_ms: i64,
    pub end_ms: i64,
    pub speaker: Option<String>,
    pub text: String,
    /// In order, where the times of single words are known: then joined with blanks they are the text. Else empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<Word>,
}

/// A whole transcript, ordered by start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// The file it was imported from, or who wrote it down.
    pub file_name: String,
    /// A BCP 47 tag such as `en` or `pt-BR`, where the file or the transcriber named one.
    #[serde(default)]
    pub language: Option<String>,
    /// One higher with every change: an edit names the version it was made on.
    #[serde(default)]
    pub version: i64,
    pub sentences: Vec<Sentence>,
}

/// A stretch of a transcript, for whoever does not want to load all of it at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranscriptPart {
    pub file_name: String,
    pub language: Option<String>,
    pub version: i64,
    /// How many sentences the whole transcript has.
    pub total: i64,
    pub sentences: Vec<Sentence>,
}

/// What an edit made of a transcript: `removed` sentences from `index` on are replaced by `sentences`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranscriptChange {
    /// The transcript's version after the edit.
    pub version: i64,
    pub index: i64,
    pub removed: i64,
    pub sentences: Vec<Sentence>,
}

/// Where an automatic transcription stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TranscriptionStatus {
    /// For its turn.
    Waiting,
    Running,
    Failed,
}

/// The automatic transcription of a recording.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcription {
    /// False when this server was given no transcriber.
    pub available: bool,
    /// Null when none was asked for, and after one that went well.
    pub status: Option<TranscriptionStatus>,
    /// 0–99, while it runs.
    pub percent: Option<u32>,
    /// At the pace so far; null when there is no pace yet.
    pub seconds_left: Option<u32>,
    /// Why it failed, in one sentence.
    pub error_message: Option<String>,
}

/// The largest transcript file taken, in bytes. Four hours of dense speech are about 400 KB of VTT, and 12 MB of whisper.cpp's
/// JSON with all that it knows of every token.
pub const MAX_TRANSCRIPT_BYTES: usize = 16 << 20;
/// The most sentences kept: more than a week of talk.
pub const MAX_SENTENCES: usize = 100_000;
/// The longest sentence that an edit makes, in characters: several minutes of speech. Files may bring longer ones.
pub const MAX_SENTENCE_CHARS: usize = 5_000;
/// The longest name of a speaker, in characters.
pub const MAX_SPEAKER_CHARS: usize = 100;
