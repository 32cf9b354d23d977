//! Captions: the transcript as the browser's own text track, drawn and styled by the browser as the person likes it.

use super::{Bar, acts::YES};
use crate::browser::{
    captions,
    dom::{self, Listener},
    page, reach,
    wanted::wanted,
};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Function, Reflect};
use leptos::task::spawn_local;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::EventTarget;

const CAPTIONS: &str = "captions";
const SHOWING: &str = "showing";
/// There may be a track of chapters too.
const TRACK: &str = "track[kind=captions]";
/// Who corrects one sentence corrects another: the track is loaded anew once nothing has changed for this long, in
/// milliseconds.
const SETTLE_MS: u32 = 600;

thread_local! {
    /// Counts changes of the transcript.
    static CHANGES: Cell<u32> = const { Cell::new(0) };
}

impl Bar {
    /// The track; there is none without a transcript.
    fn track(&self) -> Option<JsValue> {
        dom::find(&self.video, TRACK).map(|element| reach::get(&element, "track"))
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
        match self.language().filter(|_| on) {
            Some(language) => self.bubble(&["Captions on · ", &language].concat(), ""),
            None => self.bubble(if on { "Captions on" } else { "Captions off" }, ""),
        }
    }

    /// Shows them if this person left them on.
    pub(super) fn recall_captions(&self) {
        if let Some(track) = self.track().filter(|_| self.likes_captions()) {
            reach::set(&track, "mode", &SHOWING.into());
            self.paint_captions();
        }
    }

    fn likes_captions(&self) -> bool {
        self.memory.get(CAPTIONS).as_deref() == Some(YES)
    }

    /// The browser can switch them too: in a native player's menu, or because the system asks for captions always. And the
    /// transcript may change while it plays.
    pub(super) fn listen_to_captions(self: &Rc<Self>) -> Vec<Listener> {
        self.name_track();
        let bar = self.clone();
        let mut all = vec![captions::on_change(&self.frame, move || bar.renew_captions())];
        if let Ok(tracks) = reach::get(&self.video, "textTracks").dyn_into::<EventTarget>() {
            all.push(self.on(&tracks, "change", |bar, _| bar.paint_captions()));
        }
        all
    }

    /// What the track is called where the browser lists it. Nobody sees that at once, and to find the word takes a browser 40 ms.
    fn name_track(self: &Rc<Self>) {
        let Some(element) = dom::find(&self.video, TRACK) else { return };
        let bar = Rc::downgrade(self);
        spawn_local(async move {
            wanted().await;
            if let Some(language) = bar.upgrade().and_then(|bar| bar.language()) {
                dom::set_attr(&element, "label", &language);
            }
        });
    }

    fn renew_captions(self: &Rc<Self>) {
        let turn = CHANGES.get() + 1;
        CHANGES.set(turn);
        let bar = Rc::downgrade(self);
        spawn_local(async move {
            TimeoutFuture::new(SETTLE_MS).await;
            if let Some(bar) = bar.upgrade().filter(|_| CHANGES.get() == turn) {
                bar.replace_track();
            }
        });
    }

    /// Another track in the place of the one before, on or off as that was: a browser reads the file of a track once.
    fn replace_track(&self) {
        let (there, language) = captions::state(&self.frame);
        let on = self.captioned() || self.likes_captions();
        if let (Some(old), Some(track)) = (dom::find(&self.video, TRACK), self.track()) {
            reach::set(&track, "mode", &"disabled".into());
            old.remove();
        }
        if there && let Some(element) = page::document().and_then(|d| d.create_element("track").ok()) {
            let address = ["/api/videos/", &dom::attr(&self.frame, "data-id"), "/captions.vtt?v=", &super::whole(page::now_ms())].concat();
            let label = self.language().unwrap_or_else(|| "Transcript".to_owned());
            for (name, value) in [("kind", CAPTIONS), ("srclang", &*language), ("label", &*label), ("src", &*address)] {
                if !value.is_empty() {
                    dom::set_attr(&element, name, value);
                }
            }
            let _ = self.video.append_child(&element);
            if on {
                reach::set(&reach::get(&element, "track"), "mode", &SHOWING.into());
            }
        }
        dom::show(&self.frame, "[data-act=captions]", there);
        self.paint_captions();
    }

    /// The captions' language in words, when it is known.
    fn language(&self) -> Option<String> {
        let tag = Some(captions::state(&self.frame).1).filter(|tag| !tag.is_empty())?;
        let class = reach::get(&reach::get(&js_sys::global(), "Intl"), "DisplayNames").dyn_into::<Function>().ok()?;
        let options = reach::object(&[("type", &"language".into())]);
        let names = Reflect::construct(&class, &Array::of2(&"en".into(), &options)).ok()?;
        // A tag that makes no sense is refused.
        reach::ask(&names, "of", &[&tag.into()])?.as_string()
    }

    fn paint_captions(&self) {
        self.switch(CAPTIONS, "data-captions", self.captioned());
    }
}
