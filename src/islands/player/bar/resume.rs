//! Keeps where the person is, so that any of their devices goes on from there.

use super::Bar;
use crate::{
    browser::{
        beacon,
        dom::{self, Listener},
        page,
        remote::save_position,
    },
    model::VideoId,
};
use leptos::task::spawn_local;
use std::rc::Rc;

/// While it plays: so much is lost at most when everything goes dark at once.
const EVERY_MS: f64 = 15_000.0;
/// A thumb being dragged makes many jumps; one of them in this time is enough.
const JUMPS_MS: f64 = 1_000.0;

/// Why the position might be kept now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    Playing,
    Jump,
    /// It was paused, or the page is being left.
    Stop,
}

/// When the position was kept, and which.
#[derive(Clone, Copy)]
pub struct Saver {
    began: bool,
    position: i64,
    at: f64,
}

impl Saver {
    /// The server knows `position` already.
    pub const fn new(position: i64) -> Self {
        Self { began: false, position, at: 0.0 }
    }

    /// It plays. Before that there is nothing to keep: somebody only looked.
    const fn begin(self, now: f64) -> Self {
        if self.began { self } else { Self { began: true, at: now, ..self } }
    }

    /// The saver after keeping `position` at `now`; nothing when it is not due.
    fn due(self, cause: Cause, position: i64, now: f64) -> Option<Self> {
        let pause = match cause {
            Cause::Playing => EVERY_MS,
            Cause::Jump => JUMPS_MS,
            Cause::Stop => 0.0,
        };
        let due = self.began && position != self.position && now - self.at >= pause;
        due.then_some(Self { position, at: now, ..self })
    }
}

impl Bar {
    pub(super) fn listen_to_leaving(self: &Rc<Self>, all: &mut Vec<Listener>) {
        // Phones often close a hidden page without another word, so hiding counts as leaving.
        if let Some(window) = page::window() {
            all.push(self.on(&window, "pagehide", |bar, _| bar.part()));
        }
        if let Some(document) = page::document() {
            all.push(self.on(&document, "visibilitychange", |bar, _| {
                if page::hidden() {
                    bar.part();
                }
            }));
        }
    }

    pub(super) fn keep(&self, event: &str) {
        let cause = match event {
            "playing" | "timeupdate" => Cause::Playing,
            "seeked" => Cause::Jump,
            "pause" => Cause::Stop,
            _ => return,
        };
        if cause == Cause::Playing && !self.video.paused() {
            self.saver.set(self.saver.get().begin(page::now_ms()));
        }
        let Some(ms) = self.to_keep(cause) else { return };
        let Ok(id) = dom::attr(&self.frame, "data-id").parse::<VideoId>() else { return };
        spawn_local(async move {
            // What is not kept this time is kept the next: no reason to disturb anybody.
            let _ = save_position(id, ms).await;
        });
    }

    /// The last word: an ordinary request would end with the page.
    fn part(&self) {
        if let Some(ms) = self.to_keep(Cause::Stop) {
            let id = dom::attr(&self.frame, "data-id");
            beacon::post("/fn/save_position", &["id=", &*id, "&position_ms=", &*ms.to_string()].concat());
        }
    }

    /// The position, if it is to be kept now; then it counts as kept.
    fn to_keep(&self, cause: Cause) -> Option<i64> {
        let position = self.position();
        // An element that was emptied stands at 0, and so does nobody.
        let kept = self.saver.get().due(cause, position, page::now_ms()).filter(|_| self.is_loaded())?;
        self.saver.set(kept);
        Some(position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playing() -> Saver {
        Saver::new(60_000).begin(1_000.0)
    }

    fn is_due(saver: Saver, cause: Cause, position: i64, now: f64) -> bool {
        saver.due(cause, position, now).is_some()
    }

    #[test]
    fn nothing_is_kept_before_it_plays() {
        for cause in [Cause::Playing, Cause::Jump, Cause::Stop] {
            assert!(!is_due(Saver::new(0), cause, 90_000, 100_000.0));
        }
    }

    #[test]
    fn playing_keeps_every_fifteen_seconds() {
        assert!(!is_due(playing(), Cause::Playing, 74_900, 15_900.0));
        assert!(is_due(playing(), Cause::Playing, 75_000, 16_000.0));
    }

    #[test]
    fn a_pause_keeps_at_once() {
        assert!(is_due(playing(), Cause::Stop, 60_500, 1_500.0));
    }

    #[test]
    fn jumps_keep_once_a_second() {
        let first = playing().due(Cause::Jump, 90_000, 2_000.0).unwrap();
        assert!(!is_due(first, Cause::Jump, 95_000, 2_200.0));
        assert!(is_due(first, Cause::Jump, 95_000, 3_000.0));
    }

    #[test]
    fn the_same_moment_is_never_kept_twice() {
        assert!(!is_due(playing(), Cause::Stop, 60_000, 50_000.0));
        let kept = playing().due(Cause::Stop, 80_000, 21_000.0).unwrap();
        assert!(!is_due(kept, Cause::Stop, 80_000, 60_000.0));
    }

    #[test]
    fn going_on_after_a_pause_does_not_begin_anew() {
        let kept = playing().due(Cause::Stop, 80_000, 21_000.0).unwrap();
        assert!(is_due(kept.begin(30_000.0), Cause::Playing, 87_000, 36_000.0));
    }
}
