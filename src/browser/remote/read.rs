//! Model values out of JSON that JavaScript has parsed. `None` when a field is missing or of another kind.

pub mod chapters;
pub mod library;
pub mod notes;
pub mod transcript;

use crate::model::{
    AppError, ErrorCode, PartUrl, ReceivedPart, StreamProgress, StreamState, StreamStatus, UploadPlan, UploadProgress, Video, VideoId,
    VideoState, upload::NewUpload,
};
use wasm_bindgen::{JsCast, JsValue};

/// Parsed JSON: JavaScript's here, serde's in the tests.
pub trait Json: Sized {
    fn get(&self, name: &str) -> Self;
    fn string(&self) -> Option<String>;
    fn number(&self) -> Option<i64>;
    fn flag(&self) -> Option<bool>;
    fn items(&self) -> Vec<Self>;
}

impl Json for JsValue {
    fn get(&self, name: &str) -> Self {
        js_sys::Reflect::get(self, &name.into()).unwrap_or(Self::UNDEFINED)
    }
    fn string(&self) -> Option<String> {
        self.as_string()
    }
    fn number(&self) -> Option<i64> {
        self.as_f64().map(|n| n as i64)
    }
    fn flag(&self) -> Option<bool> {
        self.as_bool()
    }
    fn items(&self) -> Vec<Self> {
        self.dyn_ref::<js_sys::Array>().map(|array| array.iter().collect()).unwrap_or_default()
    }
}

fn text(json: &impl Json, name: &str) -> Option<String> {
    json.get(name).string()
}

fn int(json: &impl Json, name: &str) -> Option<i64> {
    json.get(name).number()
}

fn list<J: Json, T>(json: &J, name: &str, item: fn(&J) -> Option<T>) -> Option<Vec<T>> {
    json.get(name).items().iter().map(item).collect()
}

fn video_id(json: &impl Json, name: &str) -> Option<VideoId> {
    text(json, name)?.parse().ok()
}

/// The codes of REST contract and server functions, by their names on the wire.
const CODES: [(&str, ErrorCode); 15] = [
    ("bad_request", ErrorCode::BadRequest),
    ("unauthorized", ErrorCode::Unauthorized),
    ("wrong_credentials", ErrorCode::WrongCredentials),
    ("forbidden", ErrorCode::Forbidden),
    ("cross_origin", ErrorCode::CrossOrigin),
    ("not_found", ErrorCode::NotFound),
    ("conflict", ErrorCode::Conflict),
    ("invalid", ErrorCode::Invalid),
    ("refused_file", ErrorCode::RefusedFile),
    ("incomplete_upload", ErrorCode::IncompleteUpload),
    ("generation_failed", ErrorCode::GenerationFailed),
    ("too_many_requests", ErrorCode::TooManyRequests),
    ("unavailable", ErrorCode::Unavailable),
    ("network", ErrorCode::Network),
    ("internal", ErrorCode::Internal),
];

pub fn error(json: &impl Json) -> Option<AppError> {
    let name = text(json, "code")?;
    let code = CODES.iter().find(|(known, _)| *known == name).map_or(ErrorCode::Internal, |(_, code)| *code);
    Some(AppError { code, message: text(json, "message")? })
}

fn stream_status(name: &str) -> Option<StreamStatus> {
    match name {
        "generating" => Some(StreamStatus::Generating),
        "ready" => Some(StreamStatus::Ready),
        "failed" => Some(StreamStatus::Failed),
        _ => None,
    }
}

pub fn stream_state(json: &impl Json) -> Option<StreamState> {
    Some(StreamState {
        status: stream_status(&text(json, "status")?)?,
        hls_url: text(json, "hls_url"),
        retry_after: int(json, "retry_after").map(|secs| secs as u32),
        error_message: text(json, "error_message"),
        hls_expires_in: int(json, "hls_expires_in").map(|secs| secs as u32),
        progress: stream_progress(&json.get("progress")),
    })
}

/// `None` also when there is no such object: then nothing can be read from it.
fn stream_progress(json: &impl Json) -> Option<StreamProgress> {
    Some(StreamProgress {
        percent: int(json, "percent").map(|percent| percent as u32),
        seconds_left: int(json, "seconds_left").map(|secs| secs as u32),
        playable_ms: int(json, "playable_ms")?,
        reason: text(json, "reason"),
    })
}

pub fn video<J: Json>(json: &J) -> Option<Video> {
    Some(Video {
        id: video_id(json, "id")?,
        title: text(json, "title")?,
        file_name: text(json, "file_name")?,
        size_bytes: int(json, "size_bytes")?,
        state: if text(json, "state")? == "stored" { VideoState::Stored } else { VideoState::Uploading },
        created_at: int(json, "created_at")?,
        duration_ms: int(json, "duration_ms"),
        width: int(json, "width"),
        height: int(json, "height"),
        video_codec: text(json, "video_codec"),
        audio_codec: text(json, "audio_codec"),
        poster_url: text(json, "poster_url"),
        hls_status: text(json, "hls_status").and_then(|name| stream_status(&name)),
        hls_generated_at: int(json, "hls_generated_at"),
        hls_error_message: text(json, "hls_error_message"),
        original_gone: json.get("original_gone").flag().unwrap_or_default(),
        position_ms: int(json, "position_ms"),
        tags: list(json, "tags", J::string)?,
    })
}

fn part<J: Json>(json: &J) -> Option<PartUrl> {
    Some(PartUrl { number: int(json, "number")?, url: text(json, "url")? })
}

fn received<J: Json>(json: &J) -> Option<ReceivedPart> {
    Some(ReceivedPart { number: int(json, "number")?, etag: text(json, "etag")?, size: int(json, "size")? })
}

pub fn new_upload<J: Json>(json: &J) -> Option<NewUpload> {
    let upload = json.get("upload");
    Some(NewUpload {
        video: video(&json.get("video"))?,
        upload: UploadPlan {
            upload_id: text(&upload, "upload_id")?,
            part_size: int(&upload, "part_size")?,
            parts: list(&upload, "parts", part)?,
        },
    })
}

pub fn upload_progress<J: Json>(json: &J) -> Option<UploadProgress> {
    Some(UploadProgress {
        upload_id: text(json, "upload_id")?,
        part_size: int(json, "part_size")?,
        received: list(json, "received", received)?,
        parts: list(json, "parts", part)?,
    })
}

#[cfg(test)]
mod tests;
