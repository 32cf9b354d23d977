//! The embedded object store, through real HTTP and the client that the application uses.

use std::{
    io,
    net::SocketAddr,
    path::Path,
    time::{Duration, SystemTime},
};

use aws_sdk_s3::{
    Client,
    config::{
        BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
        timeout::TimeoutConfig,
    },
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

#[tokio::test]
async fn an_object_comes_back_with_the_headers_it_was_given() {
    let server = Server::start().await;
    let body = sample(300_000, 1);
    let put = server.s3.put_object().bucket(BUCKET).key("videos/1/Índex file.m3u8");
    let put = put
        .content_type("application/vnd.apple.mpegurl")
        .cache_control("private, max-age=60")
        .content_disposition("inline")
        .metadata("source", "test")
        .body(body.clone().into());
    let etag = put.send().await.expect("put").e_tag;

    let got = server.s3.get_object().bucket(BUCKET).key("videos/1/Índex file.m3u8").send().await.expect("get");
    assert_eq!(got.content_type(), Some("application/vnd.apple.mpegurl"));
    assert_eq!(got.cache_control(), Some("private, max-age=60"));
    assert_eq!(got.content_disposition(), Some("inline"));
    assert_eq!(got.metadata().and_then(|m| m.get("source")).map(String::as_str), Some("test"));
    assert_eq!(got.content_length(), Some(300_000));
    assert_eq!(got.e_tag, etag);
    assert_eq!(got.body.collect().await.expect("body").to_vec(), body);

    let head = server.s3.head_object().bucket(BUCKET).key("videos/1/Índex file.m3u8").send().await.expect("head");
    assert_eq!(head.content_length(), Some(300_000));
    assert_eq!(head.content_type(), Some("application/vnd.apple.mpegurl"));
    assert_eq!(head.e_tag, etag);
    assert_eq!(server.keys().await, ["videos/1/Índex file.m3u8"]);
}

#[tokio::test]
async fn an_empty_object_is_an_object() {
    let server = Server::start().await;
    assert_eq!(server.put("empty", Vec::new()).await, "\"d41d8cd98f00b204e9800998ecf8427e\"");
    assert_eq!(server.get("empty").await, b"");
}

#[tokio::test]
async fn a_missing_key_is_a_404() {
    let server = Server::start().await;
    let error = server.s3.get_object().bucket(BUCKET).key("a/b/c").send().await.expect_err("nothing there");
    assert_eq!((status(&error), code(error)), (404, "NoSuchKey".into()));
    let error = server.s3.head_object().bucket(BUCKET).key("a").send().await.expect_err("nothing there");
    assert_eq!(status(&error), 404);
}

#[tokio::test]
async fn ranges_return_the_bytes_asked_for() {
    let server = Server::start().await;
    let body = sample(1000, 2);
    server.put("a", body.clone()).await;
    for (range, expected, content_range) in [
        ("bytes=0-0", 0..1, "bytes 0-0/1000"),
        ("bytes=100-199", 100..200, "bytes 100-199/1000"),
        ("bytes=990-5000", 990..1000, "bytes 990-999/1000"),
        ("bytes=900-", 900..1000, "bytes 900-999/1000"),
        ("bytes=-7", 993..1000, "bytes 993-999/1000"),
    ] {
        let got = server.s3.get_object().bucket(BUCKET).key("a").range(range).send().await.expect(range);
        assert_eq!(got.content_range(), Some(content_range));
        assert_eq!(got.content_length(), i64::try_from(expected.len()).ok());
        assert_eq!(got.body.collect().await.expect("body").to_vec(), body[expected]);
    }
}

#[tokio::test]
async fn a_range_beyond_the_end_is_a_416_that_tells_the_length() {
    let server = Server::start().await;
    server.put("a", sample(1000, 2)).await;
    server.put("empty", Vec::new()).await;
    for (key, range, length) in [("a", "bytes=1000-", "bytes */1000"), ("empty", "bytes=-5", "bytes */0")] {
        let error = server.s3.get_object().bucket(BUCKET).key(key).range(range).send().await.expect_err("no bytes");
        assert_eq!(error.raw_response().and_then(|r| r.headers().get("content-range")), Some(length));
        assert_eq!((status(&error), code(error)), (416, "InvalidRange".into()));
    }
}

#[tokio::test]
async fn conditions_on_reads_are_honoured() {
    let server = Server::start().await;
    let etag = server.put("a", sample(10, 0)).await;
    let get = || server.s3.get_object().bucket(BUCKET).key("a");
    let (past, future) = (DateTime::from_secs(1_000_000_000), DateTime::from_secs(4_000_000_000));

    let not_modified = get().if_none_match(&etag).send().await.expect_err("304");
    assert_eq!(status(&not_modified), 304);
    assert_eq!(not_modified.raw_response().and_then(|r| r.headers().get("etag")), Some(etag.as_str()));
    assert_eq!(status(&get().if_modified_since(future).send().await.expect_err("304")), 304);
    assert_eq!(status(&get().if_match("\"other\"").send().await.expect_err("412")), 412);
    assert_eq!(status(&get().if_unmodified_since(past).send().await.expect_err("412")), 412);

    get().if_none_match("\"other\"").send().await.expect("modified");
    get().if_modified_since(past).send().await.expect("modified");
    get().if_match(&etag).send().await.expect("matches");
    get().if_unmodified_since(future).send().await.expect("unmodified");

    let head = server.s3.head_object().bucket(BUCKET).key("a").if_none_match(&etag).send().await;
    assert_eq!(status(&head.expect_err("304")), 304);
    let modified = get().send().await.expect("get").last_modified.expect("a date");
    assert_eq!(status(&get().if_modified_since(modified).send().await.expect_err("304")), 304);
}

#[tokio::test]
async fn a_presigned_url_can_name_the_download() {
    let server = Server::start().await;
    server.put("a", sample(10, 0)).await;
    let get = server.s3.get_object().bucket(BUCKET).key("a").response_content_type("video/mp4");
    let get = get.response_content_disposition("attachment; filename=\"talk.mp4\"");
    let url = get.presigned(expires_in(60)).await.expect("a URL").uri().to_owned();
    let got = reqwest::get(url).await.expect("a response");
    assert_eq!(got.status(), 200);
    assert_eq!(got.headers()["content-disposition"], "attachment; filename=\"talk.mp4\"");
    assert_eq!(got.headers()["content-type"], "video/mp4");
    assert_eq!(got.headers()["accept-ranges"], "bytes");
}

#[tokio::test]
async fn if_range_serves_the_whole_of_a_changed_object() {
    let server = Server::start().await;
    let etag = server.put("a", sample(100, 0)).await;
    let url = server.s3.get_object().bucket(BUCKET).key("a").presigned(expires_in(60)).await.expect("a URL");
    let resume =
        |tag: String| reqwest::Client::new().get(url.uri()).header("range", "bytes=50-").header("if-range", tag).send();
    assert_eq!(resume(etag).await.expect("a response").status(), 206);
    let changed = resume("\"older\"".into()).await.expect("a response");
    assert_eq!((changed.status().as_u16(), changed.bytes().await.expect("body").len()), (200, 100));
}

#[tokio::test]
async fn a_reader_of_an_overwritten_object_finishes_the_old_one() {
    let server = Server::start().await;
    let (old, new) = (sample(8 * MIB, 1), sample(3 * MIB, 2));
    server.put("a", old.clone()).await;
    let reading = server.s3.get_object().bucket(BUCKET).key("a").send().await.expect("get");
    server.put("a", new.clone()).await;
    assert!(reading.body.collect().await.expect("the old body").to_vec() == old);
    assert!(server.get("a").await == new);
}

#[tokio::test]
async fn concurrent_puts_to_a_key_leave_one_whole_version() {
    let server = Server::start().await;
    let bodies: Vec<Vec<u8>> = (0..8).map(|seed| sample(MIB + seed * 1000, seed)).collect();
    let puts = bodies.iter().map(|body| server.put("videos/a", body.clone()));
    futures::future::join_all(puts).await;
    let left = server.get("videos/a").await;
    assert!(bodies.contains(&left));
    assert!(server.entries("tmp").is_empty());
}

#[tokio::test]
async fn if_none_match_star_creates_but_never_overwrites() {
    let server = Server::start().await;
    let create = |body: &'static [u8]| {
        let put = server.s3.put_object().bucket(BUCKET).key("once").if_none_match("*");
        put.body(ByteStream::from_static(body)).send()
    };
    create(b"first").await.expect("created");
    assert_eq!(code(create(b"second").await.expect_err("exists")), "PreconditionFailed");
    assert_eq!(server.get("once").await, b"first");
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let server = Server::start().await;
    let put = server.s3.put_object().bucket(BUCKET).key("a").presigned(expires_in(60)).await.expect("a URL");
    let chunks = [Ok(sample(MIB, 0)), Err(io::Error::other("cable pulled"))];
    let body = reqwest::Body::wrap_stream(futures::stream::iter(chunks));
    let sent = reqwest::Client::new().put(put.uri()).header("content-length", 2 * MIB).body(body).send().await;
    assert!(sent.is_err());
    for _ in 0..100 {
        if server.entries("tmp").is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(server.entries("tmp").is_empty());
    assert!(server.keys().await.is_empty());
}

#[tokio::test]
async fn a_body_that_does_not_match_its_md5_is_refused() {
    let server = Server::start().await;
    let put = server.s3.put_object().bucket(BUCKET).key("a").body(ByteStream::from_static(b"hello"));
    let error = put.content_md5("AAAAAAAAAAAAAAAAAAAAAA==").send().await.expect_err("wrong digest");
    assert_eq!(code(error), "BadDigest");
    assert!(server.keys().await.is_empty());
}

#[tokio::test]
async fn unsigned_requests_are_denied() {
    let server = Server::start().await;
    server.put("a", sample(10, 0)).await;
    let http = reqwest::Client::new();
    for path in ["recordings/a", "recordings", "recordings/", "recordings?list-type=2", "recordings/a?uploads"] {
        let url = format!("http://{}/{path}", server.address);
        let got = http.get(&url).send().await.expect("a response");
        assert_eq!(got.status(), 403, "GET {path}");
        assert!(got.text().await.expect("XML").contains("AccessDenied"));
        assert_eq!(http.put(&url).body("x").send().await.expect("a response").status(), 403, "PUT {path}");
        assert_eq!(http.delete(&url).send().await.expect("a response").status(), 403, "DELETE {path}");
    }
    assert_eq!(server.get("a").await, sample(10, 0));
}

#[tokio::test]
async fn forms_are_refused() {
    let server = Server::start().await;
    let form = "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\na\r\n--b\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhello\r\n--b--\r\n";
    let post = reqwest::Client::new().post(format!("http://{}/{BUCKET}", server.address)).body(form);
    let answer = post.header("content-type", "multipart/form-data; boundary=b").send().await.expect("a response");
    assert!(answer.status().is_client_error(), "{}", answer.status());
    assert!(server.keys().await.is_empty());
}

#[tokio::test]
async fn a_wrong_secret_or_an_unknown_key_is_denied() {
    let server = Server::start().await;
    server.put("a", sample(10, 0)).await;
    for (key, secret, expected) in [("key", "guess", "SignatureDoesNotMatch"), ("stranger", "secret", "NotSignedUp")] {
        let forger = client(server.address, key, secret);
        let error = forger.get_object().bucket(BUCKET).key("a").send().await.expect_err("denied");
        assert_eq!((status(&error), code(error)), (403, expected.into()));
    }
}

#[tokio::test]
async fn a_presigned_url_serves_one_key_and_one_method_until_it_expires() {
    let server = Server::start().await;
    server.put("a", sample(10, 0)).await;
    server.put("b", sample(10, 1)).await;
    let presign = |config| server.s3.get_object().bucket(BUCKET).key("a").presigned(config);
    let url = presign(expires_in(60)).await.expect("a URL").uri().to_owned();
    let http = reqwest::Client::new();
    assert_eq!(http.get(&url).send().await.expect("a response").status(), 200);
    assert_eq!(http.get(url.replace("/a?", "/b?")).send().await.expect("a response").status(), 403);
    assert_eq!(http.put(&url).body("x").send().await.expect("a response").status(), 403);

    let an_hour_ago = SystemTime::now() - Duration::from_secs(3600);
    let expired = PresigningConfig::builder().start_time(an_hour_ago).expires_in(Duration::from_secs(60));
    let expired = presign(expired.build().expect("a time in the past")).await.expect("a URL");
    let answer = http.get(expired.uri()).send().await.expect("a response");
    assert_eq!(answer.status(), 403);
    assert!(answer.text().await.expect("XML").contains("AccessDenied"));
}

#[tokio::test]
async fn keys_cannot_leave_the_bucket() {
    let server = Server::start().await;
    let too_long = "x".repeat(300);
    for (key, expected) in [
        ("../escape", "InvalidArgument"),
        ("a/../../escape", "InvalidArgument"),
        ("a/./b", "InvalidArgument"),
        ("a//b", "InvalidArgument"),
        ("folder/", "InvalidArgument"),
        ("nul\0byte", "InvalidArgument"),
        (too_long.as_str(), "KeyTooLongError"),
    ] {
        let put = server.s3.put_object().bucket(BUCKET).key(key).body(ByteStream::from_static(b"x"));
        let error = put.send().await.expect_err(key);
        assert_eq!((status(&error), code(error)), (400, expected.into()), "{key:?}");
    }
    assert!(server.keys().await.is_empty());
    assert!(server.entries("tmp").is_empty());
}

#[tokio::test]
async fn odd_but_honest_keys_are_kept_apart() {
    let server = Server::start().await;
    let keys = ["%2e%2e", "...", ".hidden", "A", "a", "a b", "a%2Fb", "a+b", "back\\..\\slash", "tilde~", "日本語"];
    for key in keys {
        server.put(key, key.as_bytes().to_vec()).await;
    }
    for key in keys {
        assert_eq!(server.get(key).await, key.as_bytes(), "{key}");
    }
    assert_eq!(server.keys().await, keys);
}

#[tokio::test]
async fn a_key_and_the_keys_below_it_do_not_collide() {
    let server = Server::start().await;
    for key in ["a", "a/b", "a/b/c", "a.o", "a.o/b"] {
        server.put(key, key.as_bytes().to_vec()).await;
    }
    assert_eq!(server.keys().await, ["a", "a.o", "a.o/b", "a/b", "a/b/c"]);
    server.s3.delete_object().bucket(BUCKET).key("a").send().await.expect("deleted");
    assert_eq!(server.get("a/b").await, b"a/b");
    assert_eq!(server.get("a/b/c").await, b"a/b/c");
}

#[tokio::test]
async fn a_multipart_upload_becomes_one_object() {
    let server = Server::start().await;
    let (one, two, three) = (sample(5 * MIB, 1), sample(6 * MIB + 17, 2), sample(1000, 3));
    let id = server.begin("videos/1/source").await;
    // Parts arrive in any order, and a part may be sent again.
    let third = server.part("videos/1/source", &id, 7, three.clone()).await;
    server.part("videos/1/source", &id, 1, three.clone()).await;
    let first = server.part("videos/1/source", &id, 1, one.clone()).await;
    let second = server.part("videos/1/source", &id, 2, two.clone()).await;
    assert!(server.keys().await.is_empty(), "nothing is visible before the end");

    let parts = [first, second, third];
    let etag = server.complete("videos/1/source", &id, &parts).await.expect("complete");
    assert!(etag.ends_with("-3\""), "{etag}");
    let head = server.s3.head_object().bucket(BUCKET).key("videos/1/source").send().await.expect("head");
    assert_eq!(head.content_type(), Some("video/mp4"));
    assert_eq!(head.e_tag(), Some(etag.as_str()));
    assert!(server.get("videos/1/source").await == [one, two, three].concat());
    assert!(server.entries("uploads").is_empty());
    assert!(server.entries("tmp").is_empty());

    let again = server.complete("videos/1/source", &id, &parts).await;
    assert_eq!(again, Ok(etag), "completing twice is completing once");
}

#[tokio::test]
async fn the_etag_of_a_multipart_object_is_the_one_s3_computes() {
    let server = Server::start().await;
    let id = server.begin("a").await;
    let part = server.part("a", &id, 1, b"hello".to_vec()).await;
    // printf hello | md5sum | xxd -r -p | md5sum
    let expected = "\"62109206880d38a4010a98e11243924a-1\"";
    assert_eq!(server.complete("a", &id, &[part]).await.as_deref(), Ok(expected));
}

#[tokio::test]
async fn concurrent_completions_agree() {
    let server = Server::start().await;
    let id = server.begin("a").await;
    let parts = [server.part("a", &id, 1, sample(5 * MIB, 1)).await, server.part("a", &id, 2, sample(10, 2)).await];
    let answers = futures::future::join_all((0..4).map(|_| server.complete("a", &id, &parts))).await;
    assert!(answers.iter().all(|answer| answer.is_ok() && *answer == answers[0]), "{answers:?}");
}

#[tokio::test]
async fn a_completion_retried_after_hanging_up_succeeds() {
    let server = Server::start().await;
    for patience in [1, 5, 10, 20] {
        let id = server.begin("a").await;
        let parts = [server.part("a", &id, 1, sample(9 * MIB, 1)).await, server.part("a", &id, 2, sample(10, 2)).await];
        let hung_up = tokio::time::timeout(Duration::from_millis(patience), server.complete("a", &id, &parts)).await;
        let retried = server.complete("a", &id, &parts).await;
        assert!(retried.is_ok(), "{retried:?} after {hung_up:?}");
    }
    assert!(server.entries("uploads").is_empty());
}

#[tokio::test]
async fn an_upload_resumes_from_the_parts_that_arrived() {
    let server = Server::start().await;
    let id = server.begin("a").await;
    for number in [3, 1, 2, 10] {
        server.part("a", &id, number, sample(5 * MIB, usize::try_from(number).expect("small"))).await;
    }
    let mut marker = None;
    let mut found = Vec::new();
    loop {
        let page = server.s3.list_parts().bucket(BUCKET).key("a").upload_id(&id).max_parts(3);
        let page = page.set_part_number_marker(marker.take()).send().await.expect("list parts");
        found.extend(page.parts().iter().cloned());
        if page.is_truncated() != Some(true) {
            break;
        }
        marker = page.next_part_number_marker;
    }
    assert_eq!(found.iter().filter_map(|part| part.part_number).collect::<Vec<_>>(), [1, 2, 3, 10]);
    assert!(found.iter().all(|part| part.size == Some(5 * MIB as i64)));

    let parts: Vec<_> = found
        .iter()
        .map(|part| CompletedPart::builder().set_part_number(part.part_number).set_e_tag(part.e_tag.clone()).build())
        .collect();
    server.complete("a", &id, &parts).await.expect("the listed ETags complete the upload");
    assert_eq!(server.get("a").await.len(), 20 * MIB);
}

#[tokio::test]
async fn an_aborted_upload_is_gone() {
    let server = Server::start().await;
    let id = server.begin("a").await;
    let part = server.part("a", &id, 1, sample(100, 1)).await;
    let abort = || server.s3.abort_multipart_upload().bucket(BUCKET).key("a").upload_id(&id).send();
    abort().await.expect("aborted");
    assert!(server.entries("uploads").is_empty());
    assert_eq!(server.complete("a", &id, &[part]).await, Err("NoSuchUpload".into()));
    assert_eq!(code(abort().await.expect_err("gone")), "NoSuchUpload");
    let late = server.s3.upload_part().bucket(BUCKET).key("a").upload_id(&id).part_number(2);
    assert_eq!(code(late.body(ByteStream::from_static(b"x")).send().await.expect_err("gone")), "NoSuchUpload");
    let listed = server.s3.list_parts().bucket(BUCKET).key("a").upload_id(&id).send().await;
    assert_eq!(code(listed.expect_err("gone")), "NoSuchUpload");
}

#[tokio::test]
async fn an_upload_belongs_to_its_key() {
    let server = Server::start().await;
    let id = server.begin("a").await;
    let part = server.s3.upload_part().bucket(BUCKET).key("b").upload_id(&id).part_number(1);
    let error = part.body(ByteStream::from_static(b"x")).send().await.expect_err("another key");
    assert_eq!(code(error), "NoSuchUpload");
    let error = server.s3.list_parts().bucket(BUCKET).key("a").upload_id("../../objects").send().await;
    assert_eq!(code(error.expect_err("not an id")), "NoSuchUpload");
}

#[tokio::test]
async fn incomplete_or_wrong_parts_do_not_make_an_object() {
    let server = Server::start().await;
    let id = server.begin("a").await;
    let small = server.part("a", &id, 1, sample(100, 1)).await;
    let large = server.part("a", &id, 2, sample(5 * MIB, 2)).await;
    let wrong = CompletedPart::builder().part_number(2).set_e_tag(small.e_tag.clone()).build();
    let missing = CompletedPart::builder().part_number(3).set_e_tag(small.e_tag.clone()).build();
    for (parts, expected) in [
        (vec![small.clone(), large.clone()], "EntityTooSmall"),
        (vec![large.clone(), small.clone()], "InvalidPartOrder"),
        (vec![large.clone(), large.clone()], "InvalidPartOrder"),
        (vec![wrong], "InvalidPart"),
        (vec![large.clone(), missing], "InvalidPart"),
        (vec![], "MalformedXML"),
    ] {
        assert_eq!(server.complete("a", &id, &parts).await, Err(expected.into()));
    }
    assert!(server.keys().await.is_empty());
    server.complete("a", &id, &[large]).await.expect("a refused completion spoils nothing");
}

#[tokio::test]
async fn uploads_in_progress_are_listed_by_key() {
    let server = Server::start().await;
    for key in ["videos/2", "videos/1", "other", "videos/3"] {
        server.begin(key).await;
    }
    let list = || server.s3.list_multipart_uploads().bucket(BUCKET).prefix("videos/");
    let keys = |uploads: &[aws_sdk_s3::types::MultipartUpload]| -> Vec<String> {
        uploads.iter().filter_map(|upload| upload.key.clone()).collect()
    };
    let first = list().max_uploads(2).send().await.expect("list");
    assert_eq!(keys(first.uploads()), ["videos/1", "videos/2"]);
    assert_eq!(first.is_truncated(), Some(true));
    assert!(first.uploads().iter().all(|upload| upload.initiated().is_some()));
    let rest = list().set_key_marker(first.next_key_marker).set_upload_id_marker(first.next_upload_id_marker);
    assert_eq!(keys(rest.send().await.expect("list").uploads()), ["videos/3"]);
}

#[tokio::test]
async fn listing_pages_through_keys_in_order() {
    let server = Server::start().await;
    let mut keys: Vec<String> = (0..25).map(|i| format!("v/{}/{i}", i % 4)).collect();
    keys.extend(["v-1", "v/1", "v0"].map(str::to_owned));
    for key in &keys {
        server.put(key, b"x".to_vec()).await;
    }
    keys.sort();
    let pages = server.s3.list_objects_v2().bucket(BUCKET).max_keys(4).into_paginator().send();
    let pages = pages.collect::<Result<Vec<_>, _>>().await.expect("all pages");
    assert_eq!(pages.len(), 7);
    let listed: Vec<String> = pages.iter().flat_map(|page| page.contents()).filter_map(|o| o.key.clone()).collect();
    assert_eq!(listed, keys);

    let after = server.s3.list_objects_v2().bucket(BUCKET).prefix("v/1/").start_after("v/1/17").send().await;
    let after = after.expect("list");
    let listed: Vec<&str> = after.contents().iter().filter_map(|object| object.key()).collect();
    assert_eq!(listed, ["v/1/21", "v/1/5", "v/1/9"]);
    assert_eq!((after.key_count(), after.is_truncated()), (Some(3), Some(false)));
}

#[tokio::test]
async fn a_delimiter_rolls_keys_up_into_prefixes() {
    let server = Server::start().await;
    for key in ["v/1/a", "v/1/b", "v/2/a", "v/index", "v/3/deep/er", "w"] {
        server.put(key, b"x".to_vec()).await;
    }
    let list = || server.s3.list_objects_v2().bucket(BUCKET).prefix("v/").delimiter("/");
    let all = list().send().await.expect("list");
    let prefixes: Vec<&str> = all.common_prefixes().iter().filter_map(|p| p.prefix()).collect();
    assert_eq!(prefixes, ["v/1/", "v/2/", "v/3/"]);
    assert_eq!(all.contents().iter().filter_map(|o| o.key()).collect::<Vec<_>>(), ["v/index"]);
    assert_eq!(all.key_count(), Some(4));

    let pages = list().max_keys(1).into_paginator().send().collect::<Result<Vec<_>, _>>().await.expect("all pages");
    let paged: Vec<&str> = pages.iter().flat_map(|page| page.common_prefixes()).filter_map(|p| p.prefix()).collect();
    assert_eq!((pages.len(), paged), (4, prefixes));

    let odd = server.s3.list_objects_v2().bucket(BUCKET).delimiter("/1/").send().await.expect("list");
    assert_eq!(odd.common_prefixes().iter().filter_map(|p| p.prefix()).collect::<Vec<_>>(), ["v/1/"]);
    assert_eq!(odd.contents().len(), 4);
}

#[tokio::test]
async fn listing_accepts_any_prefix() {
    let server = Server::start().await;
    server.put("videos/1/a", b"x".to_vec()).await;
    for (prefix, found) in
        [("", 1), ("vid", 1), ("videos/1/", 1), ("videos/1/a", 1), ("none/x", 0), ("a//b", 0), ("../", 0)]
    {
        let listed = server.s3.list_objects_v2().bucket(BUCKET).prefix(prefix).send().await.expect(prefix);
        assert_eq!(listed.contents().len(), found, "{prefix:?}");
    }
    let error = server.s3.list_objects_v2().bucket(BUCKET).continuation_token("?").send().await;
    assert_eq!(code(error.expect_err("not a token")), "InvalidArgument");
}

#[tokio::test]
async fn a_copy_has_the_content_and_either_set_of_headers() {
    let server = Server::start().await;
    let body = sample(MIB + 5, 4);
    let put = server.s3.put_object().bucket(BUCKET).key("a b/c").content_type("video/mp4").body(body.clone().into());
    put.send().await.expect("put");
    let copy = || server.s3.copy_object().bucket(BUCKET).copy_source("recordings/a%20b/c");
    copy().key("x/same").send().await.expect("copied");
    let replace = copy().key("x/new").metadata_directive(MetadataDirective::Replace).content_type("text/plain");
    replace.send().await.expect("copied");
    for (key, content_type) in [("x/same", "video/mp4"), ("x/new", "text/plain")] {
        let got = server.s3.get_object().bucket(BUCKET).key(key).send().await.expect("get");
        assert_eq!(got.content_type(), Some(content_type));
        assert!(got.body.collect().await.expect("body").to_vec() == body);
    }
    let missing = server.s3.copy_object().bucket(BUCKET).key("y").copy_source("recordings/nothing").send().await;
    assert_eq!(code(missing.expect_err("no source")), "NoSuchKey");
}

#[tokio::test]
async fn deleting_removes_empty_directories_and_nothing_else() {
    let server = Server::start().await;
    for key in ["a/b/c/1", "a/b/2"] {
        server.put(key, b"x".to_vec()).await;
    }
    let delete = |key: &'static str| server.s3.delete_object().bucket(BUCKET).key(key).send();
    delete("a/b/c/1").await.expect("deleted");
    assert_eq!(server.keys().await, ["a/b/2"]);
    assert_eq!(server.entries("objects").len(), 4, "the bucket, a, b and the object 2");
    delete("a/b/2").await.expect("deleted");
    delete("a/b/2").await.expect("deleting what is not there succeeds");
    assert_eq!(server.entries("objects").len(), 1, "only the bucket is left");
    server.s3.head_bucket().bucket(BUCKET).send().await.expect("the bucket is still there");
}

#[tokio::test]
async fn deleting_many_reports_the_keys_that_failed() {
    let server = Server::start().await;
    server.put("a/1", b"x".to_vec()).await;
    server.put("a/2", b"x".to_vec()).await;
    let objects = ["a/1", "a/2", "not there", "../bad"];
    let objects = objects.map(|key| ObjectIdentifier::builder().key(key).build().expect("a key"));
    let delete = Delete::builder().set_objects(Some(objects.to_vec())).build().expect("a list");
    let done = server.s3.delete_objects().bucket(BUCKET).delete(delete).send().await.expect("deleted");
    assert_eq!(done.deleted().iter().filter_map(|d| d.key()).collect::<Vec<_>>(), ["a/1", "a/2", "not there"]);
    assert_eq!(done.errors().iter().filter_map(|e| e.key()).collect::<Vec<_>>(), ["../bad"]);
    assert_eq!(server.entries("objects").len(), 1);
}

#[tokio::test]
async fn puts_and_deletes_in_one_directory_do_not_trip_over_each_other() {
    let server = Server::start().await;
    let rounds = (0..8).map(|n| {
        let server = &server;
        async move {
            let key = format!("shared/dir/{n}");
            for _ in 0..25 {
                server.put(&key, b"x".to_vec()).await;
                server.s3.delete_object().bucket(BUCKET).key(&key).send().await.expect("deleted");
            }
        }
    });
    futures::future::join_all(rounds).await;
    assert_eq!(server.entries("objects").len(), 1);
}

#[tokio::test]
async fn sweeping_ends_stale_uploads_and_spares_the_rest() {
    let server = Server::start().await;
    let id = server.begin("a").await;
    server.part("a", &id, 1, sample(100, 1)).await;
    let sweep = |age| server.store.sweep_stale_uploads(age);
    assert_eq!(sweep(Duration::from_secs(3600)).await.expect("swept"), 0);
    server.s3.list_parts().bucket(BUCKET).key("a").upload_id(&id).send().await.expect("still in progress");
    assert_eq!(sweep(Duration::ZERO).await.expect("swept"), 1);
    assert!(server.entries("uploads").is_empty());
    assert!(server.entries("tmp").is_empty());
}

#[tokio::test]
async fn opening_clears_old_temporary_files_only() {
    let root = TempDir::new().expect("a temporary directory");
    EmbeddedStore::open(root.path(), BUCKET).expect("a store");
    let (old, fresh) = (root.path().join("tmp/old"), root.path().join("tmp/fresh"));
    let file = std::fs::File::create(&old).expect("a file");
    file.set_modified(SystemTime::now() - Duration::from_secs(48 * 3600)).expect("a date");
    std::fs::write(&fresh, "another process is writing this").expect("a file");
    EmbeddedStore::open(root.path(), BUCKET).expect("the same store");
    assert!(!old.exists());
    assert!(fresh.exists());
}

#[tokio::test]
async fn a_store_needs_a_valid_bucket_name() {
    let root = TempDir::new().expect("a temporary directory");
    for bucket in ["", "..", "../up", "a/b", "UPPER"] {
        let refused = EmbeddedStore::open(root.path(), bucket).err().expect(bucket);
        assert_eq!(refused.kind(), io::ErrorKind::InvalidInput);
    }
}

#[tokio::test]
async fn objects_outlive_the_server() {
    let server = Server::start().await;
    server.put("a/b", b"kept".to_vec()).await;
    let reopened = EmbeddedStore::open(server.root.path(), BUCKET).expect("the same store");
    let app = router(reopened, BUCKET, "key", "secret", &[]);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("the port");
    tokio::spawn(async move { axum::serve(listener, app).await });
    let got = client(address, "key", "secret").get_object().bucket(BUCKET).key("a/b").send().await.expect("get");
    assert_eq!(got.body.collect().await.expect("body").to_vec(), b"kept");
}

#[tokio::test]
async fn scripts_of_the_application_may_upload_and_read() {
    let server = Server::start().await;
    let url = format!("http://{}/{BUCKET}/videos/1", server.address);
    let preflight = |origin: &'static str| {
        reqwest::Client::new()
            .request(reqwest::Method::OPTIONS, &url)
            .header("origin", origin)
            .header("access-control-request-method", "PUT")
            .header("access-control-request-headers", "content-type,x-amz-meta-a")
            .send()
    };
    let allowed = preflight(ORIGIN).await.expect("a response");
    assert_eq!(allowed.status(), 200);
    assert_eq!(allowed.headers()["access-control-allow-origin"], ORIGIN);
    assert_eq!(allowed.headers()["access-control-allow-headers"], "content-type,x-amz-meta-a");
    assert_eq!(allowed.headers()["access-control-max-age"], "3600");
    let methods = allowed.headers()["access-control-allow-methods"].to_str().expect("text");
    assert!(["GET", "HEAD", "PUT"].iter().all(|method| methods.contains(method)), "{methods}");
    let stranger = preflight("https://evil.example").await.expect("a response");
    assert!(!stranger.headers().contains_key("access-control-allow-origin"));

    let put = server.s3.put_object().bucket(BUCKET).key("videos/1").presigned(expires_in(60)).await.expect("a URL");
    let put = reqwest::Client::new().put(put.uri()).header("origin", ORIGIN).body("hello").send().await.expect("put");
    assert_eq!(put.status(), 200);
    let exposed = put.headers()["access-control-expose-headers"].to_str().expect("text").to_lowercase();
    for header in ["etag", "content-range", "content-length", "accept-ranges", "last-modified"] {
        assert!(exposed.contains(header), "{header} in {exposed}");
    }
    assert!(put.headers().contains_key("etag"));

    // A refusal must be readable by the script too: it decides whether to ask for a new URL.
    let denied = reqwest::Client::new().get(&url).header("origin", ORIGIN).send().await.expect("a response");
    assert_eq!(denied.status(), 403);
    assert_eq!(denied.headers()["access-control-allow-origin"], ORIGIN);
}
