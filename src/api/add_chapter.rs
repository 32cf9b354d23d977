use crate::model::{AppError, Chapters, VideoId};
use leptos::prelude::*;

/// Makes a chapter that begins at a moment. Gives all of them, in order.
#[server(prefix = "/fn", endpoint = "add_chapter")]
pub async fn add_chapter(video_id: VideoId, start_ms: i64, title: String) -> Result<Chapters, AppError> {
    use crate::server::{call, chapters};
    call(|app, viewer| async move {
        chapters::add(&app, &viewer, video_id, start_ms, &title).await?;
        chapters::list(&app, &viewer, video_id).await
    })
    .await
}
