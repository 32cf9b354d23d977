//! The embedded object store, through real HTTP and the client that the application uses.

mod access;
mod listing;
mod multipart;
mod objects;
mod upkeep;

use std::{
    io,
    net::SocketAddr,
    path::Path,
    time::{Duration, SystemTime},
};

use aws_sdk_s3::{
    Client,
    config::{BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation, timeout::TimeoutConfig},
    error::{ProvideErrorMetadata, SdkError},
    presigning::PresigningConfig,
    primitives::{ByteStream, DateTime},
    types::{CompletedMultipartUpload, CompletedPart, Delete, MetadataDirective, ObjectIdentifier},
};
use notetaker::server::storage::embedded::{EmbeddedStore, router};
use tempfile::TempDir;

const BUCKET: &str = "recordings";
const ORIGIN: &str = "https://app.example";
const MIB: usize = 1024 * 1024;

struct Server {
    root: TempDir,
    store: EmbeddedStore,
    address: SocketAddr,
    s3: Client,
}

impl Server {
    async fn start() -> Self {
        let root = TempDir::new().expect("a temporary directory");
        let store = EmbeddedStore::open(root.path(), BUCKET).expect("an empty store");
        let app = router(store.clone(), BUCKET, "key", "secret", &[ORIGIN.to_owned()]);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("the port");
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { root, store, address, s3: client(address, "key", "secret") }
    }

    async fn put(&self, key: &str, body: impl Into<ByteStream>) -> String {
        let put = self.s3.put_object().bucket(BUCKET).key(key).body(body.into()).send().await.expect("put");
        put.e_tag.expect("an ETag")
    }

    async fn get(&self, key: &str) -> Vec<u8> {
        let got = self.s3.get_object().bucket(BUCKET).key(key).send().await.expect("get");
        got.body.collect().await.expect("the whole body").to_vec()
    }

    async fn keys(&self) -> Vec<String> {
        let listed = self.s3.list_objects_v2().bucket(BUCKET).send().await.expect("list");
        listed.contents().iter().filter_map(|object| object.key.clone()).collect()
    }

    async fn begin(&self, key: &str) -> String {
        let begun = self.s3.create_multipart_upload().bucket(BUCKET).key(key).content_type("video/mp4");
        begun.send().await.expect("create upload").upload_id.expect("an id")
    }

    async fn part(&self, key: &str, id: &str, number: i32, body: Vec<u8>) -> CompletedPart {
        let part = self.s3.upload_part().bucket(BUCKET).key(key).upload_id(id).part_number(number);
        let etag = part.body(body.into()).send().await.expect("upload part").e_tag;
        CompletedPart::builder().part_number(number).set_e_tag(etag).build()
    }

    async fn complete(&self, key: &str, id: &str, parts: &[CompletedPart]) -> Result<String, String> {
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts.to_vec())).build();
        let done = self.s3.complete_multipart_upload().bucket(BUCKET).key(key).upload_id(id).multipart_upload(parts);
        done.send().await.map(|done| done.e_tag.expect("an ETag")).map_err(code)
    }

    /// Files and directories below `dir`, relative to the store's root.
    fn entries(&self, dir: &str) -> Vec<String> {
        fn visit(dir: &Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(dir).expect("a directory").flatten() {
                found.push(entry.path().display().to_string());
                if entry.path().is_dir() {
                    visit(&entry.path(), found);
                }
            }
        }
        let mut found = Vec::new();
        visit(&self.root.path().join(dir), &mut found);
        found
    }
}

fn client(address: SocketAddr, key: &str, secret: &str) -> Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(format!("http://{address}"))
        .region(Region::new("auto"))
        .force_path_style(true)
        .credentials_provider(Credentials::new(key, secret, None, None, "test"))
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
        .timeout_config(TimeoutConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Client::from_conf(config)
}

fn code<E: ProvideErrorMetadata>(error: SdkError<E>) -> String {
    error.code().map_or_else(|| format!("HTTP {}", status(&error)), str::to_owned)
}

fn status<E>(error: &SdkError<E>) -> u16 {
    error.raw_response().map_or(0, |response| response.status().as_u16())
}

fn expires_in(seconds: u64) -> PresigningConfig {
    PresigningConfig::expires_in(Duration::from_secs(seconds)).expect("a short time")
}

/// Bytes that differ from place to place, so that a misplaced range or part shows.
fn sample(length: usize, seed: usize) -> Vec<u8> {
    (0..length).map(|i| (i.wrapping_mul(31) ^ (i >> 8) ^ seed) as u8).collect()
}
