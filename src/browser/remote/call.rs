//! One request to a server function.

use super::read;
use crate::{
    browser::transfer::Exchange,
    model::{AppError, ErrorCode},
};
use wasm_bindgen::JsValue;

/// The server itself gives a request up after two minutes (`server/router.rs`); what takes longer is lost on the way.
const ANSWER_MS: u32 = 130_000;

/// Posts the arguments to `/fn/{name}` and gives the parsed answer. Dropping the future ends the request.
pub async fn call(name: &str, arguments: &[(&str, &str)]) -> Result<JsValue, AppError> {
    let mut body = String::new();
    for (name, value) in arguments {
        let value = String::from(js_sys::encode_uri_component(value));
        body.extend([if body.is_empty() { "" } else { "&" }, name, "=", &value]);
    }
    let sent = Exchange::open("POST", &["/fn/", name].concat()).ok_or_else(unreachable_server)?;
    sent.header("Content-Type", "application/x-www-form-urlencoded");
    sent.header("Accept", "application/json");
    sent.within(ANSWER_MS);
    let (status, text) = sent.send_text(&body).await.ok_or_else(unreachable_server)?;
    let answer = js_sys::JSON::parse(&text).map_err(|_| unreadable());
    match status {
        200..=299 => answer,
        _ => Err(answer.ok().and_then(|answer| read::error(&answer)).unwrap_or_else(unreadable)),
    }
}

/// An answer with all its fields, or the sentence for one that makes no sense.
pub fn understood<T>(answer: Option<T>) -> Result<T, AppError> {
    answer.ok_or_else(unreadable)
}

pub fn unreachable_server() -> AppError {
    AppError::new(ErrorCode::Network, "The server cannot be reached. Check your connection and try again.")
}

/// A proxy's HTML page or a cut-off body: from here it cannot be told from a lost network.
pub fn unreadable() -> AppError {
    AppError::new(ErrorCode::Network, "The server's answer could not be read. Please try again.")
}
