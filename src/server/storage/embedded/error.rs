//! From our failures to S3's, and the one way to leave tokio's threads for file work.

use std::io;

use http::StatusCode;
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

use super::layout::KeyError;

impl From<KeyError> for S3Error {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::TooLong => s3_error!(error, KeyTooLongError),
            _ => s3_error!(error, InvalidArgument, "{error}"),
        }
    }
}

/// For operations on an object's file: a missing file is a missing key.
pub(super) fn on_object(error: io::Error) -> S3Error {
    match error.kind() {
        io::ErrorKind::NotFound => s3_error!(NoSuchKey),
        io::ErrorKind::InvalidFilename => s3_error!(KeyTooLongError),
        _ => on_write(error),
    }
}

/// For operations inside an upload's directory: a missing file means that the upload was aborted or completed.
pub(super) fn on_upload(error: io::Error) -> S3Error {
    if error.kind() == io::ErrorKind::NotFound { s3_error!(NoSuchUpload) } else { on_write(error) }
}

/// For writing, where nothing is expected to be missing.
pub(super) fn on_write(error: io::Error) -> S3Error {
    match error.kind() {
        // Only "create, do not overwrite" meets an existing file.
        io::ErrorKind::AlreadyExists => s3_error!(PreconditionFailed),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            let code = S3ErrorCode::Custom("InsufficientStorage".into());
            let mut full = S3Error::with_message(code, "The disk that holds the bucket is full.");
            full.set_status_code(StatusCode::INSUFFICIENT_STORAGE);
            full.set_source(Box::new(error));
            full
        }
        _ => S3Error::internal_error(error),
    }
}

/// Refuses what would otherwise be ignored in silence.
pub(super) fn refuse(present: bool, what: &str) -> S3Result {
    if present { Err(s3_error!(NotImplemented, "{what} is not supported here.")) } else { Ok(()) }
}

/// Runs file work where it may block. It runs to its end even when the client has gone.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> S3Result<T> + Send + 'static) -> S3Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(S3Error::internal_error)?
}
