//! What mouse and fingers do to the picture.
//!
//! A mouse plays and pauses with a click; a double click is fullscreen, and its two clicks undo each other. A finger
//! shows and hides the bar, and taps twice on a side to skip; every further tap there adds to it.

use super::{Bar, acts::span};
use crate::browser::{
    dom::{self, Listener},
    fullscreen,
    keymap::{Action, SKIP_MS},
    page,
};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, MouseEvent, PointerEvent};

/// Taps closer than this belong together.
const TAPS_MS: f64 = 350.0;
/// After this long without a touch the bar steps back.
const SHOWN_MS: f64 = 3_000.0;

/// What is known of the pointer.
#[derive(Clone, Copy, Default)]
pub struct Finger {
    /// The last tap: −1 on the left third, 1 on the right one, and the how manieth there in a row.
    side: i64,
    taps: i64,
    tapped_at: f64,
    /// When the bar was last wanted.
    stirred_at: f64,
    /// Whether the bar was away when the finger came down.
    was_away: bool,
    /// It is a mouse that pressed last, and no key since.
    mouse: bool,
}

impl Finger {
    /// The same with one tap more, at `share` of the width.
    fn tap(self, share: f64, now: f64) -> Self {
        let side = i64::from(share > 2.0 / 3.0) - i64::from(share < 1.0 / 3.0);
        let together = side == self.side && now - self.tapped_at < TAPS_MS;
        Self { side, taps: if together { self.taps + 1 } else { 1 }, tapped_at: now, ..self }
    }

    /// How far the taps skip together, in milliseconds. One alone, or in the middle, does not.
    fn skips(self) -> i64 {
        self.side * (self.taps - 1) * SKIP_MS
    }
}

impl Bar {
    pub(super) fn listen_to_pointers(self: &Rc<Self>, all: &mut Vec<Listener>) {
        all.extend([
            self.on(&self.frame, "pointerdown", |bar, event| bar.press(event)),
            self.on(&self.frame, "keydown", |bar, _| bar.finger.set(Finger { mouse: false, ..bar.finger.get() })),
            self.on(&self.frame, "click", |bar, event| bar.let_go(event, ".controls :is(button, input)")),
            self.on(&self.frame, "change", |bar, event| bar.let_go(event, ".controls select")),
            self.on(&self.video, "click", |bar, event| bar.click(event)),
            self.on(&self.video, "dblclick", |bar, _| {
                if !bar.is_touched() {
                    bar.act(Action::ToggleFullscreen);
                }
            }),
        ]);
        let video = self.video.clone();
        all.extend(fullscreen::follow_turning(self.frame.clone(), move || !video.paused()));
    }

    /// Whether it was a finger that came last.
    fn is_touched(&self) -> bool {
        self.frame.has_attribute("data-touch")
    }

    fn press(&self, event: &Event) {
        let kind = event.unchecked_ref::<PointerEvent>().pointer_type();
        let was_away = self.frame.has_attribute("data-idle");
        dom::flag(&self.frame, "data-touch", kind == "touch");
        self.finger.set(Finger { was_away, mouse: kind == "mouse", ..self.finger.get() });
        if dom::closest(event, ".controls").is_some() {
            self.stir();
        }
    }

    /// A mouse leaves no focus behind on the bar: the next key is the player's again, and Space plays.
    fn let_go(&self, event: &Event, controls: &str) {
        if let Some(control) = dom::closest(event, controls).filter(|_| self.finger.get().mouse) {
            let _ = control.blur();
        }
    }

    fn click(self: &Rc<Self>, event: &Event) {
        if !self.is_touched() {
            return self.act(Action::TogglePlay);
        }
        let area = self.frame.get_bounding_client_rect();
        let x = f64::from(event.unchecked_ref::<MouseEvent>().client_x()) - area.left();
        let finger = self.finger.get().tap(x / area.width().max(1.0), page::now_ms());
        self.finger.set(finger);
        let video = &self.video;
        if finger.skips() != 0 {
            self.seek(self.position() + finger.side * SKIP_MS);
            self.bubble(&span(finger.skips()), if finger.side < 0 { "left" } else { "right" });
        } else if video.paused() && (finger.side == 0 || video.played().length() == 0) {
            // On the big button; before the first picture all of it is one.
            self.stir();
            self.act(Action::TogglePlay);
        } else if finger.was_away {
            self.stir();
        } else {
            self.finger.set(Finger { stirred_at: 0.0, ..finger });
            dom::flag(&self.frame, "data-idle", true);
        }
    }

    /// Brings the bar back for a while.
    pub(super) fn stir(&self) {
        self.finger.set(Finger { stirred_at: page::now_ms(), ..self.finger.get() });
        dom::flag(&self.frame, "data-idle", false);
    }

    /// Whether the bar steps back now, where fingers decide it.
    pub(super) fn rest(&self, event: &str) {
        match event {
            _ if !self.is_touched() => {}
            "pause" => self.stir(),
            "timeupdate" if !self.video.paused() => {
                let away = page::now_ms() - self.finger.get().stirred_at > SHOWN_MS;
                dom::flag(&self.frame, "data-idle", away);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taps(all: &[(f64, f64)]) -> Vec<i64> {
        let mut finger = Finger::default();
        all.iter()
            .map(|(share, now)| {
                finger = finger.tap(*share, *now);
                finger.skips()
            })
            .collect()
    }

    #[test]
    fn one_tap_skips_nothing_and_every_further_one_ten_seconds() {
        assert_eq!(taps(&[(0.1, 1_000.0), (0.2, 1_200.0), (0.1, 1_400.0)]), [0, -10_000, -20_000]);
        assert_eq!(taps(&[(0.9, 1_000.0), (0.8, 1_200.0)]), [0, 10_000]);
    }

    #[test]
    fn taps_on_different_sides_or_far_apart_do_not_belong_together() {
        assert_eq!(taps(&[(0.1, 1_000.0), (0.9, 1_100.0)]), [0, 0]);
        assert_eq!(taps(&[(0.1, 1_000.0), (0.1, 1_400.0)]), [0, 0]);
    }

    #[test]
    fn the_middle_never_skips() {
        assert_eq!(taps(&[(0.5, 1_000.0), (0.5, 1_100.0), (0.5, 1_200.0)]), [0, 0, 0]);
    }
}
