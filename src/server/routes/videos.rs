//! `/api/videos…`: the REST contract over the same use cases as the server functions.

use super::{Body, Id};
use crate::{
    model::{UploadProgress, Video, VideoList, upload::NewUpload},
    server::{App, Result, auth::Viewer, positions, videos},
};
use axum::{
    Json, Router,
    extract::{Query, State},
    routing::{get, post, put},
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub fn router() -> Router<App> {
    Router::new()
        .route("/api/videos", get(list).post(begin))
        .route("/api/videos/{id}", get(one).patch(rename).delete(delete))
        .route("/api/videos/{id}/upload", get(progress))
        .route("/api/videos/{id}/upload/complete", post(complete))
        .route("/api/videos/{id}/position", put(save_position))
}

#[derive(Deserialize, IntoParams)]
pub struct Page {
    /// `newest` (if not given), `oldest`, `title`, `longest` or `watched` (the one watched last first).
    sort: Option<String>,
    /// Only those that are `ready`, `preparing`, `failed`, `unwatched` or `started` (left off in the middle).
    state: Option<String>,
    /// Only those with this tag.
    tag: Option<String>,
    /// The `next_cursor` of the page before, in the same order.
    cursor: Option<String>,
    /// At most 100; 24 if not given.
    limit: Option<i64>,
}

#[derive(Deserialize, ToSchema)]
pub struct NewVideo {
    /// Taken from the file name when empty.
    #[serde(default)]
    title: String,
    file_name: String,
    size_bytes: i64,
}

#[derive(Deserialize, ToSchema)]
pub struct Changes {
    title: String,
}

#[derive(Deserialize, ToSchema)]
pub struct Position {
    /// Where the viewer is, in milliseconds from the start.
    position_ms: i64,
}

/// One recording, as `{video: …}`.
#[derive(Serialize)]
pub struct One {
    video: Video,
}

#[utoipa::path(get, path = "/api/videos", params(Page), tag = "videos", responses((status = 200, description = "{videos, next_cursor, total}"), (status = 401), (status = 422)))]
pub async fn list(State(app): State<App>, viewer: Viewer, Query(page): Query<Page>) -> Result<Json<VideoList>> {
    let Page { sort, state, tag, cursor, limit } = page;
    Ok(Json(videos::list(&app, &viewer, &videos::Wanted { sort, state, tag, cursor, limit, shown: None }).await?))
}

#[utoipa::path(post, path = "/api/videos", request_body = NewVideo, tag = "videos",
    responses((status = 201, description = "{video, upload: {upload_id, part_size, parts: [{number, url}]}}: PUT each part to its url"), (status = 401), (status = 422)))]
pub async fn begin(State(app): State<App>, viewer: Viewer, Body(new): Body<NewVideo>) -> Result<(StatusCode, Json<NewUpload>)> {
    let upload = videos::begin_upload(&app, &viewer, &new.title, &new.file_name, new.size_bytes).await?;
    Ok((StatusCode::CREATED, Json(upload)))
}

#[utoipa::path(get, path = "/api/videos/{id}", params(("id" = String, Path)), tag = "videos", responses((status = 200, description = "{video}"), (status = 401), (status = 403)))]
pub async fn one(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Json<One>> {
    Ok(Json(One { video: videos::get(&app, &viewer, id).await? }))
}

#[utoipa::path(patch, path = "/api/videos/{id}", params(("id" = String, Path)), request_body = Changes, tag = "videos",
    responses((status = 200, description = "{video}"), (status = 401), (status = 403), (status = 422)))]
pub async fn rename(State(app): State<App>, viewer: Viewer, Id(id): Id, Body(changes): Body<Changes>) -> Result<Json<One>> {
    Ok(Json(One { video: videos::rename(&app, &viewer, id, &changes.title).await? }))
}

#[utoipa::path(delete, path = "/api/videos/{id}", params(("id" = String, Path)), tag = "videos",
    responses((status = 204, description = "The recording and everything made from it are gone for good, also from the trash; an upload is cancelled. For what can be undone: POST …/trash"), (status = 401), (status = 403)))]
pub async fn delete(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<StatusCode> {
    videos::delete(&app, &viewer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/api/videos/{id}/upload", params(("id" = String, Path)), tag = "videos",
    responses((status = 200, description = "{upload_id, part_size, received: [{number, etag, size}], parts: [{number, url}]}: what is there, and fresh urls for the rest"), (status = 401), (status = 403), (status = 409)))]
pub async fn progress(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Json<UploadProgress>> {
    Ok(Json(videos::upload_progress(&app, &viewer, id).await?))
}

#[utoipa::path(post, path = "/api/videos/{id}/upload/complete", params(("id" = String, Path)), tag = "videos",
    responses((status = 200, description = "{video}"), (status = 401), (status = 403), (status = 409, description = "incomplete_upload: parts are missing"), (status = 422, description = "refused_file: no recording, and why; it is removed")))]
pub async fn complete(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Json<One>> {
    Ok(Json(One { video: videos::complete_upload(&app, &viewer, id).await? }))
}

#[utoipa::path(put, path = "/api/videos/{id}/position", params(("id" = String, Path)), request_body = Position, tag = "videos",
    responses((status = 204, description = "Kept as the video's position_ms, if it is longer than five minutes and has been seen to between 5 and 90 %; else it begins at the beginning"), (status = 401), (status = 403)))]
pub async fn save_position(State(app): State<App>, viewer: Viewer, Id(id): Id, Body(at): Body<Position>) -> Result<StatusCode> {
    positions::save_position(&app, &viewer, id, at.position_ms).await?;
    Ok(StatusCode::NO_CONTENT)
}
