//! A request body on its way into a file.

use std::{fs::File, io::Write};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use futures::TryStreamExt;
use md5::Md5;
use s3s::{BodySizeLimitExceeded, S3Error, S3ErrorCode, S3Result, StdError, dto::StreamingBlob, s3_error};
use sha2::{Digest, Sha256};

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
    /// See [`etag_of`].
    pub(super) etag: String,
}

impl EmbeddedStore {
    /// Streams `body` to a temporary file, hashing it on the way; at most a few buffers of it are in memory. The file
    /// removes itself if this future is dropped.
    pub(super) async fn receive(&self, body: Option<StreamingBlob>, content_md5: Option<String>) -> S3Result<Received> {
        let layout = self.layout.clone();
        let (tmp, file) = blocking(move || TmpFile::create(&layout).map_err(on_write)).await?;
        let mut sink = Sink { file, hash: Sha256::new(), md5: content_md5.is_some().then(Md5::new) };
        if let Some(mut body) = body {
            let (mut waiting, mut length) = (Vec::new(), 0);
            while let Some(chunk) = body.try_next().await.map_err(on_body)? {
                length += chunk.len();
                waiting.push(chunk);
                if length >= BUFFER {
                    sink = sink.take(std::mem::take(&mut waiting)).await?;
                    length = 0;
                }
            }
            sink = sink.take(waiting).await?;
        }
        let digest = sink.md5.map(|md5| BASE64_STANDARD.encode(md5.finalize()));
        if content_md5 != digest {
            return Err(s3_error!(BadDigest));
        }
        Ok(Received { tmp, file: sink.file, etag: etag_of(sink.hash, 1) })
    }
}

/// Where the chunks of a body go.
struct Sink {
    file: File,
    hash: Sha256,
    /// For whoever sent one.
    md5: Option<Md5>,
}

impl Sink {
    /// Hashes and writes, both where it may take its time, and without copying.
    async fn take(mut self, chunks: Vec<Bytes>) -> S3Result<Self> {
        blocking(move || {
            for chunk in &chunks {
                self.hash.update(chunk);
                if let Some(md5) = &mut self.md5 {
                    md5.update(chunk);
                }
                self.file.write_all(chunk).map_err(on_write)?;
            }
            Ok(self)
        })
        .await
    }
}

/// An ETag tells versions apart and promises nothing else. S3's are MD5s, which take this processor more than twice as long as
/// a SHA-256 and a tenth of the time in which a stream is made. Ours are half of a SHA-256, and written as those of objects
/// with parts are, so that no client takes them for an MD5 and finds them wrong.
pub(super) fn etag_of(hash: Sha256, parts: usize) -> String {
    let digest = hex_simd::encode_to_string(&hash.finalize()[..16], hex_simd::AsciiCase::Lower);
    format!("{digest}-{parts}")
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
