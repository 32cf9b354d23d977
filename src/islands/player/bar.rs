//! The video element and the bar under it: what it does is shown, what is pressed is done.

use super::making;
use crate::{
    browser::{
        dom::{self, Listener},
        fullscreen,
        keymap::Action,
        playhead,
    },
    model::clock::timecode,
};
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlVideoElement, PointerEvent};

/// Everything that can change what the bar shows.
const EVENTS: [&str; 13] = [
    "play",
    "pause",
    "ended",
    "playing",
    "waiting",
    "seeking",
    "seeked",
    "timeupdate",
    "durationchange",
    "progress",
    "volumechange",
    "ratechange",
    "loadeddata",
];

/// The parts of the player.
pub struct Bar {
    pub frame: HtmlElement,
    pub video: HtmlVideoElement,
    /// Whether the source was opened before it was complete: then its own length says little.
    pub growing: Cell<bool>,
    /// The recording's length as the server knows it, in milliseconds; 0 when it does not tell.
    known: i64,
    /// How much of the line exists, in thousandths, as it was last shown.
    made: Cell<i64>,
    line: HtmlElement,
    seek: HtmlElement,
    loaded: HtmlElement,
    played: HtmlElement,
    tip: HtmlElement,
    current: HtmlElement,
    length: HtmlElement,
    play: HtmlElement,
    mute: HtmlElement,
    volume: HtmlElement,
    speed: HtmlElement,
}

impl Bar {
    /// Finds them in the markup.
    pub fn of(frame: HtmlElement) -> Option<Rc<Self>> {
        let part = |selector| dom::find(&frame, selector);
        Some(Rc::new(Self {
            video: part("video")?.unchecked_into(),
            growing: Cell::new(false),
            known: dom::attr(&frame, "data-duration").parse().unwrap_or(0),
            made: Cell::new(-1),
            line: part(".seek")?,
            seek: part("[data-seek]")?,
            loaded: part(".seek-loaded")?,
            played: part(".seek-played")?,
            tip: part(".seek-tip")?,
            current: part("[data-time=current]")?,
            length: part("[data-time=total]")?,
            play: part("[data-act=play]")?,
            mute: part("[data-act=mute]")?,
            volume: part(".volume")?,
            speed: part(".speed")?,
            frame,
        }))
    }

    /// Follows the element and the controls as long as the listeners live. `on_event` hears each media event's name.
    pub fn listen(self: &Rc<Self>, on_event: Rc<dyn Fn(&str)>) -> Vec<Listener> {
        let mut all: Vec<Listener> = EVENTS
            .into_iter()
            .map(|name| {
                let (bar, on_event) = (self.clone(), on_event.clone());
                dom::listen(&self.video, name, move |_| {
                    bar.paint(name);
                    on_event(name);
                })
            })
            .collect();
        let mut on = |target: &HtmlElement, event, f: fn(&Self, &web_sys::Event)| {
            let bar = self.clone();
            all.push(dom::listen(target, event, move |e| f(&bar, &e)));
        };
        on(&self.video, "click", |bar, _| bar.act(Action::TogglePlay));
        on(&self.seek, "input", |bar, _| bar.seek(number(&bar.seek) as i64));
        on(&self.seek, "pointermove", Self::point);
        on(&self.seek, "pointerleave", |bar, _| dom::flag(&bar.tip, "data-open", false));
        on(&self.volume, "input", |bar, _| {
            bar.video.set_muted(false);
            bar.video.set_volume((number(&bar.volume) / 100.0).clamp(0.0, 1.0));
        });
        on(&self.speed, "change", |bar, _| {
            // The default too: it is what a source loaded later starts with.
            bar.video.set_default_playback_rate(number(&bar.speed));
            bar.video.set_playback_rate(number(&bar.speed));
        });
        all
    }

    /// Does what a key or a button says.
    pub fn act(&self, action: Action) {
        let video = &self.video;
        match action {
            Action::TogglePlay if video.paused() || self.is_over() => playhead::play(video),
            Action::TogglePlay => {
                let _ = video.pause();
            }
            Action::Skip(by) => self.seek(self.position() + by),
            Action::Volume(by) => {
                video.set_muted(false);
                video.set_volume((video.volume() + by).clamp(0.0, 1.0));
            }
            Action::ToggleMute => video.set_muted(!video.muted()),
            Action::ToggleFullscreen => fullscreen::toggle(&self.frame, video),
        }
    }

    pub fn position(&self) -> i64 {
        (self.video.current_time() * 1000.0) as i64
    }

    /// Whether there is anything on the element that has a position.
    pub fn is_loaded(&self) -> bool {
        self.video.ready_state() > 0
    }

    pub fn buffering(&self, on: bool) {
        dom::flag(&self.frame, "data-buffering", on);
    }

    /// Whether all of the recording is there, and not only what has been made so far.
    pub fn is_whole(&self) -> bool {
        !self.growing.get() || playhead::exists_until(&self.video) >= self.total()
    }

    /// Whether there is more to play than a blink.
    pub fn has_more(&self) -> bool {
        playhead::exists_until(&self.video) > self.position() + 500
    }

    /// Whether it was played to its end.
    fn is_over(&self) -> bool {
        self.video.ended() && self.is_whole()
    }

    /// The length of the whole recording.
    fn total(&self) -> i64 {
        let exists = playhead::exists_until(&self.video);
        if self.growing.get() { making::total(self.known, exists) } else { exists }
    }

    /// Jumps, playing or not as before.
    fn seek(&self, ms: i64) {
        if self.is_loaded() {
            playhead::place(&self.video, ms.clamp(0, self.total()));
            self.paint_position();
        }
    }

    fn paint(&self, event: &str) {
        let video = &self.video;
        let playing = !video.paused() && !self.is_over();
        dom::flag(&self.frame, "data-playing", playing);
        dom::set_attr(&self.play, "aria-label", if playing { "Pause" } else { "Play" });
        match event {
            "waiting" => self.buffering(true),
            "playing" | "pause" | "ended" | "seeked" | "timeupdate" => self.buffering(false),
            "volumechange" => {
                let silent = video.muted() || video.volume() == 0.0;
                dom::flag(&self.frame, "data-muted", silent);
                dom::set_attr(&self.mute, "aria-label", if silent { "Unmute" } else { "Mute" });
                dom::set_value(&self.volume, &whole(if silent { 0.0 } else { video.volume() * 100.0 }));
            }
            "ratechange" => dom::set_number(&self.speed, video.playback_rate()),
            _ => {}
        }
        // An element that was just emptied says 0: that is not where the person was.
        if self.is_loaded() {
            self.paint_position();
        }
    }

    fn paint_position(&self) {
        let (position, total) = (self.position(), self.total());
        if total > 0 {
            let max = total.to_string();
            for bar in [&self.seek, &self.loaded, &self.played] {
                dom::set_attr(bar, "max", &max);
            }
            dom::set_text(&self.length, &timecode(total));
        }
        self.paint_made(total);
        let now = position.to_string();
        dom::set_value(&self.seek, &now);
        dom::set_attr(&self.played, "value", &now);
        dom::set_attr(&self.loaded, "value", &self.loaded_until().to_string());
        let time = timecode(position);
        dom::set_text(&self.current, &time);
        dom::set_attr(&self.seek, "aria-valuetext", &[&time, " of ", &timecode(total)].concat());
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

    /// The time under the pointer.
    fn point(&self, event: &web_sys::Event) {
        let area = self.seek.get_bounding_client_rect();
        let x = f64::from(event.unchecked_ref::<PointerEvent>().client_x()) - area.left();
        let share = (x / area.width().max(1.0)).clamp(0.0, 1.0);
        dom::set_text(&self.tip, &timecode((share * self.total() as f64) as i64));
        dom::flag(&self.tip, "data-open", self.total() > 0);
        let _ = self.tip.style().set_property("left", &[&whole(x), "px"].concat());
    }
}

fn number(field: &HtmlElement) -> f64 {
    js_sys::parse_float(&dom::value(field))
}

fn whole(value: f64) -> String {
    (value as i64).to_string()
}
