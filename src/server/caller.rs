//! The bridge from server functions and pages to the use cases: who is asking, and which status goes out.

use super::{App, Result, auth::MaybeViewer};
use crate::model::{AppError, ErrorCode, Viewer};
use http::{StatusCode, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use std::future::Future;

/// Runs a use case for the viewer. Its error sets the status of the response, be it a server function's or a page's.
pub async fn call<T, F>(use_case: impl FnOnce(App, Viewer) -> F) -> Result<T, AppError>
where
    F: Future<Output = Result<T>>,
{
    let result = match (use_context::<App>(), current_viewer().await) {
        (Some(app), Some(viewer)) => use_case(app, viewer).await.map_err(AppError::from),
        (Some(_), None) => Err(AppError::unauthorized()),
        (None, _) => {
            tracing::error!("a server function ran without the application's context");
            Err(AppError::internal())
        }
    };
    if let Err(error) = &result {
        tell(error.code);
    }
    result
}

/// Who is signed in, if anybody.
pub async fn current_viewer() -> Option<Viewer> {
    use_context::<Parts>()?.extensions.get::<MaybeViewer>()?.0.clone()
}

/// Makes an error the status of the response. A page is a 200 whatever the state of its stream, which the player tells;
/// what keeps the page from being shown is its status too.
fn tell(code: ErrorCode) {
    let told_by_the_player = matches!(code, ErrorCode::GenerationFailed | ErrorCode::TooManyRequests);
    if !(told_by_the_player && makes_a_page()) {
        set(code.status());
    }
}

/// Sets the HTTP status of a server function that went well. A page that went well is a 200.
pub fn set_status(status: u16) {
    if !makes_a_page() {
        set(status);
    }
}

fn makes_a_page() -> bool {
    use_context::<Parts>().is_some_and(|parts| !parts.uri.path().starts_with("/fn/"))
}

fn set(status: u16) {
    if let (Some(options), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        options.set_status(status);
    }
}
