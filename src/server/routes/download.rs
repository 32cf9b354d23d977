//! `GET /api/videos/{id}/download`: the original as a file, by a redirect into the bucket.

use super::{Id, hls::redirect};
use crate::server::{App, Result, auth::Viewer, videos};
use axum::{Router, extract::State, response::Response, routing::get};
use http::{HeaderValue, header};

pub fn router() -> Router<App> {
    Router::new().route("/api/videos/{id}/download", get(download))
}

#[utoipa::path(get, path = "/api/videos/{id}/download", params(("id" = String, Path)), tag = "videos",
    responses((status = 302, description = "a signed address of the original, which is saved under the recording's title"), (status = 401), (status = 403), (status = 404, description = "the original is gone from the bucket"), (status = 409, description = "it is still being uploaded"), (status = 503, description = "the bucket does not answer")))]
pub async fn download(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Response> {
    let mut response = redirect(&videos::download(&app, &viewer, id).await?);
    // The name is that of this moment: the next download may be after a change of title.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}
