//! The whole screen for the player.

use super::{
    dom::{Listener, listen},
    page::{document, window},
    reach,
};
use wasm_bindgen::JsCast;
use web_sys::{EventTarget, HtmlElement, HtmlVideoElement};

const ENTER: &str = "requestFullscreen";
/// An iPhone only knows it for the video itself, under a name of its own.
const ENTER_IPHONE: &str = "webkitEnterFullscreen";

pub fn offered(frame: &HtmlElement, video: &HtmlVideoElement) -> bool {
    reach::has(frame, ENTER) || reach::has(video, ENTER_IPHONE)
}

pub fn is_on() -> bool {
    document().is_some_and(|d| d.fullscreen_element().is_some())
}

pub fn toggle(frame: &HtmlElement, video: &HtmlVideoElement) {
    if is_on() {
        leave();
    } else if !enter(frame) {
        reach::call(video, ENTER_IPHONE, &[]);
    }
}

/// Goes back to the page, if it is not there.
pub fn leave() {
    if let Some(document) = document().filter(|_| is_on()) {
        reach::call(&document, "exitFullscreen", &[]);
    }
}

fn enter(frame: &HtmlElement) -> bool {
    reach::call(frame, ENTER, &[])
}

/// Follows a phone being turned: on its side a recording that is `playing` takes the whole screen, upright it gives it
/// back. Browsers allow this without a tap, because turning the phone is the person's doing.
pub fn follow_turning(frame: HtmlElement, playing: impl Fn() -> bool + 'static) -> Option<Listener> {
    let orientation = reach::get(&reach::get(window()?.as_ref(), "screen"), "orientation");
    let target = orientation.dyn_into::<EventTarget>().ok()?;
    let place = target.clone();
    Some(listen(&target, "change", move |_| {
        let on_its_side = reach::get(&place, "type").as_string().is_some_and(|kind| kind.starts_with("landscape"));
        if !on_its_side {
            leave();
        } else if playing() && !is_on() {
            enter(&frame);
        }
    }))
}
