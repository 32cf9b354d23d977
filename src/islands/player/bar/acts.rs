//! What keys, buttons and fingers do.

use super::Bar;
use crate::{
    browser::{chapters, dom, elsewhere, fullscreen, keymap::Action, page, playhead, reach},
    model::clock::timecode,
};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlDialogElement};

/// A browser does not tell how many pictures a second a recording has. Thirty is the usual number; at 25 a step
/// sometimes stays on the same picture, at 60 it skips one.
const FRAMES_PER_SEC: i64 = 30;
/// Speeds are quarters: from 0.5× to 2×.
const SPEEDS: (i64, i64) = (2, 8);
/// After "Unmute" something must be heard, even if the volume stood at nothing.
const HALF: i64 = 50;

const SPEED: &str = "speed";
const LEFT: &str = "left";
pub(super) const VOLUME: &str = "volume";
pub(super) const MUTED: &str = "muted";
pub(super) const YES: &str = "1";
/// boot.js knows these two as well.
const SIGNS: &str = "signs";
const NO: &str = "0";
const CHECKED: &str = "checked";

impl Bar {
    /// Does what a key or a button says.
    pub fn act(self: &Rc<Self>, action: Action) {
        let video = &self.video;
        match action {
            Action::TogglePlay if video.paused() || self.is_over() => playhead::play(video),
            Action::TogglePlay => {
                let _ = video.pause();
            }
            Action::Skip(by) => {
                self.seek(self.position() + by);
                self.bubble(&span(by), "");
            }
            Action::Frame(by) => {
                let _ = video.pause();
                self.seek(frame(self.position(), by));
            }
            Action::Tenth(tenths) => self.go(self.total() * tenths / 10),
            Action::Chapter(by) => {
                if let Some((start, title)) = chapters::beside(self.position(), by) {
                    self.seek(start);
                    self.bubble(&title, "");
                }
            }
            Action::StartOver => {
                dom::show(&self.frame, ".resumed", false);
                if self.is_loaded() {
                    self.go(0);
                } else {
                    // Kept until there is something to jump in.
                    playhead::seek_ms(0);
                }
            }
            Action::ToEnd => self.go(self.total()),
            Action::Speed(by) => {
                let quarters = (video.playback_rate() * 4.0 + 0.5) as i64 + by;
                self.set_speed(quarters.clamp(SPEEDS.0, SPEEDS.1) as f64 / 4.0);
                self.bubble(&[&*dom::value(&self.speed), "×"].concat(), "");
            }
            Action::Volume(by) => {
                self.set_volume((self.percent() + by).clamp(0, 100));
                self.tell_volume();
            }
            Action::ToggleMute => {
                let silent = self.is_silent();
                video.set_muted(!silent);
                if silent && self.percent() == 0 {
                    self.set_volume(HALF);
                }
                self.tell_volume();
            }
            Action::ToggleCaptions => self.toggle_captions(),
            Action::ToggleFullscreen => fullscreen::toggle(&self.frame, video),
            Action::TogglePip => elsewhere::toggle_window(video),
            Action::AirPlay => elsewhere::choose_screen(video),
            Action::ToggleLeft => {
                let left = !self.left.get();
                self.left.set(left);
                self.memory.set(LEFT, if left { YES } else { "" });
                self.paint_position();
            }
            Action::Note => open("notes", &["textarea[name=note]"]),
            Action::Search => open("transcript", &["[data-here] [data-search]", ".no-transcript button"]),
            Action::Keys => {
                if let Some(dialog) = dom::find(&self.frame, "#keys") {
                    let _ = dialog.unchecked_into::<HtmlDialogElement>().show_modal();
                }
            }
        }
    }

    /// Sets everything to what this person left it at.
    pub(super) fn recall(&self) {
        let of = |what| self.memory.get(what).map(|value| js_sys::parse_float(&value));
        // What was never set, or makes no sense, stays as it is.
        if let Some(speed) = of(SPEED).filter(|speed| (0.5..=2.0).contains(speed)) {
            self.set_speed(speed);
        }
        if let Some(percent) = of(VOLUME).filter(|percent| (0.0..=100.0).contains(percent)) {
            self.set_volume(percent as i64);
        }
        if self.memory.get(MUTED).as_deref() == Some(YES) {
            self.video.set_muted(true);
        }
        self.left.set(self.memory.get(LEFT).as_deref() == Some(YES));
        if self.memory.get(SIGNS).as_deref() == Some(NO) {
            reach::set(&self.signs, CHECKED, &false.into());
        }
    }

    /// Whether letters, figures and signs are shortcuts for this person.
    pub fn hears_signs(&self) -> bool {
        reach::get(&self.signs, CHECKED).is_truthy()
    }

    pub(super) fn keep_signs(&self) {
        self.memory.set(SIGNS, if self.hears_signs() { YES } else { NO });
    }

    pub(super) fn set_speed(&self, speed: f64) {
        // The default too: it is what a source loaded later starts with.
        self.video.set_default_playback_rate(speed);
        self.video.set_playback_rate(speed);
        dom::set_number(&self.speed, speed);
        self.memory.set(SPEED, &dom::value(&self.speed));
    }

    pub(super) fn set_volume(&self, percent: i64) {
        self.video.set_muted(false);
        self.video.set_volume(percent.clamp(0, 100) as f64 / 100.0);
    }

    /// The volume as it is set, muted or not.
    pub(super) fn percent(&self) -> i64 {
        (self.video.volume() * 100.0 + 0.5) as i64
    }

    pub(super) fn is_silent(&self) -> bool {
        self.video.muted() || self.video.volume() == 0.0
    }

    fn tell_volume(self: &Rc<Self>) {
        let percent = if self.is_silent() { 0 } else { self.percent() };
        self.bubble(&[&*percent.to_string(), " %"].concat(), "");
    }

    /// To a moment that may be far away: the time says how far.
    fn go(self: &Rc<Self>, ms: i64) {
        self.seek(ms);
        self.bubble(&timecode(ms), "");
    }
}

/// A jump in words: `−10 s`.
pub(super) fn span(ms: i64) -> String {
    [if ms < 0 { "−" } else { "+" }, &*(ms.abs() / 1000).to_string(), " s"].concat()
}

/// The middle of the picture that is `by` pictures away: from a middle no rounding leads to a neighbour.
fn frame(ms: i64, by: i64) -> i64 {
    let number = (ms * FRAMES_PER_SEC / 1000 + by).max(0);
    (2 * number + 1) * 1000 / (2 * FRAMES_PER_SEC)
}

/// Opens a panel beside the player, and puts the cursor on the first of `targets` that is there.
fn open(panel: &str, targets: &[&str]) {
    // Nobody could see it behind the picture.
    fullscreen::leave();
    let Some(root) = page::document().and_then(|d| d.document_element()) else { return };
    if let Some(tab) = dom::find(&root, &["#tab-", panel].concat()) {
        tab.click();
    }
    let Some(panel) = dom::find(&root, &["#panel-", panel].concat()) else { return };
    // The panel may want to know of the moment: a note belongs to when it was thought of, not to its first letter.
    if let Ok(event) = Event::new("opened") {
        let _ = panel.dispatch_event(&event);
    }
    if let Some(target) = targets.iter().find_map(|selector| dom::find(&panel, selector)) {
        let _ = target.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_lead_from_picture_to_picture_and_back_to_the_same_place() {
        let first = frame(0, 1);
        assert_eq!(first, 50);
        let second = frame(first, 1);
        assert_eq!(second, 83);
        assert_eq!(frame(second, -1), first);
    }

    #[test]
    fn before_the_first_picture_there_is_none() {
        assert_eq!(frame(10, -1), 16);
    }

    #[test]
    fn jumps_are_told_in_seconds() {
        assert_eq!(span(-10_000), "−10 s");
        assert_eq!(span(5_000), "+5 s");
    }
}
