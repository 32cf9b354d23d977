use crate::model::{AppError, Note, VideoId};
use leptos::prelude::*;

/// Takes a note at a moment of the recording.
#[server(prefix = "/fn", endpoint = "add_note")]
pub async fn add_note(video_id: VideoId, at_ms: i64, body: String) -> Result<Note, AppError> {
    use crate::server::{call, notes};
    call(|app, viewer| async move { notes::add(&app, &viewer, video_id, at_ms, &body).await }).await
}
