use crate::model::{AppError, Note, NoteId};
use leptos::prelude::*;

/// Changes a note that still has the version the change began with; otherwise that is a conflict. Without a moment it stays
/// where it is.
#[server(prefix = "/fn", endpoint = "edit_note")]
pub async fn edit_note(id: NoteId, version: i64, body: String, at_ms: Option<i64>, end_ms: Option<i64>) -> Result<Note, AppError> {
    use crate::server::{call, notes};
    let change = notes::Change { version, body: Some(body), place: at_ms.map(|at| (at, end_ms)) };
    call(|app, viewer| async move { notes::edit(&app, &viewer, id, change).await?.written() }).await
}
