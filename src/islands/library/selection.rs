//! Several recordings at a time: boxes on the cards, and the bar with what can be done with those that are ticked. Without a
//! script the bar is a plain form; the boxes belong to it by its id.

use crate::{
    browser::dom,
    islands::icon::{Icon, IconView},
};
use leptos::prelude::*;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlInputElement, MouseEvent};

/// The bar of the library.
#[component]
pub fn SelectionBar(next: String) -> impl IntoView {
    view! {
        <form id="selection" class="selection" method="post" action="/recordings" hidden>
            <input type="hidden" name="next" value=next />
            <p class="selection-count" role="status" data-picked=""></p>
            <button type="button" class="quiet needs-script" data-act="pick-all">"Select all"</button>
            <noscript><input name="tag" aria-label="Tag" placeholder="Tag" list="known-tags" /></noscript>
            <button name="act" value="tag" data-act="tag-picked" aria-label="Tag the selected recordings"><IconView icon=Icon::Tag />"Tag"</button>
            <button name="act" value="trash" data-act="trash-picked" aria-label="Move the selected recordings to the trash">
                <IconView icon=Icon::Trash />"Trash"
            </button>
            <button type="button" class="icon-button quiet needs-script" data-act="pick-none" aria-label="Clear the selection" title="Clear the selection">
                <IconView icon=Icon::Close />
            </button>
        </form>
    }
}

/// The box on a card.
#[component]
pub fn Pick(id: String, title: String) -> impl IntoView {
    view! {
        <label class="pick">
            <input type="checkbox" name="id" value=id form="selection" aria-label=["Select ", &title].concat() />
        </label>
    }
}

thread_local! {
    /// The box that was ticked last: a click with Shift reaches from there.
    static LAST: RefCell<Option<HtmlInputElement>> = const { RefCell::new(None) };
}

/// Keeps the bar in step with the boxes.
pub fn wake(root: &HtmlElement) {
    let place = root.clone();
    dom::listen(root, "click", move |event| picked_by(&place, &event)).keep();
    let place = root.clone();
    dom::on_act(root, move |act, _| match act {
        "pick-all" => all(&place),
        "pick-none" => none(&place),
        _ => {}
    })
    .keep();
    let place = root.clone();
    dom::listen(root, "keydown", move |event| {
        let escape = event.dyn_ref::<web_sys::KeyboardEvent>().is_some_and(|key| key.key() == "Escape");
        // In a field or a dialog the key means those.
        if escape && dom::closest(&event, "dialog, .rename, .menu").is_none() {
            none(&place);
        }
    })
    .keep();
    let place = root.clone();
    dom::listen(root, "submit", move |event| {
        // Enter on a box sends the form, whether something is ticked or not.
        if dom::closest(&event, "#selection").is_some() && picked(&place).is_empty() {
            event.prevent_default();
        }
    })
    .keep();
    // What the browser kept ticked over a reload.
    paint(root);
}

fn picked_by(root: &HtmlElement, event: &Event) {
    let Some(box_) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()).filter(|input| input.name() == "id")
    else {
        return;
    };
    let shift = event.dyn_ref::<MouseEvent>().is_some_and(MouseEvent::shift_key);
    let last = LAST.replace(Some(box_.clone()));
    if let (true, Some(last)) = (shift, last) {
        let boxes = boxes(root);
        let place = |of: &HtmlInputElement| boxes.iter().position(|other| other == of);
        if let (Some(a), Some(b)) = (place(&last), place(&box_)) {
            for between in &boxes[a.min(b)..=a.max(b)] {
                between.set_checked(box_.checked());
            }
        }
    }
    paint(root);
}

fn boxes(root: &HtmlElement) -> Vec<HtmlInputElement> {
    dom::find_all(root, ".shelf .pick input").into_iter().map(JsCast::unchecked_into).collect()
}

/// The cards that are ticked.
pub fn picked(root: &HtmlElement) -> Vec<HtmlElement> {
    boxes(root).iter().filter(|input| input.checked()).filter_map(|input| dom::around(input, "[data-video]")).collect()
}

fn all(root: &HtmlElement) {
    set(root, true);
}

pub fn none(root: &HtmlElement) {
    set(root, false);
}

fn set(root: &HtmlElement, on: bool) {
    boxes(root).iter().for_each(|input| input.set_checked(on));
    paint(root);
}

/// Shows the bar while something is ticked.
pub fn paint(root: &HtmlElement) {
    let count = picked(root).len();
    dom::flag(root, "data-picking", count > 0);
    dom::show(root, "#selection", count > 0);
    dom::write(root, "[data-picked]", &if count == 0 { String::new() } else { [&count.to_string(), " selected"].concat() });
}
