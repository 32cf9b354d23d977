//! The transcript over the wire. Its sentences stay the objects that JavaScript parsed.

use super::{
    call::{call, understood},
    fetch, read,
};
use crate::model::{AppError, ErrorCode, Transcription, VideoId};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::File;

/// What all of a transcript has in common.
pub struct Head {
    pub file_name: String,
    pub language: Option<String>,
    /// One higher with every change.
    pub version: i64,
}

/// What an edit made of a transcript: `removed` sentences from `index` on are replaced by `sentences`.
pub struct Change {
    pub version: i64,
    pub index: usize,
    pub removed: usize,
    pub sentences: js_sys::Array,
}

/// At most `count` sentences from the one with number `from` on; nothing when the recording has no transcript.
pub async fn get_sentences(video_id: VideoId, from: usize, count: usize) -> Result<Option<(Head, js_sys::Array)>, AppError> {
    let url = ["/api/videos/", &*video_id.to_string(), "/transcript?from=", &from.to_string(), "&count=", &count.to_string()].concat();
    match fetch::get(&url).await {
        Ok(answer) => understood(read::transcript::head(&answer)).map(|head| Some((head, sentences(&answer)))),
        Err(refused) if refused.code == ErrorCode::NotFound => Ok(None),
        Err(refused) => Err(refused),
    }
}

/// Which transcript the recording has now, if any. Not by its address: that it has none is no error, and none in the console.
pub async fn get_head(video_id: VideoId) -> Result<Option<Head>, AppError> {
    let answer = call("get_transcript_head", &[("video_id", &video_id.to_string()), ("count", "0")]).await?;
    if answer.is_null() { Ok(None) } else { understood(read::transcript::head(&answer)).map(Some) }
}

/// Takes a file as the transcript: its bytes, since the server reads other encodings than UTF-8 too.
pub async fn put_transcript(video_id: VideoId, file: &File) -> Result<(), AppError> {
    let name = String::from(js_sys::encode_uri_component(&file.name()));
    let url = ["/api/videos/", &*video_id.to_string(), "/transcript?file_name=", &name].concat();
    fetch::put(&url, file).await.map(drop)
}

/// Changes the transcript of this version; `fields` are what `action` needs.
pub async fn edit_transcript(video_id: VideoId, version: i64, action: &str, fields: &[(&str, &JsValue)]) -> Result<Change, AppError> {
    let (id, version, action): (JsValue, JsValue, JsValue) = (video_id.to_string().into(), version.to_string().into(), action.into());
    let arguments = [&[("video_id", &id), ("version", &version), ("action", &action)][..], fields].concat();
    let answer = fetch::json(fetch::post("edit_transcript", &arguments).await?).await?;
    let (version, index, removed) = understood(read::transcript::change(&answer))?;
    Ok(Change { version, index: index as usize, removed: removed as usize, sentences: sentences(&answer) })
}

pub async fn delete_transcript(video_id: VideoId) -> Result<(), AppError> {
    call("delete_transcript", &[("video_id", &video_id.to_string())]).await.map(drop)
}

pub async fn start_transcription(video_id: VideoId) -> Result<Transcription, AppError> {
    call("start_transcription", &[("video_id", &video_id.to_string())]).await?;
    get_transcription(video_id).await
}

pub async fn get_transcription(video_id: VideoId) -> Result<Transcription, AppError> {
    understood(read::transcript::transcription(&call("get_transcription", &[("video_id", &video_id.to_string())]).await?))
}

fn sentences(answer: &JsValue) -> js_sys::Array {
    crate::browser::reach::get(answer, "sentences").dyn_into().unwrap_or_default()
}
