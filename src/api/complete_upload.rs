use crate::model::{AppError, Video, VideoId};
use leptos::prelude::*;

/// Ends an upload: the parts become one object, which is checked and probed. A file that is no recording is
/// refused with its real type named, and removed.
#[server(prefix = "/fn", endpoint = "complete_upload")]
pub async fn complete_upload(id: VideoId) -> Result<Video, AppError> {
    use crate::server::{call, videos};
    call(|app, viewer| async move { videos::complete_upload(&app, &viewer, id).await }).await
}
