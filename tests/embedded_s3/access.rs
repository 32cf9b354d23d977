//! Who may: signatures, presigned URLs, keys that try to leave.

use super::*;

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
