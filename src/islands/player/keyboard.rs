//! The keyboard on the video page.

use super::bar::Bar;
use crate::browser::{
    dom::{self, Listener},
    keymap::{self, Focus},
    page,
};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

/// Where all keys belong to what is focused.
const FIELDS: &str = "input:not([type=range]), textarea, select, dialog[open], [contenteditable], [data-menu][open]";
/// Where some do. The seek bar is a slider, but its arrows are the player's.
const CHOICES: &str = "input:not([data-seek]), [role=tablist]";
const BUTTONS: &str = "button, a, summary, label";

/// Listens as long as the returned value lives.
pub fn listen(bar: Rc<Bar>) -> Option<Listener> {
    page::on_window("keydown", move |event| {
        let Some(pressed) = event.dyn_ref::<KeyboardEvent>() else { return };
        let (key, code) = (pressed.key(), pressed.code());
        let key = keymap::latin(&key, &code);
        let shifted = pressed.shift_key() && !keymap::bears_shift(key);
        if pressed.ctrl_key() || pressed.alt_key() || pressed.meta_key() || shifted || event.default_prevented() {
            return;
        }
        if keymap::is_sign(key) && !bar.hears_signs() {
            return;
        }
        let within = |selector| dom::closest(&event, selector).is_some();
        let focus = if within(FIELDS) {
            Focus::Field
        } else if within(CHOICES) {
            Focus::Choice
        } else if within(BUTTONS) {
            Focus::Button
        } else {
            Focus::Page
        };
        let Some(action) = keymap::action(key, focus) else { return };
        event.prevent_default();
        if action.repeats() || !pressed.repeat() {
            bar.act(action);
        }
    })
}
