//! The panel in the browser: what is pressed and written in it.

use super::{
    along,
    place::{self, NO_ROOM},
};
use crate::{
    browser::{
        dom,
        drafts::{Draft, Drafts, fresh_id},
        page, playhead,
        timeline::{self, Layer, Mark},
    },
    model::{NoteId, VideoId, clock::timecode},
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, EventTarget, FocusEvent, HtmlElement, KeyboardEvent, MouseEvent};

const ITEMS: &str = "ol > [data-note]";
/// As much of a note as the seek bar shows.
const LABEL_CHARS: usize = 80;

pub struct Panel {
    pub(super) video: VideoId,
    pub(super) root: HtmlElement,
    pub(super) form: HtmlElement,
    pub(super) drafts: Drafts,
    /// The tab's number.
    count: Option<HtmlElement>,
    /// The note deleted last, for "Undo".
    pub(super) deleted: RefCell<Option<HtmlElement>>,
    /// Moments and ends of the notes in the list, and which of them playing has come to.
    notes: RefCell<Vec<(i64, Option<i64>)>>,
    current: Cell<Option<usize>>,
    pub(super) post: super::sending::Post,
    pub(super) news: super::hearing::News,
}

pub fn wake(tabs: &HtmlElement, video: VideoId) {
    let Some(root) = dom::find(tabs, "#panel-notes") else { return };
    let Some(form) = dom::find(&root, place::FORM) else { return };
    let viewer = page::document().and_then(|d| d.document_element()).and_then(|d| dom::find(&d, "[data-viewer]"));
    let panel = Rc::new(Panel {
        video,
        form,
        drafts: Drafts::of(&viewer.map(|player| dom::attr(&player, "data-viewer")).unwrap_or_default()),
        count: dom::find(tabs, "[data-count]"),
        deleted: RefCell::default(),
        notes: RefCell::default(),
        current: Cell::default(),
        post: Default::default(),
        news: Default::default(),
        root: root.clone(),
    });
    let p = panel.clone();
    dom::on_act(&root, move |act, button| p.act(act, button)).keep();
    // The key N: the note belongs to the moment of the key, not of its first letter.
    panel.on(&root, "opened", |panel, _| panel.pin());
    panel.on(&root, "click", Panel::follow_link);
    panel.on(&root, "submit", Panel::submit);
    panel.on(&root, "input", Panel::input);
    panel.on(&root, "keydown", Panel::key);
    panel.on(&root, "focusout", Panel::left);
    panel.listen_around();
    panel.recall();
    panel.paint();
    let p = panel.clone();
    playhead::follow(move |ms| p.moved(ms));
    // What an earlier visit left behind.
    panel.send_now();
}

impl Panel {
    /// One listener. `f` is a plain function, so that the closure around it is compiled once for all of them.
    pub(super) fn on(self: &Rc<Self>, target: &EventTarget, event: &'static str, f: fn(&Rc<Self>, &Event)) {
        let panel = self.clone();
        dom::listen(target, event, move |e| f(&panel, &e)).keep();
    }

    fn act(self: &Rc<Self>, act: &str, button: &HtmlElement) {
        match (act, place::around(button)) {
            ("go", Some(item)) => playhead::seek_ms(place::at(&item).unwrap_or(0)),
            ("edit", Some(item)) => place::open(&item, true),
            ("cancel", Some(item)) => {
                if place::revert(&item) {
                    self.keep(&item);
                }
                self.close(&item);
            }
            ("until", Some(place)) => self.until_now(&place),
            ("delete", Some(item)) => self.delete(item),
            ("undo", _) => self.undo(),
            _ => {}
        }
    }

    /// A moment in the text of a note: it is in this page.
    fn follow_link(self: &Rc<Self>, event: &Event) {
        let Some(link) = dom::closest(event, "a[data-jump]") else { return };
        // With a key held it opens somewhere else, as any link does.
        let plain = event.dyn_ref::<MouseEvent>().is_some_and(|m| !(m.ctrl_key() || m.meta_key() || m.shift_key() || m.alt_key()));
        if plain {
            event.prevent_default();
            playhead::seek_ms(dom::attr(&link, "data-jump").parse().unwrap_or(0));
        }
    }

    fn submit(self: &Rc<Self>, event: &Event) {
        event.prevent_default();
        if let Some(place) = event.target().and_then(|t| t.dyn_into::<HtmlElement>().ok()).and_then(|t| place::around(&t)) {
            self.finish(&place);
        }
    }

    fn key(self: &Rc<Self>, event: &Event) {
        let Some((key, target)) = event.dyn_ref::<KeyboardEvent>().zip(event.target()) else { return };
        let Some(place) = target.dyn_ref::<HtmlElement>().and_then(place::around) else { return };
        let writing = place::is_form(&place) || place::is_open(&place);
        match key.key().as_str() {
            "Enter" if writing && (key.ctrl_key() || key.meta_key()) => {
                event.prevent_default();
                self.finish(&place);
            }
            // Nothing is thrown away by a key that is pressed to get out of things.
            "Escape" if writing && !place::is_form(&place) => self.finish(&place),
            _ => {}
        }
    }

    fn input(self: &Rc<Self>, event: &Event) {
        let Some(target) = event.target().and_then(|t| t.dyn_into::<HtmlElement>().ok()) else { return };
        let Some(place) = place::around(&target) else { return };
        if !target.has_attribute("data-when") {
            self.written(&place);
        } else if place::read_when(&place) && !place::source(&place).trim().is_empty() {
            self.keep(&place);
        }
    }

    /// The field for a new note was left with nothing in it: its moment is the player's again.
    fn left(self: &Rc<Self>, event: &Event) {
        if dom::closest(event, "[data-when]").is_some() {
            self.tidy_when(event);
        }
        let to = event.dyn_ref::<FocusEvent>().and_then(FocusEvent::related_target).and_then(|t| t.dyn_into::<Element>().ok());
        let within = to.is_some_and(|to| self.form.contains(Some(to.as_ref())));
        if dom::closest(event, place::FORM).is_some() && !within && place::source(&self.form).trim().is_empty() {
            self.discard();
        }
    }

    /// A moment is written in full once the field is left; what is none says how one is written.
    fn tidy_when(&self, event: &Event) {
        let Some(field) = dom::closest(event, "[data-when]") else { return };
        let wrong = field.has_attribute("aria-invalid");
        dom::alert(&self.root, if wrong { "A moment is written like 12:34 or 1:02:03, a stretch like 12:34–13:00." } else { "" });
        if let Some(place) = place::around(&field).filter(|_| !wrong)
            && let Some(at) = place::at(&place)
        {
            dom::set_value(&field, &crate::model::stretch::written(at, place::end(&place)));
        }
    }

    fn pin(&self) {
        if place::at(&self.form).is_none() {
            place::set_when(&self.form, playhead::now_ms(), None);
        }
    }

    fn until_now(self: &Rc<Self>, place: &HtmlElement) {
        let (from, now) = (place::at(place), playhead::now_ms());
        match from {
            Some(from) if from < now => {
                place::set_when(place, from, Some(now));
                if !place::source(place).trim().is_empty() {
                    self.keep(place);
                }
            }
            _ => place::say(place, "The player is not past the beginning of this note yet"),
        }
    }

    /// A letter was written, or taken away.
    fn written(self: &Rc<Self>, place: &HtmlElement) {
        if place::is_form(place) {
            if place::source(place).trim().is_empty() {
                return self.discard();
            }
            self.pin();
            if place::id(place).is_none() {
                place::set_id(place, &fresh_id().to_string());
            }
        }
        self.keep(place);
    }

    /// Puts what is written into safety, and sends it after a pause.
    pub(super) fn keep(self: &Rc<Self>, place: &HtmlElement) {
        let Some(mut draft) = place::draft(place, self.video) else { return };
        if draft.body.trim().is_empty() {
            // Without words it is no note. Whoever goes away now finds it as it was.
            draft.body = place::was(place);
        }
        if let Some(before) = self.drafts.get(self.video, draft.note) {
            (draft.version, draft.sent) = (before.version, before.sent);
        }
        let kept = self.drafts.put(&draft);
        if !kept {
            self.post.guard.replace(page::warn_before_leaving());
        }
        let trouble = self.post.trouble.borrow();
        place::say(place, if kept { &trouble } else { NO_ROOM });
        self.later();
    }

    /// The form is empty again. What the server has of it already goes, too.
    fn discard(self: &Rc<Self>) {
        if let Some(draft) = place::draft(&self.form, self.video) {
            self.bury(draft);
            self.later();
        }
        self.reset();
    }

    fn reset(&self) {
        for name in ["data-new", "data-at", "data-end", "data-version"] {
            dom::set_attr(&self.form, name, "");
        }
        place::set_source(&self.form, "");
        place::say(&self.form, "");
        self.moved(playhead::now_ms());
    }

    /// "Add note", or "Done".
    fn finish(self: &Rc<Self>, place: &HtmlElement) {
        if place::source(place).trim().is_empty() {
            if !place::is_form(place) {
                dom::alert(&self.root, "A note needs some text. Delete it if you do not want it any more.");
            }
            return;
        }
        dom::alert(&self.root, "");
        if !place::is_form(place) {
            return self.close(place);
        }
        // Also for what was typed before the page was alive.
        self.written(place);
        let (Some(item), Some(draft)) = (dom::stamp(&self.root, "note"), place::draft(place, self.video)) else { return };
        place::show_draft(&item, &draft);
        self.insert(&item);
        self.reset();
        self.paint();
        self.send_now();
    }

    fn close(self: &Rc<Self>, item: &HtmlElement) {
        if place::id(item).is_some_and(|id| self.drafts.get(self.video, id).is_some()) {
            place::show_plain(item);
        }
        place::open(item, false);
        // It may belong somewhere else in the list by now.
        self.insert(item);
        self.paint();
        self.send_now();
    }

    fn delete(self: &Rc<Self>, item: HtmlElement) {
        let Some(draft) = place::draft(&item, self.video) else { return };
        self.bury(draft);
        item.remove();
        self.deleted.replace(Some(item));
        self.paint();
        if let Some(undo) = dom::find(&self.root, "[data-act=undo]") {
            let _ = undo.focus();
        }
        self.send_now();
    }

    /// A note is to go; one that the server never heard of is gone with that.
    fn bury(&self, draft: Draft) {
        let before = self.drafts.get(self.video, draft.note);
        let (version, sent) = before.map(|before| (before.version, before.sent)).unwrap_or((draft.version, Vec::new()));
        if version == 0 && sent.is_empty() {
            self.drafts.remove(self.video, draft.note);
        } else {
            self.drafts.put(&Draft { version, deleted: true, sent: Vec::new(), ..draft });
        }
    }

    fn undo(self: &Rc<Self>) {
        let Some(item) = self.deleted.take() else { return };
        let waiting =
            place::id(&item).and_then(|id| self.drafts.get(self.video, id)).filter(|draft| draft.deleted && draft.sent.is_empty());
        match waiting {
            Some(draft) => self.drafts.remove(self.video, draft.note),
            // The server may have deleted it by now: it comes back as a new one.
            None => {
                place::set_id(&item, &fresh_id().to_string());
                place::set_version(&item, 0);
            }
        }
        self.insert(&item);
        self.keep(&item);
        self.paint();
        self.send_now();
    }

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
            dom::show(item, ".note-copy", ids.contains(&dom::attr(item, "data-copy")));
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
    fn moved(&self, ms: i64) {
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
