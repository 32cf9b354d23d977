use crate::model::{AppError, ChapterId, Chapters};
use leptos::prelude::*;

/// Removes a chapter. Gives the others of its recording, in order.
#[server(prefix = "/fn", endpoint = "delete_chapter")]
pub async fn delete_chapter(id: ChapterId) -> Result<Chapters, AppError> {
    use crate::server::{call, chapters};
    call(|app, viewer| async move {
        let video = chapters::delete(&app, &viewer, id).await?;
        chapters::list(&app, &viewer, video).await
    })
    .await
}
