use crate::model::{AppError, library::Tagged};
use leptos::prelude::*;

/// Puts a tag on recordings, or takes it off: their ids, with commas between. Tells which tags each has now.
#[server(prefix = "/fn", endpoint = "tag_videos")]
pub async fn tag_videos(ids: String, tag: String, on: bool) -> Result<Vec<Tagged>, AppError> {
    use crate::server::{
        call,
        videos::{tags, trash},
    };
    call(|app, viewer| async move { tags::tag_many(&app, &viewer, &trash::ids(&ids)?, &tag, on).await }).await
}
