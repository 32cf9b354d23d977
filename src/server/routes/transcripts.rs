//! `/api/videos/{id}/transcript…` and `/transcription`: what was said, as JSON and as files, and having it written down.

use super::{Body, Id};
use crate::{
    model::{AppError, Transcript, TranscriptChange, TranscriptPart, Transcription, VideoId, transcript::MAX_TRANSCRIPT_BYTES},
    server::{
        App, Result,
        auth::Viewer,
        transcripts::{self, Format, request::Asked, transcribing},
        videos::attachment,
    },
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Query, State, rejection::BytesRejection},
    response::{IntoResponse, Response},
    routing::get,
};
use http::{StatusCode, header};
use serde::Deserialize;
use utoipa::IntoParams;

pub fn router() -> Router<App> {
    Router::new()
        .route("/api/videos/{id}/transcript", get(whole).put(import).patch(edit).delete(delete))
        // Raw bytes, and larger than the rest of the contract needs.
        .layer(DefaultBodyLimit::max(MAX_TRANSCRIPT_BYTES + 1))
        .route("/api/videos/{id}/transcript.vtt", get(webvtt))
        .route("/api/videos/{id}/transcript.srt", get(subrip))
        .route("/api/videos/{id}/transcript.txt", get(plain))
        .route("/api/videos/{id}/transcript.md", get(markdown))
        .route("/api/videos/{id}/transcription", get(transcription).post(start))
}

#[derive(Deserialize, IntoParams)]
pub struct Stretch {
    /// The first sentence wanted, counted from 0. Without `from` and `count` all are given.
    from: Option<u32>,
    /// At most 5,000.
    count: Option<u32>,
}

#[derive(Deserialize, IntoParams)]
pub struct Named {
    /// Kept with the transcript, to tell where it came from.
    file_name: Option<String>,
}

#[utoipa::path(get, path = "/api/videos/{id}/transcript", params(("id" = String, Path), Stretch), tag = "transcripts",
    responses((status = 200, description = "{file_name, language, version, sentences: [{start_ms, end_ms, speaker, text, words?: [{start_ms, end_ms, text}]}]}, and the total of sentences when a part is asked for"), (status = 401), (status = 403), (status = 404, description = "it has none")))]
pub async fn whole(State(app): State<App>, viewer: Viewer, Id(id): Id, Query(wanted): Query<Stretch>) -> Result<Response> {
    if wanted.from.is_none() && wanted.count.is_none() {
        let transcript: Transcript = transcripts::get(&app, &viewer, id).await?.ok_or_else(transcripts::none)?;
        return Ok(fresh(Json(transcript)));
    }
    let (from, count) = (wanted.from.unwrap_or(0), wanted.count.unwrap_or(u32::MAX));
    let part: Option<TranscriptPart> = transcripts::part(&app, &viewer, id, from as usize, count as usize).await?;
    Ok(fresh(Json(part.ok_or_else(transcripts::none)?)))
}

#[utoipa::path(put, path = "/api/videos/{id}/transcript", params(("id" = String, Path), Named), tag = "transcripts",
    request_body(content = Vec<u8>, description = "A .vtt, .srt or .sbv file, or JSON of whisper.cpp or OpenAI (verbose_json), in UTF-8, UTF-16 or Windows-1252; 16 MB at most", content_type = "application/octet-stream"),
    responses((status = 200, description = "the transcript; the one before is replaced"), (status = 401), (status = 403), (status = 422, description = "not a transcript: the line and the reason")))]
pub async fn import(
    State(app): State<App>,
    viewer: Viewer,
    Id(id): Id,
    Query(named): Query<Named>,
    file: Result<Bytes, BytesRejection>,
) -> Result<Json<Transcript>> {
    let Ok(file) = file else {
        return Err(AppError::invalid(format!("This transcript is over {} MB. Is it the right file?", MAX_TRANSCRIPT_BYTES >> 20)).into());
    };
    Ok(Json(transcripts::import(&app, &viewer, id, named.file_name.as_deref().unwrap_or("transcript"), &file).await?))
}

#[utoipa::path(patch, path = "/api/videos/{id}/transcript", params(("id" = String, Path)), request_body = Asked, tag = "transcripts",
    responses((status = 200, description = "{version, index, removed, sentences}: `removed` sentences from `index` on are replaced by these"), (status = 401), (status = 403), (status = 404), (status = 409, description = "it was changed since that version"), (status = 422)))]
pub async fn edit(State(app): State<App>, viewer: Viewer, Id(id): Id, Body(asked): Body<Asked>) -> Result<Json<TranscriptChange>> {
    let version = asked.version;
    Ok(Json(transcripts::edit(&app, &viewer, id, version, asked.edit()?).await?))
}

#[utoipa::path(delete, path = "/api/videos/{id}/transcript", params(("id" = String, Path)), tag = "transcripts",
    responses((status = 204, description = "there is none any more"), (status = 401), (status = 403)))]
pub async fn delete(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<StatusCode> {
    transcripts::delete(&app, &viewer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/api/videos/{id}/transcript.vtt", params(("id" = String, Path)), tag = "transcripts",
    responses((status = 200, description = "a WebVTT file to keep, with voices, language and the times of words: importing it gives the same transcript"), (status = 401), (status = 403), (status = 404)))]
pub async fn webvtt(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Response> {
    file(&app, &viewer, id, Format::WebVtt, "text/vtt; charset=utf-8").await
}

#[utoipa::path(get, path = "/api/videos/{id}/transcript.srt", params(("id" = String, Path)), tag = "transcripts",
    responses((status = 200, description = "a SubRip file; names stand before a colon, language and times of words are left out"), (status = 401), (status = 403), (status = 404)))]
pub async fn subrip(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Response> {
    file(&app, &viewer, id, Format::SubRip, "application/x-subrip; charset=utf-8").await
}

#[utoipa::path(get, path = "/api/videos/{id}/transcript.txt", params(("id" = String, Path)), tag = "transcripts",
    responses((status = 200, description = "a line for each sentence, with its beginning and speaker"), (status = 401), (status = 403), (status = 404)))]
pub async fn plain(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Response> {
    file(&app, &viewer, id, Format::Plain, "text/plain; charset=utf-8").await
}

#[utoipa::path(get, path = "/api/videos/{id}/transcript.md", params(("id" = String, Path)), tag = "transcripts",
    responses((status = 200, description = "Markdown with speakers, whose times lead into the recording"), (status = 401), (status = 403), (status = 404)))]
pub async fn markdown(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Response> {
    file(&app, &viewer, id, Format::Markdown, "text/markdown; charset=utf-8").await
}

#[utoipa::path(get, path = "/api/videos/{id}/transcription", params(("id" = String, Path)), tag = "transcripts",
    responses((status = 200, description = "{available, status: null | waiting | running | failed, percent, seconds_left, error_message}"), (status = 401), (status = 403)))]
pub async fn transcription(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Json<Transcription>> {
    Ok(Json(transcribing::get(&app, &viewer, id).await?))
}

#[utoipa::path(post, path = "/api/videos/{id}/transcription", params(("id" = String, Path)), tag = "transcripts",
    responses((status = 202, description = "The server's transcriber writes down what is said; one that waits or runs is left alone"), (status = 401), (status = 403), (status = 422, description = "it has no sound"), (status = 429, description = "too many of the person's recordings are being transcribed"), (status = 503, description = "this server has no transcriber, or too much to do")))]
pub async fn start(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<(StatusCode, Json<Transcription>)> {
    Ok((StatusCode::ACCEPTED, Json(transcribing::start(&app, &viewer, id).await?)))
}

async fn file(app: &App, viewer: &Viewer, id: VideoId, format: Format, content_type: &'static str) -> Result<Response> {
    let export = transcripts::export(app, viewer, id, format).await?;
    let disposition = attachment(&export.file_name);
    Ok(fresh(([(header::CONTENT_TYPE, content_type.to_owned()), (header::CONTENT_DISPOSITION, disposition)], export.text)))
}

/// Another transcript may be there at any time.
fn fresh(answer: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, "private, no-cache")], answer).into_response()
}
