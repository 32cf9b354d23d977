use crate::model::{AppError, Note, NoteId, VideoId};
use leptos::prelude::*;

/// Takes a note at a moment of the recording, or about a stretch of it. With an id made where it was written, sending it
/// again adds nothing.
#[server(prefix = "/fn", endpoint = "add_note")]
pub async fn add_note(
    video_id: VideoId,
    at_ms: i64,
    body: String,
    id: Option<NoteId>,
    end_ms: Option<i64>,
    copy_of: Option<NoteId>,
) -> Result<Note, AppError> {
    use crate::server::{call, notes};
    let new = notes::NewNote { id, at_ms, end_ms, body, copy_of };
    call(|app, viewer| async move { notes::add(&app, &viewer, video_id, new).await?.written() }).await
}
