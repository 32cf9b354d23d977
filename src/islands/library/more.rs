//! The next page, below the one that is there: when its link comes into sight, or is pressed. The page's address remembers how
//! many are shown, so that coming back finds them, and the place among them.

use crate::{
    browser::{dom, page, reach, transfer::Exchange},
    model::library::PAGE,
};
use leptos::task::spawn_local;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, HtmlElement};

/// `grown` hears of every page that was added.
pub fn wake(root: &HtmlElement, grown: impl Fn() + 'static) {
    let grown: Rc<dyn Fn()> = Rc::new(grown);
    let (place, heard) = (root.clone(), grown.clone());
    dom::listen(root, "click", move |event| {
        // With a key the link opens elsewhere, as links do.
        let plain = event.dyn_ref::<web_sys::MouseEvent>().is_none_or(|click| !(click.ctrl_key() || click.meta_key() || click.shift_key()));
        if let Some(link) = dom::closest(&event, "[data-more]").filter(|_| plain) {
            event.prevent_default();
            load(place.clone(), link, heard.clone());
        }
    })
    .keep();
    let place = root.clone();
    let seen = Closure::<dyn Fn(JsValue)>::new(move |entries: JsValue| {
        for entry in js_sys::Array::from(&entries).iter() {
            if let (true, Ok(link)) = (reach::get(&entry, "isIntersecting").is_truthy(), reach::get(&entry, "target").dyn_into()) {
                load(place.clone(), link, grown.clone());
            }
        }
    });
    let Some(observer) = reach::construct("IntersectionObserver", &seen.into_js_value()) else { return };
    reach::set(root, "__more", &observer);
    watch(root);
}

/// Looks out for the link below `root`, if there is one.
pub fn watch(root: &HtmlElement) {
    let observer = reach::get(root, "__more");
    reach::call(&observer, "disconnect", &[]);
    for link in dom::find_all(root, "[data-more]") {
        reach::call(&observer, "observe", &[&link]);
    }
}

fn load(root: HtmlElement, link: HtmlElement, grown: Rc<dyn Fn()>) {
    // One at a time.
    if link.has_attribute("aria-busy") {
        return;
    }
    dom::set_attr(&link, "aria-busy", "true");
    spawn_local(async move {
        let next = match Exchange::open("GET", &dom::attr(&link, "href")) {
            Some(exchange) => exchange.get_page().await,
            None => None,
        };
        let _ = link.remove_attribute("aria-busy");
        if !link.is_connected() {
            // The results of another search took its place meanwhile.
            return;
        }
        let Some(next) = next else {
            // It stays what it is, a link: pressing it again tries again.
            return dom::set_text(&link, "That did not work. Try again");
        };
        // In the results there is a list of their own.
        let (list, more) = if dom::around(&link, ".results").is_some() {
            (".result-list", ".results [data-more]")
        } else {
            (".shelf", ".browse [data-more]")
        };
        append(&root, &next, list, &link, more);
        if list == ".shelf"
            && root.has_attribute("data-first-page")
            && !dom::find(&root, ".browse").is_some_and(|b| b.has_attribute("hidden"))
        {
            page::replace_address(&address(&root));
        }
        grown();
        watch(&root);
    });
}

/// Puts the items of the next page behind those that are there, and its link in the place of `link`.
fn append(root: &HtmlElement, next: &Element, list: &str, link: &HtmlElement, more: &str) {
    let (Some(here), Some(there)) = (dom::find(root, list), dom::find(next, list)) else { return };
    let focused = link.matches(":focus").unwrap_or(false);
    let mut first = None;
    while let Some(item) = there.first_element_child() {
        item.remove();
        // What was renamed, watched or uploaded meanwhile has another place in the order, and may be there already.
        if !is_there(&here, &item) {
            let _ = here.append_child(&item);
            first.get_or_insert(item);
        }
    }
    match dom::find(next, more) {
        Some(further) => drop(link.replace_with_with_node_1(&further)),
        None => link.remove(),
    }
    // Whoever pressed it by keyboard goes on with what came.
    if let Some(link) = first.filter(|_| focused).and_then(|item| dom::find(&item, "a, button")) {
        let _ = link.focus();
    }
}

fn is_there(list: &Element, item: &Element) -> bool {
    let link = dom::find(item, "h2 a").map(|link| ["h2 a[href='", &dom::attr(&link, "href"), "']"].concat());
    let upload = || ["[data-interrupted='", &dom::attr(item, "data-interrupted"), "']"].concat();
    dom::find(list, &link.unwrap_or_else(upload)).is_some()
}

/// The address of the library as it is now, with how many are shown of it.
pub fn address(root: &HtmlElement) -> String {
    let first = dom::attr(root, "data-here");
    let shown = dom::find_all(root, ".shelf > li:not([data-upload]:not([data-interrupted]))").len();
    if shown as i64 <= PAGE || !root.has_attribute("data-first-page") {
        return first;
    }
    [&*first, if first.contains('?') { "&" } else { "?" }, "shown=", &shown.to_string()].concat()
}
