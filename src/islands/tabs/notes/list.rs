//! The notes in their order, and everything that follows from them: marks, number, and which one playing has come to.

use super::{along, panel::Panel, place};
use crate::{
    browser::{
        dom, playhead,
        timeline::{self, Layer, Mark},
    },
    model::{NoteId, clock::timecode},
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

const ITEMS: &str = "ol > [data-note]";
/// As much of a note as the seek bar shows.
const LABEL_CHARS: usize = 80;

impl Panel {
    /// The place where a note is written or shown.
    pub(super) fn find(&self, note: NoteId) -> Option<HtmlElement> {
        let id = note.to_string();
        dom::find(&self.root, &["ol > [data-note='", &id, "'], [data-new='", &id, "']"].concat())
    }

    /// Puts a note where its moment is.
    pub(super) fn insert(&self, item: &HtmlElement) {
        let Some(list) = dom::find(&self.root, ".notes") else { return };
        let at = place::at(item);
        let beside = |other: Option<Element>| other.and_then(|other| place::at(other.unchecked_ref()));
        let after = beside(item.previous_element_sibling()).is_none_or(|before| Some(before) <= at);
        let before = beside(item.next_element_sibling()).is_none_or(|next| Some(next) >= at);
        // Moving it would take the focus from it.
        if item.parent_element().is_none() || !after || !before {
            let next = dom::find_all(&list, "[data-note]").into_iter().find(|other| other != item && place::at(other) > at);
            let _ = list.insert_before(item, next.as_deref().map(AsRef::as_ref));
        }
    }

    pub(super) fn items(&self) -> Vec<HtmlElement> {
        dom::find_all(&self.root, ITEMS)
    }

    /// Everything that follows from what is in the list.
    pub(super) fn paint(&self) {
        let items = self.items();
        let none = items.is_empty();
        dom::show(&self.root, ".panel-empty", none);
        dom::show(&self.root, ".notes-export", !none);
        dom::show(&self.root, ".undo", self.deleted.borrow().is_some());
        if let Some(count) = &self.count {
            dom::set_text(count, &if none { String::new() } else { items.len().to_string() });
        }
        let ids: Vec<_> = items.iter().map(|item| dom::attr(item, "data-note")).collect();
        let mut marks = Vec::with_capacity(items.len());
        for item in &items {
            let copy_of = dom::attr(item, "data-copy");
            dom::show(item, ".note-copy", !copy_of.is_empty() && ids.contains(&copy_of));
            dom::flag(item, "aria-current", false);
            let text = dom::find(item, ".note-body").and_then(|body| body.text_content()).unwrap_or_default();
            let line = text.trim().split('\n').next().unwrap_or_default();
            marks.push(Mark {
                at_ms: place::at(item).unwrap_or(0),
                end_ms: place::end(item),
                label: line.chars().take(LABEL_CHARS).collect(),
            });
        }
        timeline::mark(Layer::Notes, &marks);
        self.notes.replace(marks.iter().map(|mark| (mark.at_ms, mark.end_ms)).collect());
        self.current.set(None);
        self.moved(playhead::now_ms());
    }

    /// Playing has come to `ms`.
    pub(super) fn moved(&self, ms: i64) {
        if place::at(&self.form).is_none() {
            place::show_when(&self.form, &timecode(ms));
        }
        let now = along::current(&self.notes.borrow(), ms);
        let before = self.current.replace(now);
        if before != now {
            let items = self.items();
            for (number, on) in [(before, false), (now, true)] {
                if let Some(item) = number.and_then(|number| items.get(number)) {
                    dom::flag(item, "aria-current", false);
                    if on {
                        dom::set_attr(item, "aria-current", "true");
                    }
                }
            }
        }
    }
}
