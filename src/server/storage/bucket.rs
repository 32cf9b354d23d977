//! The S3 client: whole objects in and out. Multipart uploads and presigning have files of their own.

use super::Key;
use aws_sdk_s3::{
    Client,
    config::{
        BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation, retry::RetryConfig,
        timeout::TimeoutConfig,
    },
    error::{ProvideErrorMetadata, SdkError},
    primitives::{ByteStream, Length},
};
use aws_smithy_http_client::{Builder as HttpBuilder, tls};
use std::{collections::BTreeMap, ops::Range, path::Path, time::Duration};
use tokio::io::{AsyncSeekExt, AsyncWrite, AsyncWriteExt};
use url::Url;

/// Why the bucket did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    #[error("no such object")]
    NotFound,
    #[error("no such upload")]
    NoSuchUpload,
    #[error("{operation}: {detail}")]
    Failed { operation: &'static str, detail: String },
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// How to reach a bucket.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Where this server reaches it.
    pub internal: Url,
    /// Where browsers reach it: presigned addresses name this one.
    pub public: Url,
    pub access_key: String,
    pub secret_key: String,
    pub bucket: String,
}

/// A private bucket. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Bucket {
    pub(super) client: Client,
    /// Signs addresses for browsers; never sends anything itself.
    pub(super) signer: Client,
    pub(super) name: String,
    public_origin: String,
}

/// An object's size and validator.
#[derive(Clone, Debug)]
pub struct Head {
    pub size: u64,
}

/// One try may be silent this long; uploads of a segment take a fraction of it even on a slow line.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of a file that are read at once: each time costs a change of threads.
const FILE_BUFFER: usize = 256 << 10;

impl Bucket {
    pub fn new(endpoint: &Endpoint) -> Self {
        Self {
            client: client(endpoint, &endpoint.internal),
            signer: client(endpoint, &endpoint.public),
            name: endpoint.bucket.clone(),
            public_origin: endpoint.public.origin().ascii_serialization(),
        }
    }

    /// The origin browsers fetch objects from, for the Content-Security-Policy.
    pub fn public_origin(&self) -> &str {
        &self.public_origin
    }

    /// Does it answer, with these credentials?
    pub async fn check(&self) -> Result<(), BucketError> {
        self.client.head_bucket().bucket(&self.name).send().await.map(drop).map_err(failed("head_bucket"))
    }

    pub async fn head(&self, key: &Key) -> Result<Head, BucketError> {
        let head = self.client.head_object().bucket(&self.name).key(key.path()).send().await.map_err(failed("head_object"))?;
        Ok(Head { size: u64::try_from(head.content_length().unwrap_or(0)).unwrap_or(0) })
    }

    /// Stores a file. The SDK tries three times, with exponential back-off.
    pub async fn put_file(&self, key: &Key, file: &Path) -> Result<(), BucketError> {
        let length = tokio::fs::metadata(file).await?.len();
        self.put_part(key, file, 0..length).await
    }

    /// Stores a part of a file as an object of its own.
    pub async fn put_part(&self, key: &Key, file: &Path, part: Range<u64>) -> Result<(), BucketError> {
        let body = ByteStream::read_from().path(file).offset(part.start).length(Length::Exact(part.end - part.start));
        let body = body.buffer_size(FILE_BUFFER).build().await;
        self.put(key, body.map_err(|error| BucketError::Io(std::io::Error::other(error)))?, false).await
    }

    /// Stores what is large, without hashing it for the signature: whoever stores it confirms its size.
    pub async fn put_unhashed(&self, key: &Key, bytes: Vec<u8>) -> Result<(), BucketError> {
        self.put(key, ByteStream::from(bytes), false).await
    }

    pub async fn put_bytes(&self, key: &Key, bytes: Vec<u8>) -> Result<(), BucketError> {
        self.put(key, ByteStream::from(bytes), true).await
    }

    /// `hashed`: the signature covers the content, too.
    async fn put(&self, key: &Key, body: ByteStream, hashed: bool) -> Result<(), BucketError> {
        let request = self.client.put_object().bucket(&self.name).key(key.path());
        let request = request.content_type(key.content_type()).cache_control(key.cache_control()).body(body).customize();
        let request = if hashed { request } else { request.disable_payload_signing() };
        request.send().await.map(drop).map_err(failed("put_object"))
    }

    /// A small object, whole.
    pub async fn get_bytes(&self, key: &Key) -> Result<Vec<u8>, BucketError> {
        let got = self.client.get_object().bucket(&self.name).key(key.path()).send().await.map_err(failed("get_object"))?;
        let body = got.body.collect().await.map_err(|error| broken_off("get_object", error))?;
        Ok(body.to_vec())
    }

    /// A byte range of an object, whole in memory: for small pieces such as box headers.
    pub async fn get_range(&self, key: &Key, range: Range<u64>) -> Result<Vec<u8>, BucketError> {
        let got = self.ranged(key, &range).await?;
        let body = got.body.collect().await.map_err(|error| broken_off("get_object", error))?;
        Ok(body.to_vec())
    }

    /// Writes a byte range of an object into `file` at the same offsets. Returns the bytes written.
    pub async fn get_range_into(&self, key: &Key, range: Range<u64>, file: &mut tokio::fs::File) -> Result<u64, BucketError> {
        let mut got = self.ranged(key, &range).await?;
        file.seek(std::io::SeekFrom::Start(range.start)).await?;
        let mut written = 0;
        while let Some(chunk) = got.body.try_next().await.map_err(|error| broken_off("get_object", error))? {
            file.write_all(&chunk).await?;
            written += chunk.len() as u64;
        }
        file.flush().await?;
        if written != range.end - range.start {
            return Err(broken_off("get_object", format!("{written} of {} bytes arrived", range.end - range.start)));
        }
        Ok(written)
    }

    /// Copies an object from `at` up to `until` into `into`, and moves `at` along. `counted` hears of each chunk, and
    /// `waiting` whether it is the bucket that everybody waits for, or the reader.
    pub async fn copy_range(
        &self,
        key: &Key,
        at: &mut u64,
        until: u64,
        into: &mut (impl AsyncWrite + Unpin),
        counted: impl Fn(u64),
        waiting: impl Fn(bool),
    ) -> Result<(), BucketError> {
        waiting(true);
        let mut got = self.ranged(key, &(*at..until)).await?;
        loop {
            let next = tokio::time::timeout(ATTEMPT_TIMEOUT, got.body.try_next()).await;
            let next = next.map_err(|_| broken_off("get_object", "nothing came any more"))?;
            let Some(chunk) = next.map_err(|error| broken_off("get_object", error))? else { break };
            waiting(false);
            into.write_all(&chunk).await?;
            waiting(true);
            *at += chunk.len() as u64;
            counted(chunk.len() as u64);
        }
        if *at != until {
            return Err(broken_off("get_object", format!("it ended {} bytes early", until.saturating_sub(*at))));
        }
        Ok(())
    }

    async fn ranged(&self, key: &Key, range: &Range<u64>) -> Result<aws_sdk_s3::operation::get_object::GetObjectOutput, BucketError> {
        let header = format!("bytes={}-{}", range.start, range.end.saturating_sub(1));
        self.client.get_object().bucket(&self.name).key(key.path()).range(header).send().await.map_err(failed("get_object"))
    }

    /// Deletes an object; one that is not there is fine.
    pub async fn delete(&self, path: &str) -> Result<(), BucketError> {
        match self.client.delete_object().bucket(&self.name).key(path).send().await.map_err(failed("delete_object")) {
            Ok(_) | Err(BucketError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The keys that start with `prefix`.
    pub async fn list(&self, prefix: &str) -> Result<Vec<String>, BucketError> {
        Ok(self.sizes(prefix).await?.into_keys().collect())
    }

    /// The keys that start with `prefix`, each with its object's size in bytes.
    pub async fn sizes(&self, prefix: &str) -> Result<BTreeMap<String, u64>, BucketError> {
        let mut pages = self.client.list_objects_v2().bucket(&self.name).prefix(prefix).into_paginator().send();
        let mut sizes = BTreeMap::new();
        while let Some(page) = pages.next().await {
            for object in page.map_err(failed("list_objects_v2"))?.contents() {
                if let Some(key) = object.key() {
                    sizes.insert(key.to_owned(), u64::try_from(object.size().unwrap_or(0)).unwrap_or(0));
                }
            }
        }
        Ok(sizes)
    }

    /// Deletes every object that starts with `prefix`, except under `keep`. Returns how many went.
    ///
    /// One request an object: DeleteObjects sends a checksum that some S3 services refuse.
    pub async fn delete_prefix(&self, prefix: &str, keep: Option<&str>) -> Result<u64, BucketError> {
        let mut doomed = self.list(prefix).await?;
        doomed.retain(|key| keep.is_none_or(|keep| !key.starts_with(keep)));
        self.delete_all(doomed).await
    }

    /// Deletes these objects. Returns how many there were.
    pub async fn delete_all(&self, keys: Vec<String>) -> Result<u64, BucketError> {
        use futures::{StreamExt, TryStreamExt};
        futures::stream::iter(keys)
            .map(|key| async move { self.delete(&key).await })
            .buffer_unordered(8)
            .try_fold(0, |gone, ()| async move { Ok(gone + 1) })
            .await
    }
}

fn client(endpoint: &Endpoint, url: &Url) -> Client {
    let http = HttpBuilder::new().tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring)).build_https();
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(url.as_str().trim_end_matches('/'))
        .region(Region::new("auto"))
        .credentials_provider(Credentials::new(&endpoint.access_key, &endpoint.secret_key, None, None, "settings"))
        .force_path_style(true)
        // The defaults add crc32 headers and trailers that R2 has refused.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
        .retry_config(RetryConfig::standard().with_max_attempts(3))
        .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).operation_attempt_timeout(ATTEMPT_TIMEOUT).build())
        .http_client(http)
        .build();
    Client::from_conf(config)
}

/// Sorts an SDK error, keeping what the log needs and nothing signed.
pub(super) fn failed<E, R>(operation: &'static str) -> impl Fn(SdkError<E, R>) -> BucketError
where
    SdkError<E, R>: ProvideErrorMetadata + std::error::Error,
{
    move |error| match error.code() {
        Some("NoSuchKey" | "NotFound") => BucketError::NotFound,
        Some("NoSuchUpload") => BucketError::NoSuchUpload,
        code => BucketError::Failed {
            operation,
            detail: match (code, error.message()) {
                (Some(code), message) => format!("{code} {}", message.unwrap_or_default()),
                (None, _) => innermost(&error),
            },
        },
    }
}

fn broken_off(operation: &'static str, detail: impl std::fmt::Display) -> BucketError {
    BucketError::Failed { operation, detail: detail.to_string() }
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
