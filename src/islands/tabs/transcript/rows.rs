//! The rows that show the sentences. They stand in chunks: one that is far away is skipped by the browser
//! (`content-visibility`) or has no rows yet ([`Lines::fill`]), so ten thousand sentences cost what a screen costs.

use super::{lines::Lines, markup::CHUNK};
use crate::{
    browser::{dom, heat, page, reach},
    model::clock::timecode,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

pub struct Chunk {
    place: HtmlElement,
    len: usize,
    filled: bool,
}

impl Chunk {
    /// One that came with the page.
    pub fn of_page(place: HtmlElement) -> Self {
        Self { len: dom::find_all(&place, "[data-sentence]").len(), place, filled: true }
    }

    /// An empty one, as high as its rows may be.
    fn blank(len: usize) -> Option<Self> {
        let place: HtmlElement = page::document()?.create_element("div").ok()?.unchecked_into();
        dom::set_attr(&place, "class", "chunk");
        dom::set_attr(&place, "role", "none");
        dom::set_attr(&place, "data-blank", "");
        let _ = place.style().set_property("--rows", &len.to_string());
        Some(Self { place, len, filled: false })
    }
}

impl Lines {
    /// How many sentences have a row, or a place for one.
    pub fn count(&self) -> usize {
        self.before(self.chunks())
    }

    pub fn chunks(&self) -> usize {
        self.chunks.borrow().len()
    }

    /// The element of a chunk.
    pub fn chunk(&self, k: usize) -> Option<HtmlElement> {
        self.chunks.borrow().get(k).map(|chunk| chunk.place.clone())
    }

    /// The number of sentences in front of a chunk.
    fn before(&self, k: usize) -> usize {
        self.chunks.borrow()[..k].iter().map(|chunk| chunk.len).sum()
    }

    fn is_filled(&self, k: usize) -> bool {
        self.chunks.borrow()[k].filled
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
        self.nth(k, offset)
    }

    /// The row of a sentence, if it is there.
    pub fn made(&self, index: usize) -> Option<HtmlElement> {
        let (k, offset) = self.place(index).filter(|(k, _)| self.is_filled(*k))?;
        self.nth(k, offset)
    }

    fn nth(&self, k: usize, offset: usize) -> Option<HtmlElement> {
        let chunk = self.chunk(k)?;
        dom::find(&chunk, &[":scope > :nth-child(", &(offset + 1).to_string(), ")"].concat())
    }

    /// The sentence that a row shows.
    pub fn index_of(&self, row: &Element) -> Option<usize> {
        let (from, _) = self.within(&row.parent_element()?)?;
        let mut offset = 0;
        let mut one = row.previous_element_sibling();
        while let Some(sibling) = one {
            offset += 1;
            one = sibling.previous_element_sibling();
        }
        Some(from + offset)
    }

    /// The sentences of the chunk that is this element.
    pub fn within(&self, place: &Element) -> Option<(usize, usize)> {
        let k = self.chunks.borrow().iter().position(|chunk| *chunk.place == *place)?;
        Some((self.before(k), self.before(k + 1)))
    }

    /// Makes chunks for the sentences from `from` on that have none.
    pub(super) fn make_room(&self, from: usize) {
        let to = self.len();
        for begin in (self.count().max(from)..to).step_by(CHUNK) {
            let Some(chunk) = Chunk::blank(CHUNK.min(to - begin)) else { return };
            let _ = self.list.append_child(&chunk.place);
            self.chunks.borrow_mut().push(chunk);
        }
    }

    /// Makes the rows of a chunk, unless they are there, or its sentences are still to come.
    pub fn fill(&self, k: usize) {
        if self.is_filled(k) {
            return;
        }
        let (from, to) = (self.before(k), self.before(k + 1));
        let Some(place) = self.chunk(k).filter(|_| to <= self.len()) else { return };
        for index in from..to {
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

    /// The part of a row that holds the text.
    pub fn words_of(row: &HtmlElement) -> Option<HtmlElement> {
        dom::find(row, "[data-text]")
    }

    /// Shows anew which sentences were watched again. Rows that are not there yet will know.
    pub fn warm(&self) {
        for row in dom::find_all(&self.list, "[data-heat]") {
            let _ = row.remove_attribute("data-heat");
        }
        let hot: Vec<usize> = self.starts.borrow().iter().enumerate().filter(|(_, start)| heat::of(**start) > 0).map(|(i, _)| i).collect();
        for index in hot {
            if let Some(row) = self.made(index) {
                warm(&row, self.start(index));
            }
        }
    }

    pub(super) fn remove_row(&self, index: usize) {
        let Some((k, offset)) = self.place(index) else { return };
        if let Some(row) = self.nth(k, offset) {
            row.remove();
        }
        self.chunks.borrow_mut()[k].len -= 1;
    }

    /// A row, empty still, before the one of the sentence that had this number until now.
    pub(super) fn insert_row(&self, index: usize) {
        // Behind the last one, it stands at the end of the last chunk.
        let last = || self.chunks().checked_sub(1).map(|k| (k, self.before(k + 1) - self.before(k)));
        let Some((k, offset)) = self.place(index).or_else(last) else { return };
        if self.is_filled(k)
            && let (Some(place), Some(row)) = (self.chunk(k), self.new_row())
        {
            let next = self.nth(k, offset);
            let _ = place.insert_before(&row, next.as_deref().map(AsRef::as_ref));
        }
        self.chunks.borrow_mut()[k].len += 1;
    }
}

fn warm(row: &Element, start: i64) {
    match heat::of(start) {
        0 => drop(row.remove_attribute("data-heat")),
        heat => dom::set_attr(row, "data-heat", &heat.to_string()),
    }
}
