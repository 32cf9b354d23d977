//! Facts about the page and its window.

use super::{
    dom::{Listener, listen},
    reach,
};
use wasm_bindgen::JsValue;
use web_sys::{Document, Event, Window};

pub fn window() -> Option<Window> {
    web_sys::window()
}

pub fn document() -> Option<Document> {
    window()?.document()
}

pub fn on_window(event: &'static str, f: impl Fn(Event) + 'static) -> Option<Listener> {
    window().map(|w| listen(&w, event, f))
}

/// Runs when the page comes back out of the browser's back-forward cache.
pub fn on_return(f: impl Fn() + 'static) -> Option<Listener> {
    on_window("pageshow", move |event| {
        if js_sys::Reflect::get(&event, &"persisted".into()).is_ok_and(|persisted| persisted.is_truthy()) {
            f();
        }
    })
}

/// Asks "leave this page?" as long as the returned value lives.
pub fn warn_before_leaving() -> Option<Listener> {
    on_window("beforeunload", |event| {
        event.prevent_default();
        // Older engines only ask when a value was set.
        let _ = js_sys::Reflect::set(&event, &"returnValue".into(), &JsValue::TRUE);
    })
}

/// Whether the browser believes that there is a network.
pub fn online() -> bool {
    window().is_none_or(|w| w.navigator().on_line())
}

/// Whether the tab is in the background.
pub fn hidden() -> bool {
    document().is_some_and(|d| d.hidden())
}

/// Milliseconds since 1970 on the person's clock.
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// When the page was asked for, on the same clock.
pub fn opened_at_ms() -> f64 {
    let performance = window().map(|w| reach::get(&w, "performance"));
    performance.and_then(|p| reach::get(&p, "timeOrigin").as_f64()).unwrap_or_else(now_ms)
}

/// Milliseconds since the page was asked for, on a clock that nobody sets.
pub fn clock_ms() -> f64 {
    let performance = window().map(|w| reach::get(&w, "performance"));
    performance.and_then(|p| reach::ask(&p, "now", &[])?.as_f64()).unwrap_or_else(now_ms)
}

/// Whether there is an element that fits.
pub fn has(selector: &str) -> bool {
    document().is_some_and(|d| d.query_selector(selector).is_ok_and(|found| found.is_some()))
}

pub fn set_title(title: &str) {
    if let Some(d) = document() {
        d.set_title(title);
    }
}

/// Gives the page another address, without leaving it and without a step in the history.
pub fn replace_address(address: &str) {
    if let Some(w) = window() {
        reach::call(&reach::get(&w, "history"), "replaceState", &[&JsValue::NULL, &"".into(), &address.into()]);
    }
}

/// Leaves for another page of ours.
pub fn go_to(address: &str) {
    if let Some(w) = window() {
        let _ = w.location().set_href(address);
    }
}

/// The path of the page.
pub fn path() -> String {
    window().and_then(|w| w.location().pathname().ok()).unwrap_or_default()
}

/// Scheme, host and port of the page.
pub fn origin() -> String {
    window().and_then(|w| w.location().origin().ok()).unwrap_or_default()
}

/// What stands behind the `#` of the address, with it; nothing without one.
pub fn hash() -> String {
    window().and_then(|w| w.location().hash().ok()).unwrap_or_default()
}

/// Whether some text is selected: a click that ends a selection is no command.
pub fn has_selection() -> bool {
    let selection = window().and_then(|w| w.get_selection().ok().flatten());
    selection.is_some_and(|s| !s.is_collapsed())
}
