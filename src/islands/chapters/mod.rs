//! The line under the player: the parts of the recording, one click away.
//!
//! Here is what the server renders; [`panel`] is what it does, [`editor`] the rows in which chapters are changed. Each chapter is a
//! link to its moment: it can be opened elsewhere, copied, and followed where no script runs.

mod editor;
mod panel;

use super::{
    awake::awake_when_wanted,
    icon::{Icon, IconView},
};
use crate::model::{Chapter, Chapters, SearchStatus, VideoId, chapter::MAX_CHAPTER_TITLE_CHARS, clock::timecode};
use leptos::prelude::*;

const PROPOSE: &str = "Find chapters in what is said, or in the pictures";
const AGAIN: &str = "What was proposed before is replaced, what you made or changed stays";
const COPY: &str = "Copy a link to this moment";
const MOVE: &str = "Move to the current moment";

#[component]
pub fn ChapterBar(id: VideoId, chapters: Chapters) -> impl IntoView {
    let Chapters { chapters, search } = chapters;
    let none = chapters.is_empty();
    let going = search.as_ref().is_some_and(|search| search.goes_on());
    // What was found stands there to be seen.
    let said = search.filter(|search| search.status != SearchStatus::Found).map(|search| search.message).unwrap_or_default();
    view! {
        <LiveChapters>
            <section class="chapters" data-id=id.to_string() data-going=going aria-labelledby="chapters-title">
                <div class="chapters-line">
                    <h2 id="chapters-title">"Chapters"</h2>
                    <p class="chapters-none" hidden=!none>"None yet."</p>
                    <ol class="chapter-list" hidden=none>
                        {chapters.into_iter().map(|chapter| view! { <Chip id chapter=Some(chapter) /> }).collect_view()}
                    </ol>
                    <div class="chapter-tools needs-script">
                        <button type="button" class="quiet" data-act="add-chapter" title="Add a chapter that begins here">
                            <IconView icon=Icon::Plus />
                            <span>"Add chapter here"</span>
                        </button>
                        <button type="button" class="quiet" data-act="propose" title=PROPOSE hidden=!none>
                            "Propose chapters"
                        </button>
                        <button
                            type="button"
                            class="icon-button"
                            data-act="edit-chapters"
                            aria-label="Edit chapters"
                            title="Edit chapters"
                            aria-expanded="false"
                            aria-controls="chapter-editor"
                            hidden=none
                        >
                            <IconView icon=Icon::Pencil />
                        </button>
                        <button type="button" class="icon-button" data-act="copy-moment" aria-label=COPY title=COPY>
                            <IconView icon=Icon::Link />
                        </button>
                        <p class="copied" role="status"></p>
                    </div>
                </div>
                <form class="chapter-row" data-new="" hidden>
                    <Fields />
                    <button type="submit" class="primary">"Add"</button>
                    <button type="button" class="quiet" data-act="keep">"Cancel"</button>
                </form>
                <div class="chapter-editor" id="chapter-editor" hidden>
                    <ol class="chapter-rows"></ol>
                    <button type="button" class="quiet" data-act="propose" title=AGAIN>"Propose again"</button>
                    <button type="button" data-act="edit-chapters">"Done"</button>
                </div>
                <p class="chapters-said" role="status" data-said="" hidden=said.is_empty()>{said.clone()}</p>
                <p class="undo" role="status" hidden>
                    "Chapter deleted. "
                    <button type="button" class="link" data-act="undo">"Undo"</button>
                </p>
                <p class="field-error" role="alert" hidden></p>
                <template data-template="chip"><Chip id chapter=None /></template>
                <template data-template="chapter-row">
                    <li>
                        <form class="chapter-row" data-chapter="">
                            <Fields />
                            <button type="button" class="icon-button" data-act="here" aria-label=MOVE title=MOVE>
                                <IconView icon=Icon::Clock />
                            </button>
                            <button type="button" class="icon-button" data-act="delete" aria-label="Delete" title="Delete">
                                <IconView icon=Icon::Trash />
                            </button>
                            // Without one, Enter submits no form of two fields.
                            <button type="submit" class="visually-hidden" tabindex="-1">"Save"</button>
                        </form>
                    </li>
                </template>
            </section>
        </LiveChapters>
    }
}

/// One chapter, or the blank that new ones are stamped from.
#[component]
fn Chip(id: VideoId, chapter: Option<Chapter>) -> impl IntoView {
    let (own, at, title) = chapter.map(|c| (c.id.to_string(), c.start_ms, c.title)).unwrap_or_default();
    let href = format!("/videos/{id}?t={}", at / 1000);
    view! {
        <li data-chapter=own data-at=at.to_string()>
            <a class="chapter" href=href>
                <span class="time">{timecode(at)}</span>
                <span data-title="">{title}</span>
            </a>
        </li>
    }
}

#[component]
fn Fields() -> impl IntoView {
    view! {
        <input name="start" class="time" aria-label="Begins at" autocomplete="off" inputmode="text" />
        <input name="title" aria-label="Title" placeholder="Title" autocomplete="off" maxlength=MAX_CHAPTER_TITLE_CHARS.to_string() />
    }
}

#[island]
pub fn LiveChapters(children: Children) -> impl IntoView {
    awake_when_wanted(".chapters", |root| Box::pin(wake(root)));
    children()
}

#[cfg_attr(feature = "split", lazy)]
async fn wake(root: web_sys::HtmlElement) {
    panel::wake(root);
}
