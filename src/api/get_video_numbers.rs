use crate::model::{AppError, VideoId, viewing::VideoNumbers};
use leptos::prelude::*;

/// All numbers of one video: what was watched, and what it costs.
#[server(prefix = "/fn", endpoint = "get_video_numbers")]
pub async fn get_video_numbers(id: VideoId) -> Result<VideoNumbers, AppError> {
    use crate::server::{call, viewing};
    call(|app, viewer| async move { viewing::numbers(&app, &viewer, id).await }).await
}
