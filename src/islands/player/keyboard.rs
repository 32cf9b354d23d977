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

/// Where keys belong to what is focused. The seek bar is a field, but its arrows are the player's.
const FIELDS: &str = "input:not([data-seek]), textarea, select, dialog, [contenteditable], [role=menu], [role=tablist]";
const BUTTONS: &str = "button, a, summary, label";

/// Listens as long as the returned value lives.
pub fn listen(bar: Rc<Bar>) -> Option<Listener> {
    page::on_window("keydown", move |event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        if key.ctrl_key() || key.alt_key() || key.meta_key() || key.shift_key() || event.default_prevented() {
            return;
        }
        let focus = if dom::closest(&event, FIELDS).is_some() {
            Focus::Field
        } else if dom::closest(&event, BUTTONS).is_some() {
            Focus::Button
        } else {
            Focus::Page
        };
        if let Some(action) = keymap::action(&key.key(), focus) {
            event.prevent_default();
            bar.act(action);
        }
    })
}
