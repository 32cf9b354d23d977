//! Captions: the transcript as the browser's own text track, drawn and styled by the browser as the person likes it.

use super::{Bar, acts::YES};
use crate::browser::{
    dom::{self, Listener},
    reach,
};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::EventTarget;

const CAPTIONS: &str = "captions";
const SHOWING: &str = "showing";

impl Bar {
    /// The track; there is none without a transcript.
    fn track(&self) -> Option<JsValue> {
        dom::find(&self.video, "track").map(|element| reach::get(&element, "track"))
    }

    fn captioned(&self) -> bool {
        self.track().is_some_and(|track| reach::get(&track, "mode") == SHOWING)
    }

    pub(super) fn toggle_captions(self: &Rc<Self>) {
        let Some(track) = self.track() else { return };
        let on = !self.captioned();
        // Until it is shown for the first time it is "disabled", and nothing is loaded for it.
        reach::set(&track, "mode", &(if on { SHOWING } else { "hidden" }).into());
        self.memory.set(CAPTIONS, if on { YES } else { "" });
        self.paint_captions();
        self.bubble(if on { "Captions on" } else { "Captions off" }, "");
    }

    /// Shows them if this person left them on.
    pub(super) fn recall_captions(&self) {
        if let Some(track) = self.track().filter(|_| self.memory.get(CAPTIONS).as_deref() == Some(YES)) {
            reach::set(&track, "mode", &SHOWING.into());
            self.paint_captions();
        }
    }

    /// The browser can switch them too: in a native player's menu, or because the system asks for captions always.
    pub(super) fn listen_to_captions(self: &Rc<Self>) -> Option<Listener> {
        let tracks = reach::get(&self.video, "textTracks").dyn_into::<EventTarget>().ok()?;
        Some(self.on(&tracks, "change", |bar, _| bar.paint_captions()))
    }

    fn paint_captions(&self) {
        self.switch(CAPTIONS, "data-captions", self.captioned());
    }
}
