//! `GET /api/videos/{id}/poster`: a redirect into the bucket.

use super::{Id, hls::redirect};
use crate::server::{App, Result, auth::Viewer, videos};
use axum::{Router, extract::State, response::Response, routing::get};

pub fn router() -> Router<App> {
    Router::new().route("/api/videos/{id}/poster", get(poster))
}

#[utoipa::path(get, path = "/api/videos/{id}/poster", params(("id" = String, Path)), tag = "videos",
    responses((status = 302, description = "a signed address of the picture"), (status = 401), (status = 403), (status = 404)))]
pub async fn poster(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Response> {
    Ok(redirect(&videos::poster(&app, &viewer, id).await?))
}
