use crate::model::{AppError, Video, VideoId};
use leptos::prelude::*;

/// One recording of the viewer's.
#[server(prefix = "/fn", endpoint = "get_video")]
pub async fn get_video(id: VideoId) -> Result<Video, AppError> {
    use crate::server::{call, videos};
    call(|app, viewer| async move { videos::get(&app, &viewer, id).await }).await
}
