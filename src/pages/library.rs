//! `/`: the recordings.

use super::{frame::Frame, problem::Problem};
use crate::{
    api::{get_viewer, list_videos},
    islands::library::Library,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

#[component]
pub fn LibraryPage() -> impl IntoView {
    let cursor = use_query_map().with_untracked(|query| query.get("cursor")).filter(|cursor| !cursor.is_empty());
    Suspend::new(async move {
        let first_page = cursor.is_none();
        let viewer = get_viewer().await.ok().flatten();
        let content = match list_videos(cursor).await {
            Ok(list) => {
                let more = list.next_cursor.as_ref().map(|cursor| format!("/?cursor={cursor}"));
                view! {
                    <Library list first_page />
                    {more.map(|href| view! { <p class="more"><a class="button" href=href>"Load more"</a></p> })}
                }
                .into_any()
            }
            Err(error) => view! { <Problem error /> }.into_any(),
        };
        view! {
            <Title text="Recordings · Notetaker" />
            <Frame viewer>{content}</Frame>
        }
    })
}
