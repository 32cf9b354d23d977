use crate::model::{AppError, VideoId};
use leptos::prelude::*;

/// Counts that somebody started to play; called once per opened page, on the first frame.
#[server(prefix = "/fn", endpoint = "record_view")]
pub async fn record_view(id: VideoId) -> Result<(), AppError> {
    use crate::server::{call, videos};
    call(|app, viewer| async move { videos::record_view(&app, &viewer, id).await }).await
}
