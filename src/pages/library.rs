//! `/`: the recordings, or with `?q=` what a search finds in them.

use super::{frame::Frame, problem::Problem};
use crate::{
    api::{get_surroundings, get_viewer, list_videos, search_library},
    islands::library::{Browsed, Library, Searched, choices::Chosen},
    model::{
        AppError,
        library::{Show, Sort},
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

#[component]
pub fn LibraryPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let said = move |name: &str| query.get(name).filter(|value| !value.is_empty());
    let asked = said("q").filter(|q| !q.trim().is_empty());
    Suspend::new(async move {
        let viewer = get_viewer().await.ok().flatten();
        let content = match asked.clone() {
            Some(asked) => {
                let cursor = said("cursor");
                let first_page = cursor.is_none();
                search_library(asked.clone(), cursor).await.map(|found| {
                    view! {
                        <Title text="Search · Notetaker" />
                        <Searched query=asked found first_page />
                    }
                    .into_any()
                })
            }
            None => browse(said).await.map(|browsed| {
                let title = if browsed.first_page { "Recordings · Notetaker" } else { "More recordings · Notetaker" };
                let nothing_more = !browsed.first_page && browsed.list.videos.is_empty();
                view! {
                    <Title text=title />
                    <Library browsed />
                    {nothing_more.then(|| view! { <p class="more dim">"There is nothing more than what you have seen."</p> })}
                }
                .into_any()
            }),
        };
        let content = content.unwrap_or_else(|error| view! { <Problem error /> }.into_any());
        view! { <Frame viewer search=Some(asked.unwrap_or_default())>{content}</Frame> }
    })
}

/// The page of recordings that the address asks for.
async fn browse(said: impl Fn(&str) -> Option<String>) -> Result<Browsed, AppError> {
    let (sort, state, tag, cursor) = (said("sort"), said("state"), said("tag"), said("cursor"));
    let chosen = Chosen {
        sort: sort.as_deref().and_then(Sort::named).unwrap_or_default(),
        show: state.as_deref().and_then(Show::named),
        tag: tag.clone(),
    };
    let first_page = cursor.is_none();
    let shown = said("shown").and_then(|shown| shown.parse().ok());
    let list = list_videos(sort, state, tag, cursor, shown).await?;
    Ok(Browsed { list, around: get_surroundings().await?, chosen, first_page })
}
