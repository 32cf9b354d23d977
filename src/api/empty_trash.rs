use crate::model::AppError;
use leptos::prelude::*;

/// Deletes everything in the viewer's trash for good.
#[server(prefix = "/fn", endpoint = "empty_trash")]
pub async fn empty_trash() -> Result<(), AppError> {
    use crate::server::{call, videos::trash};
    call(|app, viewer| async move { trash::empty(&app, &viewer).await }).await
}
