//! Which address leads where, and what every request passes through on the way.

use super::{
    App,
    auth::{MaybeViewer, identify},
    dress,
    error::respond,
    routes, security, telemetry,
};
use crate::{
    app::{App as Pages, shell},
    model::{AppError, ErrorCode, page::StoredAt},
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
    routing::any,
};
use http::{HeaderValue, StatusCode, header};
use leptos::{
    config::LeptosOptions,
    nonce::use_nonce,
    prelude::{provide_context, use_context},
};
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list, handle_server_fns_with_context, render_app_async_with_context};
use std::{path::Path, time::Duration};
use tower_http::compression::CompressionLayer;
use url::form_urlencoded::byte_serialize;

/// JSON bodies and forms. The file of a transcript may be larger: its route has a limit of its own.
const MAX_BODY: usize = 10 << 20;
/// No page or call takes this long; finishing a large upload comes nearest.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(120);
const TOO_SLOW: &str = "This takes longer than it should. Nothing was lost; please try again in a moment.";

/// The whole site. `bucket` is the embedded S3 service, when this process hosts it.
pub fn router(app: App, options: LeptosOptions, bucket: Option<Router>) -> Router {
    let site = Path::new(options.site_root.as_ref()).to_owned();
    let in_trouble = {
        let (app, options) = (app.clone(), options.clone());
        let told = options.clone();
        render_app_async_with_context(move || provide_for_pages(&app, &told), move || shell(options.clone()))
    };
    let personal = Router::new()
        .merge(routes::videos::router())
        .merge(routes::stream::router())
        .merge(routes::poster::router())
        .merge(routes::storyboard::router())
        .merge(routes::captions::router())
        .merge(routes::transcripts::router())
        .merge(routes::chapters::router())
        .merge(routes::download::router())
        .merge(routes::numbers::router())
        .merge(routes::notes::router())
        .merge(routes::library::router())
        .merge(routes::forms::library::router())
        .merge(routes::forms::recordings::router())
        .with_state(app.clone())
        .merge(pages(&app, options))
        .layer(from_fn_with_state(app.clone(), identify));
    let plain = Router::new()
        .merge(routes::auth::router())
        .merge(routes::forms::router())
        .merge(routes::hls::router())
        .merge(routes::health::router())
        .merge(routes::openapi::router())
        .with_state(app.clone());
    let served = personal
        .merge(plain)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(CompressionLayer::new())
        .layer(from_fn(|request: Request, next: Next| within(REQUEST_TIMEOUT, next.run(request))))
        .layer(from_fn_with_state(app, security::same_origin))
        .layer(from_fn(move |request: Request, next: Next| dress::as_page(in_trouble.clone(), request, next)))
        .merge(routes::assets::router(&site))
        .layer(from_fn(security::headers));
    // The bucket stands outside of it all: large bodies, signatures of its own, CORS of its own.
    served.merge(bucket.unwrap_or_default()).layer(from_fn(telemetry::log_requests))
}

/// The answer, or an error like any other when it takes too long: with a sentence, and when to try again.
async fn within(limit: Duration, answer: impl Future<Output = Response>) -> Response {
    tokio::time::timeout(limit, answer).await.unwrap_or_else(|_| respond(&AppError::new(ErrorCode::Unavailable, TOO_SLOW)))
}

/// Pages and server functions, which share their context.
fn pages(app: &App, options: LeptosOptions) -> Router {
    let context = {
        let (app, options) = (app.clone(), options.clone());
        move || provide_for_pages(&app, &options)
    };
    let functions = context.clone();
    let page = {
        let options = options.clone();
        move || shell(options.clone())
    };
    let missing = render_app_async_with_context(context.clone(), page.clone());
    Router::new()
        .leptos_routes_with_context(&options, generate_route_list(Pages), context, page)
        .route_layer(from_fn(sign_in_first))
        .route("/fn/{*name}", any(move |request| handle_server_fns_with_context(functions.clone(), request)))
        .fallback(move |request| not_found(missing.clone(), request))
        .with_state(options)
}

/// What pages and server functions find in their context; and a page's security policy, which names its nonce.
fn provide_for_pages(app: &App, options: &LeptosOptions) {
    provide_context(app.clone());
    dress::provide();
    let bucket = app.bucket.public_origin();
    if bucket != app.public_url.origin().ascii_serialization() {
        provide_context(StoredAt(bucket.to_owned()));
    }
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) {
        // `cargo leptos watch` tells a page over a WebSocket that something has changed (leptos' `AutoReload`).
        let reload_port = std::env::var_os("LEPTOS_WATCH").map(|_| options.reload_external_port.unwrap_or(options.reload_port));
        let policy = security::content_security_policy(&nonce, bucket, reload_port);
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
            response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        }
    }
}

/// Middleware for pages: strangers are sent to the sign-in page, with the way back; the signed-in away from it.
async fn sign_in_first(request: Request, next: Next) -> Response {
    let signed_in = request.extensions().get::<MaybeViewer>().is_some_and(|viewer| viewer.0.is_some());
    let path = request.uri().path();
    // Leptos routes server functions along with its pages; they answer for themselves.
    if path.starts_with("/fn/") {
        return next.run(request).await;
    }
    let at_the_door = matches!(path, "/sign-in" | "/sign-up");
    match (signed_in, at_the_door) {
        (false, false) => {
            let wanted = request.uri().path_and_query().map_or(path, |wanted| wanted.as_str());
            let next: String = byte_serialize(wanted.as_bytes()).collect();
            Redirect::to(&if wanted == "/" { "/sign-in".to_owned() } else { format!("/sign-in?next={next}") }).into_response()
        }
        (true, true) => Redirect::to("/").into_response(),
        _ => next.run(request).await,
    }
}

/// The page for what is not there; programs get the same as JSON.
async fn not_found<F>(page: impl Fn(Request) -> F, request: Request) -> Response
where
    F: Future<Output = Response>,
{
    let path = request.uri().path();
    if path.starts_with("/api/") || path.starts_with("/fn/") {
        return respond(&AppError::new(ErrorCode::NotFound, "There is no such route."));
    }
    let mut response = page(request).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_takes_too_long_is_told_with_a_sentence_and_when_to_try_again() {
        let answer = within(Duration::ZERO, std::future::pending()).await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers()[header::RETRY_AFTER], "2");
        let body = axum::body::to_bytes(answer.into_body(), 1_000).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((body["error"]["code"].as_str(), body["error"]["message"].as_str()), (Some("unavailable"), Some(TOO_SLOW)));
    }

    #[tokio::test]
    async fn what_comes_in_time_is_passed_on() {
        let answer = within(REQUEST_TIMEOUT, async { StatusCode::CREATED.into_response() }).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
    }
}
