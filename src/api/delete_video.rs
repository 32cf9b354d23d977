use crate::model::{AppError, VideoId};
use leptos::prelude::*;

/// Deletes a recording with everything made from it, or cancels its upload.
#[server(prefix = "/fn", endpoint = "delete_video")]
pub async fn delete_video(id: VideoId) -> Result<(), AppError> {
    use crate::server::{call, videos};
    call(|app, viewer| async move { videos::delete(&app, &viewer, id).await }).await
}
