//! The library: recordings, uploads on their way, and the whole page as a place to drop files on.
//!
//! [`cards`] is what the server renders; [`shelf`] what lives; [`upload_card`] paints one upload.

mod cards;
mod delete_dialog;
mod shelf;
mod upload_card;

use super::{
    awake::awake,
    icon::{Icon, IconView},
};
use crate::model::{VideoList, VideoState};
use cards::{InterruptedCard, RecordingCard, UploadCard};
use delete_dialog::DeleteDialog;
use leptos::prelude::*;

/// What a file dialog offers: everything the system calls video or sound, and what it often does not know.
const ACCEPT: &str = "video/*,audio/*,.mkv,.mov,.m4v,.ts,.mts,.m2ts,.m4a,.aac,.flac,.oga,.opus";

/// As many posters as fill a first screen, more or less, are fetched at once.
const IN_SIGHT: usize = 8;

/// The page of recordings. Only the first page has a count and an empty state.
#[component]
pub fn Library(list: VideoList, first_page: bool) -> impl IntoView {
    let counted = first_page && list.next_cursor.is_none();
    let empty = first_page && list.videos.is_empty();
    let count = if counted && !empty { list.videos.len().to_string() } else { String::new() };
    let heading = if first_page { "Recordings " } else { "Older recordings " };
    let cards = list.videos.into_iter().enumerate().map(|(at, video)| {
        if video.state == VideoState::Uploading {
            view! { <InterruptedCard video /> }.into_any()
        } else {
            let in_sight = at < IN_SIGHT;
            view! { <li><RecordingCard video=Some(video) in_sight /></li> }.into_any()
        }
    });
    view! {
        <LiveShelf>
            <div class="library" data-first-page=first_page data-counted=counted>
                <header class="library-head">
                    <h1>{heading}<span class="count" data-count="">{count}</span></h1>
                    <input
                        id="file-input"
                        type="file"
                        multiple
                        accept=ACCEPT
                        class="visually-hidden"
                        tabindex="-1"
                        aria-label="Choose recordings"
                    />
                    <button type="button" class="primary upload-button needs-script" data-act="choose">
                        <IconView icon=Icon::Upload />
                        "Upload"
                    </button>
                    <noscript><p class="hint">"Uploading and playing need JavaScript. All the rest works without."</p></noscript>
                </header>
                <EmptyLibrary shown=empty />
                <ul class="shelf" hidden=empty>{cards.collect_view()}</ul>
                <template data-template="upload"><UploadCard /></template>
                <template data-template="recording"><RecordingCard video=None /></template>
                <div class="drop-veil" aria-hidden="true"><p><IconView icon=Icon::Upload />"Drop to upload"</p></div>
                <DeleteDialog />
            </div>
        </LiveShelf>
    }
}

#[island]
pub fn LiveShelf(children: Children) -> impl IntoView {
    awake(".library", shelf::wake);
    children()
}

/// What a person sees who has nothing yet: what to do, and what will happen then.
#[component]
fn EmptyLibrary(shown: bool) -> impl IntoView {
    view! {
        <section class="empty" hidden=!shown>
            <IconView icon=Icon::Film />
            <h2>"Your recordings will stand here"</h2>
            <p>"Drop a meeting anywhere on this page, or choose one with Upload."</p>
            <ol>
                <li><b>"It goes straight into your private bucket."</b>" Close the tab halfway, and it goes on later where it stopped."</li>
                <li><b>"Open it, and it plays."</b>" The first time it is prepared while you watch; after that it is instant."</li>
                <li><b>"Write while you watch."</b>" Notes and transcript know their moment: one click and you are there."</li>
            </ol>
            <p class="hint">"Video (MP4, MOV, MKV, WebM, TS) and sound (M4A, MP3, WAV, FLAC, Ogg), up to 50 GB each."</p>
        </section>
    }
}
