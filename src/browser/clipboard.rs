//! The clipboard.

use super::{page, reach};
use js_sys::Promise;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// Whether the browser took it. There is none on pages that came over an open line.
pub async fn write(text: &str) -> bool {
    let clipboard = page::window().map(|window| reach::get(&window.navigator(), "clipboard"));
    let promise = clipboard.and_then(|clipboard| reach::ask(&clipboard, "writeText", &[&text.into()])?.dyn_into::<Promise>().ok());
    match promise {
        Some(promise) => JsFuture::from(promise).await.is_ok(),
        None => false,
    }
}
