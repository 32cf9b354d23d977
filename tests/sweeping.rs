//! The daily look: what no row needs any more goes, and one row that cannot be looked after keeps no other from it.

use crate::support::{Backend, Person, TestApp, clips, eventually};
use notetaker::{
    model::VideoId,
    server::storage::{Key, key::ALL_VIDEOS},
};
use std::time::Duration;

/// Longer than any test.
const TODAY: Duration = Duration::from_secs(60);

/// SQLite's: ids can be made what no id is.
const PAST_FOREIGN_KEYS: &str = "PRAGMA foreign_keys = OFF";

/// Uploads that were begun; their ids.
async fn begun<const N: usize>(person: &Person, names: [&str; N]) -> Vec<String> {
    let mut ids = Vec::new();
    for name in names {
        let new = person.begin(name, 1000).await;
        ids.push(new["video"]["id"].as_str().unwrap().to_owned());
    }
    ids
}

crate::on_every_backend! {
    async fn uploads_that_nobody_ended_are_found_in_any_bucket(app: TestApp) {
        let ana = app.person("ana").await;
        begun(&ana, ["a.mp4", "b.mp4"]).await;
        let bucket = app.bucket();
        let old = async |age| bucket.uploads_older_than(ALL_VIDEOS, age).await.unwrap();
        assert_eq!(old(Duration::from_secs(3600)).await, []);
        // Some buckets count in whole seconds, and round up.
        let found = eventually("both are old", || async { Some(old(Duration::ZERO).await).filter(|found| found.len() == 2) }).await;
        for (key, upload_id) in found {
            bucket.abort_upload(&key, &upload_id).await.unwrap();
        }
        assert_eq!(old(Duration::ZERO).await, []);
    }

    async fn an_original_that_somebody_removed_is_missed_by_the_daily_look_until_it_is_back(app: TestApp) {
        let mut app = app;
        let ana = app.person("ana").await;
        let (id, kept) = (ana.upload(clips::clip()).await, ana.upload(clips::clip()).await);
        let (db, bucket) = (app.db().await, app.bucket());
        let row = db.video(id.parse().unwrap()).await.unwrap().unwrap();
        bucket.delete(&row.source().unwrap().path()).await.unwrap();
        let looked = async |app: &mut TestApp| {
            app.sql(&["UPDATE videos SET source_checked_at = 1"]).await;
            app.restart().await;
            eventually("both were looked for", || async { db.originals_to_check(TODAY, 10).await.unwrap().is_empty().then_some(()) }).await;
        };
        looked(&mut app).await;
        let gone = async |id: &str| ana.get(&format!("/api/videos/{id}")).await.json::<serde_json::Value>().await.unwrap()["video"]["original_gone"].clone();
        assert_eq!((gone(&id).await, gone(&kept).await), (true.into(), false.into()));
        let page = async |path: &str| ana.get(path).await.text().await.unwrap();
        assert!(page("/").await.contains("Original gone"));
        assert!(page(&format!("/videos/{id}")).await.contains("The original is gone from the storage."));
        // The page was a first view.
        assert_eq!(ana.stream_settled(&id).await.0, 500);
        bucket.put_file(&row.source().unwrap(), clips::clip()).await.unwrap();
        looked(&mut app).await;
        assert_eq!(gone(&id).await, serde_json::Value::from(false));
        assert!(!page("/").await.contains("Original gone"));
    }
}

#[tokio::test]
async fn objects_that_no_row_names_are_removed_by_the_daily_look() {
    let mut app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let (id, _) = ana.ready_stream(clips::clip()).await;
    let (db, bucket, video) = (app.db().await, app.bucket(), id.parse::<VideoId>().unwrap());
    eventually("every job is done", || async { (!db.has_jobs(video).await.unwrap()).then_some(()) }).await;
    let needed = bucket.list("videos/").await.unwrap();
    let user = db.video(video).await.unwrap().unwrap().user_id().unwrap();
    // As workers leave them that are killed before they can say so, or wake up too late.
    let attempt = || "dead".to_owned();
    for stray in [
        Key::Segment { user, video, attempt: attempt(), name: "segment0.ts".into() },
        Key::Storyboard { user, video, attempt: attempt(), sheet: 0 },
        Key::BetterPoster { user, video, attempt: attempt() },
    ] {
        bucket.put_bytes(&stray, vec![0x47; 188]).await.unwrap();
    }
    // One whose turn comes first, and that nobody can look after.
    let odd = begun(&ana, ["odd.mp4"]).await.remove(0);
    let odd = format!("UPDATE videos SET id = 'nonsense', hls_checked_at = -1 WHERE id = '{odd}'");
    app.sql(&[PAST_FOREIGN_KEYS, "UPDATE videos SET hls_status = 'ready', hls_checked_at = 0", &odd]).await;
    app.restart().await;
    eventually("they are gone, and nothing else", || async { (bucket.list("videos/").await.unwrap() == needed).then_some(()) }).await;
}

#[tokio::test]
async fn what_a_failed_stream_left_is_removed_by_the_daily_look() {
    let mut app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::cut_short()).await;
    assert_eq!(ana.stream_settled(&id).await.0, 500);
    let (db, bucket, video) = (app.db().await, app.bucket(), id.parse::<VideoId>().unwrap());
    eventually("its collector is done", || async { (!db.has_jobs(video).await.unwrap()).then_some(()) }).await;
    let kept = bucket.list("videos/").await.unwrap();
    let row = db.video(video).await.unwrap().unwrap();
    let (user, failed) = (row.user_id().unwrap(), row.hls_attempt.clone().unwrap());
    // Of the attempt that the row still names, and of one before.
    for attempt in [failed, "dead".to_owned()] {
        let stray = Key::Segment { user, video, attempt, name: "segment0.ts".into() };
        bucket.put_bytes(&stray, vec![0x47; 188]).await.unwrap();
    }
    app.restart().await;
    eventually("they are gone, and nothing else", || async { (bucket.list("videos/").await.unwrap() == kept).then_some(()) }).await;
    eventually("it is not looked at again today", || async { db.streams_to_check(TODAY, 10).await.unwrap().is_empty().then_some(()) })
        .await;
}

#[tokio::test]
async fn an_unfinished_upload_that_cannot_be_removed_keeps_no_other_from_it() {
    let mut app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let ids = begun(&ana, ["odd.mp4", "other.mp4"]).await;
    let odd = format!("UPDATE videos SET id = 'nonsense', created_at = -1 WHERE id = '{}'", ids[0]);
    app.sql(&[PAST_FOREIGN_KEYS, "UPDATE videos SET created_at = 0", &odd]).await;
    app.restart().await;
    let (db, other) = (app.db().await, ids[1].parse::<VideoId>().unwrap());
    eventually("the other is gone", || async { db.video(other).await.unwrap().is_none().then_some(()) }).await;
}

#[tokio::test]
async fn a_recording_in_the_trash_that_cannot_be_deleted_keeps_nothing_else_from_being_done() {
    let mut app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let ids = begun(&ana, ["odd.mp4", "other.mp4", "kept.mp4"]).await;
    let odd = format!("UPDATE videos SET id = 'nonsense', trashed_at = 1 WHERE id = '{}'", ids[0]);
    let other = format!("UPDATE videos SET trashed_at = 2 WHERE id = '{}'", ids[1]);
    let kept = format!("UPDATE videos SET indexed = 0 WHERE id = '{}'", ids[2]);
    app.sql(&[PAST_FOREIGN_KEYS, "UPDATE videos SET state = 'stored'", &odd, &other, &kept]).await;
    app.restart().await;
    let (db, other) = (app.db().await, ids[1].parse::<VideoId>().unwrap());
    eventually("the other is gone", || async { db.video(other).await.unwrap().is_none().then_some(()) }).await;
    // It is not tried for ever: the search comes after the trash.
    eventually("the search is filled", || async { db.videos_to_index(10).await.unwrap().is_empty().then_some(()) }).await;
}
