//! The transcript tells the player that it has changed; the captions on the picture follow without a new page.

use super::{
    dom::{self, Listener},
    page,
};
use web_sys::{Element, Event};

const CHANGED: &str = "transcript";

/// The captions are others now, or none (`there`); `language` is a BCP 47 tag, or nothing.
pub fn changed(language: &str, there: bool) {
    let Some(frame) = page::document().and_then(|d| dom::find(&d.document_element()?, "[data-player]")) else { return };
    dom::set_attr(&frame, "data-language", language);
    dom::flag(&frame, "data-captioned", there);
    if let Ok(event) = Event::new(CHANGED) {
        let _ = frame.dispatch_event(&event);
    }
}

/// Hears of it, on the player's frame.
pub fn on_change(frame: &Element, f: impl Fn() + 'static) -> Listener {
    dom::listen(frame, CHANGED, move |_| f())
}

/// Whether there are any, and their language.
pub fn state(frame: &Element) -> (bool, String) {
    (frame.has_attribute("data-captioned"), dom::attr(frame, "data-language"))
}
