//! Uploads in parts.

use super::*;

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
async fn an_etag_tells_contents_apart_and_cannot_be_taken_for_an_md5() {
    let server = Server::start().await;
    let (id, other) = (server.begin("a").await, server.begin("b").await);
    let part = server.part("a", &id, 1, b"hello".to_vec()).await;
    // printf hello | sha256sum, half of it
    assert_eq!(part.e_tag(), Some("\"2cf24dba5fb0a30e26e83b2ac5b9e29e-1\""));
    assert_eq!(server.put("c", b"hello".to_vec()).await, part.e_tag().expect("an ETag"), "the same content, however it came");
    let different = server.part("b", &other, 1, b"hallo".to_vec()).await;
    assert_ne!(server.complete("a", &id, &[part]).await, server.complete("b", &other, &[different]).await);
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

    let parts: Vec<_> =
        found.iter().map(|part| CompletedPart::builder().set_part_number(part.part_number).set_e_tag(part.e_tag.clone()).build()).collect();
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
