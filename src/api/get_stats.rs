use crate::model::{AppError, viewing::OwnerStats};
use leptos::prelude::*;

/// The numbers of all recordings of the viewer's.
#[server(prefix = "/fn", endpoint = "get_stats")]
pub async fn get_stats() -> Result<OwnerStats, AppError> {
    use crate::server::{call, viewing};
    call(|app, viewer| async move { viewing::overview(&app, &viewer).await }).await
}
