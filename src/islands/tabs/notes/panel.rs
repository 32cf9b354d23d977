//! The panel in the browser: what is pressed and written in it.

use super::place;
use crate::{
    browser::{dom, drafts::Drafts, page, playhead},
    model::VideoId,
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::JsCast;
use web_sys::{Event, EventTarget, HtmlElement, KeyboardEvent, MouseEvent};

/// So long after it was asked for, a page's notes may be old.
const FRESH_MS: f64 = 5_000.0;

pub struct Panel {
    pub(super) video: VideoId,
    pub(super) root: HtmlElement,
    pub(super) form: HtmlElement,
    pub(super) drafts: Drafts,
    /// The tab's number.
    pub(super) count: Option<HtmlElement>,
    /// The note deleted last, for "Undo".
    pub(super) deleted: RefCell<Option<HtmlElement>>,
    /// Moments and ends of the notes in the list, and which of them playing has come to.
    pub(super) notes: RefCell<Vec<(i64, Option<i64>)>>,
    pub(super) current: Cell<Option<usize>>,
    /// When a letter was written last, on the page's clock.
    pub(super) typed_at: Cell<f64>,
    pub(super) post: super::post::Post,
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
        typed_at: Cell::new(f64::NEG_INFINITY),
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
    // What was typed before this was alive; the moment first, since a note without one gets the player's.
    place::read_early_when(&panel.form);
    panel.recall();
    panel.paint();
    if !place::source(&panel.form).trim().is_empty() {
        panel.written(&panel.form);
    }
    let p = panel.clone();
    playhead::follow(move |ms| p.moved(ms));
    // What an earlier visit left behind.
    panel.send_now();
    // What another tab or device did while nobody did anything here.
    if page::clock_ms() > FRESH_MS {
        panel.look();
    }
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
        // Within a word of an input method its keys are the method's.
        if key.is_composing() {
            return;
        }
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
}
