use crate::model::{AppError, VideoList};
use leptos::prelude::*;

/// A page of the viewer's recordings, newest first. `cursor` is the `next_cursor` of the page before.
#[server(prefix = "/fn", endpoint = "list_videos")]
pub async fn list_videos(cursor: Option<String>) -> Result<VideoList, AppError> {
    use crate::server::{call, videos};
    call(|app, viewer| async move { videos::list(&app, &viewer, cursor.as_deref(), None).await }).await
}
