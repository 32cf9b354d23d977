//! Notes a person takes beside a recording.

use super::NoteId;
use serde::{Deserialize, Serialize};

/// A note at a moment of the recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub id: NoteId,
    /// The moment it belongs to, in milliseconds from the start.
    pub at_ms: i64,
    pub body: String,
    pub created_at: i64,
    pub updated_at: i64,
}

/// The longest note kept, in characters.
pub const MAX_NOTE_CHARS: usize = 10_000;
