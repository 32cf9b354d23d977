use crate::model::{AppError, viewer::Viewer};
use leptos::prelude::*;

/// Who is signed in, if anybody. Pages ask this for the header; it is never an error.
#[server(prefix = "/fn", endpoint = "get_viewer")]
pub async fn get_viewer() -> Result<Option<Viewer>, AppError> {
    Ok(crate::server::current_viewer().await)
}
