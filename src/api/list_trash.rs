use crate::model::{AppError, library::TrashList};
use leptos::prelude::*;

/// A page of what is in the viewer's trash.
#[server(prefix = "/fn", endpoint = "list_trash")]
pub async fn list_trash(cursor: Option<String>) -> Result<TrashList, AppError> {
    use crate::server::{call, videos::trash};
    call(|app, viewer| async move { trash::list(&app, &viewer, cursor.as_deref()).await }).await
}
