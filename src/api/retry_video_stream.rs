use crate::model::{AppError, StreamState, VideoId};
use leptos::prelude::*;

/// Starts a failed stream again, on the person's click.
#[server(prefix = "/fn", endpoint = "retry_video_stream")]
pub async fn retry_video_stream(id: VideoId) -> Result<StreamState, AppError> {
    use crate::server::{call, stream};
    call(|app, viewer| async move { stream::retry(&app, &viewer, id).await }).await
}
