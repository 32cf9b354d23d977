use crate::model::{AppError, StreamState, VideoId};
use leptos::prelude::*;

/// The state of a video's stream; the first call starts making it. A failed stream is an error with the code
/// `generation_failed`, since server functions cannot carry a value with a 500.
#[server(prefix = "/fn", endpoint = "get_video_stream")]
pub async fn get_video_stream(id: VideoId) -> Result<StreamState, AppError> {
    use crate::{
        model::{ErrorCode, StreamStatus},
        server::{call, stream},
    };
    call(|app, viewer| async move {
        let state = stream::status(&app, &viewer, id).await?;
        if state.status == StreamStatus::Generating {
            crate::server::set_status(state.http_status());
        }
        match state.error_message {
            Some(message) => Err(AppError::new(ErrorCode::GenerationFailed, message).into()),
            None => Ok(state),
        }
    })
    .await
}
