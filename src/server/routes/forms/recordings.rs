//! `POST /videos/{id}/…`: a recording renamed or deleted, notes written and removed, by plain forms. The pages offer them
//! where no script runs; with one, the islands do the same without leaving the page.

use crate::{
    model::{AppError, NoteId, VideoId, stretch::stretch},
    server::{
        App, Result,
        auth::Viewer,
        notes::{self, NewNote},
        routes::Id,
        videos,
    },
};
use axum::{
    Form, Router,
    extract::{Path, State},
    response::Redirect,
    routing::post,
};
use serde::Deserialize;

pub fn router() -> Router<App> {
    Router::new()
        .route("/videos/{id}/rename", post(rename))
        .route("/videos/{id}/delete", post(delete))
        .route("/videos/{id}/notes", post(add_note))
        .route("/videos/{id}/notes/{note}/delete", post(delete_note))
}

#[derive(Deserialize)]
struct Title {
    #[serde(default)]
    title: String,
}

#[derive(Deserialize)]
struct Writing {
    /// A moment or a stretch as a person writes it: `12:34`, `12:34–13:00`.
    #[serde(default)]
    at: String,
    #[serde(default)]
    note: String,
}

async fn rename(State(app): State<App>, viewer: Viewer, Id(id): Id, Form(form): Form<Title>) -> Result<Redirect> {
    videos::rename(&app, &viewer, id, &form.title).await?;
    Ok(back_to(id))
}

async fn delete(State(app): State<App>, viewer: Viewer, Id(id): Id) -> Result<Redirect> {
    videos::delete(&app, &viewer, id).await?;
    Ok(Redirect::to("/"))
}

async fn add_note(State(app): State<App>, viewer: Viewer, Id(id): Id, Form(form): Form<Writing>) -> Result<Redirect> {
    let at = if form.at.trim().is_empty() { "0" } else { &form.at };
    let (at_ms, end_ms) =
        stretch(at).ok_or_else(|| AppError::invalid("A moment is written like 12:34 or 1:02:03, a stretch like 12:34–13:00."))?;
    notes::add(&app, &viewer, id, NewNote { at_ms, end_ms, body: form.note, ..NewNote::default() }).await?;
    Ok(back_to(id))
}

async fn delete_note(State(app): State<App>, viewer: Viewer, Path((id, note)): Path<(String, String)>) -> Result<Redirect> {
    let parsed: Option<(VideoId, NoteId)> = id.parse().ok().zip(note.parse().ok());
    let (id, note) = parsed.ok_or_else(AppError::forbidden)?;
    notes::delete(&app, &viewer, note, None).await?;
    Ok(back_to(id))
}

fn back_to(id: VideoId) -> Redirect {
    Redirect::to(&format!("/videos/{id}"))
}
