use crate::model::{AppError, VideoList};
use leptos::prelude::*;

/// A page of the viewer's recordings. `sort`, `state` and `tag` are those of the page's address; `cursor` is the `next_cursor` of
/// the page before, `shown` how many an earlier visit had shown.
#[server(prefix = "/fn", endpoint = "list_videos")]
pub async fn list_videos(
    sort: Option<String>,
    state: Option<String>,
    tag: Option<String>,
    cursor: Option<String>,
    shown: Option<i64>,
) -> Result<VideoList, AppError> {
    use crate::server::{call, videos};
    let wanted = videos::Wanted { sort, state, tag, cursor, shown, limit: None };
    call(|app, viewer| async move { videos::list(&app, &viewer, &wanted).await }).await
}
