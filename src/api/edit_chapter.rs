use crate::model::{AppError, ChapterId, Chapters};
use leptos::prelude::*;

/// Moves and renames a chapter. Gives all of its recording's, in order.
#[server(prefix = "/fn", endpoint = "edit_chapter")]
pub async fn edit_chapter(id: ChapterId, start_ms: i64, title: String) -> Result<Chapters, AppError> {
    use crate::server::{call, chapters};
    call(|app, viewer| async move {
        let (video, _) = chapters::edit(&app, &viewer, id, Some(start_ms), Some(&title)).await?;
        chapters::list(&app, &viewer, video).await
    })
    .await
}
