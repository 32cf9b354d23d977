//! `/api/search`, `/api/tags`, `/api/trash` and what moves a recording between them: the REST side of the library.

use super::Id;
use crate::{
    model::{
        VideoId,
        library::{TagCount, Tagged, TrashList},
        search::SearchResults,
    },
    server::{
        App, Result,
        auth::Viewer,
        search,
        videos::{tags, trash},
    },
};
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    routing::{get, post, put},
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

pub fn router() -> Router<App> {
    Router::new()
        .route("/api/search", get(find))
        .route("/api/tags", get(all_tags))
        .route("/api/trash", get(list_trash).delete(empty_trash))
        .route("/api/videos/{id}/trash", post(move_to_trash))
        .route("/api/videos/{id}/restore", post(restore))
        .route("/api/videos/{id}/tags/{tag}", put(put_tag).delete(take_tag))
}

#[derive(Deserialize, IntoParams)]
pub struct Asked {
    /// Words, all of which are required; the last may be unfinished. "Words in quotes" stand one after the other.
    #[serde(default)]
    q: String,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// Recordings on a page: at most 50; 10 if not given.
    limit: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
pub struct After {
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// All tags, as `{tags: […]}`.
#[derive(Serialize)]
pub struct Tags {
    tags: Vec<TagCount>,
}

#[utoipa::path(get, path = "/api/search", params(Asked), tag = "library", responses((status = 200,
    description = "{results: [{video, hits: [{kind: title|note|sentence, at_ms, speaker, text, ranges: [[from, to]]}], more_hits}], total, next_cursor}: recordings, title before note before sentence, the newest first; ranges count characters"),
    (status = 401), (status = 422)))]
pub async fn find(State(app): State<App>, viewer: Viewer, Query(asked): Query<Asked>) -> Result<Json<SearchResults>> {
    Ok(Json(search::search_library(&app, &viewer, &asked.q, asked.cursor.as_deref(), asked.limit).await?))
}

#[utoipa::path(get, path = "/api/tags", tag = "library", responses((status = 200, description = "{tags: [{label, count}]}"), (status = 401)))]
pub async fn all_tags(State(app): State<App>, viewer: Viewer) -> Result<Json<Tags>> {
    Ok(Json(Tags { tags: tags::tags(&app, &viewer).await? }))
}

#[utoipa::path(put, path = "/api/videos/{id}/tags/{tag}", params(("id" = String, Path), ("tag" = String, Path)), tag = "library",
    responses((status = 200, description = "{id, tags}"), (status = 401), (status = 403), (status = 422, description = "No tag, or one too many")))]
pub async fn put_tag(State(app): State<App>, viewer: Viewer, Path((id, tag)): Path<(String, String)>) -> Result<Json<Tagged>> {
    Ok(Json(tags::tag(&app, &viewer, known(&id)?, &tag, true).await?))
}

#[utoipa::path(delete, path = "/api/videos/{id}/tags/{tag}", params(("id" = String, Path), ("tag" = String, Path)), tag = "library",
    responses((status = 200, description = "{id, tags}"), (status = 401), (status = 403), (status = 422)))]
pub async fn take_tag(State(app): State<App>, viewer: Viewer, Path((id, tag)): Path<(String, String)>) -> Result<Json<Tagged>> {
    Ok(Json(tags::tag(&app, &viewer, known(&id)?, &tag, false).await?))
}

#[utoipa::path(post, path = "/api/videos/{id}/trash", params(("id" = String, Path)), tag = "library",
    responses((status = 204, description = "In the trash, and there for nobody who would watch it; restored within 30 days it is as it was"), (status = 401), (status = 403), (status = 409, description = "It is still being uploaded")))]
pub async fn move_to_trash(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<StatusCode> {
    trash::trash(&app, &viewer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/api/videos/{id}/restore", params(("id" = String, Path)), tag = "library",
    responses((status = 204, description = "Out of the trash"), (status = 401), (status = 403)))]
pub async fn restore(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<StatusCode> {
    trash::restore(&app, &viewer, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/api/trash", params(After), tag = "library",
    responses((status = 200, description = "{items: [{video, trashed_at, purge_at}], next_cursor, total}"), (status = 401), (status = 422)))]
pub async fn list_trash(State(app): State<App>, viewer: Viewer, Query(after): Query<After>) -> Result<Json<TrashList>> {
    Ok(Json(trash::list(&app, &viewer, after.cursor.as_deref()).await?))
}

#[utoipa::path(delete, path = "/api/trash", tag = "library",
    responses((status = 204, description = "Everything that was in the trash is deleted for good"), (status = 401)))]
pub async fn empty_trash(State(app): State<App>, viewer: Viewer) -> Result<StatusCode> {
    trash::empty(&app, &viewer).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An id; what is none is nobody's recording.
fn known(id: &str) -> Result<VideoId> {
    Ok(id.parse().map_err(|_| crate::model::AppError::forbidden())?)
}
