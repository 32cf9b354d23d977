//! Finding in the transcript. Case and accents do not count; a hit is a sentence, and lies on the seek bar too.

use super::{
    Panel,
    pieces::{all_of, cut, unfold},
};
use crate::browser::{
    dom,
    idle::{Pace, breath},
    page, reach,
    timeline::{self, Layer, Mark},
};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, JsString, RegExp};
use leptos::task::spawn_local;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

/// Who waits for the folded text looks for it this often, in milliseconds.
const LOOK_MS: u32 = 20;
/// As many ticks as can be told apart on a seek bar.
const TICKS: i64 = 400;
/// What the seek bar's tip says of a hit, in characters.
const LABEL_CHARS: usize = 80;

/// All sentences as one folded text: one search through it costs a millisecond, 10,000 small ones would cost thirty.
struct Hay {
    text: JsString,
    /// Where each sentence begins in it.
    begins: Vec<u32>,
    /// The state of the sentences that it was made from.
    turn: u32,
}

#[derive(Default)]
pub struct Search {
    hay: RefCell<Option<Rc<Hay>>>,
    /// Whether it is being made.
    making: Cell<bool>,
    found: RefCell<Found>,
}

#[derive(Default)]
struct Found {
    /// Folded; empty when nothing is searched.
    needle: String,
    /// The sentences that contain it, in order.
    hits: Vec<usize>,
    /// Which of them is looked at.
    at: usize,
    turn: u32,
}

/// Lower case without accents: `É` becomes `e`.
fn fold(text: &JsString) -> JsString {
    thread_local! {
        static MARKS: RegExp = RegExp::new(r"\p{M}", "gu");
    }
    let apart = text.normalize("NFD");
    MARKS.with(|marks| apart.replace_by_pattern(marks, "")).to_lower_case()
}

impl Panel {
    /// Searches for what stands in the field, and looks at the first hit from where the reader is.
    pub fn search(self: &Rc<Self>) {
        let Some(field) = dom::find(&self.root, "[data-search]") else { return };
        let needle = String::from(fold(&dom::value(&field).trim().into()));
        let mine = {
            let mut found = self.search.found.borrow_mut();
            found.turn += 1;
            found.needle.clone_from(&needle);
            found.turn
        };
        let panel = self.clone();
        spawn_local(async move {
            let hits = if needle.is_empty() { Vec::new() } else { panel.find(&needle, mine).await };
            if panel.search.found.borrow().turn != mine {
                return;
            }
            let from = panel.reading_at();
            let first = hits.partition_point(|hit| *hit < from);
            {
                let mut found = panel.search.found.borrow_mut();
                found.at = if first < hits.len() { first } else { 0 };
                found.hits = hits;
            }
            panel.paint_found();
            // Each of these is felt by itself; together they would be a long task.
            let works: [fn(&Rc<Self>); 3] = [|panel| panel.repaint_seen(), |panel| panel.look(), |panel| panel.tick_hits()];
            for work in works {
                breath().await;
                if panel.search.found.borrow().turn != mine {
                    return;
                }
                work(&panel);
            }
        });
    }

    /// What is searched is searched again: the sentences have changed.
    pub fn search_again(self: &Rc<Self>) {
        if self.is_searching() {
            self.search();
        }
    }

    pub fn is_searching(&self) -> bool {
        !self.search.found.borrow().needle.is_empty()
    }

    /// To the next hit, or the one before; around the ends.
    pub fn step(self: &Rc<Self>, by: isize) {
        let count = self.search.found.borrow().hits.len() as isize;
        if count > 0 {
            let at = (self.search.found.borrow().at as isize + by).rem_euclid(count);
            self.search.found.borrow_mut().at = at as usize;
            self.paint_found();
            self.look();
        }
    }

    /// Empties the field. False when it was empty.
    pub fn stop_searching(self: &Rc<Self>) -> bool {
        let Some(field) = dom::find(&self.root, "[data-search]").filter(|field| !dom::value(field).is_empty()) else { return false };
        dom::set_value(&field, "");
        self.search();
        true
    }

    /// The hit that is looked at.
    pub fn hit(&self) -> Option<usize> {
        let found = self.search.found.borrow();
        found.hits.get(found.at).copied()
    }

    /// Which sentences contain `needle`. Nothing, when the search was given up meanwhile.
    async fn find(self: &Rc<Self>, needle: &str, mine: u32) -> Vec<usize> {
        let hay = self.hay().await;
        let mut pace = Pace::begin();
        let (mut hits, mut from) = (Vec::new(), 0);
        // Typed on meanwhile.
        while self.search.found.borrow().turn == mine {
            let position = hay.text.index_of(needle, from);
            if position < 0 {
                return hits;
            }
            let index = hay.begins.partition_point(|begin| *begin <= position as u32) - 1;
            hits.push(index);
            // One hit a sentence: on with the next one.
            match hay.begins.get(index + 1) {
                Some(next) => from = *next as i32,
                None => return hits,
            }
            if hits.len() % 256 == 0 {
                pace.rest().await;
            }
        }
        Vec::new()
    }

    /// The folded text. It is made in pieces when it is needed first, or when sentences have changed; who comes meanwhile
    /// waits for it.
    async fn hay(self: &Rc<Self>) -> Rc<Hay> {
        loop {
            self.loaded().await;
            let known = self.search.hay.borrow().clone();
            if let Some(hay) = known.filter(|hay| hay.turn == self.lines.turn.get()) {
                return hay;
            }
            if self.search.making.replace(true) {
                TimeoutFuture::new(LOOK_MS).await;
                continue;
            }
            let hay = self.make_hay().await;
            self.search.making.set(false);
            self.search.hay.replace(Some(Rc::new(hay)));
        }
    }

    async fn make_hay(&self) -> Hay {
        let (turn, parts, mut begins, mut position, mut pace) = (self.lines.turn.get(), Array::new(), Vec::new(), 0, Pace::begin());
        for index in 0..self.lines.len() {
            let part = fold(&self.lines.text(index));
            begins.push(position);
            position += part.length() + 1;
            parts.push(&part);
            if index % 64 == 0 {
                pace.rest().await;
                if self.lines.turn.get() != turn {
                    break;
                }
            }
        }
        // A sign that nobody can type, so that no hit spans two sentences.
        Hay { text: parts.join("\u{0}"), begins, turn }
    }

    fn paint_found(&self) {
        let found = self.search.found.borrow();
        let words = match (found.needle.is_empty(), found.hits.len()) {
            (true, _) => String::new(),
            (false, 0) => "No hit".to_owned(),
            (false, count) => [&*(found.at + 1).to_string(), " of ", &count.to_string()].concat(),
        };
        dom::write(&self.root, "[data-found]", &words);
        dom::show(&self.root, "[data-act=previous]", found.hits.len() > 1);
        dom::show(&self.root, "[data-act=next]", found.hits.len() > 1);
    }

    /// Brings the hit into view and marks its row. Following ends, or the talk would take it away again.
    fn look(self: &Rc<Self>) {
        if let Some(row) = dom::find(self.lines.list(), "[data-hit]") {
            let _ = row.remove_attribute("data-hit");
        }
        let Some(index) = self.hit() else { return };
        let Some(row) = self.lines.row(index) else { return };
        dom::flag(&row, "data-hit", true);
        // It may be far from what is marked already.
        self.paint_text(index);
        self.stop_following();
        self.bring(&row);
        self.make_active(index);
    }

    /// The hits as ticks on the seek bar. Those too close to be told apart are one.
    fn tick_hits(&self) {
        let found = self.search.found.borrow();
        let width = self.lines.start(self.lines.len().saturating_sub(1)) / TICKS;
        let (mut marks, mut last) = (Vec::new(), i64::MIN);
        for index in &found.hits {
            let at_ms = self.lines.start(*index);
            if last == i64::MIN || at_ms - last > width {
                last = at_ms;
                let label = String::from(self.lines.text(*index)).chars().take(LABEL_CHARS).collect();
                marks.push(Mark { at_ms, end_ms: None, label });
            }
        }
        timeline::mark(Layer::Hits, &marks);
    }

    /// A chunk came near, or went away (an `IntersectionObserver` said so). Only what can be seen has marks.
    pub fn seen(self: &Rc<Self>, place: &Element, near: bool) {
        let mut seen = self.near.borrow_mut();
        seen.retain(|other| **other != *place);
        if near {
            seen.push(place.clone().unchecked_into());
        }
        drop(seen);
        if near && let Some((from, to)) = self.lines.within(place) {
            if from < to {
                // Makes the rows.
                let _ = self.lines.row(from);
            }
            self.paint_texts(from, to);
        }
    }

    /// Marks what can be seen, and takes old marks away.
    fn repaint_seen(&self) {
        for mark in dom::find_all(self.lines.list(), "[data-marked]") {
            if let Some(index) = dom::around(&mark, "[data-sentence]").and_then(|row| self.lines.index_of(&row)) {
                self.paint_text(index);
            }
        }
        if self.is_searching() {
            for place in self.near.borrow().iter() {
                if let Some((from, to)) = self.lines.within(place) {
                    self.paint_texts(from, to);
                }
            }
        }
    }

    fn paint_texts(&self, from: usize, to: usize) {
        let hits: Vec<usize> = {
            let found = self.search.found.borrow();
            found.hits.iter().copied().skip_while(|hit| *hit < from).take_while(|hit| *hit < to).collect()
        };
        hits.into_iter().for_each(|index| self.paint_text(index));
    }

    /// Writes the text of a row: with its hits marked, and word by word where it is being spoken.
    pub fn paint_text(&self, index: usize) {
        let Some(place) = self.lines.row(index).and_then(|row| super::Lines::words_of(&row)) else { return };
        let text = self.lines.text(index);
        let words = if self.follow.is_marked(index) { self.word_ranges(index, &text) } else { Vec::new() };
        let hits = self.hits_in(&text);
        dom::flag(&place, "data-marked", !hits.is_empty());
        if words.is_empty() && hits.is_empty() {
            reach::set(&place, "textContent", &text);
            return;
        }
        let Some(document) = page::document() else { return };
        place.set_text_content(None);
        let mut spans = Vec::new();
        for piece in cut(text.length() as usize, &words, &hits) {
            let part = String::from(text.slice(piece.from as u32, piece.to as u32));
            if !piece.hit && piece.word.is_none() {
                let _ = place.append_with_str_1(&part);
                continue;
            }
            let Ok(element) = document.create_element(if piece.hit { "mark" } else { "span" }) else { continue };
            element.set_text_content(Some(&part));
            let _ = place.append_child(&element);
            if let Some(word) = piece.word {
                spans.push((word, element.unchecked_into::<HtmlElement>()));
            }
        }
        self.follow.take_words(index, spans);
    }

    /// Where the needle is in a text.
    fn hits_in(&self, text: &JsString) -> Vec<(usize, usize)> {
        let needle: Vec<u16> = self.search.found.borrow().needle.encode_utf16().collect();
        if needle.is_empty() {
            return Vec::new();
        }
        let folded = fold(text);
        let ranges = all_of(&units(&folded), &needle);
        if ranges.is_empty() || folded.length() == text.length() {
            return ranges;
        }
        // Folding took something away: character by character tells where.
        let lengths: Vec<(usize, usize)> = String::from(text.clone())
            .chars()
            .map(|c| (c.len_utf16(), fold(&JsString::from(&*c.encode_utf8(&mut [0; 4]))).length() as usize))
            .collect();
        unfold(&ranges, &lengths)
    }
}

fn units(text: &JsString) -> Vec<u16> {
    text.iter().collect()
}

/// Calls [`Panel::seen`] for every chunk that comes near or goes away.
pub fn watch(panel: &Rc<Panel>) -> Option<JsValue> {
    let p = Rc::downgrade(panel);
    let hear = wasm_bindgen::closure::Closure::<dyn Fn(Array)>::new(move |entries: Array| {
        let Some(panel) = p.upgrade() else { return };
        for entry in entries.iter() {
            let place = reach::get(&entry, "target").unchecked_into::<Element>();
            panel.seen(&place, reach::get(&entry, "isIntersecting").is_truthy());
        }
    });
    // It lives as long as the page.
    reach::construct("IntersectionObserver", &hear.into_js_value())
}
