//! What stands beside (or under) the player: notes, transcript, statistics.

mod note_item;
mod notes;
mod stats;
mod transcript;

use crate::browser::early;
use crate::model::{Note, Transcript, VideoId, VideoStats};
use leptos::{html, prelude::*};
use notes::Notes;
use stats::Stats;
use transcript::TranscriptPanel;

/// Name and label of each tab, in order.
const TABS: [(&str, &str); 3] = [("notes", "Notes"), ("transcript", "Transcription"), ("stats", "Stats")];

/// The three panels. All are rendered on the server; without JavaScript they stand one under the other.
#[island]
pub fn VideoTabs(id: VideoId, notes: Vec<Note>, transcript: Option<Transcript>, stats: VideoStats) -> impl IntoView {
    let open = RwSignal::new(0_usize);
    let notes = RwSignal::new(notes);
    let list = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if let Some(list) = list.get() {
            early::wake(&list);
        }
    });
    let go = move |index: usize| {
        open.set(index);
        let tab = list.get_untracked().and_then(|list| list.children().item(index as u32));
        if let Some(tab) = tab {
            let _ = wasm_bindgen::JsCast::unchecked_into::<web_sys::HtmlElement>(tab).focus();
        }
    };
    let arrows = move |event: leptos::ev::KeyboardEvent| {
        let (now, last) = (open.get_untracked(), TABS.len() - 1);
        let next = match event.key().as_str() {
            "ArrowRight" => if now == last { 0 } else { now + 1 },
            "ArrowLeft" => if now == 0 { last } else { now - 1 },
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        go(next);
    };
    let tab = move |index: usize| {
        let (name, label) = TABS[index];
        view! {
            <button
                type="button"
                role="tab"
                id=format!("tab-{name}")
                aria-controls=format!("panel-{name}")
                aria-selected=move || (open.get() == index).to_string()
                tabindex=move || if open.get() == index { "0" } else { "-1" }
                on:click=move |_| open.set(index)
            >
                {label}
                {(index == 0).then(|| view! { <span class="count">{move || count(notes.with(Vec::len))}</span> })}
            </button>
        }
    };
    let hidden = move |index: usize| move || open.get() != index;
    view! {
        <section class="tabs" aria-label="About this recording">
            <div class="tablist needs-script" role="tablist" node_ref=list on:keydown=arrows>
                {tab(0)}{tab(1)}{tab(2)}
            </div>
            <div role="tabpanel" id="panel-notes" aria-labelledby="tab-notes" hidden=hidden(0)>
                <Notes id notes />
            </div>
            <div role="tabpanel" id="panel-transcript" aria-labelledby="tab-transcript" hidden=hidden(1)>
                <TranscriptPanel id transcript shown=Signal::derive(move || open.get() == 1) />
            </div>
            <div role="tabpanel" id="panel-stats" aria-labelledby="tab-stats" hidden=hidden(2)>
                <Stats id stats shown=Signal::derive(move || open.get() == 2) />
            </div>
        </section>
    }
}

/// A number worth showing.
fn count(n: usize) -> String {
    if n == 0 { String::new() } else { n.to_string() }
}
