//! What was said: each sentence leads to its moment, and the spoken one is marked.
//!
//! [`markup`] is what the server renders, [`lines`] the sentences and their rows, [`load`] brings them in. [`follow`] goes
//! along with the talk, [`search`] finds in it, [`edit`] corrects it; [`file`] and [`transcriber`] are where transcripts
//! come from. [`keys`] hears the keyboard.

mod edit;
mod file;
mod follow;
mod keys;
mod lines;
mod load;
mod markup;
mod pieces;
mod search;
mod transcriber;

use crate::{
    browser::{dom, heat, idle::Pace, page, playhead},
    model::VideoId,
};
use edit::Editing;
use follow::Follow;
use leptos::task::spawn_local;
use lines::Lines;
use load::Loaded;
use search::Search;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, EventTarget, HtmlElement};

pub use markup::{FIRST, TranscriptMarkup};

/// As many rows as are rewritten at once; more of them go in pieces.
const AT_ONCE: usize = 200;

/// The panel in the browser.
struct Panel {
    video: VideoId,
    root: HtmlElement,
    /// The part of it that says which transcript this is.
    place: HtmlElement,
    lines: Lines,
    follow: Follow,
    search: Search,
    editing: Editing,
    /// Where the tools of a sentence are: on the one that is pointed at.
    tools: Option<HtmlElement>,
    /// The way back to the talk. Kept, as its row is: finding them behind 10,000 rows takes longer than all else.
    way_back: Option<HtmlElement>,
    /// The sentence that the Tab key leads to, and its row.
    active: Cell<usize>,
    active_row: RefCell<Option<HtmlElement>>,
    /// The version of the transcript that is shown.
    version: Cell<i64>,
    state: Cell<Loaded>,
    /// Counts loadings: only the newest counts.
    loads: Cell<u32>,
    /// Counts questions to the transcriber, likewise.
    asked: Cell<u32>,
    /// Whether it was at work when it was asked last.
    at_work: Cell<bool>,
    /// Sees which chunks are near, and how many chunks it knows.
    observer: RefCell<Option<JsValue>>,
    observed: Cell<usize>,
    near: RefCell<Vec<HtmlElement>>,
}

pub fn wake(tabs: &HtmlElement, video: VideoId) {
    let Some(root) = dom::find(tabs, "#panel-transcript") else { return };
    let (Some(place), Some(lines)) = (dom::find(&root, ".transcript"), Lines::of(&root)) else { return };
    let panel = Rc::new(Panel {
        video,
        version: Cell::new(dom::attr(&place, "data-version").parse().unwrap_or(-1)),
        tools: dom::stamp(&root, "line-tools"),
        lines,
        follow: Follow::new(),
        search: Search::default(),
        editing: Editing::default(),
        way_back: dom::find(&root, "[data-act=now]"),
        active: Cell::new(0),
        active_row: RefCell::new(dom::find(&root, "[data-sentence]")),
        state: Cell::new(Loaded::Nothing),
        loads: Cell::new(0),
        asked: Cell::new(0),
        at_work: Cell::new(false),
        observer: RefCell::default(),
        observed: Cell::new(0),
        near: RefCell::default(),
        root,
        place,
    });
    panel.observer.replace(search::watch(&panel));
    let p = panel.clone();
    playhead::follow(move |ms| p.tick(ms));
    let p = panel.clone();
    heat::follow(move || p.lines.warm());
    let p = panel.clone();
    dom::on_act(&panel.root, move |act, button| p.act(act, button)).keep();
    panel.on("click", |panel, event| panel.click(event));
    panel.on("keydown", |panel, event| panel.key(event));
    panel.on("submit", |panel, event| {
        if dom::closest(event, ".line-edit").is_some() {
            event.prevent_default();
            panel.submit("save");
        }
    });
    panel.on("input", |panel, event| {
        if dom::closest(event, "[data-search]").is_some() {
            panel.search();
        }
    });
    panel.on("change", |panel, event| {
        if dom::closest(event, "#transcript-input").is_some() {
            panel.chosen();
        }
    });
    // The tools go along with the pointer and with the focus.
    for event in ["pointerover", "focusin"] {
        panel.on(event, |panel, event| panel.bring_tools(event));
    }
    for event in ["dragenter", "dragover", "dragleave", "drop"] {
        panel.on(event, |panel, event| panel.drag(event));
    }
    // Who opens the tab wants to read.
    panel.on("shown", |panel, _| panel.shown());
    panel.on("pointerdown", |panel, event| {
        // On the list itself: its scroll bar.
        if event.target().is_some_and(|target| *panel.lines.list().unchecked_ref::<EventTarget>() == target) {
            panel.strayed(event);
        }
    });
    // On the window they are passive: a list that scrolls waits for nobody.
    for event in ["wheel", "touchmove"] {
        let p = panel.clone();
        if let Some(listener) = page::on_window(event, move |event| p.strayed(&event)) {
            listener.keep();
        }
    }
    let p = panel.clone();
    if let Some(listener) = page::on_window("click", move |event| {
        if dom::closest(&event, ".transcript-menu").is_none() {
            file::close_menu(&p.root);
        }
    }) {
        listener.keep();
    }
}

/// The tab was opened.
pub fn opened(tabs: &HtmlElement) {
    if let (Some(root), Ok(event)) = (dom::find(tabs, "#panel-transcript"), Event::new("shown")) {
        let _ = root.dispatch_event(&event);
    }
}

impl Panel {
    /// One listener. `f` is a plain function, so that the closure around it is compiled once for all of them.
    fn on(self: &Rc<Self>, event: &'static str, f: fn(&Rc<Self>, &Event)) {
        let panel = self.clone();
        dom::listen(&self.root, event, move |event| f(&panel, &event)).keep();
    }

    fn shown(self: &Rc<Self>) {
        if self.has_transcript() {
            self.load();
            self.tick(playhead::now_ms());
        } else {
            self.ask_transcriber();
        }
    }

    fn act(self: &Rc<Self>, act: &str, button: &HtmlElement) {
        if dom::around(button, ".transcript-menu").is_some() {
            file::close_menu(&self.root);
        }
        match act {
            "choose" => self.choose(),
            "copy" => self.copy(),
            "remove" => self.ask_to_remove(),
            "remove-now" => self.remove(),
            "transcribe" => self.transcribe(),
            "now" => self.follow_again(),
            "next" => self.step(1),
            "previous" => self.step(-1),
            "undo" => self.undo(),
            "keep" => self.close_form(),
            "split" => self.submit("split"),
            "merge" => self.submit("merge"),
            "edit" => {
                if let Some(index) = dom::around(button, "[data-sentence]").and_then(|row| self.lines.index_of(&row)) {
                    self.edit(index);
                }
            }
            _ => {}
        }
    }

    /// A click on a sentence jumps. One that ends a selection, or is meant for something in the row, does not.
    fn click(self: &Rc<Self>, event: &Event) {
        if dom::closest(event, ".transcript-menu-list a").is_some() {
            file::close_menu(&self.root);
        }
        if dom::closest(event, ".line-tools, .line-edit").is_some() || page::has_selection() {
            return;
        }
        let Some(row) = dom::closest(event, "[data-sentence]") else { return };
        let Ok(ms) = dom::attr(&row, "data-start").parse() else { return };
        if let Some(index) = self.lines.index_of(&row) {
            self.make_active(index);
        }
        self.follow_on();
        playhead::seek_ms(ms);
    }

    /// Puts the tools where the pointer or the focus is.
    fn bring_tools(&self, event: &Event) {
        let Some(tools) = &self.tools else { return };
        let Some(row) = dom::closest(event, "[data-sentence]") else { return };
        if tools.parent_element().as_ref() != Some(row.unchecked_ref::<Element>()) {
            let _ = row.append_child(tools);
        }
        // However the focus came there, the keys mean this sentence.
        if event.type_() == "focusin"
            && let Some(index) = self.lines.index_of(&row).filter(|index| *index != self.active.get())
        {
            self.make_active(index);
        }
    }

    /// Writes rows anew whose sentences have changed, and the one behind them, which may go on with the same speaker.
    fn rewrite(self: &Rc<Self>, index: usize, count: usize) {
        let (panel, turn) = (self.clone(), self.lines.turn.get());
        let end = (index + count + 1).min(self.lines.len()).max(index);
        let write = move |index: usize| {
            if let Some(row) = panel.lines.row(index) {
                panel.lines.write(&row, index);
            }
        };
        if end - index <= AT_ONCE {
            (index..end).for_each(write);
            return self.tick(playhead::now_ms());
        }
        let panel = self.clone();
        spawn_local(async move {
            let mut pace = Pace::begin();
            for index in index..end {
                write(index);
                pace.rest().await;
                if panel.lines.turn.get() != turn {
                    // A later change writes its own rows; the rest of these still has to be.
                    return panel.rewrite(index, end.min(panel.lines.len()).saturating_sub(index));
                }
            }
            panel.tick(playhead::now_ms());
        });
    }
}
