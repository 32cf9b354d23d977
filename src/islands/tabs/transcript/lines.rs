//! The sentences. They stay the objects that JavaScript parsed; what shows them is in [`rows`](super::rows).

use super::rows::Chunk;
use crate::browser::{dom, reach};
use js_sys::{Array, JsString};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

pub struct Lines {
    pub(super) list: HtmlElement,
    /// What rows are copied from.
    pub(super) blank: HtmlElement,
    all: RefCell<Array>,
    /// When each sentence begins: asked several times a second.
    pub(super) starts: RefCell<Vec<i64>>,
    pub(super) chunks: RefCell<Vec<Chunk>>,
    /// Counts changes of the sentences.
    pub turn: Cell<u32>,
}

impl Lines {
    pub fn of(root: &HtmlElement) -> Option<Self> {
        let list = dom::find(root, ".sentences")?;
        let chunks = dom::find_all(&list, ".chunk").into_iter().map(Chunk::of_page).collect();
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

    /// What is said; nothing of a sentence that is not there yet, whose row may have come with the page.
    pub fn text(&self, index: usize) -> JsString {
        let text = self.field(index, "text");
        if text.is_string() { text.unchecked_into() } else { JsString::from("") }
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
        self.forget_sentences();
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
        self.make_room(from);
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
