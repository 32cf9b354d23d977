//! Notes beside a recording.
//!
//! Nothing that somebody wrote is overwritten unseen. A new note comes with an id made where it was written, so sending it
//! twice adds it once; a change names the version it began with, and one conditional UPDATE decides. Who loses is told what
//! is there now ([`Kept::Newer`]), and keeps the own text as a note of its own (`islands/tabs/notes`).

mod export;

pub use export::export;

use super::{
    App, Result,
    db::notes::{NoteRow, Size, Text},
    markdown,
    videos::owned,
};
use crate::model::{AppError, ErrorCode, Note, NoteId, VideoId, Viewer, note::MAX_NOTE_CHARS};
use uuid::Uuid;

/// More than anybody writes beside one recording, and as much as a page can bear: all of it is in there, as it was written and
/// as HTML.
pub const AT_MOST: Size = Size { notes: 2_000, chars: 1_000_000 };
/// Where the length of a recording is not known, its moments still have an end: a year.
const A_YEAR_MS: i64 = 365 * 24 * 3_600_000;

/// A note to be added.
#[derive(Debug, Default)]
pub struct NewNote {
    /// Made where it was written; here, when it comes without.
    pub id: Option<NoteId>,
    pub at_ms: i64,
    pub end_ms: Option<i64>,
    pub body: String,
    /// The note this is another version of.
    pub copy_of: Option<NoteId>,
}

/// A change of a note; what is not named stays as it is.
#[derive(Debug, Default)]
pub struct Change {
    /// The version it began with.
    pub version: i64,
    pub body: Option<String>,
    /// Moment, and end if it is a stretch.
    pub place: Option<(i64, Option<i64>)>,
}

/// What became of a text.
#[derive(Debug)]
pub enum Kept {
    /// It is the note.
    Written(Note),
    /// It is not: this one was written meanwhile, which the writer has not seen.
    Newer(Note),
}

impl Kept {
    /// The note, or the error that says that there is a newer one.
    pub fn written(self) -> Result<Note> {
        match self {
            Self::Written(note) => Ok(note),
            Self::Newer(_) => Err(newer().into()),
        }
    }
}

/// Somebody was faster (409).
pub fn newer() -> AppError {
    AppError::new(ErrorCode::Conflict, "This note was changed elsewhere meanwhile. Nothing was overwritten.")
}

pub async fn list(app: &App, viewer: &Viewer, video: VideoId) -> Result<Vec<Note>> {
    let row = owned(app, viewer, video).await?;
    let notes = app.db.notes_of(video).await?;
    notes.into_iter().map(|note| shown(note, row.duration_ms)).collect()
}

/// Adds a note. The same one a second time is the one that is there.
pub async fn add(app: &App, viewer: &Viewer, video: VideoId, new: NewNote) -> Result<Kept> {
    let duration = owned(app, viewer, video).await?.duration_ms;
    let text = text((new.at_ms, new.end_ms), &new.body, duration)?;
    let id = new.id.unwrap_or_else(|| NoteId(Uuid::new_v4()));
    if let Some(row) = app.db.insert_note(id, (video, viewer.user_id), &text, new.copy_of, AT_MOST).await? {
        return Ok(Kept::Written(shown(row, duration)?));
    }
    match app.db.note(id, viewer.user_id).await? {
        Some(row) if row.video_id == video.to_string() => settled(row, &text, duration),
        _ => Err(no_room(app.db.size_of_notes(video).await?, &text).unwrap_or_else(gone).into()),
    }
}

/// Why a text has no place beside so much, if it has none.
fn no_room(there: Size, text: &Text) -> Option<AppError> {
    let Size { notes, chars } = AT_MOST;
    if there.notes >= notes {
        return Some(AppError::invalid(format!("A recording has room for {notes} notes. Delete one to write another.")));
    }
    (there.chars + text.chars() > chars).then(too_long)
}

fn too_long() -> AppError {
    AppError::invalid(format!("All notes of a recording have room for {} characters. Delete one to write more.", AT_MOST.chars))
}

/// Changes a note, if nobody else did meanwhile.
pub async fn edit(app: &App, viewer: &Viewer, id: NoteId, change: Change) -> Result<Kept> {
    let before = app.db.note(id, viewer.user_id).await?.ok_or_else(gone)?;
    let duration = owned(app, viewer, before.video_id()?).await?.duration_ms;
    let place = change.place.unwrap_or((before.at_ms, before.end_ms));
    let text = text(place, change.body.as_deref().unwrap_or(&before.body), duration)?;
    if let Some(row) = app.db.update_note(id, viewer.user_id, change.version, &text, AT_MOST.chars).await? {
        return Ok(Kept::Written(shown(row, duration)?));
    }
    let now = app.db.note(id, viewer.user_id).await?.ok_or_else(gone)?;
    if now.version == change.version {
        // Versions only grow: nobody was faster.
        return Err(too_long().into());
    }
    settled(now, &text, duration)
}

/// Deletes a note; with a version, only if it is still the one that was seen.
pub async fn delete(app: &App, viewer: &Viewer, id: NoteId, version: Option<i64>) -> Result<()> {
    if app.db.delete_note(id, viewer.user_id, version).await? {
        return Ok(());
    }
    let there = app.db.note(id, viewer.user_id).await?.is_some();
    Err(if there { newer() } else { gone() }.into())
}

/// A text that could not be written, beside the note that is there: the same one was sent before, and its answer got lost.
fn settled(there: NoteRow, text: &Text, duration: Option<i64>) -> Result<Kept> {
    let same = there.body == text.body && (there.at_ms, there.end_ms) == (text.at_ms, text.end_ms);
    let note = shown(there, duration)?;
    Ok(if same { Kept::Written(note) } else { Kept::Newer(note) })
}

fn shown(row: NoteRow, duration: Option<i64>) -> Result<Note> {
    Ok(Note {
        id: row.id()?,
        copy_of: row.copy_of()?,
        html: markdown::html(&row.body, duration.filter(|ms| *ms > 0)),
        at_ms: row.at_ms,
        end_ms: row.end_ms,
        body: row.body,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn gone() -> AppError {
    AppError { message: "This note does not exist, or it is not yours.".into(), ..AppError::forbidden() }
}

fn text((at_ms, end_ms): (i64, Option<i64>), body: &str, duration: Option<i64>) -> Result<Text, AppError> {
    let last = duration.filter(|ms| *ms > 0).unwrap_or(A_YEAR_MS);
    let at_ms = at_ms.clamp(0, last);
    // A stretch that has no length is a moment.
    let end_ms = end_ms.map(|end| end.min(last)).filter(|end| *end > at_ms);
    Ok(Text { at_ms, end_ms, body: clean(body)? })
}

fn clean(body: &str) -> Result<String, AppError> {
    let body: String = body.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let body = body.trim();
    match body.chars().count() {
        0 => Err(AppError::invalid("A note needs some text.")),
        count if count > MAX_NOTE_CHARS => {
            Err(AppError::invalid(format!("A note has at most {MAX_NOTE_CHARS} characters; this one has {count}.")))
        }
        _ => Ok(body.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_lies_within_its_recording() {
        let place = |at, end, duration| text((at, end), "a", duration).map(|text| (text.at_ms, text.end_ms)).unwrap();
        assert_eq!(place(5, Some(9), Some(7)), (5, Some(7)));
        assert_eq!(place(9, Some(12), Some(7)), (7, None));
        assert_eq!(place(-5, Some(-1), Some(7)), (0, None));
        assert_eq!(place(5, Some(5), None), (5, None));
        assert_eq!(place(i64::MAX, Some(i64::MAX), Some(0)), (A_YEAR_MS, None));
    }

    #[test]
    fn a_note_has_some_text_and_an_end() {
        assert_eq!(clean(" a\u{7}\n\tb ").unwrap(), "a\n\tb");
        assert!(clean(" \n ").is_err());
        assert!(clean("\u{7} \u{1b}").is_err(), "what is no letter hides no blank");
        assert!(clean(&"ä".repeat(MAX_NOTE_CHARS)).is_ok() && clean(&"ä".repeat(MAX_NOTE_CHARS + 1)).is_err());
    }
}
