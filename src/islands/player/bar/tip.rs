//! What is told over the seek line: the time there, its picture, its chapter, and the note or hit that lies nearby.

use super::{Bar, whole};
use crate::{
    browser::{
        dom, page,
        storyboard::{self, Tile},
        timeline,
        transfer::{Exchange, SOON_MS},
    },
    model::clock::timecode,
};
use gloo_timers::future::TimeoutFuture;
use leptos::task::spawn_local;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlMediaElement, PointerEvent};

/// Half a thumb: the line begins and ends there (`.seek` in player_ranges.css).
const HALF_THUMB_PX: f64 = 7.0;
/// As near as this a pointer means a note or a hit.
const REACH_PX: f64 = 8.0;
/// How long the tip stays after a key, and after a finger or a mouse let go.
const LINGER_MS: u32 = 1_500;
const LET_GO_MS: u32 = 400;
/// Pictures that are not there yet are asked for again after this long.
const AGAIN_MS: f64 = 20_000.0;

/// What is known of the tip.
#[derive(Default)]
pub struct Tip {
    /// Whether there has been a picture of the film itself. While it jumps there is none, and the tip is wanted most.
    seen: Cell<bool>,
    tiles: RefCell<Vec<Tile>>,
    /// When the pictures were last asked for.
    asked_at: Cell<f64>,
    /// The moment it tells.
    at_ms: Cell<i64>,
    /// Counts what it told: only the newest is taken away by its own timer.
    turn: Cell<u32>,
}

impl Bar {
    /// The thumb is being dragged: the picture follows, and the tip tells the time over a thumb of whatever kind.
    pub(super) fn drag(self: &Rc<Self>) {
        self.stir();
        let ms = super::number(&self.seek) as i64;
        self.jump(ms);
        self.tell(ms as f64 / self.total().max(1) as f64);
    }

    /// The moment under the pointer.
    pub(super) fn point(self: &Rc<Self>, event: &Event) {
        let area = self.seek.get_bounding_client_rect();
        let x = f64::from(event.unchecked_ref::<PointerEvent>().client_x()) - area.left() - HALF_THUMB_PX;
        self.tell(x / (area.width() - 2.0 * HALF_THUMB_PX).max(1.0));
    }

    /// A jump by a key: told where it led, if it is the line that the keyboard is on.
    pub(super) fn tell_jump(self: &Rc<Self>) {
        if page::document().and_then(|d| d.active_element()).is_some_and(|active| active == *self.seek) {
            self.tell(self.position() as f64 / self.total().max(1) as f64);
            self.close_tip_after(LINGER_MS);
        }
    }

    /// Looks whether the first frame is there.
    pub(super) fn look_for_frame(&self) {
        if self.video.ready_state() >= HtmlMediaElement::HAVE_CURRENT_DATA {
            self.tips.seen.set(true);
        }
    }

    /// What was dragged was let go.
    pub(super) fn let_tip_go(self: &Rc<Self>) {
        self.close_tip_after(LET_GO_MS);
    }

    pub(super) fn close_tip(&self) {
        self.tips.turn.set(self.tips.turn.get() + 1);
        dom::flag(&self.tip, "data-open", false);
    }

    fn close_tip_after(self: &Rc<Self>, ms: u32) {
        let (bar, mine) = (self.clone(), self.tips.turn.get());
        spawn_local(async move {
            TimeoutFuture::new(ms).await;
            if bar.tips.turn.get() == mine {
                bar.close_tip();
            }
        });
    }

    /// Opens the tip at a share of the line.
    fn tell(self: &Rc<Self>, share: f64) {
        self.fetch_tiles();
        let (share, total) = (share.clamp(0.0, 1.0), self.total());
        let line = (self.seek.get_bounding_client_rect().width() - 2.0 * HALF_THUMB_PX).max(1.0);
        let ms = (share * total as f64) as i64;
        let told = timeline::told(ms, (REACH_PX / line * total as f64) as i64);
        dom::write(&self.tip, ".tip-chapter", &told.chapter);
        dom::write(&self.tip, ".tip-near", &told.near);
        dom::write(&self.tip, ".tip-time", &timecode(ms));
        self.tips.at_ms.set(ms);
        self.show_tile();
        // Its middle is over the pointer, as far as all of it stays inside the frame.
        let half = f64::from(self.tip.offset_width()) / 2.0;
        let whole_line = line + 2.0 * HALF_THUMB_PX;
        let x = (HALF_THUMB_PX + share * line).min(whole_line - half).max(half);
        let _ = self.tip.style().set_property("--at", &[&*whole(x), "px"].concat());
        self.tips.turn.set(self.tips.turn.get() + 1);
        dom::flag(&self.tip, "data-open", total > 0);
    }

    /// The picture of the moment that the tip tells.
    fn show_tile(&self) {
        let tiles = self.tips.tiles.borrow();
        let (Some(tile), Some(picture)) = (storyboard::at(&tiles, self.tips.at_ms.get()), dom::find(&self.tip, ".tip-picture")) else {
            return;
        };
        let style = picture.style();
        let sheet = ["url(/api/videos/", &*dom::attr(&self.frame, "data-id"), "/", &*tile.sheet, ")"].concat();
        let _ = style.set_property("--sheet", &sheet);
        for (name, number) in ["--x", "--y", "--w", "--h"].into_iter().zip(tile.area) {
            let _ = style.set_property(name, &number.to_string());
        }
        dom::flag(&picture, "hidden", false);
    }

    /// Asks for the list of pictures when somebody first comes near the line; never before the first frame, which nothing
    /// may delay.
    pub(super) fn fetch_tiles(self: &Rc<Self>) {
        let (tips, now) = (&self.tips, page::now_ms());
        if !tips.seen.get() || now - tips.asked_at.get() < AGAIN_MS || !tips.tiles.borrow().is_empty() {
            return;
        }
        tips.asked_at.set(now);
        let url = ["/api/videos/", &*dom::attr(&self.frame, "data-id"), "/storyboard.vtt"].concat();
        let bar = self.clone();
        spawn_local(async move {
            let Some(sent) = Exchange::open("GET", &url) else { return };
            sent.within(SOON_MS);
            if let Some((200, list)) = sent.send_text("").await {
                bar.tips.tiles.replace(storyboard::parse(&list));
                // The tip may have been open since before.
                bar.show_tile();
            }
        });
    }
}
