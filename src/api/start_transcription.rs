use crate::model::{AppError, Transcription, VideoId};
use leptos::prelude::*;

/// Has the transcript of a video made by this server's transcriber. One that waits or runs already is left alone.
#[server(prefix = "/fn", endpoint = "start_transcription")]
pub async fn start_transcription(video_id: VideoId) -> Result<Transcription, AppError> {
    use crate::server::{call, transcripts::transcribing};
    call(|app, viewer| async move { transcribing::start(&app, &viewer, video_id).await }).await
}
