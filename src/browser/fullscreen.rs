//! The whole screen for the player.

use super::{dom::watch, page::document};
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlVideoElement};

/// Enters or leaves fullscreen. An iPhone only knows it for the video itself, under a name of its own.
pub fn toggle(frame: &Element, video: &HtmlVideoElement) {
    let Some(document) = document() else { return };
    if document.fullscreen_element().is_some() {
        document.exit_fullscreen();
    } else if !call(frame, "requestFullscreen") {
        call(video, "webkitEnterFullscreen");
    }
}

/// Calls a method that may be missing.
fn call(target: &JsValue, method: &str) -> bool {
    let function = Reflect::get(target, &method.into()).ok().and_then(|f| f.dyn_into::<Function>().ok());
    let Some(Ok(answer)) = function.map(|f| f.call0(target)) else { return false };
    if let Ok(promise) = answer.dyn_into::<Promise>() {
        watch(promise);
    }
    true
}
