//! `/api/videos/{id}/notes`, `/api/notes/{id}`: notes for programs, and all of a recording's as one file.

use super::{Body, Id};
use crate::{
    model::{AppError, Note, NoteId},
    server::{
        App, Error, Result,
        auth::Viewer,
        notes::{self, Change, Kept, NewNote},
        videos::attachment,
    },
};
use axum::{
    Json, Router,
    extract::{FromRequestParts, Path, Query, State},
    response::{IntoResponse, Response},
    routing::{get, patch},
};
use http::{StatusCode, header, request::Parts};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

pub fn router() -> Router<App> {
    Router::new()
        .route("/api/videos/{id}/notes", get(list).post(add))
        .route("/api/videos/{id}/notes.md", get(file))
        .route("/api/notes/{id}", patch(edit).delete(delete))
}

/// The `{id}` of a note. Something that is no id is nobody's note.
pub struct Its(NoteId);

impl<S: Send + Sync> FromRequestParts<S> for Its {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let text = Path::<String>::from_request_parts(parts, state).await.map(|Path(text)| text).unwrap_or_default();
        let unknown = || AppError { message: "This note does not exist, or it is not yours.".into(), ..AppError::forbidden() };
        Ok(Self(text.parse().map_err(|_| unknown())?))
    }
}

#[derive(Deserialize, ToSchema)]
pub struct Writing {
    /// A UUID of your choice: with it, a request that is sent again adds nothing.
    #[schema(value_type = Option<String>)]
    id: Option<NoteId>,
    /// The moment it belongs to, in milliseconds from the start.
    at_ms: i64,
    /// Where the stretch ends that it is about.
    end_ms: Option<i64>,
    /// Markdown, 10,000 characters at most.
    body: String,
    /// The note it is another version of.
    #[schema(value_type = Option<String>)]
    copy_of: Option<NoteId>,
}

#[derive(Deserialize, ToSchema)]
pub struct Rewriting {
    /// The version you have seen. If the note has another one by now, nothing changes and the answer is 409.
    version: i64,
    body: Option<String>,
    /// With it, `end_ms` counts too: without an end the note belongs to a moment.
    at_ms: Option<i64>,
    end_ms: Option<i64>,
}

#[derive(Deserialize, IntoParams)]
pub struct Seen {
    /// Delete only if the note still has this version.
    version: Option<i64>,
}

/// `{notes: […]}`.
#[derive(Serialize)]
pub struct All {
    notes: Vec<Note>,
}

#[utoipa::path(get, path = "/api/videos/{id}/notes", params(("id" = String, Path)), tag = "notes",
    responses((status = 200, description = "{notes: [{id, at_ms, end_ms, body, html, version, copy_of, created_at, updated_at}]} by their moments; html is safe to show"), (status = 401), (status = 403)))]
pub async fn list(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Json<All>> {
    Ok(Json(All { notes: notes::list(&app, &viewer, id).await? }))
}

#[utoipa::path(post, path = "/api/videos/{id}/notes", params(("id" = String, Path)), request_body = Writing, tag = "notes",
    responses((status = 201, description = "{note}; the same one again if it was there"), (status = 401), (status = 403),
        (status = 409, description = "{error, note}: there is another note with this id"), (status = 422)))]
pub async fn add(State(app): State<App>, viewer: Viewer, Id(id): Id, Body(new): Body<Writing>) -> Result<Response> {
    let new = NewNote { id: new.id, at_ms: new.at_ms, end_ms: new.end_ms, body: new.body, copy_of: new.copy_of };
    Ok(answer(StatusCode::CREATED, notes::add(&app, &viewer, id, new).await?))
}

#[utoipa::path(patch, path = "/api/notes/{id}", params(("id" = String, Path)), request_body = Rewriting, tag = "notes",
    responses((status = 200, description = "{note}"), (status = 401), (status = 403),
        (status = 409, description = "{error, note}: it was changed meanwhile, and this is how it is now"), (status = 422)))]
pub async fn edit(State(app): State<App>, viewer: Viewer, Its(id): Its, Body(new): Body<Rewriting>) -> Result<Response> {
    let change = Change { version: new.version, body: new.body, place: new.at_ms.map(|at| (at, new.end_ms)) };
    Ok(answer(StatusCode::OK, notes::edit(&app, &viewer, id, change).await?))
}

#[utoipa::path(delete, path = "/api/notes/{id}", params(("id" = String, Path), Seen), tag = "notes",
    responses((status = 204), (status = 401), (status = 403), (status = 409, description = "it was changed meanwhile, and is still there")))]
pub async fn delete(State(app): State<App>, viewer: Viewer, Its(id): Its, Query(seen): Query<Seen>) -> Result<StatusCode> {
    notes::delete(&app, &viewer, id, seen.version).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(get, path = "/api/videos/{id}/notes.md", params(("id" = String, Path)), tag = "notes",
    responses((status = 200, description = "all notes as one Markdown file, each under a link to its moment"), (status = 401), (status = 403)))]
pub async fn file(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Response> {
    let export = notes::export(&app, &viewer, id).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/markdown; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, attachment(&export.name)),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, export.text).into_response())
}

/// `{note}`; with the error beside it when it is not the one that was sent.
fn answer(status: StatusCode, kept: Kept) -> Response {
    match kept {
        Kept::Written(note) => (status, Json(json!({ "note": note }))).into_response(),
        Kept::Newer(note) => {
            let error = notes::newer();
            let body = json!({ "error": { "code": error.code, "message": error.message }, "note": note });
            (StatusCode::CONFLICT, Json(body)).into_response()
        }
    }
}
