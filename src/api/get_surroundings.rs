use crate::model::{AppError, library::Surroundings};
use leptos::prelude::*;

/// The viewer's tags, and how much is in their trash.
#[server(prefix = "/fn", endpoint = "get_surroundings")]
pub async fn get_surroundings() -> Result<Surroundings, AppError> {
    use crate::server::{call, videos};
    call(|app, viewer| async move { videos::surroundings(&app, &viewer).await }).await
}
