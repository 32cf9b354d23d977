//! The three kinds of cards, as the server renders them and the browser stamps them.

use super::{selection::Pick, tag_dialog::TagLink};
use crate::{
    islands::{
        icon::{Icon, IconView},
        rename::RenameForm,
    },
    model::{StreamStatus, Video, clock},
};
use leptos::prelude::*;

/// The dim line under a title.
pub fn line(video: &Video) -> String {
    [&clock::day(video.created_at), " · ", &clock::bytes(video.size_bytes)].concat()
}

/// A recording: poster, title, one dim line, and what can be done with it. `None` is the blank to stamp from.
#[component]
pub fn RecordingCard(
    video: Option<Video>,
    /// It is among those that one sees first: its poster does not wait until somebody scrolls.
    #[prop(optional)]
    in_sight: bool,
) -> impl IntoView {
    let id = video.as_ref().map(|v| v.id.to_string()).unwrap_or_default();
    let duration = video.as_ref().and_then(|v| v.duration_ms).map(clock::timecode);
    let poster = video.as_ref().and_then(|v| v.poster_url.clone());
    let state =
        video.as_ref().and_then(state_word).map(|(word, kind)| view! { <span class="state" data-kind=kind>{word}</span>" · " });
    let line = video.as_ref().map(line);
    let watched = video.as_ref().and_then(|v| v.position_ms.zip(v.duration_ms)).map(|(at, of)| {
        view! {
            <progress class="watched" max=of.to_string() value=at.to_string() aria-label="Watched"></progress>
        }
    });
    let loading = if in_sight { "eager" } else { "lazy" };
    let no_duration = duration.is_none();
    let sound = video.as_ref().is_some_and(|v| v.width.is_none());
    let title = video.as_ref().map(|v| v.title.clone()).unwrap_or_default();
    let tags = video.as_ref().map(|v| v.tags.clone()).unwrap_or_default();
    let (href, pick) = (["/videos/", &id].concat(), id.clone());
    view! {
        <article class="card" data-video=id>
            // Both icons are there, since a blank does not know yet what it will be; the style shows one.
            <div class="poster" data-sound=sound>
                <IconView icon=Icon::Film class="when-picture" />
                <IconView icon=Icon::Sound class="when-sound" />
                {poster.map(|url| view! { <img src=url alt="" loading=loading decoding="async" width="320" height="180" /> })}
                <span class="chip time" data-duration="" hidden=no_duration>{duration}</span>
                {watched}
            </div>
            <Pick id=pick title />
            // One link per card; its style stretches it over the poster.
            <h2 class="card-title"><a href=href data-title="">{video.map(|v| v.title)}</a></h2>
            <RenameForm />
            <p class="card-line">{state}<span data-line="">{line}</span></p>
            <ul class="card-tags">{tags.into_iter().map(|tag| view! { <TagLink tag=Some(tag) /> }).collect_view()}</ul>
            <div class="card-tools needs-script">
                <button type="button" class="icon-button" data-act="rename" aria-label="Rename" title="Rename">
                    <IconView icon=Icon::Pencil />
                </button>
                <button type="button" class="icon-button" data-act="tags" aria-label="Tags" title="Tags">
                    <IconView icon=Icon::Tag />
                </button>
                <button type="button" class="icon-button" data-act="trash" aria-label="Move to trash" title="Move to trash">
                    <IconView icon=Icon::Trash />
                </button>
            </div>
        </article>
    }
}

/// A word for what is not ordinary. A recording that is ready, or was never opened, needs none.
fn state_word(video: &Video) -> Option<(&'static str, &'static str)> {
    match video.hls_status {
        Some(StreamStatus::Generating) => Some(("Preparing", "busy")),
        _ if video.original_gone => Some(("Original gone", "bad")),
        Some(StreamStatus::Failed) => Some(("Could not be prepared", "bad")),
        Some(StreamStatus::Ready) | None => None,
    }
}

/// A file on its way: always a blank, since there are none before somebody chooses one.
#[component]
pub fn UploadCard() -> impl IntoView {
    view! {
        <li data-upload="" data-state="uploading">
            <article class="card card-upload">
                <div class="poster">
                    <div class="gauge">
                        <progress max="100" value="0" aria-label="Uploaded"></progress>
                        <p class="time" data-words=""></p>
                    </div>
                    <p class="upload-error" role="alert" hidden></p>
                </div>
                <h2 class="card-title" data-title=""></h2>
                <p class="card-line" data-line=""></p>
                <div class="card-buttons">
                    <button type="button" data-act="pause">"Pause"</button>
                    <button type="button" data-act="resume" hidden>"Resume"</button>
                    <button type="button" class="primary" data-act="resume" data-retry="" hidden>"Retry"</button>
                    <button type="button" class="quiet" data-act="cancel">"Cancel"</button>
                </div>
            </article>
        </li>
    }
}

/// An upload that stopped halfway, in this browser or another. What is there of it waits for the rest.
#[component]
pub fn InterruptedCard(video: Video) -> impl IntoView {
    let id = video.id.to_string();
    let line = [&video.file_name, " · ", &clock::bytes(video.size_bytes)].concat();
    view! {
        <li
            data-upload=id.clone()
            data-state="paused"
            data-interrupted=id
            data-name=video.file_name
            data-size=video.size_bytes.to_string()
        >
            <article class="card card-upload">
                <div class="poster">
                    <p class="upload-note">
                        <IconView icon=Icon::Clock />
                        "Upload interrupted – choose the same file again to go on."
                    </p>
                    <p class="upload-error" role="alert" hidden></p>
                </div>
                <h2 class="card-title">{video.title}</h2>
                <p class="card-line">{line}</p>
                <div class="card-buttons needs-script">
                    <button type="button" data-act="choose">"Choose file"</button>
                    <button type="button" class="quiet" data-act="give-up">"Cancel"</button>
                </div>
            </article>
        </li>
    }
}
