//! The one playhead of the page, shared by the player, the notes and the transcript.
//!
//! All islands run in one WASM instance, so a thread-local is enough.

use super::dom::watch;
use crate::model::moment::BEFORE_THE_END_MS;
use std::cell::{Cell, RefCell};
use web_sys::{HtmlMediaElement, HtmlVideoElement};

type Follower = Box<dyn Fn(i64)>;

thread_local! {
    static VIDEO: RefCell<Option<HtmlVideoElement>> = const { RefCell::new(None) };
    static POSITION: Cell<i64> = const { Cell::new(0) };
    static FOLLOWERS: RefCell<Vec<Follower>> = const { RefCell::new(Vec::new()) };
    /// A jump asked for before there was anything to play.
    static WANTED: Cell<Option<i64>> = const { Cell::new(None) };
}

/// Tells `f` where playing is, in milliseconds: now, and whenever it moves, a few times a second.
pub fn follow(f: impl Fn(i64) + 'static) {
    f(POSITION.get());
    FOLLOWERS.with_borrow_mut(|all| all.push(Box::new(f)));
}

/// The player says where it is.
pub fn moved(ms: i64) {
    if POSITION.replace(ms) != ms {
        FOLLOWERS.with_borrow(|all| all.iter().for_each(|f| f(ms)));
    }
}

/// Where playing is at this very moment.
pub fn now_ms() -> i64 {
    playing_video().map_or_else(|| POSITION.get(), |video| (video.current_time() * 1000.0) as i64)
}

/// Jumps to a moment and plays on from there; remembered until the recording can be played.
pub fn seek_ms(ms: i64) {
    match playing_video() {
        Some(video) => {
            place(&video, ms);
            play(&video);
        }
        None => WANTED.set(Some(ms)),
    }
    moved(ms);
}

/// Moves `video` to a moment. One that does not exist (yet) becomes the last that does.
pub fn place(video: &HtmlMediaElement, ms: i64) {
    let end = exists_until(video);
    let ms = if ms > end { end - BEFORE_THE_END_MS } else { ms };
    video.set_current_time(ms.max(0) as f64 / 1000.0);
}

/// Up to where there is something to play, in milliseconds: the end of the recording, or of what there is of one that is
/// being made. 0 when the player does not tell.
pub fn exists_until(video: &HtmlMediaElement) -> i64 {
    let ranges = video.seekable();
    let end = ranges.length().checked_sub(1).and_then(|last| ranges.end(last).ok());
    let secs = end.unwrap_or_else(|| video.duration());
    if secs.is_finite() { (secs * 1000.0) as i64 } else { 0 }
}

/// The jump that waits, if one does. Asking for it ends the waiting.
pub fn take_wanted() -> Option<i64> {
    WANTED.take()
}

/// Starts playing. Browsers refuse it before the person did anything: then the button stays for them to press.
pub fn play(video: &HtmlMediaElement) {
    if let Ok(promise) = video.play() {
        watch(promise);
    }
}

pub fn attach(video: &HtmlVideoElement) {
    VIDEO.set(Some(video.clone()));
}

pub fn detach() {
    VIDEO.take();
    WANTED.take();
}

fn playing_video() -> Option<HtmlVideoElement> {
    // HAVE_NOTHING: there is an element, but nothing on it that could be asked or moved.
    VIDEO.with_borrow(|slot| slot.clone()).filter(|video| video.ready_state() > HtmlMediaElement::HAVE_NOTHING)
}
