//! What was found is marked in the text, and the words that are spoken stand alone there. Only what can be seen has marks: a
//! letter typed costs what a screen costs.

use super::{
    Lines, Panel,
    hay::fold,
    pieces::{all_of, cut, unfold},
};
use crate::browser::{dom, page, reach};
use js_sys::{Array, JsString};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, HtmlElement};

/// Calls [`Panel::seen`] for every chunk that comes near or goes away.
pub fn watch(panel: &Rc<Panel>) -> Option<JsValue> {
    let p = Rc::downgrade(panel);
    let hear = Closure::<dyn Fn(Array)>::new(move |entries: Array| {
        let Some(panel) = p.upgrade() else { return };
        for entry in entries.iter() {
            let place = reach::get(&entry, "target").unchecked_into::<Element>();
            panel.seen(&place, reach::get(&entry, "isIntersecting").is_truthy());
        }
    });
    // It lives as long as the page.
    reach::construct("IntersectionObserver", &hear.into_js_value())
}

impl Panel {
    /// A chunk came near, or went away (an `IntersectionObserver` said so).
    fn seen(&self, place: &Element, near: bool) {
        let mut seen = self.near.borrow_mut();
        seen.retain(|other| **other != *place);
        if near {
            seen.push(place.clone().unchecked_into());
        }
        drop(seen);
        if near && let Some((from, _)) = self.lines.within(place) {
            // Makes the rows.
            let _ = self.lines.row(from);
        }
        self.repaint(place);
    }

    /// Marks what can be seen, and takes old marks away.
    pub fn repaint_seen(&self) {
        for place in &*self.near.borrow() {
            self.repaint(place);
        }
    }

    /// The same for one chunk.
    fn repaint(&self, place: &Element) {
        let Some((from, to)) = self.lines.within(place) else { return };
        let row_of = |mark: HtmlElement| {
            let row = dom::around(&mark, "[data-sentence]")?;
            self.lines.index_of(&row)
        };
        let mut rows: Vec<usize> = dom::find_all(place, "[data-marked]").into_iter().filter_map(row_of).collect();
        if self.is_near(place) {
            let found = self.search.found.borrow();
            let first = found.hits.partition_point(|hit| *hit < from);
            rows.extend(found.hits[first..].iter().take_while(|hit| **hit < to));
        }
        rows.sort_unstable();
        rows.dedup();
        rows.into_iter().for_each(|index| self.paint_text(index));
    }

    fn is_near(&self, place: &Element) -> bool {
        self.near.borrow().iter().any(|other| **other == *place)
    }

    /// Writes the text of a row: with its hits marked, and word by word where it is being spoken.
    pub fn paint_text(&self, index: usize) {
        let Some(row) = self.lines.row(index) else { return };
        let Some(place) = Lines::words_of(&row) else { return };
        let text = self.lines.text(index);
        let words = if self.follow.is_marked(index) { self.word_ranges(index, &text) } else { Vec::new() };
        let seen = self.hit() == Some(index) || row.parent_element().is_some_and(|chunk| self.is_near(&chunk));
        let hits = if seen { self.hits_in(&text) } else { Vec::new() };
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
        let ranges = all_of(&units(&fold(text)), &needle);
        let plain = String::from(text);
        if ranges.is_empty() || plain.is_ascii() {
            return ranges;
        }
        // Folding takes accents away and parts what is one sign: character by character tells where.
        let folded = |c: char| match c.is_ascii() {
            true => 1,
            false => fold(&JsString::from(&*c.encode_utf8(&mut [0; 4]))).length() as usize,
        };
        let lengths: Vec<(usize, usize)> = plain.chars().map(|c| (c.len_utf16(), folded(c))).collect();
        unfold(&ranges, &lengths)
    }
}

fn units(text: &JsString) -> Vec<u16> {
    text.iter().collect()
}
