//! The one playhead of the page, shared by the player, the notes and the transcript.
//!
//! All islands run in one WASM instance, so a thread-local is enough; the server has none of this.

use super::dom::window;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use web_sys::{HtmlMediaElement, HtmlVideoElement};

thread_local! {
    static VIDEO: RefCell<Option<HtmlVideoElement>> = const { RefCell::new(None) };
    static POSITION: ArcRwSignal<i64> = ArcRwSignal::new(0);
    /// A jump asked for before there was anything to play.
    static WANTED: Cell<Option<i64>> = const { Cell::new(None) };
}

/// Where playing is, in milliseconds; moves a few times a second.
pub fn position() -> ArcRwSignal<i64> {
    POSITION.with(Clone::clone)
}

/// Where playing is at this very moment.
pub fn now_ms() -> i64 {
    playing_video().map_or_else(|| position().get_untracked(), |video| (video.current_time() * 1000.0) as i64)
}

/// Jumps to a moment and plays on from there; remembered until the recording can be played.
pub fn seek_ms(ms: i64) {
    position().set(ms);
    match playing_video() {
        Some(video) => {
            video.set_current_time(ms as f64 / 1000.0);
            play(&video);
        }
        None => WANTED.set(Some(ms)),
    }
}

/// The jump that waits, if one does. Asking for it ends the waiting.
pub fn take_wanted() -> Option<i64> {
    WANTED.take()
}

/// Starts playing. Browsers refuse it before the person did anything: then the button stays for them to press.
pub fn play(video: &HtmlMediaElement) {
    if let Ok(promise) = video.play() {
        // An unhandled rejection would be an error in the console.
        wasm_bindgen_futures::spawn_local(async move {
            let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
        });
    }
}

pub fn attach(video: &HtmlVideoElement) {
    VIDEO.with_borrow_mut(|slot| *slot = Some(video.clone()));
}

pub fn detach() {
    VIDEO.take();
    WANTED.take();
}

/// The second named in the address (`?t=754`), which wins over the beginning.
pub fn from_address() -> Option<i64> {
    let search = window()?.location().search().ok()?;
    let secs: f64 = search.trim_start_matches('?').split('&').find_map(|pair| pair.strip_prefix("t="))?.parse().ok()?;
    (secs.is_finite() && secs > 0.0).then_some((secs * 1000.0) as i64)
}


fn playing_video() -> Option<HtmlVideoElement> {
    // HAVE_NOTHING: there is an element, but nothing on it that could be asked or moved.
    VIDEO.with_borrow(|slot| slot.clone()).filter(|video| video.ready_state() > HtmlMediaElement::HAVE_NOTHING)
}
