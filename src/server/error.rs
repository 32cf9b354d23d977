//! The server's one error: the status in one place, internals logged once, a plain sentence outward.

use crate::model::{AppError, ErrorCode};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong while serving a request.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Said to the person as it is.
    #[error(transparent)]
    App(#[from] AppError),
    /// The database refused or did not answer.
    #[error("database: {0}")]
    Db(#[from] sqlx::Error),
    /// The bucket refused or did not answer.
    #[error("bucket: {0}")]
    Bucket(#[from] super::storage::BucketError),
    /// Anything else that is our fault.
    #[error("{0:#}")]
    Other(#[from] anyhow::Error),
}

impl From<Error> for AppError {
    /// What goes out. Logs the inner reason, so convert each error exactly once.
    fn from(error: Error) -> Self {
        match error {
            Error::App(error) => error,
            Error::Db(sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::PoolClosed) => {
                tracing::error!(%error, "the database does not answer");
                unavailable("The database does not answer right now. Nothing was lost; please try again in a moment.")
            }
            Error::Bucket(_) => {
                tracing::error!(%error, "the bucket does not answer");
                unavailable("The storage does not answer right now. Nothing was lost; please try again in a moment.")
            }
            Error::Db(_) | Error::Other(_) => {
                tracing::error!(%error, "request failed");
                AppError::internal()
            }
        }
    }
}

fn unavailable(message: &str) -> AppError {
    AppError::new(ErrorCode::Unavailable, message)
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        respond(&AppError::from(self))
    }
}

/// An error as the REST contract has it: `{error: {code, message}}` with the code's status. It is put beside the response as
/// well, for [`dress`](super::dress).
pub fn respond(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(json!({ "error": { "code": error.code, "message": error.message } }))).into_response();
    response.extensions_mut().insert(error.clone());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    }
    response
}
