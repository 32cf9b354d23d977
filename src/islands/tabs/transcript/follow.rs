//! Following along: the spoken sentence is marked and kept in view, and nothing moves under somebody who reads.

use super::{Panel, lines::spoken_at, load::Loaded};
use crate::browser::{dom, page, playhead, reach};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, JsString};
use leptos::task::spawn_local;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, Node};

/// The player tells its place four times a second: enough for sentences, late for words. So often are words looked after, in
/// milliseconds.
const WORDS_MS: u32 = 80;

pub struct Follow {
    /// The sentence being spoken.
    marked: Cell<Option<usize>>,
    row: RefCell<Option<HtmlElement>>,
    /// When each of its words begins, and their pieces in the row.
    word_starts: RefCell<Vec<i64>>,
    spans: RefCell<Vec<(usize, HtmlElement)>>,
    word: Cell<Option<usize>>,
    /// False once the reader went elsewhere.
    on: Cell<bool>,
    /// Whether words are being looked after.
    awake: Cell<bool>,
    /// There is a pointer that can rest on something; a finger cannot.
    hovers: bool,
    /// This person wants nothing to glide.
    pub(super) still: bool,
}

impl Follow {
    pub fn new() -> Self {
        Self {
            marked: Cell::new(None),
            row: RefCell::default(),
            word_starts: RefCell::default(),
            spans: RefCell::default(),
            word: Cell::new(None),
            on: Cell::new(true),
            awake: Cell::new(false),
            hovers: fits("(hover: hover)"),
            still: fits("(prefers-reduced-motion: reduce)"),
        }
    }

    pub fn is_marked(&self, index: usize) -> bool {
        self.marked.get() == Some(index)
    }

    /// The pieces of the words of a sentence, freshly written.
    pub fn take_words(&self, index: usize, spans: Vec<(usize, HtmlElement)>) {
        if self.is_marked(index) {
            self.spans.replace(spans);
            self.word.set(None);
        }
    }
}

/// Whether a media query is true here.
fn fits(query: &str) -> bool {
    let answer = page::window().and_then(|window| reach::ask(&window, "matchMedia", &[&query.into()]));
    answer.is_some_and(|answer| reach::get(&answer, "matches").is_truthy())
}

impl Panel {
    /// The player is at `ms`.
    pub fn tick(self: &Rc<Self>, ms: i64) {
        // Nobody sees it, or not all sentences are there: both ask again.
        if !self.is_open() || self.state.get() != Loaded::All {
            return;
        }
        let now = self.lines.spoken_at(ms);
        if now != self.follow.marked.get() {
            self.mark(now);
        }
        self.mark_word(ms);
        self.look_after_words();
    }

    /// Marks another sentence as the spoken one.
    fn mark(self: &Rc<Self>, now: Option<usize>) {
        let before = self.follow.marked.replace(now);
        let had_words = !self.follow.spans.borrow().is_empty();
        self.follow.spans.borrow_mut().clear();
        self.follow.word_starts.borrow_mut().clear();
        self.follow.word.set(None);
        if let Some(row) = self.follow.row.take() {
            let _ = row.remove_attribute("aria-current");
        }
        if let Some(index) = before.filter(|index| had_words && *index < self.lines.len()) {
            self.paint_text(index);
        }
        let Some((index, row)) = now.and_then(|index| Some((index, self.lines.row(index)?))) else { return self.paint_way_back() };
        dom::set_attr(&row, "aria-current", "true");
        self.follow.row.replace(Some(row.clone()));
        let words = self.words(index);
        if words.length() > 0 {
            let start = |word: JsValue| reach::get(&word, "start_ms").as_f64().unwrap_or(0.0) as i64;
            self.follow.word_starts.replace(words.iter().map(start).collect());
            self.paint_text(index);
        }
        if self.follow.on.get() && !self.is_held() {
            self.keep_in_view(&row);
            self.make_active(index);
        }
        self.paint_way_back();
    }

    /// Forgets what is marked: the rows are others now.
    pub fn unmark(&self) {
        self.follow.marked.set(None);
        self.follow.row.take();
        self.follow.spans.borrow_mut().clear();
        self.follow.word_starts.borrow_mut().clear();
    }

    /// The rows stay, but their numbers may be others.
    pub fn unmark_row(&self) {
        if let Some(row) = self.follow.row.take() {
            let _ = row.remove_attribute("aria-current");
        }
        for (_, span) in &*self.follow.spans.borrow() {
            dom::flag(span, "data-spoken", false);
        }
        self.unmark();
    }

    /// The words of a sentence that have times of their own; most have none.
    fn words(&self, index: usize) -> Array {
        self.lines.field(index, "words").dyn_into().unwrap_or_default()
    }

    /// Where the words of a sentence are in its text. Those that were corrected away are nowhere.
    pub fn word_ranges(&self, index: usize, text: &JsString) -> Vec<(usize, usize)> {
        let mut from = 0;
        let range = |word: JsValue| {
            let word: JsString = reach::get(&word, "text").unchecked_into();
            let at = text.index_of(&String::from(&word), from);
            if at < 0 {
                return (from as usize, from as usize);
            }
            from = at + word.length() as i32;
            (at as usize, from as usize)
        };
        self.words(index).iter().map(range).collect()
    }

    fn mark_word(&self, ms: i64) {
        let now = spoken_at(&self.follow.word_starts.borrow(), ms);
        let before = self.follow.word.replace(now);
        if now == before {
            return;
        }
        for (word, span) in self.follow.spans.borrow().iter().filter(|(word, _)| Some(*word) == now || Some(*word) == before) {
            dom::flag(span, "data-spoken", Some(*word) == now);
        }
    }

    /// Looks more often while a sentence is spoken whose words have times.
    fn look_after_words(self: &Rc<Self>) {
        if self.follow.word_starts.borrow().is_empty() || self.follow.awake.replace(true) {
            return;
        }
        let panel = self.clone();
        spawn_local(async move {
            while panel.is_open() && page::has("[data-playing]") && !panel.follow.word_starts.borrow().is_empty() {
                TimeoutFuture::new(WORDS_MS).await;
                panel.tick(playhead::now_ms());
            }
            panel.follow.awake.set(false);
        });
    }

    /// Whether somebody is reading: the pointer rests on the list, the keyboard is in it, or something in it is selected. Who
    /// searches is led to a hit, which ends the following.
    fn is_held(&self) -> bool {
        let list = self.lines.list();
        let inside = |node: Option<Node>| list.contains(node.as_ref());
        let hovered = self.follow.hovers && list.matches(":hover").unwrap_or(false);
        // A button that was clicked has the focus too, and says nothing of where somebody is.
        let by_keys = |element: &Element| element.matches(":focus-visible").unwrap_or(true);
        let focused =
            page::document().and_then(|d| d.active_element()).is_some_and(|element| by_keys(&element) && inside(Some(element.into())));
        let selection = page::window().and_then(|w| w.get_selection().ok().flatten());
        let selected = selection.is_some_and(|s| !s.is_collapsed() && inside(s.anchor_node()));
        hovered || focused || selected
    }

    pub fn stop_following(&self) {
        self.follow.on.set(false);
        self.paint_way_back();
    }

    /// Follows from now on: the reader went there themselves.
    pub fn follow_on(&self) {
        self.follow.on.set(true);
        self.paint_way_back();
    }

    /// Follows again, from where the talk is.
    pub fn follow_again(self: &Rc<Self>) {
        self.follow.on.set(true);
        if let Some(row) = self.follow.row.borrow().clone() {
            self.bring(&row);
            if let Some(index) = self.follow.marked.get() {
                self.make_active(index);
            }
        }
        self.paint_way_back();
    }

    /// The reader moves the list by wheel, finger, scroll bar or keys: from then on it stays where they put it.
    pub fn strayed(&self, event: &Event) {
        if !self.is_open() {
            return;
        }
        self.leave_alone();
        // A wheel turns many times a second, and the rest of this may cost a layout.
        if !self.follow.on.get() {
            return;
        }
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        // A finger on the picture moves the talk, not the page; and a page has to be scrolled to get to the list at all.
        let on_page = || self.follow.marked.get().is_some() && dom::around(&target, ".stage").is_none();
        let scrolls = if self.list_scrolls() { self.lines.list().contains(Some(&target)) } else { on_page() };
        if scrolls {
            self.stop_following();
        }
    }

    /// A key that moves the page, or opens the browser's own search, which shows what it finds.
    pub fn strayed_by_key(&self, key: &str, command: bool) {
        let searches = key == "F3" || (command && key.eq_ignore_ascii_case("f"));
        let turns = matches!(key, "PageUp" | "PageDown");
        if (searches || turns) && self.is_open() && self.follow.on.get() && (searches || !self.list_scrolls()) {
            self.leave_alone();
            self.stop_following();
        }
    }

    /// The button back to now is there when following has ended, or when the spoken sentence is out of sight.
    pub fn paint_way_back(&self) {
        let row = self.follow.row.borrow().clone();
        let away = row.is_some_and(|row| !self.follow.on.get() || !self.sees(&row));
        if let Some(button) = &self.way_back {
            dom::flag(button, "hidden", !away);
        }
    }
}
