//! The video element and the bar under it: what it does is shown, what is pressed is done.
//!
//! [`shown`] is what the bar shows, [`acts`] what it does; [`pointer`] hears mouse and fingers, [`captions`] and
//! [`extras`] what belongs to the browser (small window, television, fullscreen, media keys), and [`resume`] keeps
//! where the person is, and [`tip`] what is told over the seek line. [`watched`] tells what was really played.

mod acts;
mod captions;
mod extras;
mod pointer;
mod resume;
mod shown;
mod tip;
mod watched;

use super::making;
use crate::browser::{
    dom::{self, Listener},
    memory::Person,
    playhead,
};
use pointer::Finger;
use resume::Saver;
use std::{cell::Cell, rc::Rc};
use tip::Tip;
use wasm_bindgen::JsCast;
use web_sys::{Event, EventTarget, HtmlElement, HtmlVideoElement};

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
    /// What this person likes: volume, speed, captions.
    memory: Person,
    /// Whether the time left stands where the length would.
    left: Cell<bool>,
    /// Counts bubbles: an older one must not take a newer one away.
    bubbles: Cell<u32>,
    tips: Tip,
    finger: Cell<Finger>,
    saver: Cell<Saver>,
    /// When it was last told what was played; never, as long as nothing was.
    told_at: Cell<f64>,
    /// Looks in a row at which it waited for data.
    waits: Cell<u32>,
    /// Whether media keys know of it.
    announced: Cell<bool>,
    line: HtmlElement,
    seek: HtmlElement,
    loaded: HtmlElement,
    played: HtmlElement,
    tip: HtmlElement,
    jump: HtmlElement,
    told: HtmlElement,
    current: HtmlElement,
    length: HtmlElement,
    volume: HtmlElement,
    speed: HtmlElement,
    signs: HtmlElement,
}

impl Bar {
    /// Finds them in the markup.
    pub fn of(frame: HtmlElement) -> Option<Rc<Self>> {
        let part = |selector| dom::find(&frame, selector);
        let number = |name| dom::attr(&frame, name).parse::<i64>().unwrap_or(0);
        Some(Rc::new(Self {
            video: part("video")?.unchecked_into(),
            growing: Cell::new(false),
            known: number("data-duration"),
            made: Cell::new(-1),
            memory: Person::new(dom::attr(&frame, "data-viewer")),
            left: Cell::new(false),
            bubbles: Cell::new(0),
            tips: Tip::default(),
            finger: Cell::default(),
            saver: Cell::new(Saver::new(number("data-at"))),
            told_at: Cell::new(f64::INFINITY),
            waits: Cell::new(0),
            announced: Cell::new(false),
            line: part(".seek")?,
            seek: part("[data-seek]")?,
            loaded: part(".seek-loaded")?,
            played: part(".seek-played")?,
            tip: part(".seek-tip")?,
            jump: part(".jump")?,
            told: part("[data-told]")?,
            current: part("[data-time=current]")?,
            length: part("[data-time=total]")?,
            volume: part(".volume")?,
            speed: part(".speed")?,
            signs: part("[data-signs]")?,
            frame,
        }))
    }

    /// Follows the element and the controls as long as the listeners live. `on_event` hears each media event's name.
    pub fn listen(self: &Rc<Self>, on_event: Rc<dyn Fn(&str)>) -> Vec<Listener> {
        self.recall();
        let mut all: Vec<Listener> = EVENTS
            .into_iter()
            .map(|name| {
                let (bar, on_event) = (self.clone(), on_event.clone());
                dom::listen(&self.video, name, move |_| {
                    bar.paint(name);
                    on_event(name);
                    // After it: a finger has another idea of when the bar steps back.
                    bar.rest(name);
                    bar.accompany(name);
                    bar.keep(name);
                    bar.watch(name);
                })
            })
            .collect();
        all.extend([
            self.on(&self.seek, "input", |bar, _| bar.drag()),
            self.on(&self.seek, "change", |bar, _| bar.let_tip_go()),
            self.on(&self.seek, "focus", |bar, _| bar.fetch_tiles()),
            self.on(&self.seek, "blur", |bar, _| bar.close_tip()),
            self.on(&self.seek, "pointermove", |bar, event| bar.point(event)),
            self.on(&self.seek, "pointerleave", |bar, _| bar.close_tip()),
            self.on(&self.volume, "input", |bar, _| bar.set_volume(number(&bar.volume) as i64)),
            self.on(&self.speed, "change", |bar, _| bar.set_speed(number(&bar.speed))),
            self.on(&self.signs, "change", |bar, _| bar.keep_signs()),
        ]);
        self.listen_to_pointers(&mut all);
        self.listen_around(&mut all);
        self.listen_to_leaving(&mut all);
        self.begin_viewing(&mut all);
        // It may have begun before any of this was awake.
        self.paint("");
        if self.is_loaded() {
            self.recall_captions();
            self.tell_media_keys();
        }
        all
    }

    /// One listener. `f` is a plain function, so that the closure around it is compiled once for all of them.
    fn on(self: &Rc<Self>, target: &EventTarget, event: &'static str, f: fn(&Rc<Self>, &Event)) -> Listener {
        let bar = self.clone();
        dom::listen(target, event, move |e| f(&bar, &e))
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

    /// Jumps, playing or not as before, and tells where to.
    fn seek(self: &Rc<Self>, ms: i64) {
        self.jump(ms);
        self.tell_jump();
    }

    fn jump(&self, ms: i64) {
        if self.is_loaded() {
            playhead::place(&self.video, ms.clamp(0, self.total()));
            self.paint_position();
        }
    }
}

fn number(field: &HtmlElement) -> f64 {
    js_sys::parse_float(&dom::value(field))
}

fn whole(value: f64) -> String {
    (value as i64).to_string()
}
