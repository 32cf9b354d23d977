//! Notes over the wire.

use super::{
    call::{call, understood},
    read,
};
use crate::{
    browser::drafts::Draft,
    model::{AppError, Note, VideoId},
};

pub async fn list_notes(video_id: VideoId) -> Result<Vec<Note>, AppError> {
    understood(read::notes::notes(&call("list_notes", &[("video_id", &video_id.to_string())]).await?))
}

/// Sends what a draft says: a new note, a change, or that it is to be deleted. The answer is the note; none when it is gone.
pub async fn send_note(draft: &Draft) -> Result<Option<Note>, AppError> {
    let text = |number: Option<i64>| number.map(|n| n.to_string()).unwrap_or_default();
    let (id, video) = (draft.note.to_string(), draft.video.to_string());
    let (version, at, end) = (draft.version.to_string(), draft.at_ms.to_string(), text(draft.end_ms));
    let copy = draft.copy_of.map(|note| note.to_string()).unwrap_or_default();
    let mut arguments = vec![("id", &*id)];
    if draft.version > 0 {
        arguments.push(("version", &version));
    }
    let name = if draft.deleted {
        "delete_note"
    } else {
        arguments.extend([("at_ms", &*at), ("body", &*draft.body)]);
        // What is left out is none.
        if !end.is_empty() {
            arguments.push(("end_ms", &end));
        }
        if draft.version > 0 {
            "edit_note"
        } else {
            arguments.push(("video_id", &video));
            if !copy.is_empty() {
                arguments.push(("copy_of", &copy));
            }
            "add_note"
        }
    };
    let answer = call(name, &arguments).await?;
    if draft.deleted { Ok(None) } else { understood(read::notes::note(&answer)).map(Some) }
}
