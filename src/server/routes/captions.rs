//! `GET /api/videos/{id}/captions.vtt`: the transcript in the one form that browsers show over the picture.

use super::Id;
use crate::server::{App, Result, auth::Viewer, subtitles, transcripts};
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderValue, header};

pub fn router() -> Router<App> {
    Router::new().route("/api/videos/{id}/captions.vtt", get(captions))
}

#[utoipa::path(get, path = "/api/videos/{id}/captions.vtt", params(("id" = String, Path)), tag = "videos",
    responses((status = 200, description = "the transcript as WebVTT"), (status = 401), (status = 403), (status = 404, description = "it has no transcript")))]
pub async fn captions(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Response> {
    let transcript = transcripts::get(&app, &viewer, id).await?.ok_or_else(transcripts::none)?;
    let language = transcript.language.as_deref();
    // Another transcript may be imported at any time.
    let headers = [(header::CONTENT_TYPE, "text/vtt; charset=utf-8"), (header::CACHE_CONTROL, "private, no-cache")];
    let mut response = (headers, subtitles::captions(&transcript.sentences, language)).into_response();
    if let Some(language) = language.and_then(|language| HeaderValue::from_str(language).ok()) {
        response.headers_mut().insert(header::CONTENT_LANGUAGE, language);
    }
    Ok(response)
}
