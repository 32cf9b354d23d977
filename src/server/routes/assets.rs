//! The built site: precompressed files with ranges and validators, kept for ever where the name carries a version.

use axum::{Router, response::IntoResponse, routing::get_service};
use http::{HeaderValue, StatusCode, header};
use std::path::Path;
use tower::ServiceBuilder;
use tower_http::{
    services::{ServeDir, ServeFile},
    set_header::SetResponseHeaderLayer,
};

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// `/pkg`, `/vendor` and `/fonts`, whose names carry a hash or a version, and the few files with fixed names.
pub fn router<S: Clone + Send + Sync + 'static>(site: &Path) -> Router<S> {
    let folder = |name: &str| {
        let files = ServeDir::new(site.join(name)).precompressed_br().precompressed_gzip();
        let cache = SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, |response: &http::Response<_>| {
            cache_for(response.status(), FOR_EVER)
        });
        get_service(ServiceBuilder::new().layer(cache).service(files.not_found_service(get_service_404())))
    };
    let file = |name: &str| {
        let cache =
            SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, |response: &http::Response<_>| cache_for(response.status(), A_DAY));
        get_service(ServiceBuilder::new().layer(cache).service(ServeFile::new(site.join(name))))
    };
    Router::new()
        .nest_service("/pkg", folder("pkg"))
        .nest_service("/vendor", folder("vendor"))
        .nest_service("/fonts", folder("fonts"))
        .route_service("/favicon.svg", file("favicon.svg"))
        .route_service("/favicon.ico", file("favicon.ico"))
        .route_service("/apple-touch-icon.png", file("apple-touch-icon.png"))
        .route_service("/robots.txt", file("robots.txt"))
}

fn cache_for(status: StatusCode, value: HeaderValue) -> Option<HeaderValue> {
    Some(if status.is_success() || status == StatusCode::NOT_MODIFIED { value } else { HeaderValue::from_static("no-store") })
}

fn get_service_404() -> axum::routing::MethodRouter {
    axum::routing::any(|| async { (StatusCode::NOT_FOUND, "There is no such file.").into_response() })
}
