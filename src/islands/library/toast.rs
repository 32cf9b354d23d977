//! A sentence at the lower edge about what was done just now, and the way back from it.

use crate::browser::dom;
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use std::cell::{Cell, RefCell};
use web_sys::HtmlElement;

/// Long enough to read it, think again and reach the button.
const STAYS_MS: u32 = 12_000;

#[component]
pub fn Toast() -> impl IntoView {
    view! {
        <div class="toast" role="status" data-toast="" hidden>
            <p data-said=""></p>
            <button type="button" data-act="undo" hidden>"Undo"</button>
        </div>
    }
}

thread_local! {
    static UNDO: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
    /// Counts the sentences: an old one's time must not take a new one away.
    static SAID: Cell<u32> = const { Cell::new(0) };
}

/// Says something; with `undo` there is a button that does that.
pub fn say(root: &HtmlElement, sentence: &str, undo: Option<Box<dyn FnOnce()>>) {
    let Some(toast) = dom::find(root, "[data-toast]") else { return };
    dom::show(&toast, "[data-act=undo]", undo.is_some());
    dom::flag(&toast, "hidden", false);
    dom::write(&toast, "[data-said]", sentence);
    UNDO.set(undo);
    let mine = SAID.get() + 1;
    SAID.set(mine);
    spawn_local(async move {
        // Whoever is at the button is not hurried.
        loop {
            TimeoutFuture::new(STAYS_MS).await;
            if SAID.get() != mine {
                return;
            }
            if !toast.matches(":hover, :focus-within").unwrap_or(false) {
                return dom::flag(&toast, "hidden", true);
            }
        }
    });
}

/// The button was pressed.
pub fn undo(root: &HtmlElement) {
    SAID.set(SAID.get() + 1);
    if let Some(toast) = dom::find(root, "[data-toast]") {
        dom::flag(&toast, "hidden", true);
    }
    if let Some(undo) = UNDO.take() {
        undo();
    }
}
