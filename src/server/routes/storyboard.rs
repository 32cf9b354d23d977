//! `GET /api/videos/{id}/storyboard.vtt` and `/storyboard/{n}.jpg`: small pictures along a recording, by redirects into the
//! bucket.

use super::{Id, hls::redirect};
use crate::{
    model::{AppError, ErrorCode, VideoId},
    server::{App, Result, auth::Viewer, videos},
};
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use http::header;

/// What is said where there is no storyboard (yet). Not a 404: browsers would write that into their console each time that
/// somebody points at a seek bar.
const NONE: &str = "WEBVTT\n\nNOTE There are no pictures of this recording, or not yet.\n";
/// A storyboard does not change once it is there.
const KEPT: &str = "private, max-age=3600";

pub fn router() -> Router<App> {
    Router::new().route("/api/videos/{id}/storyboard.vtt", get(vtt)).route("/api/videos/{id}/storyboard/{sheet}", get(sheet))
}

#[utoipa::path(get, path = "/api/videos/{id}/storyboard.vtt", params(("id" = String, Path)), tag = "videos",
    responses((status = 200, description = "WebVTT: a cue for each stretch, which names a sheet and the place on it (#xywh=); no cue as long as there is none"), (status = 401), (status = 403)))]
pub async fn vtt(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Response> {
    let (body, keep) = match videos::storyboard(&app, &viewer, id).await? {
        Some(body) => (body, KEPT),
        None => (NONE.to_owned(), "private, no-store"),
    };
    Ok(([(header::CONTENT_TYPE, "text/vtt; charset=utf-8"), (header::CACHE_CONTROL, keep)], body).into_response())
}

#[utoipa::path(get, path = "/api/videos/{id}/storyboard/{sheet}", params(("id" = String, Path), ("sheet" = String, Path, description = "0.jpg, 1.jpg …")), tag = "videos",
    responses((status = 302, description = "a signed address of the sheet"), (status = 401), (status = 403), (status = 404)))]
pub async fn sheet(State(app): State<App>, viewer: Viewer, Path((id, name)): Path<(String, String)>) -> Result<Response> {
    let id: VideoId = id.parse().map_err(|_| AppError::forbidden())?;
    let number =
        name.strip_suffix(".jpg").filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())).and_then(|digits| digits.parse().ok());
    let Some(number) = number else { return Err(AppError::new(ErrorCode::NotFound, "Sheets are called 0.jpg, 1.jpg and so on.").into()) };
    Ok(redirect(&videos::sheet(&app, &viewer, id, number).await?))
}
