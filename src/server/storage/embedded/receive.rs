//! A request body on its way into a file.

use std::{
    fs::File,
    io::{self, Write},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use futures::TryStreamExt;
use md5::Md5;
use s3s::{BodySizeLimitExceeded, S3Error, S3ErrorCode, S3Result, StdError, dto::StreamingBlob, s3_error};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    BUFFER, EmbeddedStore,
    error::{blocking, on_write},
    format::{Footer, Headers, write_footer},
    layout::Layout,
    tmp::TmpFile,
};

/// Bytes that are hashed and written at once, each time on another thread. A segment of a meeting is smaller: such a body costs one
/// change of threads in all.
const BATCH: usize = 2 * BUFFER;

/// A body that has arrived. Its end is not in its file yet.
pub(super) struct Received {
    sink: Option<Sink>,
    waiting: Vec<Bytes>,
    content_md5: Option<String>,
}

impl EmbeddedStore {
    /// Streams `body` to a temporary file, hashing it on the way; at most a few buffers of it are in memory. The file
    /// removes itself if this future, or what it gives, is dropped.
    pub(super) async fn receive(&self, body: Option<StreamingBlob>, content_md5: Option<String>) -> S3Result<Received> {
        let mut received = Received { sink: None, waiting: Vec::new(), content_md5 };
        let Some(mut body) = body else { return Ok(received) };
        let mut length = 0;
        while let Some(chunk) = body.try_next().await.map_err(on_body)? {
            length += chunk.len();
            received.waiting.push(chunk);
            if length >= BATCH {
                let layout = self.layout.clone();
                received = blocking(move || received.write(&layout)).await?;
                length = 0;
            }
        }
        Ok(received)
    }
}

impl Received {
    /// Hashes and writes what waits, without copying it. Blocking.
    fn write(mut self, layout: &Layout) -> S3Result<Self> {
        let mut sink = match self.sink {
            Some(sink) => sink,
            None => Sink::create(layout, self.content_md5.is_some()).map_err(on_write)?,
        };
        for chunk in std::mem::take(&mut self.waiting) {
            sink.take(&chunk).map_err(on_write)?;
        }
        Ok(Self { sink: Some(sink), ..self })
    }

    /// The whole file with its footer, on disk but without a name yet, and its ETag. Blocking.
    pub(super) fn finish(self, layout: &Layout, headers: Headers, upload: Option<Uuid>) -> S3Result<(TmpFile, String)> {
        let Self { sink: Some(mut sink), content_md5, .. } = self.write(layout)? else { return Err(s3_error!(InternalError)) };
        let digest = sink.md5.map(|md5| BASE64_STANDARD.encode(md5.finalize()));
        if content_md5 != digest {
            return Err(s3_error!(BadDigest));
        }
        let etag = etag_of(sink.hash, 1);
        let footer = Footer { etag: etag.clone(), headers, upload };
        write_footer(&mut sink.file, &footer).and_then(|()| sink.file.sync_all()).map_err(on_write)?;
        Ok((sink.tmp, etag))
    }
}

/// Where the chunks of a body go.
struct Sink {
    tmp: TmpFile,
    file: File,
    hash: Sha256,
    /// For whoever sent one.
    md5: Option<Md5>,
}

impl Sink {
    fn create(layout: &Layout, with_md5: bool) -> io::Result<Self> {
        let (tmp, file) = TmpFile::create(layout)?;
        Ok(Self { tmp, file, hash: Sha256::new(), md5: with_md5.then(Md5::new) })
    }

    fn take(&mut self, chunk: &[u8]) -> io::Result<()> {
        self.hash.update(chunk);
        if let Some(md5) = &mut self.md5 {
            md5.update(chunk);
        }
        self.file.write_all(chunk)
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
