use crate::model::{AppError, Transcription, VideoId};
use leptos::prelude::*;

/// Where the automatic transcription of a video stands, and whether this server can make one.
#[server(prefix = "/fn", endpoint = "get_transcription")]
pub async fn get_transcription(video_id: VideoId) -> Result<Transcription, AppError> {
    use crate::server::{call, transcripts::transcribing};
    call(|app, viewer| async move { transcribing::get(&app, &viewer, video_id).await }).await
}
