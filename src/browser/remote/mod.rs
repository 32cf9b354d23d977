//! The server functions as the browser calls them: the same names, arguments and answers as in [`crate::api`].
//!
//! The client that `#[server]` generates brings serde, a JSON parser and a state machine per function with it: more
//! WASM than everything else together when this was written (35 KB of brotli). So the browser
//! posts the same form to the same address itself, lets JavaScript parse the answer, and [`read`] picks the fields; a
//! test there holds every reader against what serde writes.

mod call;
pub mod chapters;
mod fetch;
pub mod library;
pub mod notes;
mod read;
pub mod stats;
pub mod transcript;

use crate::model::{AppError, StreamState, UploadProgress, Video, VideoId, upload::NewUpload};
use call::{call, understood};

pub async fn begin_upload(file_name: &str, size_bytes: i64) -> Result<NewUpload, AppError> {
    // No title: the server takes it from the file's name.
    let arguments = [("title", ""), ("file_name", file_name), ("size_bytes", &*size_bytes.to_string())];
    understood(read::new_upload(&call("begin_upload", &arguments).await?))
}

pub async fn complete_upload(id: VideoId) -> Result<Video, AppError> {
    understood(read::video(&by_id("complete_upload", id).await?))
}

pub async fn delete_video(id: VideoId) -> Result<(), AppError> {
    by_id("delete_video", id).await.map(drop)
}

pub async fn get_upload(id: VideoId) -> Result<UploadProgress, AppError> {
    understood(read::upload_progress(&by_id("get_upload", id).await?))
}

pub async fn get_video(id: VideoId) -> Result<Video, AppError> {
    understood(read::video(&by_id("get_video", id).await?))
}

pub async fn get_video_stream(id: VideoId) -> Result<StreamState, AppError> {
    understood(read::stream_state(&by_id("get_video_stream", id).await?))
}

pub async fn record_view(id: VideoId) -> Result<(), AppError> {
    by_id("record_view", id).await.map(drop)
}

pub async fn rename_video(id: VideoId, title: &str) -> Result<Video, AppError> {
    understood(read::video(&call("rename_video", &[("id", &id.to_string()), ("title", title)]).await?))
}

pub async fn retry_video_stream(id: VideoId) -> Result<StreamState, AppError> {
    understood(read::stream_state(&by_id("retry_video_stream", id).await?))
}

pub async fn save_position(id: VideoId, position_ms: i64) -> Result<(), AppError> {
    call("save_position", &[("id", &id.to_string()), ("position_ms", &position_ms.to_string())]).await.map(drop)
}

async fn by_id(name: &str, id: VideoId) -> Result<wasm_bindgen::JsValue, AppError> {
    call(name, &[("id", &id.to_string())]).await
}
