//! What stands beside (or under) the player: notes, transcript, statistics.
//!
//! Each panel file holds its markup first and then what it does; one island wakes all three.

mod notes;
mod stats;
mod transcript;

use super::awake::awake_when_wanted;
use crate::{
    browser::dom,
    model::{Note, TranscriptPart, VideoId, VideoStats},
};
use leptos::prelude::*;
use notes::NotesMarkup;
use stats::StatsMarkup;
pub use stats::{Bill, Days, StatsPanel, count, seconds};
use std::rc::Rc;
pub use transcript::FIRST;
use transcript::TranscriptMarkup;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, KeyboardEvent};

/// The three panels. Without JavaScript, and on paper, they stand one under the other, with titles in place of the tabs.
#[component]
pub fn VideoTabs(id: VideoId, notes: Vec<Note>, transcript: Option<TranscriptPart>, stats: VideoStats) -> impl IntoView {
    let count = if notes.is_empty() { String::new() } else { notes.len().to_string() };
    view! {
        <LiveTabs>
            <section class="tabs" data-id=id.to_string() aria-label="About this recording">
                <div class="tablist needs-script" role="tablist">
                    <Tab name="notes" selected=true>"Notes"<span class="count" data-count="">{count}</span></Tab>
                    <Tab name="transcript">"Transcription"</Tab>
                    <Tab name="stats">"Stats"</Tab>
                </div>
                <div role="tabpanel" id="panel-notes" aria-labelledby="tab-notes">
                    <h2 class="panel-title">"Notes"</h2>
                    <NotesMarkup id notes />
                </div>
                <div role="tabpanel" id="panel-transcript" aria-labelledby="tab-transcript" hidden>
                    <h2 class="panel-title">"Transcription"</h2>
                    <TranscriptMarkup id transcript />
                </div>
                <div role="tabpanel" id="panel-stats" aria-labelledby="tab-stats" hidden>
                    <h2 class="panel-title">"Stats"</h2>
                    <StatsMarkup id stats />
                </div>
            </section>
        </LiveTabs>
    }
}

#[component]
fn Tab(name: &'static str, #[prop(optional)] selected: bool, children: Children) -> impl IntoView {
    view! {
        <button
            type="button"
            role="tab"
            id=format!("tab-{name}")
            aria-controls=format!("panel-{name}")
            aria-selected=selected.to_string()
            tabindex=if selected { "0" } else { "-1" }
        >
            {children()}
        </button>
    }
}

#[island]
pub fn LiveTabs(children: Children) -> impl IntoView {
    awake_when_wanted(".tabs", |root| Box::pin(wake(root)));
    children()
}

#[cfg_attr(feature = "split", lazy)]
async fn wake(root: HtmlElement) {
    let Ok(id) = dom::attr(&root, "data-id").parse::<VideoId>() else { return };
    notes::wake(&root, id);
    transcript::wake(&root, id);
    stats::wake(&root, id);
    let tabs = Rc::new(dom::find_all(&root, "[role=tab]"));
    let at = {
        let tabs = tabs.clone();
        move |event: &Event| dom::closest(event, "[role=tab]").and_then(|tab| tabs.iter().position(|t| *t == tab))
    };
    let Some(list) = dom::find(&root, "[role=tablist]") else { return };
    let (found, all, place) = (at.clone(), tabs.clone(), root.clone());
    dom::listen(&list, "click", move |event| {
        if let Some(index) = found(&event) {
            open(&place, id, &all, index);
        }
    })
    .keep();
    dom::listen(&list, "keydown", move |event| {
        let key = event.unchecked_ref::<KeyboardEvent>().key();
        if let Some(next) = at(&event).and_then(|now| neighbour(&key, now, tabs.len())) {
            event.prevent_default();
            open(&root, id, &tabs, next);
            let _ = tabs[next].focus();
        }
    })
    .keep();
}

fn open(root: &HtmlElement, id: VideoId, tabs: &[HtmlElement], index: usize) {
    for (i, tab) in tabs.iter().enumerate() {
        let on = i == index;
        dom::set_attr(tab, "aria-selected", if on { "true" } else { "false" });
        dom::set_attr(tab, "tabindex", if on { "0" } else { "-1" });
        dom::show(root, &["#", &dom::attr(tab, "aria-controls")].concat(), on);
    }
    if tabs[index].id() == "tab-transcript" {
        transcript::opened(root);
    }
    if tabs[index].id() == "tab-stats" {
        stats::refresh(root.clone(), id);
    }
}

/// Where an arrow key leads from tab `now` of `count`.
fn neighbour(key: &str, now: usize, count: usize) -> Option<usize> {
    match key {
        "ArrowRight" => Some((now + 1) % count),
        "ArrowLeft" => Some((now + count - 1) % count),
        "Home" => Some(0),
        "End" => Some(count - 1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_around() {
        assert_eq!(neighbour("ArrowRight", 2, 3), Some(0));
        assert_eq!(neighbour("ArrowLeft", 0, 3), Some(2));
        assert_eq!(neighbour("End", 0, 3), Some(2));
        assert_eq!(neighbour("x", 0, 3), None);
    }
}
