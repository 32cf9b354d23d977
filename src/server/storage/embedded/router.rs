//! Mounts the store as a part of the application: routes, signatures, access, CORS.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{Router, body::Body, response::IntoResponse};
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use s3s::{
    HttpError, HttpResponse, S3Result,
    access::{S3Access, S3AccessContext},
    auth::SimpleAuth,
    config::{S3Config, StaticConfigProvider},
    s3_error,
    service::{S3Service, S3ServiceBuilder},
};
use tower::ServiceExt;
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use super::EmbeddedStore;

/// How long browsers may remember the answer to a preflight: an hour saves one round trip per part of an upload.
const PREFLIGHT_LIFETIME: Duration = Duration::from_secs(60 * 60);
/// The longest XML we are sent lists 10,000 parts, in about 1.5 MB.
const MAX_XML: usize = 4 * 1024 * 1024;
/// A signed chunk is held in memory until its signature is verified. SDKs send chunks of 64 KiB.
const MAX_SIGNED_CHUNK: usize = 1024 * 1024;
/// Enough to read a form and refuse it.
const MAX_FORM: usize = 64 * 1024;

/// Routes `/{bucket}` and `/{bucket}/{key}`, to be merged into the application's router. Merged, not nested: nesting
/// strips the prefix, which is part of what clients have signed.
///
/// Every request must carry a valid signature, in its headers or in its query. `allowed_origins` are the web pages
/// whose scripts may use presigned URLs; `*` allows all of them.
pub fn router(store: EmbeddedStore, bucket: &str, access_key: &str, secret_key: &str, allowed_origins: &[String]) -> Router {
    let s3 = s3_service(store, bucket, access_key, secret_key);
    let s3 = tower::service_fn(move |request: Request<Body>| {
        let answer = s3.clone().oneshot(request);
        async move { Ok::<_, Infallible>(into_response(answer.await)) }
    });
    Router::new()
        .route_service(&format!("/{bucket}"), s3.clone())
        .route_service(&format!("/{bucket}/"), s3.clone())
        .route_service(&format!("/{bucket}/{{*key}}"), s3)
        .layer(cors(allowed_origins))
}

fn s3_service(store: EmbeddedStore, bucket: &str, access_key: &str, secret_key: &str) -> S3Service {
    let mut config = S3Config::default();
    config.xml_max_body_size = MAX_XML;
    config.aws_chunked_stream_max_chunk_size = MAX_SIGNED_CHUNK;
    // Disks set the limit. Bodies are streamed, so their size costs no memory.
    config.put_object_max_size = None;
    // Forms are not used, and s3s would read one before it asks who sent it.
    config.allow_post_signature = false;
    config.post_object_max_file_size = 0;
    config.form_max_fields_size = MAX_FORM;

    let mut builder = S3ServiceBuilder::new(store);
    builder.set_config(Arc::new(StaticConfigProvider::new(Arc::new(config))));
    builder.set_auth(SimpleAuth::from_single(access_key, secret_key));
    builder.set_access(SignedOnly { bucket: bucket.to_owned() });
    builder.build()
}

/// s3s denies unsigned requests by default once there is a secret. Said again here, so that private recordings do not
/// depend on a library's default, and together with the bucket that these keys are for.
struct SignedOnly {
    bucket: String,
}

#[async_trait::async_trait]
impl S3Access for SignedOnly {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        let ours = context.s3_path().get_bucket_name() == Some(self.bucket.as_str());
        if ours && context.credentials().is_some() { Ok(()) } else { Err(s3_error!(AccessDenied, "A signed request is required.")) }
    }
}

/// s3s turns S3's own errors into responses. What is left is its own failure, which must not take a connection down.
fn into_response(result: Result<HttpResponse, HttpError>) -> Response<Body> {
    match result {
        Ok(response) => response.map(Body::new),
        Err(error) => {
            tracing::error!(?error, "the embedded object store could not answer");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn cors(allowed_origins: &[String]) -> CorsLayer {
    let origins = if allowed_origins.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(allowed_origins.iter().filter_map(|origin| {
            // Browsers send no trailing slash; people write one.
            let value = HeaderValue::from_str(origin.trim_end_matches('/'));
            value.inspect_err(|_| tracing::warn!(origin, "not a valid origin; ignored")).ok()
        }))
    };
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::HEAD, Method::PUT])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([header::ETAG, header::CONTENT_RANGE, header::CONTENT_LENGTH, header::ACCEPT_RANGES, header::LAST_MODIFIED])
        .max_age(PREFLIGHT_LIFETIME)
}
