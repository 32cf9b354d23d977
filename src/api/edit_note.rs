use crate::model::{AppError, Note, NoteId};
use leptos::prelude::*;

/// Changes the text of a note.
#[server(prefix = "/fn", endpoint = "edit_note")]
pub async fn edit_note(id: NoteId, body: String) -> Result<Note, AppError> {
    use crate::server::{call, notes};
    call(|app, viewer| async move { notes::edit(&app, &viewer, id, &body).await }).await
}
