//! What lies along the seek bar: chapters, notes, what a search found, and how many watched each part.
//!
//! Whoever knows of something says it here, before the player is awake or after; nobody needs to know the bar. All of it is
//! decoration: the range input above it gets every pointer and key, and the words appear in the tip over the line.

mod drawn;

use super::{dom, page};
use std::cell::RefCell;
use web_sys::HtmlElement;

/// What a mark is of. Each kind has a shape of its own (`seek_marks.css`), since colours alone do not reach everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Gaps in the line.
    Chapters,
    /// Dots over it; a bar where a note belongs to a stretch.
    Notes,
    /// Ticks through it: what the search in the transcript found.
    Hits,
}

/// One place on the line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Milliseconds from the start.
    pub at_ms: i64,
    /// Where it ends, if it is a stretch and no moment. A chapter ends where the next begins.
    pub end_ms: Option<i64>,
    /// What the tip says of it. Plain text; long ones are cut by the style.
    pub label: String,
}

/// What there is to say about a moment.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The chapter that it lies in.
    pub chapter: String,
    /// The note or hit close to it.
    pub near: String,
}

struct Line {
    /// The recording's length in milliseconds; 0 as long as nobody knows.
    total: i64,
    chapters: Vec<Mark>,
    notes: Vec<Mark>,
    hits: Vec<Mark>,
}

thread_local! {
    static LINE: RefCell<Line> = const { RefCell::new(Line { total: 0, chapters: Vec::new(), notes: Vec::new(), hits: Vec::new() }) };
}

/// Shows these marks of a layer, in the place of those it had. Any order will do.
pub fn mark(layer: Layer, marks: &[Mark]) {
    let mut marks = marks.to_vec();
    marks.sort_by_key(|mark| mark.at_ms);
    LINE.with_borrow_mut(|line| {
        *line.layer(layer) = marks;
        line.draw(layer);
    });
}

/// Shows how much each part was watched: `values` of 0 to 1, one for each of as many equal slices. None takes it away.
pub fn curve(values: &[f64]) {
    if let Some(path) = part("[data-curve]") {
        dom::set_attr(&path, "d", &drawn::curve(values));
    }
}

/// The player says how long the recording is: places are shares of that.
pub fn stretch(total_ms: i64) {
    LINE.with_borrow_mut(|line| {
        if line.total != total_ms {
            line.total = total_ms;
            [Layer::Chapters, Layer::Notes, Layer::Hits].into_iter().for_each(|layer| line.draw(layer));
        }
    });
}

/// What the marks say about a moment; `reach_ms` is how far away a note or a hit still counts as meant.
pub fn told(ms: i64, reach_ms: i64) -> Told {
    LINE.with_borrow(|line| Told {
        chapter: around(&line.chapters, ms),
        near: nearest(&line.notes, ms, reach_ms).or_else(|| nearest(&line.hits, ms, reach_ms)).unwrap_or_default(),
    })
}

impl Line {
    fn layer(&mut self, layer: Layer) -> &mut Vec<Mark> {
        match layer {
            Layer::Chapters => &mut self.chapters,
            Layer::Notes => &mut self.notes,
            Layer::Hits => &mut self.hits,
        }
    }

    fn draw(&mut self, layer: Layer) {
        if self.total == 0 {
            // Nobody said it yet; the server wrote down what it knows.
            self.total = part("[data-player]").and_then(|frame| dom::attr(&frame, "data-duration").parse().ok()).unwrap_or(0);
        }
        let total = self.total;
        let marks = &*self.layer(layer);
        match layer {
            Layer::Chapters => {
                if let Some(line) = part(".seek") {
                    let _ = line.style().set_property("--gaps", &drawn::gaps(marks, total));
                }
            }
            Layer::Notes => trace("[data-layer=notes]", &drawn::dots(marks, total)),
            Layer::Hits => trace("[data-layer=hits]", &drawn::ticks(marks, total)),
        }
    }
}

/// Writes the drawing of a layer.
fn trace(layer: &str, d: &str) {
    if let Some(path) = part(layer) {
        dom::set_attr(&path, "d", d);
    }
}

/// A part of the player, awake or not.
fn part(selector: &str) -> Option<HtmlElement> {
    dom::find(&page::document()?.document_element()?, selector)
}

/// The title of the chapter that holds a moment. `chapters` are in order; before the first there is none.
fn around(chapters: &[Mark], ms: i64) -> String {
    let next = chapters.partition_point(|chapter| chapter.at_ms <= ms);
    next.checked_sub(1).map(|i| chapters[i].label.clone()).unwrap_or_default()
}

/// The label of the mark closest to a moment, within `reach`.
fn nearest(marks: &[Mark], ms: i64, reach: i64) -> Option<String> {
    let distance = |mark: &Mark| (mark.at_ms - ms).max(ms - mark.end_ms.unwrap_or(mark.at_ms)).max(0);
    marks.iter().filter(|mark| distance(mark) <= reach).min_by_key(|mark| (mark.at_ms - ms).abs()).map(|mark| mark.label.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(all: &[(i64, Option<i64>, &str)]) -> Vec<Mark> {
        all.iter().map(|(at_ms, end_ms, label)| Mark { at_ms: *at_ms, end_ms: *end_ms, label: (*label).to_owned() }).collect()
    }

    #[test]
    fn a_moment_lies_in_the_chapter_that_began_last() {
        let chapters = marks(&[(1_000, None, "Hello"), (5_000, None, "Budget")]);
        assert_eq!(around(&chapters, 500), "");
        assert_eq!(around(&chapters, 1_000), "Hello");
        assert_eq!(around(&chapters, 4_999), "Hello");
        assert_eq!(around(&chapters, 90_000), "Budget");
    }

    #[test]
    fn the_nearest_note_speaks_and_only_from_nearby() {
        let notes = marks(&[(1_000, None, "one"), (2_000, None, "two")]);
        assert_eq!(nearest(&notes, 1_400, 500), Some("one".to_owned()));
        assert_eq!(nearest(&notes, 1_600, 500), Some("two".to_owned()));
        assert_eq!(nearest(&notes, 3_000, 500), None);
    }

    #[test]
    fn a_stretch_speaks_all_along() {
        let notes = marks(&[(1_000, Some(60_000), "long")]);
        assert_eq!(nearest(&notes, 30_000, 0), Some("long".to_owned()));
        assert_eq!(nearest(&notes, 60_001, 0), None);
    }
}
