//! What the reader sees of the list, and moving rows into view. The list has a bar of its own, or the page scrolls (a phone).

use super::{Panel, markup::CHUNK};
use crate::browser::{page, reach};
use gloo_timers::future::TimeoutFuture;
use leptos::task::spawn_local;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

/// Where a sentence that has to be brought into view comes to stand: a third from the top, with what was said still there and
/// what comes next below.
const HEIGHT: f64 = 0.3;
/// The part of the view in which a sentence may be spoken without being moved.
const CALM: (f64, f64) = (0.04, 0.72);
/// What the browser has estimated of rows that it never drew is corrected as they come near: look again after this.
const SETTLED_MS: u32 = 120;

impl Panel {
    /// Whether the list has a bar of its own; on a phone the page scrolls.
    pub fn list_scrolls(&self) -> bool {
        let list = self.lines.list();
        list.scroll_height() > list.client_height() + 1
    }

    /// Top and height of what can be seen of the list, in the window's pixels.
    fn view(&self) -> (f64, f64) {
        let list = self.lines.list();
        if self.list_scrolls() {
            let area = list.get_bounding_client_rect();
            return (area.top(), area.height());
        }
        let window = page::window();
        let height = window.as_ref().and_then(|w| w.inner_height().ok()?.as_f64()).unwrap_or(0.0);
        // The picture sticks to the top and covers what scrolls under it.
        let stage = list.owner_document().and_then(|d| d.query_selector(".stage").ok().flatten());
        let covered = stage.map_or(0.0, |stage| stage.get_bounding_client_rect().bottom()).clamp(0.0, height / 2.0);
        (covered, height - covered)
    }

    /// Where in the view a row stands, as a share of its height. Nothing, as long as there is no view.
    fn place_of(&self, row: &HtmlElement) -> Option<f64> {
        let ((top, height), area) = (self.view(), row.get_bounding_client_rect());
        (height > 0.0).then(|| ((area.top() + area.bottom()) / 2.0 - top) / height)
    }

    /// Whether a row can be seen.
    pub fn sees(&self, row: &HtmlElement) -> bool {
        self.place_of(row).is_some_and(|place| (0.0..=1.0).contains(&place))
    }

    /// Whether all of a row can be seen.
    pub fn shows(&self, row: &HtmlElement) -> bool {
        let ((top, height), area) = (self.view(), row.get_bounding_client_rect());
        area.top() >= top && area.bottom() <= top + height
    }

    /// Moves a row into view if it is not there, or at its end.
    pub fn keep_in_view(self: &Rc<Self>, row: &HtmlElement) {
        let Some(place) = self.place_of(row) else { return };
        // A page is not scrolled for somebody who is not looking at this part of it.
        let calm = (CALM.0..=CALM.1).contains(&place);
        let near = (-0.5..=1.5).contains(&place);
        if !calm && near {
            self.scroll_to(row, !self.follow.still);
        } else if !calm && self.list_scrolls() {
            self.bring(row);
        }
    }

    /// Brings a row into view.
    pub fn bring(self: &Rc<Self>, row: &HtmlElement) {
        self.scroll_to(row, false);
        let (panel, row, turn) = (self.clone(), row.clone(), self.moves.get() + 1);
        self.moves.set(turn);
        spawn_local(async move {
            TimeoutFuture::new(SETTLED_MS).await;
            // Something else was brought meanwhile, or the reader went on.
            if panel.moves.get() == turn && !panel.sees(&row) {
                panel.scroll_to(&row, false);
            }
            panel.paint_way_back();
        });
    }

    /// The reader moves the list: what is on its way into view is left where it is.
    pub fn leave_alone(&self) {
        self.moves.set(self.moves.get() + 1);
    }

    fn scroll_to(&self, row: &HtmlElement, gliding: bool) {
        let Some(place) = self.place_of(row) else { return };
        let (_, height) = self.view();
        let behavior = if gliding { "smooth" } else { "instant" };
        let how = reach::object(&[("top", &((place - HEIGHT) * height).into()), ("behavior", &behavior.into())]);
        let scroller: JsValue = if self.list_scrolls() { self.lines.list().into() } else { page::window().into() };
        reach::call(&scroller, "scrollBy", &[&how]);
    }

    /// The sentence at the top of what the reader sees.
    pub fn reading_at(&self) -> usize {
        let (top, height) = self.view();
        let visible = self.near.borrow().iter().filter_map(|place| self.lines.within(place)).map(|range| range.0).min();
        let Some(from) = visible.filter(|_| height > 0.0) else { return 0 };
        let rows = from..(from + 2 * CHUNK).min(self.lines.len());
        let below = |index: &usize| self.lines.row(*index).is_some_and(|row: HtmlElement| row.get_bounding_client_rect().bottom() > top);
        rows.into_iter().find(below).unwrap_or(from)
    }

    /// The rows go away and come again: keeps the moment that the keyboard is on, or that is at the top of what the reader sees.
    pub fn keep_place(&self) {
        let active = page::document().and_then(|d| d.active_element());
        let focused = active.is_some_and(|element| self.lines.list().contains(Some(&element)));
        let at = if focused { self.active.get() } else { self.reading_at() };
        if focused || at > 0 {
            self.reading.set(Some((self.lines.start(at), focused)));
        }
    }

    /// Back to that moment, which may be another sentence's now.
    pub fn take_place(self: &Rc<Self>) {
        let Some((ms, focused)) = self.reading.take() else { return };
        let index = self.lines.spoken_at(ms).unwrap_or(0);
        match self.lines.row(index) {
            Some(_) if focused => self.focus(index),
            Some(row) => self.bring(&row),
            None => {}
        }
    }
}
