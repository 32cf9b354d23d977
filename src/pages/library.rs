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
        let title = if first_page { "Recordings · Notetaker" } else { "Older recordings · Notetaker" };
        let viewer = get_viewer().await.ok().flatten();
        let content = match list_videos(cursor).await {
            Ok(list) => {
                let older = list.next_cursor.as_ref().map(|cursor| ["/?cursor=", cursor].concat());
                let nothing_older = !first_page && list.videos.is_empty();
                view! {
                    <Title text=title />
                    <Library list first_page />
                    {nothing_older.then(|| view! { <p class="more dim">"There is nothing older than what you have seen."</p> })}
                    <Pages older first_page />
                }
                .into_any()
            }
            Err(error) => view! { <Problem error /> }.into_any(),
        };
        view! { <Frame viewer>{content}</Frame> }
    })
}

/// The ways to the next page and back to the first: links, which need no script.
#[component]
fn Pages(older: Option<String>, first_page: bool) -> impl IntoView {
    (older.is_some() || !first_page).then(|| {
        view! {
            <nav class="more" aria-label="More recordings">
                {(!first_page).then(|| view! { <a class="button" href="/">"Newest recordings"</a> })}
                {older.map(|href| view! { <a class="button" href=href rel="next">"Older recordings"</a> })}
            </nav>
        }
    })
}
