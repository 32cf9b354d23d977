//! A last word that still arrives when the page is being left.

use super::{page::window, reach};

/// Posts a form (already encoded) to one of our addresses. Nobody waits for an answer; there may be none.
pub fn post(path: &str, form: &str) {
    // As search parameters and not as text: the type that goes with them is a form's.
    let (Some(window), Some(form)) = (window(), reach::construct("URLSearchParams", &form.into())) else { return };
    reach::call(&window.navigator(), "sendBeacon", &[&path.into(), &form]);
}

/// Posts a text.
pub fn text(path: &str, body: &str) {
    if let Some(window) = window() {
        reach::call(&window.navigator(), "sendBeacon", &[&path.into(), &body.into()]);
    }
}
