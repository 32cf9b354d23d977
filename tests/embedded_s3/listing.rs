//! Listing, copying and deleting.

use super::*;

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
    for (prefix, found) in [("", 1), ("vid", 1), ("videos/1/", 1), ("videos/1/a", 1), ("none/x", 0), ("a//b", 0), ("../", 0)] {
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
