//! What was said, sentence by sentence.

use serde::{Deserialize, Serialize};

/// One sentence (or cue) with the time it is spoken, in milliseconds from the start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    pub start_ms: i64,
    pub end_ms: i64,
    pub speaker: Option<String>,
    pub text: String,
}

/// A whole transcript, ordered by start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// The file it was imported from.
    pub file_name: String,
    pub sentences: Vec<Sentence>,
}

/// The largest transcript file taken, in bytes. Four hours of dense speech are about 400 KB of VTT.
pub const MAX_TRANSCRIPT_BYTES: usize = 4 << 20;
