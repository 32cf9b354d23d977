//! Finding, changing and listening to elements. All of it writes only what differs: a page at rest stays at rest.

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, Event, EventTarget, HtmlElement, HtmlTemplateElement};

/// A listener that lives exactly as long as this value. It is an `Fn`: what it does may raise the same event again, as the
/// click on a button does that clicks a file field.
#[must_use]
pub struct Listener {
    target: EventTarget,
    event: &'static str,
    callback: Closure<dyn Fn(Event)>,
}

impl Listener {
    /// Lets it live as long as the page.
    pub fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.event, self.callback.as_ref().unchecked_ref());
    }
}

pub fn listen(target: &EventTarget, event: &'static str, f: impl Fn(Event) + 'static) -> Listener {
    listen_boxed(target, event, Box::new(f))
}

fn listen_boxed(target: &EventTarget, event: &'static str, f: Box<dyn Fn(Event)>) -> Listener {
    let callback = Closure::wrap(f);
    let _ = target.add_event_listener_with_callback(event, callback.as_ref().unchecked_ref());
    Listener { target: target.clone(), event, callback }
}

/// Hears every click on something with `data-act` below `root`: one listener for all buttons, those that come later
/// included. `f` gets the act's name and the element.
pub fn on_act(root: &Element, f: impl Fn(&str, &HtmlElement) + 'static) -> Listener {
    // Boxed, like much in this room: what is generic is compiled once for every use.
    let f: OnAct = Box::new(f);
    listen(root, "click", clicked(f))
}

/// Hears an act's name and the element that was clicked.
type OnAct = Box<dyn Fn(&str, &HtmlElement)>;

fn clicked(f: OnAct) -> impl Fn(Event) {
    move |event| {
        if let Some(button) = closest(&event, "[data-act]") {
            f(&attr(&button, "data-act"), &button);
        }
    }
}

/// Looks at a promise nobody waits for: an unwatched rejection would be an error in the console.
pub fn watch(promise: js_sys::Promise) {
    leptos::task::spawn_local(async move {
        let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
    });
}

pub fn find(root: &Element, selector: &str) -> Option<HtmlElement> {
    root.query_selector(selector).ok().flatten().map(JsCast::unchecked_into)
}

pub fn find_all(root: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(list) = root.query_selector_all(selector) else { return Vec::new() };
    (0..list.length()).filter_map(|i| list.get(i)).map(JsCast::unchecked_into).collect()
}

/// What an event started from, or the next element around it that fits.
pub fn closest(event: &Event, selector: &str) -> Option<HtmlElement> {
    around(event.target()?.dyn_ref::<Element>()?, selector)
}

/// The element itself or the next one around it that fits.
pub fn around(element: &Element, selector: &str) -> Option<HtmlElement> {
    element.closest(selector).ok().flatten().map(JsCast::unchecked_into)
}

/// A fresh copy of what the server put into `<template data-template={name}>`.
pub fn stamp(root: &Element, name: &str) -> Option<HtmlElement> {
    let template = find(root, &["template[data-template=", name, "]"].concat())?;
    let first = template.unchecked_into::<HtmlTemplateElement>().content().first_element_child()?;
    Some(first.clone_node_with_deep(true).ok()?.unchecked_into())
}

pub fn attr(element: &Element, name: &str) -> String {
    element.get_attribute(name).unwrap_or_default()
}

pub fn set_attr(element: &Element, name: &str, value: &str) {
    if element.get_attribute(name).as_deref() != Some(value) {
        let _ = element.set_attribute(name, value);
    }
}

/// An attribute that is there or not.
pub fn flag(element: &Element, name: &str, on: bool) {
    if element.has_attribute(name) != on {
        let _ = element.toggle_attribute_with_force(name, on);
    }
}

/// Shows or hides the first element that fits.
pub fn show(root: &Element, selector: &str, on: bool) {
    if let Some(element) = find(root, selector) {
        flag(&element, "hidden", !on);
    }
}

pub fn set_text(element: &Element, text: &str) {
    if element.text_content().as_deref() != Some(text) {
        element.set_text_content(Some(text));
    }
}

/// Sets the text of the first element that fits.
pub fn write(root: &Element, selector: &str, text: &str) {
    if let Some(element) = find(root, selector) {
        set_text(&element, text);
    }
}

/// Says `sentence` in the alert below `root`; an empty one takes it away.
pub fn alert(root: &Element, sentence: &str) {
    if let Some(element) = find(root, "[role=alert]") {
        set_text(&element, sentence);
        flag(&element, "hidden", sentence.is_empty());
    }
}

/// The value of a field of any kind: input, textarea, select.
pub fn value(field: &JsValue) -> String {
    js_sys::Reflect::get(field, &"value".into()).ok().and_then(|v| v.as_string()).unwrap_or_default()
}

pub fn set_value(field: &JsValue, value: &str) {
    if self::value(field) != value {
        let _ = js_sys::Reflect::set(field, &"value".into(), &value.into());
    }
}

/// Sets the value of a field to a number, written the way JavaScript does.
pub fn set_number(field: &JsValue, value: f64) {
    let _ = js_sys::Reflect::set(field, &"value".into(), &value.into());
}

/// Adds a decorative picture at the end of `frame`.
pub fn append_image(frame: &Element, url: &str) {
    if let Some(image) = frame.owner_document().and_then(|d| d.create_element("img").ok()) {
        set_attr(&image, "alt", "");
        set_attr(&image, "src", url);
        let _ = frame.append_child(&image);
    }
}
