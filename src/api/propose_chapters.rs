use crate::model::{AppError, Chapters, VideoId};
use leptos::prelude::*;

/// Looks for chapters in what is said, or has the pictures looked through.
#[server(prefix = "/fn", endpoint = "propose_chapters")]
pub async fn propose_chapters(video_id: VideoId) -> Result<Chapters, AppError> {
    use crate::server::{call, chapters};
    call(|app, viewer| async move { chapters::propose(&app, &viewer, video_id).await }).await
}
