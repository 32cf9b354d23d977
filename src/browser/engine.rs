//! One source on one video element, by whichever player this browser gets.

use super::{
    chooser::{self, Abilities, Choice},
    dom::{Listener, listen},
    hls,
    page::window,
    recovery::{Fault, FaultKind},
};
use gloo_timers::future::TimeoutFuture;
use std::{cell::Cell, rc::Rc};
use web_sys::HtmlVideoElement;

const HLS_TYPE: &str = "application/vnd.apple.mpegurl";
/// hls.js is a deferred script: on a slow line it may arrive after us. Twenty seconds is a very slow line.
const SCRIPT_POLL_MS: u32 = 50;
const SCRIPT_POLLS: u32 = 400;

/// Which player to use, for a list that is complete or still `growing`; waits for hls.js where it is needed.
pub async fn choose(video: &HtmlVideoElement, growing: bool) -> Option<Choice> {
    let mut abilities = Abilities {
        apple: window()
            .and_then(|w| js_sys::Reflect::get(&w.navigator(), &"vendor".into()).ok()?.as_string())
            .is_some_and(|vendor| vendor.starts_with("Apple")),
        native_hls: !video.can_play_type(HLS_TYPE).is_empty(),
        hls_js: false,
    };
    if growing || !(abilities.apple && abilities.native_hls) {
        let mut polls = 0;
        while !hls::loaded() && polls < SCRIPT_POLLS {
            TimeoutFuture::new(SCRIPT_POLL_MS).await;
            polls += 1;
        }
        abilities.hls_js = hls::supported();
    }
    chooser::choose(abilities, growing)
}

/// A source being played. Dropping it takes it off the element completely.
pub struct Engine {
    video: HtmlVideoElement,
    hls: Option<hls::Instance>,
    /// Events of a player that is gone must not speak for the one that follows.
    alive: Rc<Cell<bool>>,
    _listeners: Vec<Listener>,
}

impl Engine {
    /// Puts `url` on the element, to go on at `at_secs`.
    pub fn open(video: &HtmlVideoElement, choice: Choice, url: &str, at_secs: f64, on_fault: impl Fn(Fault) + 'static) -> Self {
        let alive = Rc::new(Cell::new(true));
        let guard = alive.clone();
        let on_fault = move |fault| {
            if guard.get() {
                on_fault(fault);
            }
        };
        let (hls, listeners) = match choice {
            Choice::HlsJs => (Some(hls::Instance::open(video, url, at_secs, on_fault)), Vec::new()),
            Choice::Native => (None, open_native(video, url, at_secs, on_fault)),
        };
        Self { video: video.clone(), hls, alive, _listeners: listeners }
    }

    /// Rebuilds the buffers; false where only opening again helps.
    pub fn recover_media(&self) -> bool {
        self.hls.as_ref().map(hls::Instance::recover_media).is_some()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.alive.set(false);
        self._listeners.clear();
        self.hls = None;
        // Without `load` the element keeps the old source, its decoder and its connection.
        let _ = self.video.remove_attribute("src");
        self.video.load();
    }
}

fn open_native(video: &HtmlVideoElement, url: &str, at_secs: f64, on_fault: impl Fn(Fault) + 'static) -> Vec<Listener> {
    let element = video.clone();
    let failed = listen(video, "error", move |_| {
        let kind = match element.error().map(|e| e.code()) {
            Some(2) => FaultKind::Network,
            Some(3) => FaultKind::Media,
            _ => FaultKind::Source,
        };
        on_fault(Fault { kind, fatal: true, http: 0 });
    });
    let element = video.clone();
    let placed = listen(video, "loadedmetadata", move |_| {
        // Also back to 0: a list that still grows may have been joined near its end.
        if element.current_time() != at_secs {
            element.set_current_time(at_secs);
        }
    });
    video.set_src(url);
    video.load();
    vec![failed, placed]
}
