//! Waking up what the server rendered.

use crate::browser::{dom, early, page};
use leptos::prelude::*;
use web_sys::HtmlElement;

/// Runs `wake` once in the browser, with the element that fits `selector`, and does again what was done to it too
/// early. On the server it does nothing.
pub fn awake(selector: &'static str, wake: impl FnOnce(HtmlElement) + 'static) {
    with(selector, move |root| {
        wake(root.clone());
        early::wake(&root);
    });
}

/// Runs `f` once in the browser, with the element that fits `selector`.
pub fn with(selector: &'static str, f: impl FnOnce(HtmlElement) + 'static) {
    let mut f: Option<Box<dyn FnOnce(HtmlElement)>> = Some(Box::new(f));
    effect(Box::new(move || {
        let root = page::document().and_then(|d| d.document_element()).and_then(|d| dom::find(&d, selector));
        if let (Some(f), Some(root)) = (f.take(), root) {
            f(root);
        }
    }));
}

/// An effect, boxed: compiled once for all islands.
pub fn effect(mut run: Box<dyn FnMut()>) {
    Effect::new(move |_: Option<()>| run());
}
