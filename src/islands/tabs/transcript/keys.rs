//! The keyboard in the tab. What is done here never reaches the player.

use super::Panel;
use crate::browser::dom;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent};

/// How far PageUp and PageDown lead.
const PAGE: isize = 10;
/// <https://www.w3.org/TR/uievents/#determine-keydown-keyup-keyCode>
const BY_INPUT_METHOD: u32 = 229;

impl Panel {
    pub fn key(self: &Rc<Self>, event: &Event) {
        let Some(pressed) = event.dyn_ref::<KeyboardEvent>() else { return };
        // A language's input method still needs it. Safari has ended the composing when it tells of the Enter that ends it, and
        // gives away only by this code that the key was not meant for the page.
        if pressed.is_composing() || pressed.key_code() == BY_INPUT_METHOD {
            return;
        }
        let key = pressed.key();
        let within = |selector| dom::closest(event, selector).is_some();
        let command = pressed.ctrl_key() || pressed.meta_key();
        let done = if within("[data-search]") {
            self.key_in_search(&key, pressed.shift_key())
        } else if within(".line-edit") {
            self.key_in_form(&key, pressed.shift_key(), within("textarea, [name=speaker]"))
        } else if key == "Escape" && within(".transcript-menu") {
            self.leave_menu();
            true
        } else if command && !pressed.shift_key() && key.eq_ignore_ascii_case("z") {
            self.undo();
            true
        } else if command || pressed.alt_key() {
            false
        } else if within(".moment") {
            self.key_in_list(&key)
        } else {
            false
        };
        if done {
            event.prevent_default();
        }
    }

    /// A key pressed anywhere on the page.
    pub fn key_anywhere(&self, event: &Event) {
        let Some(pressed) = event.dyn_ref::<KeyboardEvent>() else { return };
        if !event.default_prevented() {
            self.strayed_by_key(&pressed.key(), pressed.ctrl_key() || pressed.meta_key());
        }
    }

    fn key_in_search(self: &Rc<Self>, key: &str, shift: bool) -> bool {
        match key {
            "Enter" => self.step(if shift { -1 } else { 1 }),
            "Escape" => return self.stop_searching(),
            "ArrowDown" => self.focus(self.hit().unwrap_or_else(|| self.reading_at())),
            _ => return false,
        }
        true
    }

    fn key_in_form(self: &Rc<Self>, key: &str, shift: bool, writing: bool) -> bool {
        match key {
            "Enter" if writing && !shift => self.submit("save"),
            "Escape" => self.close_form(),
            _ => return false,
        }
        true
    }

    /// On a sentence: up and down, to the ends, and into it. Enter is the button's own.
    fn key_in_list(self: &Rc<Self>, key: &str) -> bool {
        let (at, last) = (self.active.get() as isize, self.lines.count() as isize - 1);
        let to = match key {
            "ArrowDown" => at + 1,
            "ArrowUp" => at - 1,
            "PageDown" => at + PAGE,
            "PageUp" => at - PAGE,
            "Home" => 0,
            "End" => last,
            "e" | "E" | "F2" => {
                self.edit(self.active.get());
                return true;
            }
            _ => return false,
        };
        self.stop_following();
        self.focus(to.clamp(0, last.max(0)) as usize);
        true
    }
}
