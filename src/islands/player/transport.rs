//! The video element as signals, and what it can be told.

use crate::browser::{
    dom::{self, Listener},
    fullscreen,
    keymap::Action,
    playhead,
};
use leptos::{
    html::{Div, Video},
    prelude::*,
};
use web_sys::HtmlVideoElement;

/// Everything that can change what the bar shows.
const EVENTS: [&str; 13] = [
    "play", "pause", "ended", "playing", "waiting", "seeking", "seeked", "timeupdate", "durationchange", "progress",
    "volumechange", "ratechange", "loadeddata",
];

/// A handle to the player's element and its state; copied to wherever it is needed.
#[derive(Clone, Copy)]
pub struct Transport {
    pub frame: NodeRef<Div>,
    pub video: NodeRef<Video>,
    pub playing: RwSignal<bool>,
    /// It wants to play and has no data.
    pub buffering: RwSignal<bool>,
    /// Milliseconds, all three.
    pub position: RwSignal<i64>,
    pub duration: RwSignal<i64>,
    pub buffered: RwSignal<i64>,
    pub volume: RwSignal<f64>,
    pub muted: RwSignal<bool>,
    pub rate: RwSignal<f64>,
}

impl Transport {
    pub fn new(duration_ms: i64) -> Self {
        Self {
            frame: NodeRef::new(),
            video: NodeRef::new(),
            playing: RwSignal::new(false),
            buffering: RwSignal::new(false),
            position: RwSignal::new(0),
            duration: RwSignal::new(duration_ms),
            buffered: RwSignal::new(0),
            volume: RwSignal::new(1.0),
            muted: RwSignal::new(false),
            rate: RwSignal::new(1.0),
        }
    }

    /// Follows the element for as long as the listeners live. `on_event` hears each event's name.
    pub fn follow(self, video: &HtmlVideoElement, on_event: impl Fn(&str) + Clone + 'static) -> Vec<Listener> {
        let attach = |name: &'static str| {
            let (element, on_event) = (video.clone(), on_event.clone());
            dom::listen(video, name, move |_| {
                self.read(&element, name);
                on_event(name);
            })
        };
        EVENTS.into_iter().map(attach).collect()
    }

    fn read(self, video: &HtmlVideoElement, event: &str) {
        put(self.playing, !video.paused() && !video.ended());
        put(self.volume, video.volume());
        put(self.muted, video.muted());
        put(self.rate, video.playback_rate());
        match event {
            "waiting" => put(self.buffering, true),
            "playing" | "pause" | "ended" | "seeked" | "timeupdate" => put(self.buffering, false),
            _ => {}
        }
        // An element that was just emptied says 0: that is not where the person was.
        if video.ready_state() > 0 {
            let ms = (video.current_time() * 1000.0) as i64;
            put(self.position, ms);
            playhead::position().set(ms);
            let duration = video.duration() * 1000.0;
            if duration.is_finite() && duration > 0.0 {
                put(self.duration, duration as i64);
            }
            put(self.buffered, buffered_until(video, video.current_time()));
        }
    }

    pub fn act(self, action: Action) {
        let Some(video) = self.video.get_untracked() else { return };
        match action {
            Action::TogglePlay if video.paused() || video.ended() => playhead::play(&video),
            Action::TogglePlay => drop(video.pause()),
            Action::Skip(by) => self.seek(self.position.get_untracked() + by),
            Action::Volume(by) => {
                video.set_muted(false);
                video.set_volume((video.volume() + by).clamp(0.0, 1.0));
            }
            Action::ToggleMute => video.set_muted(!video.muted()),
            Action::ToggleFullscreen => {
                if let Some(frame) = self.frame.get_untracked() {
                    fullscreen::toggle(&frame, &video);
                }
            }
        }
    }

    /// Jumps, playing or not as before.
    pub fn seek(self, ms: i64) {
        let ms = ms.clamp(0, self.duration.get_untracked().max(0));
        if let Some(video) = self.video.get_untracked()
            && video.ready_state() > 0
        {
            video.set_current_time(ms as f64 / 1000.0);
            put(self.position, ms);
        }
    }
}

/// Sets a signal only when that changes anything: media events come in swarms.
fn put<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}

/// Up to where it can play from `at` without waiting.
fn buffered_until(video: &HtmlVideoElement, at: f64) -> i64 {
    let ranges = video.buffered();
    let end = (0..ranges.length())
        .filter(|i| ranges.start(*i).is_ok_and(|start| start <= at + 0.1))
        .filter_map(|i| ranges.end(i).ok())
        .fold(0.0, f64::max);
    (end * 1000.0) as i64
}
