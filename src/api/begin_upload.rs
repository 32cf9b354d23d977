use crate::model::{AppError, upload::NewUpload};
use leptos::prelude::*;

/// Opens a multipart upload and says where each part goes. An empty `title` is taken from the file name.
#[server(prefix = "/fn", endpoint = "begin_upload")]
pub async fn begin_upload(title: String, file_name: String, size_bytes: i64) -> Result<NewUpload, AppError> {
    use crate::server::{call, videos};
    call(|app, viewer| async move { videos::begin_upload(&app, &viewer, &title, &file_name, size_bytes).await }).await
}
