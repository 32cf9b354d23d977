//! A *place* is where a note is written: a note in the list, or the form for a new one. What it is about stands in its
//! attributes, its Markdown in its field.

use crate::{
    browser::{dom, drafts::Draft, reach},
    model::{
        Note, NoteId, VideoId,
        stretch::{stretch, written},
    },
};
use web_sys::HtmlElement;

pub const FORM: &str = "[data-note-form]";
const PLACE: &str = "[data-note], [data-note-form]";
/// What the writer sees of where a text is.
pub const SAVING: &str = "Saving…";
pub const SAVED: &str = "Saved";
pub const OFFLINE: &str = "Offline: kept on this device, sent when you are back";
pub const NO_ROOM: &str = "This device has no room for drafts: keep the page open until it is saved";

pub fn around(element: &HtmlElement) -> Option<HtmlElement> {
    dom::around(element, PLACE)
}

/// Whether it is the form for a new note.
pub fn is_form(place: &HtmlElement) -> bool {
    place.has_attribute("data-note-form")
}

/// The form has one once something is written in it.
pub fn id(place: &HtmlElement) -> Option<NoteId> {
    dom::attr(place, if is_form(place) { "data-new" } else { "data-note" }).parse().ok()
}

pub fn set_id(place: &HtmlElement, id: &str) {
    dom::set_attr(place, if is_form(place) { "data-new" } else { "data-note" }, id);
}

/// None for the form whose moment is still that of the player.
pub fn at(place: &HtmlElement) -> Option<i64> {
    number(place, "data-at")
}

pub fn end(place: &HtmlElement) -> Option<i64> {
    number(place, "data-end")
}

pub fn version(place: &HtmlElement) -> i64 {
    number(place, "data-version").unwrap_or(0)
}

pub fn set_version(place: &HtmlElement, version: i64) {
    dom::set_attr(place, "data-version", &version.to_string());
}

fn number(place: &HtmlElement, name: &str) -> Option<i64> {
    dom::attr(place, name).parse().ok()
}

pub fn field(place: &HtmlElement) -> Option<HtmlElement> {
    dom::find(place, "textarea")
}

pub fn source(place: &HtmlElement) -> String {
    field(place).map(|field| dom::value(&field)).unwrap_or_default()
}

pub fn set_source(place: &HtmlElement, text: &str) {
    if let Some(field) = field(place) {
        dom::set_value(&field, text);
    }
}

/// Gives it to a moment or a stretch.
pub fn set_when(place: &HtmlElement, at_ms: i64, end_ms: Option<i64>) {
    dom::set_attr(place, "data-at", &at_ms.to_string());
    dom::set_attr(place, "data-end", &end_ms.map(|end| end.to_string()).unwrap_or_default());
    let words = written(at_ms, end_ms);
    if !is_form(place) {
        dom::write(place, ".moment", &words);
    }
    show_when(place, &words);
}

/// Writes into the field for the moment, but never under somebody's fingers.
pub fn show_when(place: &HtmlElement, words: &str) {
    if let Some(field) = dom::find(place, "[data-when]:not(:focus)") {
        dom::flag(&field, "aria-invalid", false);
        dom::set_value(&field, words);
    }
}

/// Takes what was typed as the moment; false when it is none.
pub fn read_when(place: &HtmlElement) -> bool {
    let Some(field) = dom::find(place, "[data-when]") else { return true };
    let read = stretch(&dom::value(&field));
    dom::flag(&field, "aria-invalid", false);
    if read.is_none() {
        dom::set_attr(&field, "aria-invalid", "true");
    }
    if let Some((at, end)) = read {
        set_when(place, at, end);
    }
    read.is_some()
}

/// Takes a moment that was typed before anybody listened.
pub fn read_early_when(place: &HtmlElement) {
    let Some(field) = dom::find(place, "[data-when]") else { return };
    let given = reach::get(&field, "defaultValue").as_string();
    if given.is_some_and(|given| given != dom::value(&field)) {
        read_when(place);
    }
}

/// What is in it, to be kept; nothing as long as it has no id.
pub fn draft(place: &HtmlElement, video: VideoId) -> Option<Draft> {
    Some(Draft {
        video,
        note: id(place)?,
        version: version(place),
        at_ms: at(place)?,
        end_ms: end(place),
        copy_of: dom::attr(place, "data-copy").parse().ok(),
        deleted: false,
        sent: Vec::new(),
        body: source(place),
    })
}

/// Shows a text that the server has not rendered yet.
pub fn show_draft(item: &HtmlElement, draft: &Draft) {
    set_id(item, &draft.note.to_string());
    set_version(item, draft.version);
    set_when(item, draft.at_ms, draft.end_ms);
    dom::set_attr(item, "data-copy", &draft.copy_of.map(|note| note.to_string()).unwrap_or_default());
    set_source(item, &draft.body);
    show_plain(item);
}

pub fn show_plain(item: &HtmlElement) {
    if let Some(body) = dom::find(item, ".note-body") {
        dom::flag(&body, "data-plain", true);
        dom::set_text(&body, source(item).trim());
    }
}

/// Shows what the server has. A field that somebody is writing in keeps its words.
pub fn show_note(item: &HtmlElement, note: &Note, writing: bool) {
    set_id(item, &note.id.to_string());
    set_version(item, note.version);
    dom::set_attr(item, "data-copy", &note.copy_of.map(|note| note.to_string()).unwrap_or_default());
    if let Some(body) = dom::find(item, ".note-body") {
        dom::flag(&body, "data-plain", false);
        // The server's own HTML; nobody else makes any.
        if body.inner_html() != note.html {
            body.set_inner_html(&note.html);
        }
    }
    if !writing {
        set_when(item, note.at_ms, note.end_ms);
        // A blank at the end is where somebody goes on writing.
        if source(item).trim() != note.body {
            set_source(item, &note.body);
        }
        remember(item);
    }
}

pub fn say(place: &HtmlElement, state: &str) {
    if let Some(line) = dom::find(place, "[data-state]") {
        dom::set_text(&line, state);
        // What goes as it should needs no attention, and no room of its own.
        dom::flag(&line, "data-calm", matches!(state, SAVING | SAVED));
    }
}

pub fn is_open(item: &HtmlElement) -> bool {
    dom::find(item, "form").is_some_and(|form| !form.has_attribute("hidden"))
}

/// Opens the field of a note, and remembers what "Cancel" goes back to; or closes it.
pub fn open(item: &HtmlElement, on: bool) {
    dom::show(item, "form", on);
    dom::show(item, ".note-body", !on);
    dom::show(item, ".note-tools", !on);
    if on {
        remember(item);
        show_when(item, &written(at(item).unwrap_or(0), end(item)));
        if let Some(field) = field(item) {
            let _ = field.focus();
        }
    } else if let Some(button) = dom::find(item, "[data-act=edit]") {
        let _ = button.focus();
    }
}

/// Keeps what "Cancel" goes back to.
pub fn remember(item: &HtmlElement) {
    for (from, to) in [("data-at", "data-was-at"), ("data-end", "data-was-end")] {
        dom::set_attr(item, to, &dom::attr(item, from));
    }
    dom::set_attr(item, "data-was", &source(item));
}

/// The text from before it was opened.
pub fn was(item: &HtmlElement) -> String {
    dom::attr(item, "data-was")
}

/// Puts back what was there when it was opened; false when nothing was changed.
pub fn revert(item: &HtmlElement) -> bool {
    let (text, at, end) = (was(item), number(item, "data-was-at"), number(item, "data-was-end"));
    let changed = source(item) != text || (self::at(item), self::end(item)) != (at, end);
    set_source(item, &text);
    set_when(item, at.unwrap_or(0), end);
    changed
}
