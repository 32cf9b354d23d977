use crate::model::{AppError, TranscriptPart, VideoId};
use leptos::prelude::*;

/// The first `count` sentences of a video's transcript, if it has one: what a page shows before the rest is asked for.
#[server(prefix = "/fn", endpoint = "get_transcript_head")]
pub async fn get_transcript_head(video_id: VideoId, count: u32) -> Result<Option<TranscriptPart>, AppError> {
    use crate::server::{call, transcripts};
    call(|app, viewer| async move { transcripts::part(&app, &viewer, video_id, 0, count as usize).await }).await
}
