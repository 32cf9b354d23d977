//! What the bar shows.

use super::{
    Bar,
    acts::{MUTED, VOLUME, YES},
};
use crate::{
    browser::{dom, playhead, timeline},
    model::clock::timecode,
};
use gloo_timers::future::TimeoutFuture;
use leptos::task::spawn_local;
use std::rc::Rc;

/// Long enough to be read, short enough not to be in the way.
const BUBBLE_MS: u32 = 700;

impl Bar {
    pub(super) fn paint(&self, event: &str) {
        let video = &self.video;
        self.look_for_frame();
        self.switch("play", "data-playing", !video.paused() && !self.is_over());
        match event {
            "waiting" => self.buffering(true),
            "playing" | "pause" | "ended" | "seeked" | "timeupdate" => self.buffering(false),
            "volumechange" => {
                let silent = self.is_silent();
                self.switch("mute", "data-muted", silent);
                let percent = self.percent().to_string();
                dom::set_value(&self.volume, if silent { "0" } else { &percent });
                self.memory.set(VOLUME, &percent);
                self.memory.set(MUTED, if video.muted() { YES } else { "" });
            }
            "ratechange" => dom::set_number(&self.speed, video.playback_rate()),
            _ => {}
        }
        // An element that was just emptied says 0: that is not where the person was.
        if self.is_loaded() {
            self.paint_position();
        }
    }

    /// Turns a state of the frame on or off. The button that switches it is then named by what it does next; both names
    /// came with the markup.
    pub(super) fn switch(&self, act: &str, state: &str, on: bool) {
        if self.frame.has_attribute(state) == on {
            return;
        }
        dom::flag(&self.frame, state, on);
        let Some(button) = dom::find(&self.frame, &["[data-act=", act, "]"].concat()) else { return };
        let name = dom::attr(&button, if on { "data-on" } else { "data-off" });
        dom::set_attr(&button, "title", &[&*name, &*dom::attr(&button, "data-key")].concat());
        dom::set_attr(&button, "aria-label", &name);
    }

    /// Says for a moment what a key or a finger did. `side` is where the finger was: left, right, or nothing.
    pub(super) fn bubble(self: &Rc<Self>, words: &str, side: &str) {
        let mine = self.bubbles.get() + 1;
        self.bubbles.set(mine);
        dom::set_text(&self.jump, words);
        dom::set_text(&self.told, words);
        dom::set_attr(&self.jump, "data-side", side);
        dom::flag(&self.jump, "data-open", true);
        let bar = self.clone();
        spawn_local(async move {
            TimeoutFuture::new(BUBBLE_MS).await;
            if bar.bubbles.get() == mine {
                dom::flag(&bar.jump, "data-open", false);
                // The same once more would be no news otherwise.
                dom::set_text(&bar.told, "");
            }
        });
    }

    /// Says that it waits for data to who cannot see the ring turn. Called at every look: what is over by the next one is no news.
    pub fn tell_waiting(&self, waits: bool) {
        let before = self.waits.replace(if waits { self.waits.get() + 1 } else { 0 });
        match (before, waits) {
            (1, true) => dom::set_text(&self.told, "Loading"),
            (2.., false) => dom::set_text(&self.told, ""),
            _ => {}
        }
    }

    pub(super) fn paint_position(&self) {
        let (position, total) = (self.position(), self.total());
        if total > 0 {
            let max = total.to_string();
            for bar in [&self.seek, &self.loaded, &self.played] {
                dom::set_attr(bar, "max", &max);
            }
            let left = ["−", &*timecode(total - position)].concat();
            dom::set_text(&self.length, &if self.left.get() { left } else { timecode(total) });
        }
        self.paint_made(total);
        timeline::stretch(total);
        let now = position.to_string();
        dom::set_value(&self.seek, &now);
        dom::set_attr(&self.played, "value", &now);
        dom::set_attr(&self.loaded, "value", &self.loaded_until().to_string());
        let time = timecode(position);
        dom::set_text(&self.current, &time);
        let chapter = timeline::told(position, 0).chapter;
        let comma = if chapter.is_empty() { "" } else { ", " };
        dom::set_attr(&self.seek, "aria-valuetext", &[&*time, " of ", &*timecode(total), comma, &*chapter].concat());
        playhead::moved(position);
    }

    /// The part of the line that does not exist yet looks different.
    fn paint_made(&self, total: i64) {
        let made = playhead::exists_until(&self.video).min(total) * 1000 / total.max(1);
        if self.made.replace(made) != made {
            let _ = self.line.style().set_property("--made", &made.to_string());
        }
    }

    /// Up to where it can play without waiting.
    fn loaded_until(&self) -> i64 {
        let (ranges, at) = (self.video.buffered(), self.video.current_time());
        let end = (0..ranges.length())
            .filter(|i| ranges.start(*i).is_ok_and(|start| start <= at + 0.1))
            .filter_map(|i| ranges.end(i).ok())
            .fold(0.0, f64::max);
        (end * 1000.0) as i64
    }
}
