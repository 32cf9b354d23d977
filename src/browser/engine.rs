//! One source on one video element, by whichever player this browser gets.

use super::{
    chooser::{self, Abilities, Choice},
    dom::{Listener, listen},
    hls,
    page::window,
    recovery::Fault,
};
use leptos::task::spawn_local;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlVideoElement;

pub use hls::release;

const HLS_TYPE: &str = "application/vnd.apple.mpegurl";

/// Why there is no player.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// This browser has none, and hls.js does not run in it.
    Player,
    /// hls.js did not arrive.
    Script,
}

/// Which player to use (`hls_js_first` as in [`chooser::choose`]); waits for hls.js where it is needed.
pub async fn choose(video: &HtmlVideoElement, hls_js_first: bool) -> Result<Choice, Missing> {
    let mut abilities = Abilities {
        apple: window()
            .and_then(|w| js_sys::Reflect::get(&w.navigator(), &"vendor".into()).ok()?.as_string())
            .is_some_and(|vendor| vendor.starts_with("Apple")),
        native_hls: !video.can_play_type(HLS_TYPE).is_empty(),
        hls_js: false,
    };
    let mut missing = Missing::Player;
    if hls_js_first || !(abilities.apple && abilities.native_hls) {
        match hls::supported().await {
            Some(supported) => abilities.hls_js = supported,
            None => missing = Missing::Script,
        }
    }
    chooser::choose(abilities, hls_js_first).ok_or(missing)
}

/// A source being played. Dropping it takes it off the element completely.
pub struct Engine {
    video: HtmlVideoElement,
    /// What it was opened with.
    url: String,
    choice: Choice,
    session: Option<hls::Instance>,
    /// Events of a player that is gone must not speak for the one that follows.
    alive: Rc<Cell<bool>>,
    _listeners: Vec<Listener>,
}

impl Engine {
    /// Puts `url` on the element, to go on at `at_secs`.
    pub fn open(video: &HtmlVideoElement, choice: Choice, url: &str, at_secs: f64, on_fault: &Rc<dyn Fn(Fault)>) -> Self {
        let alive = Rc::new(Cell::new(true));
        let on_fault = guarded(&alive, on_fault);
        let (session, listeners) = match choice {
            Choice::HlsJs => (Some(hls::Instance::open(url, at_secs, on_fault)), Vec::new()),
            Choice::Native => {
                let listeners = vec![complain(video, on_fault), place(video, at_secs)];
                video.set_src(url);
                video.load();
                (None, listeners)
            }
        };
        Self { video: video.clone(), url: url.to_owned(), choice, session, alive, _listeners: listeners }
    }

    /// What plays on the element already, if it is `url`: no second loading, no jump.
    pub fn adopt(video: &HtmlVideoElement, choice: Choice, url: &str, on_fault: &Rc<dyn Fn(Fault)>) -> Option<Self> {
        let alive = Rc::new(Cell::new(true));
        let session = Some(hls::Instance::take(url, guarded(&alive, on_fault))?);
        let mut listeners = Vec::new();
        if choice == Choice::Native {
            listeners.push(complain(video, guarded(&alive, on_fault)));
            if video.error().is_some() {
                // It failed before anybody listened. Told a moment later: whoever adopts has to finish first.
                let on_fault = guarded(&alive, on_fault);
                spawn_local(async move { on_fault(Fault::NATIVE) });
            }
        }
        Some(Self { video: video.clone(), url: url.to_owned(), choice, session, alive, _listeners: listeners })
    }

    /// Calls `f` once there is something on the element to play.
    pub fn when_attached(&self, f: Box<dyn FnOnce()>) {
        let attached = self.session.as_ref().map(hls::Instance::attached);
        spawn_local(async move {
            if let Some(attached) = attached {
                let _ = JsFuture::from(attached).await;
            }
            f();
        });
    }

    /// Goes on under a new grant, unnoticed; `refused`: the old one is not accepted any more. False when only opening it
    /// anew helps.
    pub fn renew(&self, url: &str, refused: bool) -> bool {
        match (self.choice, &self.session) {
            (Choice::HlsJs, Some(session)) => session.renew(url, refused),
            // Its list is loaded, and names the old grant: the new one is a spare.
            _ => !refused && hls::same(&self.url, url),
        }
    }

    /// Whether `url` is a spare that it has not tried yet.
    pub fn is_behind(&self, url: &str) -> bool {
        self.choice == Choice::Native && self.url != url
    }

    pub fn is_native(&self) -> bool {
        self.choice == Choice::Native
    }

    /// Rebuilds the buffers; false where only opening again helps.
    pub fn recover_media(&self) -> bool {
        match (self.choice, &self.session) {
            (Choice::HlsJs, Some(session)) => {
                session.recover_media();
                true
            }
            _ => false,
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.alive.set(false);
        self._listeners.clear();
        self.session = None;
        // Without `load` the element keeps the old source, its decoder and its connection.
        let _ = self.video.remove_attribute("src");
        self.video.load();
    }
}

/// `on_fault`, as long as the engine is alive.
fn guarded(alive: &Rc<Cell<bool>>, on_fault: &Rc<dyn Fn(Fault)>) -> Box<dyn Fn(Fault)> {
    let (alive, on_fault) = (alive.clone(), on_fault.clone());
    Box::new(move |fault| {
        if alive.get() {
            on_fault(fault);
        }
    })
}

fn complain(video: &HtmlVideoElement, on_fault: Box<dyn Fn(Fault)>) -> Listener {
    listen(video, "error", move |_| on_fault(Fault::NATIVE))
}

/// The native player begins where the list begins, or near its end when it still grows.
fn place(video: &HtmlVideoElement, at_secs: f64) -> Listener {
    let element = video.clone();
    listen(video, "loadedmetadata", move |_| {
        if element.current_time() != at_secs {
            element.set_current_time(at_secs);
        }
    })
}
