//! The library: recordings, uploads on their way, and the whole page as a place to drop files on.

mod delete_dialog;
mod interrupted_card;
mod recording_card;
mod upload_card;

use super::{
    icon::{Icon, IconView},
    upload::queue::Queue,
};
use crate::{
    browser::{
        drop_zone::{self, DropZone},
        early,
    },
    model::{Video, VideoList, VideoState},
};
use delete_dialog::DeleteDialog;
use interrupted_card::InterruptedCard;
use leptos::prelude::*;
use recording_card::RecordingCard;
use upload_card::UploadCard;

/// What a recording may be called by its file: everything a browser calls video, and three it often does not.
const ACCEPT: &str = "video/*,.mkv,.mov,.m4v";

/// The list of recordings with everything that can be done to it.
#[island]
pub fn Library(
    /// The page of recordings the server rendered.
    initial: VideoList,
    /// Whether this is the first page: only there a count and the empty state make sense.
    first_page: bool,
) -> impl IntoView {
    let complete = first_page && initial.next_cursor.is_none();
    let videos = RwSignal::new(initial.videos);
    let queue = Queue::new(videos);
    let doomed = RwSignal::new(None::<Video>);
    let hovering = RwSignal::new(false);
    let zone = StoredValue::new_local(None::<DropZone>);
    Effect::new(move |_| {
        zone.set_value(Some(drop_zone::watch(move |over| hovering.set(over), move |files| queue.add(files))));
    });
    let input = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            early::wake(&input);
        }
    });
    let choose = move || {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let empty = move || first_page && videos.with(Vec::is_empty) && queue.uploads.with(Vec::is_empty);
    let count = move || complete.then(|| videos.with(Vec::len) + queue.uploads.with(Vec::len)).filter(|n| *n > 0);
    view! {
        <header class="library-head">
            <h1>"Recordings" {move || count().map(|n| view! { <span class="count">{n.to_string()}</span> })}</h1>
            <input
                id="file-input"
                type="file"
                multiple
                accept=ACCEPT
                class="visually-hidden"
                tabindex="-1"
                aria-label="Choose recordings"
                node_ref=input
                on:change=move |_| {
                    if let Some(input) = input.get_untracked() {
                        queue.add(drop_zone::list(input.files()));
                        // Choosing the same file again must be a change again.
                        input.set_value("");
                    }
                }
            />
            <button type="button" class="primary upload-button needs-script" on:click=move |_| choose()>
                <IconView icon=Icon::Upload />
                "Upload"
            </button>
        </header>
        <Show when=empty>
            <EmptyLibrary />
        </Show>
        <ul class="shelf" class:hidden=empty>
            <For each=move || queue.uploads.get() key=|upload| upload.key let:upload>
                <UploadCard upload queue doomed />
            </For>
            <For each=move || videos.get() key=|video| video.id let:video>
                {if video.state == VideoState::Uploading {
                    view! { <InterruptedCard video videos choose=Callback::new(move |()| choose()) /> }.into_any()
                } else {
                    view! { <li><RecordingCard video doomed /></li> }.into_any()
                }}
            </For>
        </ul>
        <div class="drop-veil" data-open=move || hovering.get() aria-hidden="true">
            <p><IconView icon=Icon::Upload />"Drop to upload"</p>
        </div>
        <DeleteDialog doomed queue />
    }
}

/// What a person sees who has nothing yet: what to do, and what will happen then.
#[component]
fn EmptyLibrary() -> impl IntoView {
    view! {
        <section class="empty">
            <IconView icon=Icon::Film />
            <h2>"Your recordings will stand here"</h2>
            <p>"Drop a meeting anywhere on this page, or choose one with Upload."</p>
            <ol>
                <li><b>"It goes straight into your private bucket."</b>" Close the tab halfway, and it goes on later where it stopped."</li>
                <li><b>"Open it, and it plays."</b>" The first time takes a few seconds of preparing; after that it is instant."</li>
                <li><b>"Write while you watch."</b>" Notes and transcript know their moment: one click and you are there."</li>
            </ol>
            <p class="hint">"MP4, MOV and MKV, up to 50 GB each."</p>
        </section>
    }
}
