use crate::model::{AppError, Chapters, VideoId};
use leptos::prelude::*;

/// The chapters of a video in order, and how a search for some stands.
#[server(prefix = "/fn", endpoint = "list_chapters")]
pub async fn list_chapters(video_id: VideoId) -> Result<Chapters, AppError> {
    use crate::server::{call, chapters};
    call(|app, viewer| async move { chapters::list(&app, &viewer, video_id).await }).await
}
