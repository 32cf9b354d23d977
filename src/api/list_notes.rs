use crate::model::{AppError, Note, VideoId};
use leptos::prelude::*;

/// The notes of a video, by moment.
#[server(prefix = "/fn", endpoint = "list_notes")]
pub async fn list_notes(video_id: VideoId) -> Result<Vec<Note>, AppError> {
    use crate::server::{call, notes};
    call(|app, viewer| async move { notes::list(&app, &viewer, video_id).await }).await
}
