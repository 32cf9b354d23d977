use crate::model::{AppError, search::SearchResults};
use leptos::prelude::*;

/// The viewer's recordings in which all words of `query` are: in title, notes or transcript.
#[server(prefix = "/fn", endpoint = "search_library")]
pub async fn search_library(query: String, cursor: Option<String>) -> Result<SearchResults, AppError> {
    use crate::server::{call, search};
    call(|app, viewer| async move { search::search_library(&app, &viewer, &query, cursor.as_deref(), None).await }).await
}
