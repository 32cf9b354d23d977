//! The next page, below the one that is there: when its link comes into sight, or is pressed. The page's address remembers how
//! many are shown, so that coming back finds them, and the place among them.

use crate::browser::{dom, page, reach, transfer::Exchange};
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
        let Some(next) = next else {
            // It stays what it is, a link: pressing it again tries again.
            return dom::set_text(&link, "That did not work. Try again");
        };
        // In the results there is a list of their own.
        let (list, pages) =
            if dom::around(&link, ".results").is_some() { (".result-list", ".results .more") } else { (".shelf", ".browse .more") };
        append(&root, &next, list, pages);
        if list == ".shelf" && root.has_attribute("data-first-page") {
            remember(&root);
        }
        grown();
        watch(&root);
    });
}

fn append(root: &HtmlElement, next: &Element, list: &str, pages: &str) {
    let (Some(here), Some(there), Some(old)) = (dom::find(root, list), dom::find(next, list), dom::find(root, pages)) else { return };
    while let Some(item) = there.first_element_child() {
        let _ = here.append_child(&item);
    }
    old.set_text_content(None);
    if let Some(link) = dom::find(next, [pages, " [data-more]"].concat().as_str()) {
        let _ = old.append_child(&link);
    }
}

/// Writes into the address how many are shown.
fn remember(root: &HtmlElement) {
    let shown = dom::find_all(root, ".shelf > li:not([data-upload]:not([data-interrupted]))").len();
    let first = dom::attr(root, "data-here");
    page::replace_address(&[&*first, if first.contains('?') { "&" } else { "?" }, "shown=", &shown.to_string()].concat());
}
