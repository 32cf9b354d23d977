//! Notes beside a recording.

use super::{App, Result, videos::owned};
use crate::model::{AppError, Note, NoteId, VideoId, Viewer, note::MAX_NOTE_CHARS};

pub async fn list(app: &App, viewer: &Viewer, video: VideoId) -> Result<Vec<Note>> {
    owned(app, viewer, video).await?;
    Ok(app.db.notes_of(video).await?)
}

pub async fn add(app: &App, viewer: &Viewer, video: VideoId, at_ms: i64, body: &str) -> Result<Note> {
    let row = owned(app, viewer, video).await?;
    let body = clean(body)?;
    let end = row.duration_ms.filter(|ms| *ms > 0).unwrap_or(i64::MAX);
    Ok(app.db.insert_note(video, viewer.user_id, at_ms.clamp(0, end), &body).await?)
}

pub async fn edit(app: &App, viewer: &Viewer, note: NoteId, body: &str) -> Result<Note> {
    let body = clean(body)?;
    app.db.update_note(note, viewer.user_id, &body).await?.ok_or_else(|| gone().into())
}

pub async fn delete(app: &App, viewer: &Viewer, note: NoteId) -> Result<()> {
    if app.db.delete_note(note, viewer.user_id).await? { Ok(()) } else { Err(gone().into()) }
}

fn gone() -> AppError {
    AppError { message: "This note does not exist, or it is not yours.".into(), ..AppError::forbidden() }
}

fn clean(body: &str) -> Result<String, AppError> {
    let body: String = body.trim().chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    match body.chars().count() {
        0 => Err(AppError::invalid("A note needs some text.")),
        count if count > MAX_NOTE_CHARS => Err(AppError::invalid(format!("A note has at most {MAX_NOTE_CHARS} characters; this one has {count}."))),
        _ => Ok(body),
    }
}
