//! From letters to drafts: what is written, moved, finished, deleted and brought back.

use super::{
    panel::Panel,
    place::{self, NO_ROOM},
};
use crate::{
    browser::{
        dom,
        drafts::{Draft, fresh_id},
        page, playhead,
    },
    model::stretch,
};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusEvent, HtmlElement};

/// Whoever wrote a letter so long ago is writing still.
const TYPING_MS: f64 = 2_000.0;
const NO_MOMENT: &str = "A moment is written like 12:34 or 1:02:03, a stretch like 12:34–13:00.";

impl Panel {
    pub(super) fn input(self: &Rc<Self>, event: &Event) {
        let Some(target) = event.target().and_then(|t| t.dyn_into::<HtmlElement>().ok()) else { return };
        let Some(place) = place::around(&target) else { return };
        self.typed_at.set(page::clock_ms());
        if !target.has_attribute("data-when") {
            self.written(&place);
        } else if place::read_when(&place) && !place::source(&place).trim().is_empty() {
            self.keep(&place);
        }
    }

    /// The field for a new note was left with nothing in it: its moment is the player's again.
    pub(super) fn left(self: &Rc<Self>, event: &Event) {
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
        dom::alert(&self.root, if wrong { NO_MOMENT } else { "" });
        if let Some(place) = place::around(&field).filter(|_| !wrong)
            && let Some(at) = place::at(&place)
        {
            dom::set_value(&field, &stretch::written(at, place::end(&place)));
        }
    }

    pub(super) fn pin(&self) {
        if place::at(&self.form).is_none() {
            place::set_when(&self.form, playhead::now_ms(), None);
        }
    }

    pub(super) fn until_now(self: &Rc<Self>, place: &HtmlElement) {
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
    pub(super) fn written(self: &Rc<Self>, place: &HtmlElement) {
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
        let kept = self.store(&draft);
        let trouble = self.post.trouble.borrow();
        place::say(place, if kept { &trouble } else { NO_ROOM });
        self.later();
    }

    /// Keeps a draft. Where there is no room for it, whoever leaves the page is asked first.
    pub(super) fn store(&self, draft: &Draft) -> bool {
        let kept = self.drafts.put(draft);
        if !kept && self.post.guard.borrow().is_none() {
            self.post.guard.replace(page::warn_before_leaving());
        }
        kept
    }

    /// Whether somebody is writing in this place right now.
    pub(super) fn is_typed_in(&self, place: &HtmlElement) -> bool {
        page::clock_ms() - self.typed_at.get() < TYPING_MS && dom::find(place, "textarea:focus").is_some()
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
        for name in ["data-new", "data-at", "data-end", "data-version", "data-copy"] {
            dom::set_attr(&self.form, name, "");
        }
        place::set_source(&self.form, "");
        place::say(&self.form, "");
        self.moved(playhead::now_ms());
    }

    /// "Add note", or "Done".
    pub(super) fn finish(self: &Rc<Self>, place: &HtmlElement) {
        if place::source(place).trim().is_empty() {
            if !place::is_form(place) {
                dom::alert(&self.root, "A note needs some text. Delete it if you do not want it any more.");
            }
            return;
        }
        if let Some(field) = dom::find(place, "[data-when][aria-invalid]") {
            // Else it would go to another moment than the one that stands there.
            dom::alert(&self.root, NO_MOMENT);
            let _ = field.focus();
            return;
        }
        dom::alert(&self.root, "");
        if !place::is_form(place) {
            return self.close(place);
        }
        self.written(place);
        let (Some(item), Some(draft)) = (dom::stamp(&self.root, "note"), place::draft(place, self.video)) else { return };
        place::show_draft(&item, &draft);
        self.insert(&item);
        self.reset();
        self.paint();
        self.send_now();
    }

    pub(super) fn close(self: &Rc<Self>, item: &HtmlElement) {
        if place::id(item).is_some_and(|id| self.drafts.get(self.video, id).is_some()) {
            place::show_plain(item);
        }
        place::open(item, false);
        // It may belong somewhere else in the list by now.
        self.insert(item);
        self.paint();
        self.send_now();
    }

    pub(super) fn delete(self: &Rc<Self>, item: HtmlElement) {
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
            self.store(&Draft { version, deleted: true, sent: Vec::new(), ..draft });
        }
    }

    pub(super) fn undo(self: &Rc<Self>) {
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
}
