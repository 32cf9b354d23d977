//! Clicks, chosen files and panels opened by a key, that came before the island was alive; `early.js` in the page's head kept them.

use super::reach;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, EventInit, HtmlElement};

/// Says that the island around `inside` is alive, and does again what was done to it too early.
pub fn wake(inside: &Element) {
    let Ok(Some(island)) = inside.closest("leptos-island") else { return };
    let _ = island.set_attribute("data-alive", "");
    for entry in kept().iter() {
        let entry = Array::from(&entry);
        let Ok(target) = entry.get(1).dyn_into::<Element>() else { continue };
        if island.contains(Some(&target)) {
            again(&entry.get(0), &target);
        }
    }
}

/// Whether anything was done too early.
pub fn any() -> bool {
    kept().length() > 0
}

/// Pairs of an event's name and its target.
fn kept() -> Array {
    let kept = reach::get(&js_sys::global(), "__early");
    if kept.is_undefined() { Array::new() } else { Array::from(&kept) }
}

fn again(kind: &JsValue, target: &Element) {
    if *kind == "click" {
        if let Ok(element) = target.clone().dyn_into::<HtmlElement>() {
            element.click();
        } else if let Ok(Some(button)) = target.closest("button") {
            // An icon inside a button is no HtmlElement and cannot be clicked by itself.
            button.unchecked_into::<HtmlElement>().click();
        }
        return;
    }
    let options = EventInit::new();
    options.set_bubbles(true);
    // `change`, or `opened`: a panel that a key opened (islands/player/bar/acts.rs).
    if let Ok(event) = Event::new_with_event_init_dict(&kind.as_string().unwrap_or_default(), &options) {
        let _ = target.dispatch_event(&event);
    }
}
