//! Long work in short pieces: between them the page draws, scrolls and hears keys.

use super::{
    page::{self, window},
    reach,
};
use gloo_timers::future::TimeoutFuture;
use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;

/// The most that one piece of work takes, in milliseconds. A frame is 16, and a task over 50 is felt; a slow phone is four
/// times slower than what this is written on.
const PIECE_MS: f64 = 8.0;
/// An idle browser is waited for no longer than this, in milliseconds.
const PATIENCE_MS: u32 = 200;
/// For a browser that tells nobody when it is idle (Safari): time for a frame.
const FRAME_MS: u32 = 16;

/// Waits until the browser has nothing better to do.
pub async fn breath() {
    let Some(window) = window() else { return };
    if !reach::has(&window, "requestIdleCallback") {
        return TimeoutFuture::new(FRAME_MS).await;
    }
    let patience = reach::object(&[("timeout", &PATIENCE_MS.into())]);
    let idle = Promise::new(&mut |resolve, _| {
        reach::call(&window, "requestIdleCallback", &[&resolve, &patience]);
    });
    let _ = JsFuture::from(idle).await;
}

/// Measures a piece of work.
pub struct Pace(f64);

impl Pace {
    pub fn begin() -> Self {
        Self(page::now_ms())
    }

    /// Lets the browser breathe, if this piece was long enough.
    pub async fn rest(&mut self) {
        if page::now_ms() - self.0 >= PIECE_MS {
            breath().await;
            self.0 = page::now_ms();
        }
    }
}
