//! Menus are `<details class="menu">`: they open without a script, and close as menus do with one.

use super::{dom, page};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// Escape closes the menu in which one is, and a click elsewhere each of them.
pub fn wake(root: &HtmlElement) {
    dom::listen(root, "keydown", |event| {
        let escape = event.dyn_ref::<KeyboardEvent>().is_some_and(|key| key.key() == "Escape");
        if let Some(menu) = dom::closest(&event, ".menu[open]").filter(|_| escape) {
            dom::flag(&menu, "open", false);
            if let Some(summary) = dom::find(&menu, "summary") {
                let _ = summary.focus();
            }
        }
    })
    .keep();
    let place = root.clone();
    let elsewhere = page::on_window("click", move |event| {
        let within = dom::closest(&event, ".menu");
        for menu in dom::find_all(&place, ".menu[open]") {
            if within.as_ref() != Some(&menu) {
                dom::flag(&menu, "open", false);
            }
        }
    });
    if let Some(elsewhere) = elsewhere {
        elsewhere.keep();
    }
}
