//! Long work in short pieces: between them the page draws, scrolls and hears keys.

use super::page;
use gloo_timers::future::TimeoutFuture;

/// The most that one piece of work takes, in milliseconds. A frame is 16, and a task over 50 is felt; a slow phone is four
/// times slower than what this is written on.
const PIECE_MS: f64 = 8.0;
/// The pause between two pieces, in milliseconds. A timer and not `requestIdleCallback`: Safari has none, and on a page that
/// is never idle its turn comes late.
const PAUSE_MS: u32 = 4;

/// Lets everything else go first.
pub async fn breath() {
    TimeoutFuture::new(PAUSE_MS).await;
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
