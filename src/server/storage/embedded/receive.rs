//! A request body on its way into a file.

use std::fs::File;

use base64::{Engine, prelude::BASE64_STANDARD};
use futures::TryStreamExt;
use md5::{Digest, Md5};
use s3s::{BodySizeLimitExceeded, S3Error, S3ErrorCode, S3Result, StdError, dto::StreamingBlob, s3_error};
use tokio::io::{AsyncWriteExt, BufWriter};

use super::{
    BUFFER, EmbeddedStore,
    error::{blocking, on_write},
    tmp::TmpFile,
};

/// A body that is in a temporary file, not yet followed by a footer.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) tmp: TmpFile,
    pub(super) file: File,
    /// MD5 of the data in hexadecimal: what S3 calls the ETag.
    pub(super) etag: String,
}

impl EmbeddedStore {
    /// Streams `body` to a temporary file, hashing it on the way; at most a few buffers of it are in memory. The file
    /// removes itself if this future is dropped.
    pub(super) async fn receive(&self, body: Option<StreamingBlob>, content_md5: Option<String>) -> S3Result<Received> {
        let layout = self.layout.clone();
        let (tmp, file) = blocking(move || TmpFile::create(&layout).map_err(on_write)).await?;
        let mut file = tokio::fs::File::from_std(file);
        file.set_max_buf_size(BUFFER);
        let mut writer = BufWriter::with_capacity(BUFFER, file);
        let mut hash = Md5::new();
        if let Some(mut body) = body {
            while let Some(chunk) = body.try_next().await.map_err(on_body)? {
                hash.update(&chunk);
                writer.write_all(&chunk).await.map_err(on_write)?;
            }
        }
        writer.flush().await.map_err(on_write)?;
        let digest = hash.finalize();
        if content_md5.is_some_and(|expected| expected != BASE64_STANDARD.encode(digest)) {
            return Err(s3_error!(BadDigest));
        }
        let etag = hex_simd::encode_to_string(digest, hex_simd::AsciiCase::Lower);
        Ok(Received { tmp, file: writer.into_inner().into_std().await, etag })
    }
}

/// A body that ends early, or is not what was signed, is the client's mistake. s3s keeps its error types private, hence
/// the look at the text.
fn on_body(error: StdError) -> S3Error {
    let code = if error.is::<BodySizeLimitExceeded>() {
        S3ErrorCode::EntityTooLarge
    } else if error.to_string().contains("Sha256Mismatch") {
        S3ErrorCode::BadDigest
    } else if error.to_string().contains("SignatureMismatch") {
        S3ErrorCode::SignatureDoesNotMatch
    } else {
        S3ErrorCode::IncompleteBody
    };
    S3Error::with_source(code, error)
}
