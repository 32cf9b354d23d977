//! `GET /api/videos/{id}/stream` and its retry: 200 ready, 202 generating, 500 failed, always the same four fields, `hls_expires_in`
//! beside an `hls_url`, and `progress` while it is being made.

use super::Id;
use crate::{
    model::StreamState,
    server::{App, Result, auth::Viewer, stream},
};
use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderValue, StatusCode, header};

pub fn router() -> Router<App> {
    Router::new().route("/api/videos/{id}/stream", get(status)).route("/api/videos/{id}/stream/retry", post(retry))
}

#[utoipa::path(get, path = "/api/videos/{id}/stream", params(("id" = String, Path)), tag = "stream",
    responses((status = 200, description = "ready: {status, hls_url, retry_after, error_message}, and hls_expires_in: the seconds that hls_url lives"), (status = 202, description = "generating: ask again after retry_after seconds; the first call starts it. With an hls_url as soon as the first segments can be watched, and with progress: {percent, seconds_left, playable_ms, reason} once a worker has begun"), (status = 429, description = "too many of the person's recordings are being prepared"), (status = 503), (status = 500, description = "failed: error_message says why"), (status = 401), (status = 403, description = "somebody else's, or none")))]
pub async fn status(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Response> {
    let state = stream::status(&app, &viewer, id).await?;
    let status = StatusCode::from_u16(state.http_status()).unwrap_or(StatusCode::OK);
    Ok(answer(status, state))
}

#[utoipa::path(post, path = "/api/videos/{id}/stream/retry", params(("id" = String, Path)), tag = "stream",
    responses((status = 202, description = "A failed stream is made again; any other is left alone. The body tells its state"), (status = 401), (status = 403)))]
pub async fn retry(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Response> {
    Ok(answer(StatusCode::ACCEPTED, stream::retry(&app, &viewer, id).await?))
}

fn answer(status: StatusCode, state: StreamState) -> Response {
    let wait = state.retry_after.map(HeaderValue::from);
    let mut response = (status, Json(state)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(wait) = wait {
        headers.insert(header::RETRY_AFTER, wait);
    }
    response
}
