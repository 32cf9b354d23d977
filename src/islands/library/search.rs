//! Results while one types. They are those of the page `/?q=…`, fetched and put in the place of the library, which waits below.

use super::{more, toast};
use crate::browser::{dom, page, reach, transfer::Exchange};
use gloo_timers::future::TimeoutFuture;
use leptos::task::spawn_local;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, KeyboardEvent};

/// After the last key: a word that is being typed is not looked for letter by letter.
const PAUSE_MS: u32 = 160;

thread_local! {
    /// Counts what was asked: an answer to an older question is dropped.
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

pub fn wake(root: &HtmlElement) {
    let Some(form) = page::document().and_then(|d| d.document_element()).and_then(|d| dom::find(&d, ".search")) else { return };
    let Some(field) = dom::find(&form, "input") else { return };
    // In the trash it stays the plain form that it is.
    if dom::find(root, ".results").is_some() {
        let (place, input) = (root.clone(), field.clone());
        dom::listen(&field, "input", move |_| typed(place.clone(), input.clone(), PAUSE_MS)).keep();
        let (place, input) = (root.clone(), field.clone());
        dom::listen(&form, "submit", move |event| {
            event.prevent_default();
            typed(place.clone(), input.clone(), 0);
        })
        .keep();
        // What was typed before anybody listened.
        let first = reach::get(&field, "defaultValue").as_string().unwrap_or_default();
        if dom::value(&field).trim() != first.trim() {
            typed(root.clone(), field.clone(), 0);
        }
    }
    let place = root.clone();
    let keys = page::on_window("keydown", move |event| key(&place, &field, &event));
    if let Some(keys) = keys {
        keys.keep();
    }
}

fn typed(root: HtmlElement, field: HtmlElement, pause_ms: u32) {
    let mine = ASKED.get() + 1;
    ASKED.set(mine);
    let query = dom::value(&field).trim().to_owned();
    if query.is_empty() {
        return leave(&root, &field);
    }
    spawn_local(async move {
        TimeoutFuture::new(pause_ms).await;
        if ASKED.get() != mine {
            return;
        }
        let address = ["/?q=", &String::from(js_sys::encode_uri_component(&query))].concat();
        dom::flag(&root, "data-searching", true);
        let answer = match Exchange::open("GET", &address) {
            Some(exchange) => exchange.get_page().await,
            None => None,
        };
        if ASKED.get() != mine {
            return;
        }
        dom::flag(&root, "data-searching", false);
        let Some(answer) = answer else { return toast::say(&root, "The search does not answer. Type on to try again.", None) };
        let (Some(results), Some(found)) = (dom::find(&root, ".results"), dom::find(&answer, ".results")) else {
            // Another page came, such as the one to sign in.
            return page::go_to(&address);
        };
        // Made by the server, which lets nothing of a title or a note be markup.
        results.set_inner_html(&found.inner_html());
        show(&root, true);
        let said = dom::find(&results, "[data-found]").and_then(|said| said.text_content()).unwrap_or_default();
        dom::write(&root, "[data-search-said]", &said);
        page::replace_address(&address);
        more::watch(&root);
    });
}

fn show(root: &HtmlElement, results: bool) {
    dom::show(root, ".results", results);
    dom::show(root, ".browse", !results);
    dom::write(root, "[data-search-said]", "");
}

/// Back to the library, which is there still; on a page that was opened for a search it never was.
fn leave(root: &HtmlElement, field: &HtmlElement) {
    ASKED.set(ASKED.get() + 1);
    dom::set_value(field, "");
    dom::flag(root, "data-searching", false);
    if root.has_attribute("data-bare") {
        return page::go_to("/");
    }
    show(root, false);
    page::replace_address(&more::address(root));
}

/// The library is wanted in sight, whatever was searched for.
pub fn make_way(root: &HtmlElement) {
    show(root, false);
}

fn key(root: &HtmlElement, field: &HtmlElement, event: &Event) {
    let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
    if key.ctrl_key() || key.meta_key() || key.alt_key() || key.is_composing() {
        return;
    }
    let at_field = dom::closest(event, ".search").is_some();
    let elsewhere = dom::closest(event, "input, textarea, select, dialog, [contenteditable]").is_some() && !at_field;
    let at_hit = dom::closest(event, "[data-hit]");
    match key.key().as_str() {
        "/" if !at_field && !elsewhere => {
            let _ = field.focus();
        }
        "Escape" if at_field || at_hit.is_some() => {
            leave(root, field);
            let _ = field.focus();
        }
        "ArrowDown" if at_field || at_hit.is_some() => walk(root, field, at_hit.as_ref(), 1),
        "ArrowUp" if at_hit.is_some() => walk(root, field, at_hit.as_ref(), -1),
        _ => return,
    }
    event.prevent_default();
}

/// From the field into the results, among them, and back into the field.
fn walk(root: &HtmlElement, field: &HtmlElement, from: Option<&HtmlElement>, by: isize) {
    let hits = dom::find_all(root, ".results:not([hidden]) [data-hit]");
    let at = from.and_then(|from| hits.iter().position(|hit| hit == from));
    let to = at.map_or(0, |at| at as isize + by);
    let next = if to < 0 { Some(field) } else { hits.get(to as usize) };
    if let Some(next) = next {
        let _ = next.focus();
    }
}
