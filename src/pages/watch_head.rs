//! The line over the player: the way back, the title, what can be done with the recording.

use crate::{
    islands::{
        icon::{Icon, IconView},
        tags::VideoTags,
        video_title::VideoTitle,
    },
    model::{
        VideoId,
        library::{TRASH_DAYS, TagCount},
        video::MAX_TITLE_CHARS,
    },
};
use leptos::prelude::*;

#[component]
pub fn WatchHead(
    id: VideoId,
    title: String,
    tags: Vec<String>,
    known_tags: Vec<TagCount>,
    /// There is nothing to download any more.
    original_gone: bool,
) -> impl IntoView {
    let original = match original_gone {
        true => view! { <p class="download original-gone">"The original is gone from the storage."</p> }.into_any(),
        false => view! {
            <a class="button download" href=format!("/api/videos/{id}/download") download=""><IconView icon=Icon::Download />"Download"</a>
        }
        .into_any(),
    };
    view! {
        <div class="watch-head">
            <a class="back" href="/"><IconView icon=Icon::Back />"Recordings"</a>
            <VideoTitle id title=title.clone() />
            {original}
            <VideoTags id tags known=known_tags />
            <WithoutScript id title />
        </div>
    }
}

/// The pencil and the library's bin as plain forms: `noscript` is an empty element where scripts run.
#[component]
fn WithoutScript(id: VideoId, title: String) -> impl IntoView {
    view! {
        <noscript>
            <details class="plain">
                <summary>"Rename or delete"</summary>
                <form class="plain-row" method="post" action=format!("/videos/{id}/rename")>
                    <input name="title" aria-label="Title" value=title required maxlength=MAX_TITLE_CHARS.to_string() />
                    <button type="submit">"Save"</button>
                </form>
                <form class="plain-row" method="post" action=format!("/videos/{id}/trash")>
                    <button type="submit">"Move to trash"</button>
                    <p class="hint">{format!("There it can be had back for {TRASH_DAYS} days.")}</p>
                </form>
            </details>
        </noscript>
    }
}
