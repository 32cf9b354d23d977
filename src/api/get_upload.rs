use crate::model::{AppError, UploadProgress, VideoId};
use leptos::prelude::*;

/// Which parts of an upload the bucket has, and fresh URLs for the rest.
#[server(prefix = "/fn", endpoint = "get_upload")]
pub async fn get_upload(id: VideoId) -> Result<UploadProgress, AppError> {
    use crate::server::{call, videos};
    call(|app, viewer| async move { videos::upload_progress(&app, &viewer, id).await }).await
}
