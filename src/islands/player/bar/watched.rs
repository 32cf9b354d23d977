//! Tells the page's viewing what can be seen of the player, and when to say it to the server.

use super::Bar;
use crate::browser::{
    dom::{self, Listener},
    page, reach, viewing,
    watching::Sight,
};
use leptos::task::spawn_local;
use std::rc::Rc;
use web_sys::HtmlMediaElement;

/// While it plays.
const EVERY_MS: f64 = 15_000.0;

impl Bar {
    pub(super) fn begin_viewing(self: &Rc<Self>, all: &mut Vec<Listener>) {
        viewing::begin(dom::attr(&self.frame, "data-id"), dom::attr(&self.frame, "data-viewer"), &self.played_before());
        // These come before the player empties its element.
        if let Some(window) = page::window() {
            all.push(self.on(&window, "pagehide", |bar, _| bar.last_look()));
        }
        if let Some(document) = page::document() {
            all.push(self.on(&document, "visibilitychange", |bar, _| bar.last_look()));
        }
        self.watch("");
        spawn_local(viewing::bring());
    }

    /// Every media event is a look.
    pub(super) fn watch(&self, event: &str) {
        let more = viewing::look(self.video.playback_rate(), self.sight());
        let now = page::clock_ms();
        if !self.told_at.get().is_finite() && more {
            self.told_at.set(now);
        }
        let due = match event {
            "pause" | "ended" => true,
            _ => now - self.told_at.get() >= EVERY_MS,
        };
        if due {
            self.told_at.set(now);
            spawn_local(viewing::tell());
        }
    }

    /// Phones often close a hidden page without another word, so hiding counts as leaving.
    fn last_look(&self) {
        self.watch("");
        viewing::part();
    }

    fn sight(&self) -> Sight {
        let video = &self.video;
        match self.position() {
            _ if !self.is_loaded() => Sight::Nothing,
            _ if video.seeking() => Sight::Moves,
            at if video.paused() || video.ended() || self.is_alone() => Sight::Stands(at),
            at if video.ready_state() < HtmlMediaElement::HAVE_FUTURE_DATA => Sight::Waits(at),
            at => Sight::Plays(at),
        }
    }

    /// Whether it plays for nobody: not to be seen, and silent. A talk that is only heard is watched.
    fn is_alone(&self) -> bool {
        let silent = self.video.muted() || self.video.volume() == 0.0;
        silent && page::hidden() && !page::document().is_some_and(|d| reach::get(&d, "pictureInPictureElement").is_object())
    }

    /// What the element played before this was awake. Not all engines can be trusted with it: no more than there was time for.
    fn played_before(&self) -> Vec<(i64, i64)> {
        let ranges = self.video.played();
        let ms = |secs: f64| (secs * 1000.0) as i64;
        let all: Vec<(i64, i64)> =
            (0..ranges.length()).filter_map(|i| Some((ms(ranges.start(i).ok()?), ms(ranges.end(i).ok()?)))).collect();
        let sum: i64 = all.iter().map(|(from, to)| to - from).sum();
        if sum <= page::clock_ms() as i64 { all } else { Vec::new() }
    }
}
