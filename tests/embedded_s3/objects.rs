//! Objects: put, read, overwritten.

use super::*;

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
    assert_eq!(server.put("empty", Vec::new()).await, "\"e3b0c44298fc1c149afbf4c8996fb924-1\"");
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
    let resume = |tag: String| reqwest::Client::new().get(url.uri()).header("range", "bytes=50-").header("if-range", tag).send();
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
    // printf hello | md5sum | xxd -r -p | base64
    let put = server.s3.put_object().bucket(BUCKET).key("a").body(ByteStream::from_static(b"hello"));
    put.content_md5("XUFAKrxLKna5cZ2REBfFkg==").send().await.expect("the right one is taken");
}
