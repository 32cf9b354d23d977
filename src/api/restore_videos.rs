use crate::model::AppError;
use leptos::prelude::*;

/// Takes recordings out of the trash: their ids, with commas between. Tells how many there were.
#[server(prefix = "/fn", endpoint = "restore_videos")]
pub async fn restore_videos(ids: String) -> Result<i64, AppError> {
    use crate::server::{call, videos::trash};
    call(|app, viewer| async move { trash::restore_many(&app, &viewer, &trash::ids(&ids)?).await }).await
}
