use crate::model::{AppError, NoteId};
use leptos::prelude::*;

/// Deletes a note; with a version, only if it is still the one that was seen.
#[server(prefix = "/fn", endpoint = "delete_note")]
pub async fn delete_note(id: NoteId, version: Option<i64>) -> Result<(), AppError> {
    use crate::server::{call, notes};
    call(|app, viewer| async move { notes::delete(&app, &viewer, id, version).await }).await
}
