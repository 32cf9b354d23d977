//! The library: recordings, uploads on their way, what a search found, and the whole page as a place to drop files on.
//!
//! [`cards`], [`choices`] and [`results`] are what the server renders; [`shelf`] is what lives, with [`search`] (while one
//! types), [`more`] (the next page), [`selection`] (several at a time), [`tag_dialog`] and [`toast`]; [`upload_card`] paints one
//! upload.

mod cards;
pub mod choices;
mod more;
mod results;
mod search;
pub mod selection;
mod shelf;
pub mod tag_dialog;
mod toast;
mod upload_card;

use super::{
    awake::awake_lazily,
    icon::{Icon, IconView},
};
use crate::model::{VideoList, VideoState, library::Surroundings, search::SearchResults};
use cards::{InterruptedCard, RecordingCard, UploadCard};
use choices::{Choices, Chosen, TagRow};
use leptos::prelude::*;
use results::Results;
use selection::SelectionBar;
use tag_dialog::TagDialog;
use toast::Toast;
use web_sys::HtmlElement;

/// What a file dialog offers: everything the system calls video or sound, and what it often does not know.
const ACCEPT: &str = "video/*,audio/*,.mkv,.mov,.m4v,.ts,.mts,.m2ts,.m4a,.aac,.flac,.oga,.opus";

/// As many posters as fill a first screen, more or less, are fetched at once.
const IN_SIGHT: usize = 8;

/// The recordings that the page's address asks for.
#[derive(Clone, Debug)]
pub struct Browsed {
    pub list: VideoList,
    pub around: Surroundings,
    pub chosen: Chosen,
    /// Only the first page has a count and an empty state.
    pub first_page: bool,
}

/// The page of recordings.
#[component]
pub fn Library(browsed: Browsed) -> impl IntoView {
    let Browsed { list, around, chosen, first_page } = browsed;
    let rest = (list.total - list.videos.len() as i64).max(0).to_string();
    let here = chosen.address();
    let known = around.tags.clone();
    let empty = first_page && list.videos.is_empty();
    let nothing = empty && !chosen.is_narrow();
    let count = if first_page && !empty { list.total.to_string() } else { String::new() };
    let heading = if first_page { "Recordings " } else { "More recordings " };
    let trashed = around.trashed;
    let older = list.next_cursor.as_ref().map(|cursor| chosen.with("cursor", cursor));
    let (start, next) = (here.clone(), here.clone());
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
            <div class="library" data-first-page=first_page data-here=here data-rest=rest>
                <div class="browse">
                    <header class="library-head">
                        <h1>{heading}<span class="count" data-count="">{count}</span></h1>
                        <UploadField />
                        <div class="library-tools" hidden=nothing && trashed == 0>
                            {(!nothing).then(|| view! { <Choices chosen=chosen.clone() /> })}
                            <TrashLink count=trashed />
                        </div>
                        <button type="button" class="primary upload-button needs-script" data-act="choose">
                            <IconView icon=Icon::Upload />
                            "Upload"
                        </button>
                        <noscript><p class="hint">"Uploading and playing need JavaScript. All the rest works without."</p></noscript>
                    </header>
                    {(!nothing).then(|| view! { <TagRow chosen=chosen.clone() around /> })}
                    {if chosen.is_narrow() {
                        view! { <NoneOfThese shown=empty /> }.into_any()
                    } else {
                        view! { <EmptyLibrary shown=empty /> }.into_any()
                    }}
                    <ul class="shelf" hidden=empty>{cards.collect_view()}</ul>
                    <nav class="more" aria-label="More recordings">
                        {(!first_page).then(|| view! { <a class="button" href=start>"Back to the first"</a> })}
                        {older.map(|href| view! { <a class="button" href=href rel="next" data-more="">"More recordings"</a> })}
                    </nav>
                </div>
                <Results asked=None first_page=true />
                <SelectionBar next />
                <Furniture />
                <TagDialog known />
            </div>
        </LiveShelf>
    }
}

/// The page of what a search found. The shelf is there for files that are dropped on it.
#[component]
pub fn Searched(query: String, found: SearchResults, first_page: bool) -> impl IntoView {
    view! {
        <LiveShelf>
            <div class="library" data-bare="" data-here="/">
                <div class="browse" hidden>
                    <UploadField />
                    <ul class="shelf"></ul>
                </div>
                <Results asked=Some((query, found)) first_page />
                <Furniture />
            </div>
        </LiveShelf>
    }
}

/// What every page of the library has: the blanks to stamp from, the veil, and the places where something is said.
#[component]
fn Furniture() -> impl IntoView {
    view! {
        <p class="visually-hidden" role="status" data-search-said=""></p>
        <Toast />
        <template data-template="upload"><UploadCard /></template>
        <template data-template="recording"><RecordingCard video=None /></template>
        <div class="drop-veil" aria-hidden="true"><p><IconView icon=Icon::Upload />"Drop to upload"</p></div>
    }
}

#[component]
fn UploadField() -> impl IntoView {
    view! {
        <input id="file-input" type="file" multiple accept=ACCEPT class="visually-hidden" tabindex="-1" aria-label="Choose recordings" />
    }
}

#[component]
fn TrashLink(count: i64) -> impl IntoView {
    let label = match count {
        0 => "Trash, empty".to_owned(),
        1 => "Trash, 1 recording".to_owned(),
        n => format!("Trash, {n} recordings"),
    };
    view! {
        <a class="button icon-button trash-link" href="/trash" aria-label=label.clone() title=label><IconView icon=Icon::Trash /></a>
    }
}

#[island]
pub fn LiveShelf(children: Children) -> impl IntoView {
    awake_lazily(".library", |root| Box::pin(wake(root)));
    children()
}

#[cfg_attr(feature = "split", lazy)]
async fn wake(root: HtmlElement) {
    shelf::wake(root);
}

/// What a person sees whose choice fits nothing.
#[component]
fn NoneOfThese(shown: bool) -> impl IntoView {
    view! {
        <section class="empty" hidden=!shown>
            <IconView icon=Icon::Film />
            <h2>"None of your recordings is like that"</h2>
            <p>"Choose another state or tag, or look at all of them."</p>
            <a class="button" href="/">"All recordings"</a>
        </section>
    }
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
