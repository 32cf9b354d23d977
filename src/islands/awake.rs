//! Waking up what the server rendered.

use crate::browser::{dom, early, page, wanted};
use leptos::{prelude::*, task::spawn_local};
use std::pin::Pin;
use web_sys::HtmlElement;

/// Runs `wake` once in the browser, with the element that fits `selector`, and does again what was done to it too
/// early. On the server it does nothing.
pub fn awake(selector: &'static str, wake: impl FnOnce(HtmlElement) + 'static) {
    with(selector, move |root| {
        wake(root.clone());
        early::wake(&root);
    });
}

/// A `#[lazy]` function under way.
pub type Waking = Pin<Box<dyn Future<Output = ()>>>;

/// The same with code that is fetched only now, in a file of its own: what a page does not need is not sent to it. `wake` calls
/// a `#[cfg_attr(feature = "split", lazy)] async fn`; without that feature (`cargo leptos watch`) there is one file.
pub fn awake_lazily(selector: &'static str, wake: fn(HtmlElement) -> Waking) {
    with(selector, move |root| {
        spawn_local(async move {
            wake(root.clone()).await;
            early::wake(&root);
        });
    });
}

/// The same for what stands beside the player: it is fetched once the person does anything, or has watched for a while. Until then the
/// line belongs to the picture.
pub fn awake_when_wanted(selector: &'static str, wake: fn(HtmlElement) -> Waking) {
    with(selector, move |root| {
        spawn_local(async move {
            wanted::wanted().await;
            wake(root.clone()).await;
            early::wake(&root);
        });
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
