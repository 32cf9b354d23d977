//! Logs: one line a request and one a job, with the path's secrets taken out.

use super::config::LogFormat;
use axum::{extract::Request, middleware::Next, response::Response};
use std::time::Instant;
use tracing_subscriber::EnvFilter;

/// Starts logging to standard error. `RUST_LOG` overrides the level.
pub fn init(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,s3s=off"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second call (tests) changes nothing.
    let _ = match format {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
}

/// Middleware: method, path, status and time. Never a query string (presigned parts, forms) and never a grant.
pub async fn log_requests(request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), redact(request.uri().path()));
    let start = Instant::now();
    let response = next.run(request).await;
    let (status, ms) = (response.status().as_u16(), start.elapsed().as_millis() as u64);
    if status >= 500 {
        tracing::warn!(%method, path, status, ms, "request");
    } else {
        tracing::debug!(%method, path, status, ms, "request");
    }
    response
}

/// `/hls/{grant}/segment3.ts` without the grant.
pub fn redact(path: &str) -> String {
    match path.strip_prefix("/hls/") {
        Some(rest) => format!("/hls/…/{}", rest.split_once('/').map_or("", |(_, name)| name)),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn a_grant_never_reaches_the_log() {
        assert_eq!(redact("/hls/k.secret.mac/segment3.ts"), "/hls/…/segment3.ts");
        assert_eq!(redact("/hls/k.secret.mac"), "/hls/…/");
        assert_eq!(redact("/videos/1"), "/videos/1");
    }
}
