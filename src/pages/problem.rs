//! What a page says when it cannot show what was asked for.

use super::frame::here;
use crate::model::{AppError, ErrorCode};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::location::Url;

/// A heading, one sentence, and the next step as a button. The HTTP status was set where the error was made.
#[component]
pub fn Problem(error: AppError) -> impl IntoView {
    let heading = heading(error.code);
    let (href, next_step) = next_step(error.code, &here());
    let elsewhere = (href != "/").then(|| view! { <a class="button" href="/">"To your recordings"</a> });
    view! {
        <Title text=format!("{heading} · Notetaker") />
        <section class="problem">
            <h1>{heading}</h1>
            <p>{error.message}</p>
            <div class="problem-buttons">
                <a class="button primary" href=href>{next_step}</a>
                {elsewhere}
            </div>
        </section>
    }
}

fn heading(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::Forbidden | ErrorCode::NotFound => "Nothing to see here",
        ErrorCode::Unauthorized => "Please sign in",
        ErrorCode::IncompleteUpload => "Not all of it is here yet",
        ErrorCode::Unavailable | ErrorCode::TooManyRequests => "One moment, please",
        _ => "That did not work",
    }
}

/// Where the button leads, and what it says. `here` is the page that could not be shown.
fn next_step(code: ErrorCode, here: &str) -> (String, &'static str) {
    match code {
        ErrorCode::Unauthorized => (["/sign-in?next=", &Url::escape(here)].concat(), "Sign in"),
        ErrorCode::Unavailable | ErrorCode::TooManyRequests | ErrorCode::Internal | ErrorCode::Network => (here.to_owned(), "Try again"),
        // Something that was sent: it can be mended where it was written.
        ErrorCode::BadRequest | ErrorCode::Invalid if here.starts_with("/videos/") => (here.to_owned(), "Back to the recording"),
        _ => ("/".to_owned(), "To your recordings"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_tried_again_and_what_will_not_is_left() {
        assert_eq!(next_step(ErrorCode::Unavailable, "/videos/1"), ("/videos/1".into(), "Try again"));
        assert_eq!(next_step(ErrorCode::Forbidden, "/videos/1"), ("/".into(), "To your recordings"));
        assert_eq!(next_step(ErrorCode::Invalid, "/videos/1"), ("/videos/1".into(), "Back to the recording"));
        assert_eq!(next_step(ErrorCode::Invalid, "/?cursor=x"), ("/".into(), "To your recordings"));
    }
}
