//! What a browser is told and what it is refused: the security headers, and requests from other sites.

use super::{App, error::respond};
use crate::model::{AppError, ErrorCode};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

const REFERRER_POLICY: HeaderName = HeaderName::from_static("referrer-policy");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Middleware: the headers every response carries. A page's Content-Security-Policy comes with its nonce from
/// [`content_security_policy`]; anything else may load nothing.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Nobody else learns where people are. Not "no-referrer": with it browsers send `Origin: null` with our own forms and
    // beacons, and over plain http, where they send no Sec-Fetch-Site either, nothing tells those from another site's.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=(), browsing-topics=()"),
    );
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
        );
    }
    response
}

/// A page's policy: scripts by nonce or from us, media and uploads also from and to the bucket. `reload_port` is where
/// `cargo leptos watch` tells of changes; nobody else has one.
pub fn content_security_policy(nonce: &str, bucket: &str, reload_port: Option<u32>) -> String {
    let reload = reload_port.map(|port| format!(" ws://*:{port}")).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data: {bucket}; media-src 'self' blob: {bucket}; connect-src 'self' {bucket}{reload}; font-src 'self'; \
         worker-src 'self' blob:; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// Middleware: an unsafe method must come from our own pages. Runs before server functions, which check nothing.
pub async fn same_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_same_origin(request.headers(), app.public_url.origin().ascii_serialization().as_str()) {
        return next.run(request).await;
    }
    respond(&AppError::new(ErrorCode::CrossOrigin, "This request comes from another site and was refused."))
}

/// Judged like Go's `http.CrossOriginProtection`: every browser since 2020 sends Sec-Fetch-Site or Origin with an unsafe
/// method, so a request with neither is a program, which cannot be tricked into using somebody's cookies.
fn is_same_origin(headers: &HeaderMap, public_origin: &str) -> bool {
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    match (text(&FETCH_SITE), text(&header::ORIGIN)) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
            let same_host = origin.split_once("://").is_some_and(|(_, rest)| !rest.is_empty() && rest == host);
            origin == public_origin || same_host
        }
        (None, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        is_same_origin(&headers, "https://notes.example.com")
    }

    #[test]
    fn other_sites_are_refused_by_either_header() {
        assert!(!from(&[("sec-fetch-site", "cross-site")]));
        assert!(!from(&[("sec-fetch-site", "same-site"), ("origin", "https://notes.example.com")]));
        assert!(!from(&[("origin", "https://evil.example")]));
        assert!(!from(&[("origin", "null"), ("host", "null")]));
    }

    #[test]
    fn only_somebody_who_develops_has_an_address_beside_ours_and_the_buckets() {
        let policy = |port| content_security_policy("n", "https://bucket.example", port);
        assert!(policy(None).contains("connect-src 'self' https://bucket.example; "));
        assert!(policy(Some(3001)).contains("connect-src 'self' https://bucket.example ws://*:3001; "));
        assert_eq!(policy(Some(3001)).replace(" ws://*:3001", ""), policy(None));
    }

    #[test]
    fn our_pages_and_programs_are_let_through() {
        assert!(from(&[("sec-fetch-site", "same-origin")]));
        assert!(from(&[("origin", "https://notes.example.com")]));
        assert!(from(&[("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")]));
        assert!(from(&[("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "no-cors"), ("origin", "null")]));
        assert!(from(&[]));
    }
}
