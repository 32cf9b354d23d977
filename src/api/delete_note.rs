use crate::model::{AppError, NoteId};
use leptos::prelude::*;

/// Deletes a note.
#[server(prefix = "/fn", endpoint = "delete_note")]
pub async fn delete_note(id: NoteId) -> Result<(), AppError> {
    use crate::server::{call, notes};
    call(|app, viewer| async move { notes::delete(&app, &viewer, id).await }).await
}
