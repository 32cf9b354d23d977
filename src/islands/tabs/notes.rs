//! Notes that know their moment.

use crate::{
    browser::{
        dom, playhead,
        remote::{add_note, delete_note, edit_note},
    },
    islands::icon::{Icon, IconView},
    model::{AppError, Note, NoteId, VideoId, clock::timecode, note::MAX_NOTE_CHARS},
};
use leptos::{prelude::*, task::spawn_local};
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// The field to write in, and the notes by moment.
#[component]
pub fn NotesMarkup(id: VideoId, notes: Vec<Note>) -> impl IntoView {
    let some = !notes.is_empty();
    view! {
        <form class="note-form needs-script" data-note-form="">
            <textarea name="note" rows="2" aria-label="Note" placeholder="Write a note" maxlength=MAX_NOTE_CHARS.to_string()></textarea>
            <div class="note-form-row">
                <button type="button" class="chip time" data-act="pin" title="Take the current moment">
                    "at "<span data-moment="">"0:00"</span>
                </button>
                <button type="submit" class="primary">"Add note"</button>
            </div>
        </form>
        <PlainNoteForm id />
        <p class="field-error" role="alert" hidden></p>
        <p class="undo" role="status" hidden>
            "Note deleted. "
            <button type="button" class="link" data-act="undo">"Undo"</button>
        </p>
        <p class="panel-empty" hidden=some>
            "No notes yet. Write one while you watch: it keeps the moment, and one click brings you back to it."
        </p>
        <ol class="notes">{notes.into_iter().map(|note| view! { <NoteItem id note=Some(note) /> }).collect_view()}</ol>
        <template data-template="note"><NoteItem id note=None /></template>
    }
}

/// The same field where no script runs (elsewhere `noscript` is an empty element): the moment is written by hand.
#[component]
fn PlainNoteForm(id: VideoId) -> impl IntoView {
    view! {
        <noscript>
            <form class="note-form" method="post" action=format!("/videos/{id}/notes")>
                <textarea name="note" rows="2" aria-label="Note" required maxlength=MAX_NOTE_CHARS.to_string()></textarea>
                <div class="note-form-row">
                    <label class="plain-row">"at "<input name="at" value="0:00" size="8" autocomplete="off" /></label>
                    <button type="submit" class="primary">"Add note"</button>
                </div>
            </form>
        </noscript>
    }
}

/// One note, or the blank that new ones are stamped from.
#[component]
fn NoteItem(id: VideoId, note: Option<Note>) -> impl IntoView {
    let plain = note.as_ref().map(|note| view! {
        <noscript>
            <form method="post" action=format!("/videos/{id}/notes/{}/delete", note.id)><button type="submit" class="quiet">"Delete"</button></form>
        </noscript>
    });
    let (note, at, body) = note.map(|n| (n.id.to_string(), n.at_ms, n.body)).unwrap_or_default();
    view! {
        <li class="note" data-note=note data-at=at.to_string()>
            <button type="button" class="moment time" data-act="go" title="Go to this moment">{timecode(at)}</button>
            <p class="note-body">{body}</p>
            <form class="note-edit" hidden>
                <textarea aria-label="Note" rows="3" maxlength=MAX_NOTE_CHARS.to_string()></textarea>
                <button type="submit" class="primary">"Save"</button>
                <button type="button" class="quiet" data-act="keep">"Cancel"</button>
            </form>
            <div class="note-tools needs-script">
                <button type="button" class="icon-button" data-act="edit" aria-label="Edit" title="Edit">
                    <IconView icon=Icon::Pencil />
                </button>
                <button type="button" class="icon-button" data-act="delete" aria-label="Delete" title="Delete">
                    <IconView icon=Icon::Trash />
                </button>
            </div>
            {plain}
        </li>
    }
}

/// The panel in the browser.
struct Panel {
    video: VideoId,
    root: HtmlElement,
    /// The tab's number.
    count: Option<HtmlElement>,
    /// The moment of the note being written: taken with its first letter, since by the last one the talk has moved on.
    pinned: Cell<Option<i64>>,
    /// The note deleted last, for "Undo".
    deleted: Cell<Option<(i64, String)>>,
}

pub fn wake(tabs: &HtmlElement, video: VideoId) {
    let Some(root) = dom::find(tabs, "#panel-notes") else { return };
    let count = dom::find(tabs, "[data-count]");
    let panel = Rc::new(Panel { video, root: root.clone(), count, pinned: Cell::new(None), deleted: Cell::default() });
    let p = panel.clone();
    playhead::follow(move |_| p.paint_moment());
    let p = panel.clone();
    dom::on_act(&root, move |act, button| p.act(act, button)).keep();
    // The key N: the note belongs to the moment of the key, not of its first letter.
    let p = panel.clone();
    dom::listen(&root, "opened", move |_| {
        p.pinned.set(p.pinned.get().or_else(|| Some(playhead::now_ms())));
        p.paint_moment();
    })
    .keep();
    let p = panel.clone();
    dom::listen(&root, "focusout", move |_| {
        if dom::find(&p.root, "[data-note-form]").is_some_and(|form| text(&form).is_empty()) {
            p.pinned.set(None);
            p.paint_moment();
        }
    })
    .keep();
    let p = panel.clone();
    dom::listen(&root, "submit", move |event| {
        event.prevent_default();
        if let Some(form) = dom::closest(&event, "form") {
            p.submit(&form);
        }
    })
    .keep();
    let p = panel.clone();
    dom::listen(&root, "input", move |event| {
        if let Some(form) = dom::closest(&event, "[data-note-form]") {
            let empty = text(&form).is_empty();
            p.pinned.set(if empty { None } else { p.pinned.get().or_else(|| Some(playhead::now_ms())) });
            p.paint_moment();
        }
    })
    .keep();
    dom::listen(&root, "keydown", move |event| {
        let Some((key, form)) = event.dyn_ref::<KeyboardEvent>().zip(dom::closest(&event, "form")) else { return };
        match key.key().as_str() {
            "Enter" if key.ctrl_key() || key.meta_key() => {
                event.prevent_default();
                panel.submit(&form);
            }
            "Escape" => edit(&form, false),
            _ => {}
        }
    })
    .keep();
}

impl Panel {
    fn act(self: &Rc<Self>, act: &str, button: &HtmlElement) {
        match (act, dom::around(button, "[data-note]")) {
            ("go", Some(note)) => playhead::seek_ms(at(&note)),
            ("edit", Some(note)) => edit(&note, true),
            ("keep", Some(note)) => edit(&note, false),
            ("delete", Some(note)) => self.delete(note),
            ("undo", _) => {
                if let Some((at_ms, body)) = self.deleted.take() {
                    self.add(at_ms, body);
                }
            }
            ("pin", _) => {
                self.pinned.set(self.pinned.get().map(|_| playhead::now_ms()));
                self.paint_moment();
            }
            _ => {}
        }
    }

    fn submit(self: &Rc<Self>, form: &HtmlElement) {
        let body = text(form);
        match dom::around(form, "[data-note]") {
            Some(note) => self.save(note, body),
            None if body.trim().is_empty() => {}
            None => self.add(self.pinned.get().unwrap_or_else(playhead::now_ms), body),
        }
    }

    fn add(self: &Rc<Self>, at_ms: i64, body: String) {
        let panel = self.clone();
        spawn_local(async move {
            let answer = add_note(panel.video, at_ms, &body).await;
            if let Some(note) = panel.said(answer) {
                panel.insert(&note);
                // What was typed meanwhile stays.
                if let Some(field) = dom::find(&panel.root, "[name=note]").filter(|f| dom::value(f) == body) {
                    dom::set_value(&field, "");
                    panel.pinned.set(None);
                }
            }
            panel.paint();
        });
    }

    fn save(self: &Rc<Self>, item: HtmlElement, body: String) {
        let (panel, Some(id)) = (self.clone(), id(&item)) else { return };
        spawn_local(async move {
            let answer = edit_note(id, &body).await;
            if let Some(note) = panel.said(answer) {
                dom::write(&item, ".note-body", &note.body);
                edit(&item, false);
            }
        });
    }

    fn delete(self: &Rc<Self>, item: HtmlElement) {
        let (panel, Some(id)) = (self.clone(), id(&item)) else { return };
        spawn_local(async move {
            let answer = delete_note(id).await;
            if panel.said(answer).is_some() {
                let body = dom::find(&item, ".note-body").and_then(|p| p.text_content()).unwrap_or_default();
                panel.deleted.set(Some((at(&item), body)));
                item.remove();
            }
            panel.paint();
        });
    }

    /// Puts a note where its moment is.
    fn insert(&self, note: &Note) {
        let (Some(item), Some(list)) = (dom::stamp(&self.root, "note"), dom::find(&self.root, ".notes")) else { return };
        dom::set_attr(&item, "data-note", &note.id.to_string());
        dom::set_attr(&item, "data-at", &note.at_ms.to_string());
        dom::write(&item, ".moment", &timecode(note.at_ms));
        dom::write(&item, ".note-body", &note.body);
        let next = dom::find_all(&list, "[data-note]").into_iter().find(|other| at(other) > note.at_ms);
        let _ = list.insert_before(&item, next.as_deref().map(AsRef::as_ref));
    }

    /// Shows an error, or takes the last one away.
    fn said<T>(&self, answer: Result<T, AppError>) -> Option<T> {
        let sentence = answer.as_ref().err().map_or("", |error| error.message.as_str());
        dom::alert(&self.root, sentence);
        answer.ok()
    }

    fn paint(&self) {
        let notes = dom::find_all(&self.root, "ol [data-note]").len();
        dom::show(&self.root, ".panel-empty", notes == 0);
        if let Some(count) = &self.count {
            dom::set_text(count, &if notes == 0 { String::new() } else { notes.to_string() });
        }
        let deleted = self.deleted.take();
        dom::show(&self.root, ".undo", deleted.is_some());
        self.deleted.set(deleted);
        self.paint_moment();
    }

    fn paint_moment(&self) {
        dom::write(&self.root, "[data-moment]", &timecode(self.pinned.get().unwrap_or_else(playhead::now_ms)));
    }
}

/// Opens the field of the note around `place`, or closes it.
fn edit(place: &HtmlElement, on: bool) {
    let Some(item) = dom::around(place, "[data-note]") else { return };
    let (Some(body), Some(field)) = (dom::find(&item, ".note-body"), dom::find(&item, "textarea")) else { return };
    dom::show(&item, "form", on);
    dom::flag(&body, "hidden", on);
    if on {
        dom::set_value(&field, &body.text_content().unwrap_or_default());
        let _ = field.focus();
    }
}

fn text(form: &HtmlElement) -> String {
    dom::find(form, "textarea").map(|field| dom::value(&field)).unwrap_or_default()
}

fn at(item: &HtmlElement) -> i64 {
    dom::attr(item, "data-at").parse().unwrap_or(0)
}

fn id(item: &HtmlElement) -> Option<NoteId> {
    dom::attr(item, "data-note").parse().ok()
}
