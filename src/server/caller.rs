//! The bridge from server functions and pages to the use cases: who is asking, and which status goes out.

use super::{App, Result, auth::MaybeViewer};
use crate::model::{AppError, Viewer};
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
        set_status(error.code.status());
    }
    result
}

/// Who is signed in, if anybody.
pub async fn current_viewer() -> Option<Viewer> {
    use_context::<Parts>()?.extensions.get::<MaybeViewer>()?.0.clone()
}

/// Sets the HTTP status of the response that is being made. A page that could be shown is a 200 whatever the state of
/// its stream; only what keeps it from being shown is its status too.
pub fn set_status(status: u16) {
    let is_page = use_context::<Parts>().is_some_and(|parts| !parts.uri.path().starts_with("/fn/"));
    if is_page && !matches!(status, 401 | 403 | 404 | 503) {
        return;
    }
    if let (Some(options), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        options.set_status(status);
    }
}
