//! One recording on the shelf.

use crate::{
    islands::{
        icon::{Icon, IconView},
        rename::RenameForm,
    },
    model::{StreamStatus, Video, clock},
};
use leptos::prelude::*;

/// Poster, title, one dim line, and what can be done with it. `doomed` opens the question before deleting.
#[component]
pub fn RecordingCard(video: Video, doomed: RwSignal<Option<Video>>) -> impl IntoView {
    let id = video.id;
    let href = format!("/videos/{id}");
    let title = RwSignal::new(video.title.clone());
    let editing = RwSignal::new(false);
    let duration = video.duration_ms.map(|ms| view! { <span class="chip time">{clock::timecode(ms)}</span> });
    let poster = match &video.poster_url {
        Some(url) => view! { <img src=url.clone() alt="" loading="lazy" width="320" height="180" /> }.into_any(),
        None => view! { <IconView icon=Icon::Film /> }.into_any(),
    };
    let state = state_word(video.hls_status)
        .map(|(word, kind)| view! { <span class="state" data-kind=kind>{word}</span>" · " });
    let line = format!("{} · {}", clock::day(video.created_at), clock::bytes(video.size_bytes));
    let ask = move |_| doomed.set(Some(Video { title: title.get_untracked(), ..video.clone() }));
    view! {
        <article class="card" data-video=id.to_string()>
            <div class="poster">{poster}{duration}</div>
            <Show
                when=move || editing.get()
                // One link per card; its style stretches it over the poster.
                fallback=move || view! { <h2 class="card-title"><a href=href.clone()>{move || title.get()}</a></h2> }
            >
                <RenameForm id title editing />
            </Show>
            <p class="card-line">{state}{line}</p>
            <div class="card-tools needs-script">
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Rename"
                    title="Rename"
                    on:click=move |_| editing.set(true)
                >
                    <IconView icon=Icon::Pencil />
                </button>
                <button type="button" class="icon-button" aria-label="Delete" title="Delete" on:click=ask>
                    <IconView icon=Icon::Trash />
                </button>
            </div>
        </article>
    }
}

/// A word for what is not ordinary. A recording that is ready, or was never opened, needs none.
fn state_word(status: Option<StreamStatus>) -> Option<(&'static str, &'static str)> {
    match status {
        Some(StreamStatus::Generating) => Some(("Preparing", "busy")),
        Some(StreamStatus::Failed) => Some(("Could not be prepared", "bad")),
        Some(StreamStatus::Ready) | None => None,
    }
}
