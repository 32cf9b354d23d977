//! Notes a person takes beside a recording.

use super::NoteId;
use serde::{Deserialize, Serialize};

/// A note at a moment of the recording, or about a stretch of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub id: NoteId,
    /// The moment it belongs to, in milliseconds from the start.
    pub at_ms: i64,
    /// Where the stretch ends that it is about; none for a moment.
    pub end_ms: Option<i64>,
    /// Markdown, as it was written.
    pub body: String,
    /// The same as HTML that is safe to show as it is. Only the server makes it.
    pub html: String,
    /// Counts the edits, from 1. An edit names the one it started from: so nobody overwrites what they have not seen.
    pub version: i64,
    /// The note this is another version of: both were written at the same time, on two devices.
    pub copy_of: Option<NoteId>,
    pub created_at: i64,
    pub updated_at: i64,
}

/// The longest note kept, in characters.
pub const MAX_NOTE_CHARS: usize = 10_000;
