use crate::model::{AppError, Transcript, VideoId};
use leptos::prelude::*;

/// The transcript of a video, if it has one.
#[server(prefix = "/fn", endpoint = "get_transcript")]
pub async fn get_transcript(video_id: VideoId) -> Result<Option<Transcript>, AppError> {
    use crate::server::{call, transcripts};
    call(|app, viewer| async move { transcripts::get(&app, &viewer, video_id).await }).await
}
