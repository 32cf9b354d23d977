//! What was said: each sentence leads to its moment, and the spoken one is marked.
//!
//! [`markup`] is what the server renders, [`lines`] the sentences and [`rows`] what shows them, [`load`] brings them in.
//! [`follow`] goes along with the talk, [`view`] knows what the reader sees; [`search`] finds in [`hay`], and [`marks`] shows
//! it ([`pieces`] of text). [`edit`] corrects, [`save`] sends it and takes it back. [`file`](mod@file) and [`transcriber`] are
//! where transcripts come from. [`keys`] hears the keyboard.

mod edit;
mod file;
mod follow;
mod hay;
mod keys;
mod lines;
mod load;
mod marks;
mod markup;
mod pieces;
mod rows;
mod save;
mod search;
mod transcriber;
mod view;

use crate::{
    browser::{dom, heat, page, playhead},
    model::VideoId,
};
use edit::Editing;
use follow::Follow;
use lines::Lines;
use load::Loaded;
use save::Saves;
use search::Search;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, EventTarget, HtmlElement, MouseEvent};

pub use markup::{FIRST, TranscriptMarkup};

/// The panel in the browser.
struct Panel {
    video: VideoId,
    root: HtmlElement,
    /// The part of it that says which transcript this is.
    place: HtmlElement,
    /// What floats over the end of the list. Kept, as the way back in it and the menu: to find something behind 10,000 rows, or
    /// that it is nowhere, takes longer than all else.
    foot: HtmlElement,
    /// The way back to the talk.
    way_back: Option<HtmlElement>,
    menu: Option<HtmlElement>,
    lines: Lines,
    follow: Follow,
    search: Search,
    editing: Editing,
    saves: Saves,
    /// Where the tools of a sentence are: on the one that is pointed at.
    tools: Option<HtmlElement>,
    /// The sentence that the Tab key leads to, and its row.
    active: Cell<usize>,
    active_row: RefCell<Option<HtmlElement>>,
    /// The version of the transcript that is shown.
    version: Cell<i64>,
    state: Cell<Loaded>,
    /// Counts loadings: only the newest counts.
    loads: Cell<u32>,
    /// Whether the alert says that loading failed.
    lost: Cell<bool>,
    /// Counts what moves the list: only the newest does, and none after the reader.
    moves: Cell<u32>,
    /// When the sentence began that the reader was at when all rows went away, and whether the keyboard was on it.
    reading: Cell<Option<(i64, bool)>>,
    /// Counts questions to the transcriber, likewise.
    asked: Cell<u32>,
    /// Whether it was at work when it was asked last, or had failed.
    at_work: Cell<bool>,
    failed: Cell<bool>,
    /// Sees which chunks are near, and how many chunks it knows.
    observer: RefCell<Option<JsValue>>,
    observed: Cell<usize>,
    near: RefCell<Vec<HtmlElement>>,
}

pub fn wake(tabs: &HtmlElement, video: VideoId) {
    let Some(root) = dom::find(tabs, "#panel-transcript") else { return };
    let (Some(place), Some(lines)) = (dom::find(&root, ".transcript"), Lines::of(&root)) else { return };
    let Some(foot) = dom::find(&root, ".transcript-foot") else { return };
    let panel = Rc::new(Panel {
        video,
        version: Cell::new(dom::attr(&place, "data-version").parse().unwrap_or(-1)),
        tools: dom::stamp(&root, "line-tools"),
        lines,
        follow: Follow::new(),
        search: Search::default(),
        editing: Editing::default(),
        saves: Saves::default(),
        way_back: dom::find(&foot, "[data-act=now]"),
        foot,
        menu: dom::find(&root, ".transcript-menu"),
        active: Cell::new(0),
        active_row: RefCell::new(dom::find(&root, "[data-sentence]")),
        state: Cell::new(Loaded::Nothing),
        loads: Cell::new(0),
        lost: Cell::new(false),
        moves: Cell::new(0),
        reading: Cell::new(None),
        asked: Cell::new(0),
        at_work: Cell::new(false),
        failed: Cell::new(false),
        observer: RefCell::default(),
        observed: Cell::new(0),
        near: RefCell::default(),
        root,
        place,
    });
    panel.observer.replace(marks::watch(&panel));
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
        // On the list itself: its scroll bar. With the middle button: another way to scroll.
        let bar = event.target().is_some_and(|target| *panel.lines.list().unchecked_ref::<EventTarget>() == target);
        if bar || event.dyn_ref::<MouseEvent>().is_some_and(|mouse| mouse.button() == 1) {
            panel.strayed(event);
        }
    });
    // On the window wheel and finger are passive: a list that scrolls waits for nobody.
    panel.on_window("wheel", |panel, event| panel.strayed(event));
    panel.on_window("touchmove", |panel, event| panel.strayed(event));
    panel.on_window("keydown", |panel, event| panel.key_anywhere(event));
    panel.on_window("click", |panel, event| {
        if dom::closest(event, ".transcript-menu").is_none() {
            panel.close_menu();
        }
    });
    // Who comes back, or is connected again, may find another transcript.
    panel.on_window("online", |panel, _| panel.back());
    let p = panel.clone();
    if let Some(document) = page::document() {
        dom::listen(&document, "visibilitychange", move |_| p.back()).keep();
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

    fn on_window(self: &Rc<Self>, event: &'static str, f: fn(&Rc<Self>, &Event)) {
        let panel = self.clone();
        if let Some(listener) = page::on_window(event, move |event| f(&panel, &event)) {
            listener.keep();
        }
    }

    fn shown(self: &Rc<Self>) {
        if !self.has_transcript() {
            return self.ask_transcriber();
        }
        match self.state.get() {
            Loaded::All => self.look_again(),
            _ => self.load(),
        }
        self.tick(playhead::now_ms());
    }

    /// Somebody looks at the page again.
    fn back(self: &Rc<Self>) {
        if self.is_open() {
            self.shown();
        }
    }

    fn act(self: &Rc<Self>, act: &str, button: &HtmlElement) {
        if dom::around(button, ".transcript-menu").is_some() {
            self.leave_menu();
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
            self.close_menu();
        }
        if dom::closest(event, ".line-tools, .line-edit").is_some() {
            return;
        }
        // The button itself is always meant, whatever is selected anywhere.
        if dom::closest(event, ".moment").is_none() && page::has_selection() {
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
        // A pointer that passes by does not take them from the keyboard.
        if event.type_() == "pointerover" && tools.matches(":focus-within").unwrap_or(false) {
            return;
        }
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
}
