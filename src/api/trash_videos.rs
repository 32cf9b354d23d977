use crate::model::AppError;
use leptos::prelude::*;

/// Moves recordings to the trash: their ids, with commas between. Tells how many were moved.
#[server(prefix = "/fn", endpoint = "trash_videos")]
pub async fn trash_videos(ids: String) -> Result<i64, AppError> {
    use crate::server::{call, videos::trash};
    call(|app, viewer| async move { trash::trash_many(&app, &viewer, &trash::ids(&ids)?).await }).await
}
