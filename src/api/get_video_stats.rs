use crate::model::{AppError, VideoId, VideoStats};
use leptos::prelude::*;

/// Statistics of one video.
#[server(prefix = "/fn", endpoint = "get_video_stats")]
pub async fn get_video_stats(id: VideoId) -> Result<VideoStats, AppError> {
    use crate::server::{call, videos};
    call(|app, viewer| async move { videos::stats(&app, &viewer, id).await }).await
}
