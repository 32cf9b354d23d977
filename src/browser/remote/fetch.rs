//! Large questions and answers, which stay JavaScript's all the way: what becomes a Rust string or a Rust value is copied,
//! and with ten thousand sentences that can be felt.

use super::{
    call::{unreachable_server, unreadable},
    read,
};
use crate::{
    browser::{page::window, reach},
    model::AppError,
};
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Milliseconds until an answer is not waited for any longer; the server itself gives up after two minutes.
const TIMEOUT_MS: u32 = 130_000;

/// What is at this address.
pub async fn get(url: &str) -> Result<JsValue, AppError> {
    json(fetch(url, &[]).await?).await
}

/// Posts the arguments to the server function `name`, and leaves its answer unread.
pub async fn post(name: &str, arguments: &[(&str, &JsValue)]) -> Result<Answer, AppError> {
    let form = reach::construct("URLSearchParams", &JsValue::UNDEFINED).unwrap_or_default();
    for (name, value) in arguments {
        reach::call(&form, "append", &[&(*name).into(), value]);
    }
    let headers = reach::object(&[("Accept", &"application/json".into())]);
    fetch(&["/fn/", name].concat(), &[("method", &"POST".into()), ("headers", &headers), ("body", &form)]).await
}

/// Puts a file at this address, byte for byte.
pub async fn put(url: &str, file: &JsValue) -> Result<Answer, AppError> {
    fetch(url, &[("method", &"PUT".into()), ("body", file)]).await
}

/// An answer that went well, with its body still to be read.
pub struct Answer(JsValue);

/// The body of an answer, parsed by JavaScript.
pub async fn json(answer: Answer) -> Result<JsValue, AppError> {
    wait(reach::ask(&answer.0, "json", &[])).await.ok_or_else(unreadable)
}

async fn fetch(url: &str, options: &[(&str, &JsValue)]) -> Result<Answer, AppError> {
    let window = window().ok_or_else(unreachable_server)?;
    let options = reach::object(options);
    if let Some(signal) = reach::ask(&reach::get(&window, "AbortSignal"), "timeout", &[&TIMEOUT_MS.into()]) {
        reach::set(&options, "signal", &signal);
    }
    let answer = wait(reach::ask(&window, "fetch", &[&url.into(), &options])).await.ok_or_else(unreachable_server)?;
    if reach::get(&answer, "ok").is_truthy() {
        return Ok(Answer(answer));
    }
    let said = json(Answer(answer)).await?;
    // REST routes put it into a field of its own, server functions do not.
    Err(read::error(&reach::get(&said, "error")).or_else(|| read::error(&said)).unwrap_or_else(unreadable))
}

async fn wait(promise: Option<JsValue>) -> Option<JsValue> {
    JsFuture::from(promise?.dyn_into::<Promise>().ok()?).await.ok()
}
