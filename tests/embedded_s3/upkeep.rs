//! Opening, sweeping, and what outlives a process.

use super::*;

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
