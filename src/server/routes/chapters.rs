//! `/api/videos/{id}/chapters…` and `/api/chapters/{id}`: the parts of a recording, also as a track for players.

use super::{Body, Id};
use crate::{
    model::{AppError, Chapter, ChapterId, Chapters},
    server::{App, Result, auth::Viewer, chapters, videos},
};
use axum::{
    Json, Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::{get, patch, post},
};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn router() -> Router<App> {
    Router::new()
        .route("/api/videos/{id}/chapters", get(list).post(add))
        .route("/api/videos/{id}/chapters/propose", post(propose))
        .route("/api/videos/{id}/chapters.vtt", get(track))
        .route("/api/chapters/{id}", patch(edit).delete(delete))
}

#[derive(Deserialize, ToSchema)]
pub struct NewChapter {
    /// Where it begins, in milliseconds from the start; rounded down to a whole second.
    start_ms: i64,
    title: String,
}

#[derive(Deserialize, ToSchema)]
pub struct ChapterChanges {
    /// Another beginning; none leaves it.
    #[serde(default)]
    start_ms: Option<i64>,
    /// Another title; none leaves it.
    #[serde(default)]
    title: Option<String>,
}

/// One chapter, as `{chapter: …}`.
#[derive(Serialize)]
pub struct One {
    chapter: Chapter,
}

#[utoipa::path(get, path = "/api/videos/{id}/chapters", params(("id" = String, Path)), tag = "chapters",
    responses((status = 200, description = "{chapters: [{id, start_ms, title, origin: hand | proposed}], search: null | {status: waiting | running | found | nothing | failed, percent, message}}"), (status = 401), (status = 403)))]
pub async fn list(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Json<Chapters>> {
    Ok(Json(chapters::list(&app, &viewer, id).await?))
}

#[utoipa::path(post, path = "/api/videos/{id}/chapters", params(("id" = String, Path)), request_body = NewChapter, tag = "chapters",
    responses((status = 201, description = "{chapter}"), (status = 401), (status = 403), (status = 409, description = "another begins in the same second"), (status = 422)))]
pub async fn add(State(app): State<App>, viewer: Viewer, Id(id): Id, Body(new): Body<NewChapter>) -> Result<(StatusCode, Json<One>)> {
    let chapter = chapters::add(&app, &viewer, id, new.start_ms, &new.title).await?;
    Ok((StatusCode::CREATED, Json(One { chapter })))
}

#[utoipa::path(post, path = "/api/videos/{id}/chapters/propose", params(("id" = String, Path)), tag = "chapters",
    responses((status = 200, description = "From the transcript: {chapters, search}. What was proposed before is replaced, what was made by hand stays"), (status = 202, description = "The pictures are being looked through: ask for the chapters again until search is found, nothing or failed"), (status = 401), (status = 403), (status = 422, description = "it has neither a transcript nor pictures"), (status = 429)))]
pub async fn propose(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<(StatusCode, Json<Chapters>)> {
    let chapters = chapters::propose(&app, &viewer, id).await?;
    let goes_on = chapters.search.as_ref().is_some_and(|search| search.goes_on());
    Ok((if goes_on { StatusCode::ACCEPTED } else { StatusCode::OK }, Json(chapters)))
}

#[utoipa::path(patch, path = "/api/chapters/{id}", params(("id" = String, Path)), request_body = ChapterChanges, tag = "chapters",
    responses((status = 200, description = "{chapter}: it counts as made by hand from now on"), (status = 401), (status = 403), (status = 409, description = "another begins in the same second"), (status = 422)))]
pub async fn edit(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<String>,
    Body(changes): Body<ChapterChanges>,
) -> Result<Json<One>> {
    let (_, chapter) = chapters::edit(&app, &viewer, chapter_id(&id)?, changes.start_ms, changes.title.as_deref()).await?;
    Ok(Json(One { chapter }))
}

#[utoipa::path(delete, path = "/api/chapters/{id}", params(("id" = String, Path)), tag = "chapters",
    responses((status = 204), (status = 401), (status = 403)))]
pub async fn delete(State(app): State<App>, viewer: Viewer, Path(id): Path<String>) -> Result<StatusCode> {
    chapters::delete(&app, &viewer, chapter_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/api/videos/{id}/chapters.vtt", params(("id" = String, Path)), tag = "chapters",
    responses((status = 200, description = "the chapters as WebVTT, for a track of the kind chapters; without any it has no cues"), (status = 401), (status = 403)))]
pub async fn track(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Response> {
    let video = videos::get(&app, &viewer, id).await?;
    let Chapters { chapters, .. } = chapters::list(&app, &viewer, id).await?;
    // They may be changed at any time.
    let headers = [(header::CONTENT_TYPE, "text/vtt; charset=utf-8"), (header::CACHE_CONTROL, "private, no-cache")];
    Ok((headers, chapters::vtt::webvtt(&chapters, video.duration_ms)).into_response())
}

/// Something that is no id is nobody's chapter, like any other that is not there.
fn chapter_id(text: &str) -> Result<ChapterId, AppError> {
    text.parse().map_err(|_| AppError { message: "This chapter does not exist, or it is not yours.".into(), ..AppError::forbidden() })
}
