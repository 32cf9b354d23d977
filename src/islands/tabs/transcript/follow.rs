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
/// Where a sentence that has to be brought into view comes to stand: a third from the top, with what was said still there and
/// what comes next below.
const HEIGHT: f64 = 0.3;
/// The part of the view in which a sentence may be spoken without being moved.
const CALM: (f64, f64) = (0.04, 0.72);
/// What the browser has estimated of rows that it never drew is corrected as they come near: look again after this.
const SETTLED_MS: u32 = 120;

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
    still: bool,
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
            self.look_after_words();
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
        if self.follow.awake.replace(true) {
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

    /// Whether somebody is reading: the pointer rests on the list, the keyboard is in it, something in it is selected, or a
    /// search is going on.
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
        hovered || focused || selected || self.is_searching()
    }

    pub fn stop_following(&self) {
        self.follow.on.set(false);
        self.paint_way_back();
    }

    /// Follows from now on: the reader went there themselves.
    pub fn follow_on(&self) {
        self.follow.on.set(true);
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
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        let list = self.lines.list();
        // A finger on the picture moves the talk, not the page.
        let on_page = self.is_open() && dom::around(&target, ".stage").is_none();
        let scrolls = if self.list_scrolls() { list.contains(Some(&target)) } else { on_page };
        if scrolls && self.follow.on.get() && self.follow.marked.get().is_some() {
            self.stop_following();
        }
    }

    /// The button back to now is there when following has ended, or when the spoken sentence is out of sight.
    fn paint_way_back(&self) {
        let row = self.follow.row.borrow().clone();
        let away = row.is_some_and(|row| !self.follow.on.get() || !self.sees(&row));
        if let Some(button) = &self.way_back {
            dom::flag(button, "hidden", !away);
        }
    }

    /// Whether the list has a bar of its own; on a phone the page scrolls.
    fn list_scrolls(&self) -> bool {
        let list = self.lines.list();
        list.scroll_height() > list.client_height() + 1
    }

    /// Top and height of what can be seen of the list, in the window's pixels.
    fn view(&self) -> (f64, f64) {
        let list = self.lines.list();
        if self.list_scrolls() {
            let area = list.get_bounding_client_rect();
            return (area.top(), area.height());
        }
        let window = page::window();
        let height = window.as_ref().and_then(|w| w.inner_height().ok()?.as_f64()).unwrap_or(0.0);
        // The picture sticks to the top and covers what scrolls under it.
        let stage = list.owner_document().and_then(|d| d.query_selector(".stage").ok().flatten());
        let covered = stage.map_or(0.0, |stage| stage.get_bounding_client_rect().bottom()).clamp(0.0, height / 2.0);
        (covered, height - covered)
    }

    /// Where in the view a row stands, as a share of its height. Nothing, as long as there is no view.
    fn place_of(&self, row: &HtmlElement) -> Option<f64> {
        let ((top, height), area) = (self.view(), row.get_bounding_client_rect());
        (height > 0.0).then(|| ((area.top() + area.bottom()) / 2.0 - top) / height)
    }

    /// Whether a row can be seen.
    pub fn sees(&self, row: &HtmlElement) -> bool {
        self.place_of(row).is_some_and(|place| (0.0..=1.0).contains(&place))
    }

    /// Moves a row into view if it is not there, or at its end.
    fn keep_in_view(self: &Rc<Self>, row: &HtmlElement) {
        let Some(place) = self.place_of(row) else { return };
        // A page is not scrolled for somebody who is not looking at this part of it.
        let calm = (CALM.0..=CALM.1).contains(&place);
        let near = (-0.5..=1.5).contains(&place);
        if !calm && near {
            self.scroll_to(row, !self.follow.still);
        } else if !calm && self.list_scrolls() {
            self.bring(row);
        }
    }

    /// Brings a row into view.
    pub fn bring(self: &Rc<Self>, row: &HtmlElement) {
        self.scroll_to(row, false);
        let (panel, row) = (self.clone(), row.clone());
        spawn_local(async move {
            TimeoutFuture::new(SETTLED_MS).await;
            if !panel.sees(&row) {
                panel.scroll_to(&row, false);
            }
            panel.paint_way_back();
        });
    }

    fn scroll_to(&self, row: &HtmlElement, gliding: bool) {
        let Some(place) = self.place_of(row) else { return };
        let (_, height) = self.view();
        let behavior = if gliding { "smooth" } else { "instant" };
        let how = reach::object(&[("top", &((place - HEIGHT) * height).into()), ("behavior", &behavior.into())]);
        let scroller: JsValue = if self.list_scrolls() { self.lines.list().into() } else { page::window().into() };
        reach::call(&scroller, "scrollBy", &[&how]);
    }

    /// The sentence at the top of what the reader sees.
    pub fn reading_at(&self) -> usize {
        let (top, height) = self.view();
        let visible = self.near.borrow().iter().filter_map(|place| self.lines.within(place)).map(|range| range.0).min();
        let Some(from) = visible.filter(|_| height > 0.0) else { return 0 };
        let rows = from..(from + 2 * super::markup::CHUNK).min(self.lines.len());
        let below = |index: &usize| self.lines.row(*index).is_some_and(|row: HtmlElement| row.get_bounding_client_rect().bottom() > top);
        rows.into_iter().find(below).unwrap_or(from)
    }
}
