//! Errors as pages: somebody whose browser asked for a page gets one, where a program gets JSON.
//!
//! Pages set their own status and say what is wrong themselves. What ends up here happened around them: the database was away
//! before it was known who is asking, a plain form was refused, a time-out.

use super::routes::forms::{safe_next, theme};
use crate::model::{
    AppError,
    page::{Native, Trouble},
};
use axum::{body::Body, extract::Request, middleware::Next, response::Response};
use http::{HeaderMap, Method, Uri, header, request::Parts};
use leptos::prelude::{provide_context, use_context};

/// No page has this address, so the pages' fallback is rendered, which says what [`provide`] tells it.
const NOWHERE: &str = "/-";

/// Middleware: an error on the way to a page becomes a page. `page` renders the pages for a request.
pub async fn as_page<F: Future<Output = Response>>(page: impl Fn(Request) -> F, request: Request, next: Next) -> Response {
    if !wants_a_page(request.uri().path(), request.headers()) {
        return next.run(request).await;
    }
    let at = way_back(request.method(), request.uri());
    // All that a page of this kind needs to know: the theme is in here.
    let headers = request.headers().clone();
    let mut answer = next.run(request).await;
    let Some(error) = answer.extensions_mut().remove::<AppError>() else { return answer };
    let status = answer.status();
    let mut again = Request::new(Body::empty());
    *again.uri_mut() = Uri::from_static(NOWHERE);
    *again.headers_mut() = headers;
    again.extensions_mut().insert(Trouble { error, at });
    let mut dressed = page(again).await;
    *dressed.status_mut() = status;
    for name in [header::RETRY_AFTER, header::SET_COOKIE] {
        for value in answer.headers().get_all(&name) {
            dressed.headers_mut().append(&name, value.clone());
        }
    }
    dressed
}

/// Tells the page that is being made what its request brought along.
pub fn provide() {
    let Some(parts) = use_context::<Parts>() else { return };
    if let Some(theme) = theme::chosen(&parts.headers) {
        provide_context(theme);
    }
    if let Some(agent) = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()) {
        provide_context(Native::told_by(agent));
    }
    if let Some(trouble) = parts.extensions.get::<Trouble>() {
        provide_context(trouble.clone());
    }
}

/// Whether a person's browser goes to a page, and not a script, a player or a program to its data.
fn wants_a_page(path: &str, headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    accepts.contains("text/html") && !["/api/", "/fn/", "/hls/"].iter().any(|prefix| path.starts_with(prefix))
}

/// Where trying again leads: to the page itself, or to the one a form was sent from.
fn way_back(method: &Method, uri: &Uri) -> String {
    if *method == Method::GET {
        return safe_next(uri.path_and_query().map_or("/", |wanted| wanted.as_str())).to_owned();
    }
    let mut names = uri.path().split('/').skip(1);
    match (names.next(), names.next()) {
        (Some("videos"), Some(id)) => ["/videos/", id].concat(),
        _ => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn only_what_a_person_opens_is_dressed() {
        let browser = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("text/html,application/xhtml+xml,*/*;q=0.8"))]);
        let program = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("*/*"))]);
        assert!(wants_a_page("/", &browser) && wants_a_page("/videos/1", &browser));
        assert!(!wants_a_page("/", &program) && !wants_a_page("/", &HeaderMap::new()));
        assert!(!wants_a_page("/api/videos", &browser) && !wants_a_page("/hls/x/playlist.m3u8", &browser));
    }

    #[test]
    fn trying_again_leads_to_the_page_and_never_to_an_address_for_forms() {
        let back = |method: Method, uri: &'static str| way_back(&method, &Uri::from_static(uri));
        assert_eq!(back(Method::GET, "/videos/1?t=5"), "/videos/1?t=5");
        assert_eq!(back(Method::GET, "//evil.example"), "/");
        assert_eq!(back(Method::POST, "/videos/1/notes/2/delete"), "/videos/1");
        assert_eq!(back(Method::POST, "/sign-out"), "/");
    }
}
