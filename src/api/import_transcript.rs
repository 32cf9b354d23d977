use crate::model::{AppError, Transcript, VideoId};
use leptos::prelude::*;

/// Takes the text of a .vtt, .srt, .sbv or .json file as the video's transcript, replacing the one before.
#[server(prefix = "/fn", endpoint = "import_transcript")]
pub async fn import_transcript(video_id: VideoId, file_name: String, text: String) -> Result<Transcript, AppError> {
    use crate::server::{call, transcripts};
    call(|app, viewer| async move { transcripts::import(&app, &viewer, video_id, &file_name, text.as_bytes()).await }).await
}
