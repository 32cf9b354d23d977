use crate::model::{AppError, Video, VideoId};
use leptos::prelude::*;

/// Gives a recording another title.
#[server(prefix = "/fn", endpoint = "rename_video")]
pub async fn rename_video(id: VideoId, title: String) -> Result<Video, AppError> {
    use crate::server::{call, videos};
    call(|app, viewer| async move { videos::rename(&app, &viewer, id, &title).await }).await
}
