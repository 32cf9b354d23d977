use crate::model::{AppError, VideoId};
use leptos::prelude::*;

/// Removes the transcript of a video.
#[server(prefix = "/fn", endpoint = "delete_transcript")]
pub async fn delete_transcript(video_id: VideoId) -> Result<(), AppError> {
    use crate::server::{call, transcripts};
    call(|app, viewer| async move { transcripts::delete(&app, &viewer, video_id).await }).await
}
