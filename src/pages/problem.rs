//! What a page says when it cannot show what was asked for.

use crate::model::{AppError, ErrorCode};
use leptos::prelude::*;
use leptos_meta::Title;

/// One sentence and one way on. The HTTP status was set where the error was made.
#[component]
pub fn Problem(error: AppError) -> impl IntoView {
    let heading = match error.code {
        ErrorCode::Forbidden | ErrorCode::NotFound => "Nothing to see here",
        ErrorCode::Unauthorized => "Please sign in",
        ErrorCode::IncompleteUpload => "Not all of it is here yet",
        ErrorCode::Unavailable => "One moment, please",
        _ => "That did not work",
    };
    let (href, way_on) = match error.code {
        ErrorCode::Unauthorized => ("/sign-in", "Sign in"),
        _ => ("/", "To your recordings"),
    };
    view! {
        <Title text=format!("{heading} · Notetaker") />
        <section class="problem">
            <h1>{heading}</h1>
            <p>{error.message}</p>
            <a class="button" href=href>{way_on}</a>
        </section>
    }
}
