//! `GET /api/openapi.json`: the REST contract, for programs.

use super::{auth, captions, download, poster, stream, videos};
use crate::server::App;
use axum::{Json, Router, routing::get};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(title = "Notetaker", description = "Recorded meetings in a private bucket. Sign in with cookies or `Authorization: Bearer`. Errors are `{error: {code, message}}`."),
    paths(
        auth::register, auth::login, auth::refresh, auth::logout,
        videos::list, videos::begin, videos::one, videos::rename, videos::delete, videos::progress, videos::complete, videos::save_position,
        stream::status, stream::retry, poster::poster, captions::captions, download::download,
    )
)]
struct Contract;

pub fn router() -> Router<App> {
    Router::new().route("/api/openapi.json", get(|| async { Json(Contract::openapi()) }))
}
