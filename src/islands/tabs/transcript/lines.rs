//! The sentences, and the rows that show them.
//!
//! The sentences stay the objects that JavaScript parsed. The rows stand in chunks: one that is far away is skipped by the
//! browser (`content-visibility`) or has no rows yet ([`Lines::fill`]), so ten thousand sentences cost what a screen costs.

use super::markup::CHUNK;
use crate::{
    browser::{dom, heat, page, reach},
    model::clock::timecode,
};
use js_sys::{Array, JsString};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement};

struct Chunk {
    place: HtmlElement,
    len: usize,
    filled: bool,
}

pub struct Lines {
    list: HtmlElement,
    /// What rows are copied from.
    blank: HtmlElement,
    all: RefCell<Array>,
    /// When each sentence begins: asked several times a second.
    starts: RefCell<Vec<i64>>,
    chunks: RefCell<Vec<Chunk>>,
    /// Counts changes of the sentences.
    pub turn: Cell<u32>,
}

impl Lines {
    pub fn of(root: &HtmlElement) -> Option<Self> {
        let list = dom::find(root, ".sentences")?;
        let chunk = |place: HtmlElement| Chunk { len: dom::find_all(&place, "[data-sentence]").len(), place, filled: true };
        let chunks = dom::find_all(&list, ".chunk").into_iter().map(chunk).collect();
        Some(Self {
            list,
            blank: dom::stamp(root, "sentence")?,
            all: RefCell::default(),
            starts: RefCell::default(),
            chunks: RefCell::new(chunks),
            turn: Cell::new(0),
        })
    }

    pub fn list(&self) -> &HtmlElement {
        &self.list
    }

    pub fn len(&self) -> usize {
        self.starts.borrow().len()
    }

    /// When the sentence begins.
    pub fn start(&self, index: usize) -> i64 {
        self.starts.borrow().get(index).copied().unwrap_or(0)
    }

    pub fn text(&self, index: usize) -> JsString {
        self.field(index, "text").unchecked_into()
    }

    pub fn speaker(&self, index: usize) -> String {
        self.field(index, "speaker").as_string().unwrap_or_default()
    }

    /// A field of a sentence, as it was parsed.
    pub fn field(&self, index: usize, name: &str) -> JsValue {
        reach::get(&self.all.borrow().get(index as u32), name)
    }

    /// The sentence being spoken at `ms`.
    pub fn spoken_at(&self, ms: i64) -> Option<usize> {
        spoken_at(&self.starts.borrow(), ms)
    }

    /// Forgets everything, rows included.
    pub fn clear(&self) {
        self.list.set_text_content(None);
        self.chunks.borrow_mut().clear();
        self.starts.borrow_mut().clear();
        self.all.replace(Array::new());
        self.turn.set(self.turn.get() + 1);
    }

    /// Forgets the sentences, and keeps their rows.
    pub fn forget_sentences(&self) {
        self.starts.borrow_mut().clear();
        self.all.replace(Array::new());
    }

    /// More sentences at the end. Rows that came with the page are those of the first.
    pub fn append(&self, more: &Array) {
        let from = self.len();
        let all = self.all.borrow().concat(more);
        self.all.replace(all);
        self.starts.borrow_mut().extend(more.iter().map(|sentence| start_of(&sentence)));
        let there: usize = self.chunks.borrow().iter().map(|chunk| chunk.len).sum();
        let to = self.len();
        for begin in (there.max(from)..to).step_by(CHUNK) {
            let Some(place) = new_chunk() else { return };
            let chunk = Chunk { place, len: CHUNK.min(to - begin), filled: false };
            let _ = chunk.place.style().set_property("--rows", &chunk.len.to_string());
            let _ = self.list.append_child(&chunk.place);
            self.chunks.borrow_mut().push(chunk);
        }
        self.turn.set(self.turn.get() + 1);
    }

    /// Puts `new` in the place of `removed` sentences, rows included. What was there is the answer.
    pub fn splice(&self, index: usize, removed: usize, new: &Array) -> Array {
        let before = self.all.take();
        let (from, to, end) = (index as u32, (index + removed) as u32, before.length());
        let old = before.slice(from, to);
        self.all.replace(before.slice(0, from).concat(new).concat(&before.slice(to, end)));
        self.starts.borrow_mut().splice(index..index + removed, new.iter().map(|sentence| start_of(&sentence)));
        self.turn.set(self.turn.get() + 1);
        let count = new.length() as usize;
        // Rows go and come behind those that only change: the first may have a form in it.
        let kept = index + count.min(removed);
        for _ in count..removed {
            self.remove_row(kept);
        }
        for _ in removed..count {
            self.insert_row(kept);
        }
        old
    }

    /// Which chunk a sentence is in, and its place there.
    fn place(&self, index: usize) -> Option<(usize, usize)> {
        let mut rest = index;
        for (k, chunk) in self.chunks.borrow().iter().enumerate() {
            if rest < chunk.len {
                return Some((k, rest));
            }
            rest -= chunk.len;
        }
        None
    }

    /// The row of a sentence; it is made if it is not there yet.
    pub fn row(&self, index: usize) -> Option<HtmlElement> {
        let (k, offset) = self.place(index)?;
        self.fill(k);
        let place = self.chunks.borrow()[k].place.clone();
        dom::find(&place, &[":scope > :nth-child(", &(offset + 1).to_string(), ")"].concat())
    }

    /// The sentence that a row shows.
    pub fn index_of(&self, row: &Element) -> Option<usize> {
        let parent = row.parent_element()?;
        let chunks = self.chunks.borrow();
        let k = chunks.iter().position(|chunk| *chunk.place == parent)?;
        let before: usize = chunks[..k].iter().map(|chunk| chunk.len).sum();
        let mut offset = 0;
        let mut one = row.previous_element_sibling();
        while let Some(sibling) = one {
            offset += 1;
            one = sibling.previous_element_sibling();
        }
        Some(before + offset)
    }

    pub fn chunks(&self) -> usize {
        self.chunks.borrow().len()
    }

    /// The element of a chunk.
    pub fn chunk(&self, k: usize) -> Option<HtmlElement> {
        self.chunks.borrow().get(k).map(|chunk| chunk.place.clone())
    }

    /// The sentences of the chunk that is this element.
    pub fn within(&self, place: &Element) -> Option<(usize, usize)> {
        let chunks = self.chunks.borrow();
        let k = chunks.iter().position(|chunk| *chunk.place == *place)?;
        let from: usize = chunks[..k].iter().map(|chunk| chunk.len).sum();
        Some((from, from + chunks[k].len))
    }

    /// Makes the rows of a chunk, unless they are there.
    pub fn fill(&self, k: usize) {
        let Some((place, len)) = self.chunks.borrow().get(k).filter(|chunk| !chunk.filled).map(|chunk| (chunk.place.clone(), chunk.len))
        else {
            return;
        };
        let from: usize = self.chunks.borrow()[..k].iter().map(|chunk| chunk.len).sum();
        for index in from..from + len {
            if let Some(row) = self.new_row() {
                self.write(&row, index);
                let _ = place.append_child(&row);
            }
        }
        self.chunks.borrow_mut()[k].filled = true;
        let _ = place.remove_attribute("data-blank");
    }

    fn new_row(&self) -> Option<HtmlElement> {
        Some(self.blank.clone_node_with_deep(true).ok()?.unchecked_into())
    }

    /// Writes a sentence into its row: time, speaker, plain text.
    pub fn write(&self, row: &HtmlElement, index: usize) {
        let start = self.start(index);
        let speaker = self.speaker(index);
        dom::set_attr(row, "data-start", &start.to_string());
        warm(row, start);
        dom::flag(row, "data-same", index > 0 && speaker == self.speaker(index - 1));
        // By their places: a selector for each of 10,000 rows would be half of the work.
        let Some(moment) = row.first_element_child() else { return };
        dom::set_text(&moment, &timecode(start));
        let Some(words) = moment.next_element_sibling() else { return };
        if let (Some(who), Some(text)) = (words.first_element_child(), words.last_element_child()) {
            dom::set_text(&who, &speaker);
            reach::set(&text, "textContent", &self.text(index));
        }
    }

    /// Shows anew which sentences were watched again. Rows that are not there yet will know.
    pub fn warm(&self) {
        for row in dom::find_all(&self.list, "[data-heat]") {
            let _ = row.remove_attribute("data-heat");
        }
        let hot: Vec<usize> = self.starts.borrow().iter().enumerate().filter(|(_, start)| heat::of(**start) > 0).map(|(i, _)| i).collect();
        for index in hot {
            let there = self.place(index).is_some_and(|(k, _)| self.chunks.borrow()[k].filled);
            if there && let Some(row) = self.row(index) {
                warm(&row, self.start(index));
            }
        }
    }

    fn remove_row(&self, index: usize) {
        let Some((k, _)) = self.place(index) else { return };
        if self.chunks.borrow()[k].filled
            && let Some(row) = self.row(index)
        {
            row.remove();
        }
        self.chunks.borrow_mut()[k].len -= 1;
    }

    /// A row, empty still, before the one of the sentence that had this number until now.
    fn insert_row(&self, index: usize) {
        // Behind the last one, it stands at the end of the last chunk.
        let last = || self.chunks.borrow().len().checked_sub(1).map(|k| (k, self.chunks.borrow()[k].len));
        let Some((k, offset)) = self.place(index).or_else(last) else { return };
        if self.chunks.borrow()[k].filled
            && let Some(row) = self.new_row()
        {
            let place = self.chunks.borrow()[k].place.clone();
            let next = dom::find(&place, &[":scope > :nth-child(", &(offset + 1).to_string(), ")"].concat());
            let _ = place.insert_before(&row, next.as_deref().map(AsRef::as_ref));
        }
        self.chunks.borrow_mut()[k].len += 1;
    }

    /// The part of a row that holds the text.
    pub fn words_of(row: &HtmlElement) -> Option<HtmlElement> {
        dom::find(row, "[data-text]")
    }
}

fn warm(row: &Element, start: i64) {
    match heat::of(start) {
        0 => drop(row.remove_attribute("data-heat")),
        heat => dom::set_attr(row, "data-heat", &heat.to_string()),
    }
}

fn new_chunk() -> Option<HtmlElement> {
    let place: HtmlElement = page::document()?.create_element("div").ok()?.unchecked_into();
    dom::set_attr(&place, "class", "chunk");
    dom::set_attr(&place, "role", "none");
    dom::set_attr(&place, "data-blank", "");
    Some(place)
}

fn start_of(sentence: &JsValue) -> i64 {
    reach::get(sentence, "start_ms").as_f64().unwrap_or(0.0) as i64
}

/// The last one that has begun at `ms`; `starts` are in order.
pub fn spoken_at(starts: &[i64], ms: i64) -> Option<usize> {
    starts.partition_point(|start| *start <= ms).checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spoken_sentence_is_the_last_that_has_begun() {
        let starts = [1_000, 4_000, 9_000];
        assert_eq!(spoken_at(&starts, 0), None);
        assert_eq!(spoken_at(&starts, 1_000), Some(0));
        assert_eq!(spoken_at(&starts, 8_999), Some(1));
        assert_eq!(spoken_at(&starts, 99_000), Some(2));
        assert_eq!(spoken_at(&[], 5), None);
    }
}
