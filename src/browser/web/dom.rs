//! Listeners that remove themselves, and a few facts about the page.

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Document, Event, EventTarget, Window};

/// A listener that lives exactly as long as this value.
pub struct Listener {
    target: EventTarget,
    event: &'static str,
    callback: Closure<dyn FnMut(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.event, self.callback.as_ref().unchecked_ref());
    }
}

pub fn listen(target: &EventTarget, event: &'static str, f: impl FnMut(Event) + 'static) -> Listener {
    let callback = Closure::<dyn FnMut(Event)>::new(f);
    let _ = target.add_event_listener_with_callback(event, callback.as_ref().unchecked_ref());
    Listener { target: target.clone(), event, callback }
}

pub fn on_window(event: &'static str, f: impl FnMut(Event) + 'static) -> Option<Listener> {
    window().map(|w| listen(&w, event, f))
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

pub fn set_title(title: &str) {
    if let Some(d) = document() {
        d.set_title(title);
    }
}

/// The element that has the keyboard, or the one an event started from.
pub fn closest(event: &Event, selector: &str) -> Option<web_sys::Element> {
    let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    element.closest(selector).ok().flatten()
}

/// Whether some text is selected: a click that ends a selection is no command.
pub fn has_selection() -> bool {
    let selection = window().and_then(|w| w.get_selection().ok().flatten());
    selection.is_some_and(|s| !s.is_collapsed())
}

/// The path of the page.
pub fn path() -> String {
    window().and_then(|w| w.location().pathname().ok()).unwrap_or_else(|| "/".into())
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

pub(super) fn window() -> Option<Window> {
    web_sys::window()
}

pub(super) fn document() -> Option<Document> {
    window()?.document()
}
