//! `POST /videos/{id}/…`: a recording renamed or deleted, notes written and removed, by plain forms. The pages offer them
//! where no script runs; with one, the islands do the same without leaving the page.

use crate::{
    model::{AppError, NoteId, VideoId},
    server::{App, Result, auth::Viewer, notes, routes::Id, videos},
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
    /// A moment as a person writes it: `12:34`.
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
    let at_ms = moment(&form.at).ok_or_else(|| AppError::invalid("A moment is written like 12:34, or 1:02:03."))?;
    notes::add(&app, &viewer, id, at_ms, &form.note).await?;
    Ok(back_to(id))
}

async fn delete_note(State(app): State<App>, viewer: Viewer, Path((id, note)): Path<(String, String)>) -> Result<Redirect> {
    let parsed: Option<(VideoId, NoteId)> = id.parse().ok().zip(note.parse().ok());
    let (id, note) = parsed.ok_or_else(AppError::forbidden)?;
    notes::delete(&app, &viewer, note).await?;
    Ok(back_to(id))
}

fn back_to(id: VideoId) -> Redirect {
    Redirect::to(&format!("/videos/{id}"))
}

/// Milliseconds of `m:ss`, `h:mm:ss` or plain seconds; the start when nothing is written.
fn moment(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() {
        return Some(0);
    }
    let mut secs = 0_i64;
    for (place, part) in text.split(':').enumerate() {
        let digits = !part.is_empty() && part.len() <= 6 && part.bytes().all(|byte| byte.is_ascii_digit());
        if place > 2 || !digits {
            return None;
        }
        secs = secs * 60 + part.parse::<i64>().ok()?;
    }
    Some(secs * 1_000)
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn a_moment_is_read_as_people_write_it() {
        assert_eq!(moment(""), Some(0));
        assert_eq!(moment(" 12:34 "), Some(754_000));
        assert_eq!(moment("1:02:03"), Some(3_723_000));
        assert_eq!(moment("90"), Some(90_000));
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for bad in ["soon", "1:", "-5", "1:2:3:4", "99999999999999999999"] {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }
}
