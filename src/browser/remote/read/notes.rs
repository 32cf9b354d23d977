//! Notes out of JSON.

use super::{Json, int, text};
use crate::model::{Note, NoteId};

pub fn note<J: Json>(json: &J) -> Option<Note> {
    Some(Note {
        id: NoteId(text(json, "id")?.parse().ok()?),
        at_ms: int(json, "at_ms")?,
        end_ms: int(json, "end_ms"),
        body: text(json, "body")?,
        html: text(json, "html")?,
        version: int(json, "version")?,
        copy_of: text(json, "copy_of").and_then(|id| id.parse().ok()),
        created_at: int(json, "created_at")?,
        updated_at: int(json, "updated_at")?,
    })
}

pub fn notes<J: Json>(json: &J) -> Option<Vec<Note>> {
    json.items().iter().map(note).collect()
}
