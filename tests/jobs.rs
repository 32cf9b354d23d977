//! Leases: one worker at a time, takeover after a crash, and no write after a loss.

use crate::{
    deletion::job_dirs,
    support::{Backend, TestApp, clips, eventually},
};
use notetaker::{
    model::VideoId,
    server::{
        db::{jobs::Lease, streams::FinishedStream},
        storage::Key,
    },
};
use sqlx::Connection;
use std::{collections::HashSet, time::Duration};

const LONG: Duration = Duration::from_secs(60);

/// Streams that somebody is making.
pub async fn at_work(app: &TestApp) -> i64 {
    let mut database = sqlx::AnyConnection::connect(&app.config.database_url).await.unwrap();
    let leased = "SELECT COUNT(*) FROM jobs WHERE kind = 'generate_hls' AND lease_token IS NOT NULL";
    sqlx::query_scalar(leased).fetch_one(&mut database).await.unwrap()
}

crate::on_every_backend! {
    async fn a_job_of_a_dead_worker_is_taken_over_and_the_dead_cannot_commit(app: TestApp) {
        let mut app = app;
        app.without_workers().await;
        let ana = app.person("ana").await;
        let id = ana.upload(clips::clip()).await;
        assert_eq!(ana.stream(&id).await.0, 202);
        let db = app.db().await;
        // A worker claims it, and is never heard of again.
        let dead: Lease = db.claim_job(Duration::from_millis(1)).await.unwrap().unwrap();
        app.config.workers = 1;
        app.restart().await;
        let (status, _) = ana.stream_settled(&id).await;
        assert_eq!(status, 200);
        let late = FinishedStream { playlist_key: "nowhere", segments: 1, bytes: 1, duration_ms: 1 };
        assert!(!db.finish_stream(&dead, &late, LONG).await.unwrap(), "the dead worker's commit must not count");
        assert!(!db.fail_stream(&dead, "late", "late", LONG).await.unwrap());
        assert!(!db.heartbeat(&dead, LONG).await.unwrap());
        assert_eq!(ana.stream(&id).await.0, 200);
    }

    async fn whose_copy_will_not_do_has_the_next_turn_and_the_attempt_that_copied_writes_nothing_more(app: TestApp) {
        let mut app = app;
        app.without_workers().await;
        let (ana, ben) = (app.person("ana").await, app.person("ben").await);
        let id = ana.upload(clips::clip()).await;
        assert_eq!(ana.stream(&id).await.0, 202);
        let db = app.db().await;
        let copying: Lease = db.claim_job(LONG).await.unwrap().unwrap();
        let other = ben.upload(clips::clip()).await;
        assert_eq!(ben.stream(&other).await.0, 202);
        assert!(db.convert_instead(&copying, "it is a test").await.unwrap());
        let late = FinishedStream { playlist_key: "nowhere", segments: 1, bytes: 1, duration_ms: 1 };
        assert!(!db.finish_stream(&copying, &late, LONG).await.unwrap());
        assert!(!db.convert_instead(&copying, "too late").await.unwrap());
        let converting = db.claim_job(LONG).await.unwrap().unwrap();
        assert_eq!((converting.video_id.to_string(), converting.attempts, converting.failures), (id.clone(), 1, 0));
        assert_ne!(converting.token, copying.token, "what was shown of the copy cannot change");
        assert_eq!(db.video(converting.video_id).await.unwrap().unwrap().hls_copy_fails.as_deref(), Some("it is a test"));
        assert_eq!(db.claim_job(LONG).await.unwrap().unwrap().video_id.to_string(), other);
    }

    async fn a_copy_that_turns_out_bad_after_it_was_shown_is_converted_and_leaves_nothing(app: TestApp) {
        let ana = app.person("ana").await;
        let (id, url) = ana.ready_stream(clips::rare_in_the_middle()).await;
        let stats: serde_json::Value = ana.get(&format!("/api/videos/{id}/stats")).await.json().await.unwrap();
        let reason = stats.to_string();
        assert!(reason.contains("more than twelve seconds apart"), "{reason}");
        let playlist = ana.get(&url).await.text().await.unwrap();
        let lengths: f64 = playlist.lines().filter_map(|line| line.strip_prefix("#EXTINF:")?.strip_suffix(',')?.parse::<f64>().ok()).sum();
        assert!((lengths - 60.0).abs() < 0.5, "{playlist}");
        eventually("only the conversion is left", || async {
            let keys = app.bucket().list("videos/").await.unwrap();
            let attempts: HashSet<&str> = keys.iter().filter_map(|key| key.split_once("_hls/")?.1.split_once('/')).map(|(attempt, _)| attempt).collect();
            (attempts.len() == 1).then_some(())
        }).await;
    }

    async fn of_fifty_racing_workers_one_gets_the_job(app: TestApp) {
        let mut app = app;
        app.without_workers().await;
        let ana = app.person("ana").await;
        let id = ana.upload(clips::clip()).await;
        assert_eq!(ana.stream(&id).await.0, 202);
        let db = app.db().await;
        let claims = futures::future::join_all((0..50).map(|_| db.claim_job(LONG))).await;
        let won: HashSet<VideoId> = claims.into_iter().filter_map(|claim| claim.unwrap()).map(|lease| lease.video_id).collect();
        assert_eq!(won.len(), 1);
    }

    async fn a_server_that_stops_hands_its_job_to_the_next(app: TestApp) {
        let mut app = app;
        let ana = app.person("ana").await;
        let id = ana.upload(clips::large()).await;
        assert_eq!(ana.stream(&id).await.0, 202);
        let took = app.stop().await;
        assert!(took < Duration::from_secs(10), "{took:?}");
        assert_eq!(job_dirs(&app), 0, "no temporary files");
        app.restart().await;
        assert_eq!(ana.stream_settled(&id).await.0, 200);
        let attempts: HashSet<String> = app.bucket().list("videos/").await.unwrap().into_iter()
            .filter_map(|key| Some(key.split_once("_hls/")?.1.split_once('/')?.0.to_owned())).collect();
        assert_eq!(attempts.len(), 1, "one attempt's objects are left");
    }
}

#[tokio::test]
async fn a_collector_keeps_the_attempt_that_counts_and_removes_every_other() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let (id, _) = ana.ready_stream(clips::clip()).await;
    let bucket = app.bucket();
    let user = app.original().await.split('/').nth(1).unwrap().parse().unwrap();
    // As a worker that lost its lease leaves it, after the winner has looked.
    let stray = Key::Segment { user, video: id.parse().unwrap(), attempt: "dead".into(), name: "segment0.ts".into() };
    bucket.put_bytes(&stray, vec![0x47; 188]).await.unwrap();
    eventually("the stray object is gone", || async { (!bucket.list("videos/").await.unwrap().contains(&stray.path())).then_some(()) })
        .await;
    assert_eq!(ana.stream(&id).await.0, 200);
    assert_eq!(bucket.list("videos/").await.unwrap().iter().filter(|key| key.contains("_hls/")).count(), 6, "playlist and five segments");
}

#[tokio::test]
async fn left_overs_of_earlier_attempts_are_collected() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::clip()).await;
    let bucket = app.bucket();
    let user = app.original().await.split('/').nth(1).unwrap().parse().unwrap();
    let stray = Key::Segment { user, video: id.parse().unwrap(), attempt: "dead".into(), name: "segment0.ts".into() };
    bucket.put_bytes(&stray, vec![0x47; 188]).await.unwrap();
    assert_eq!(ana.stream_settled(&id).await.0, 200);
    eventually("the stray object is gone", || async { (!bucket.list("videos/").await.unwrap().contains(&stray.path())).then_some(()) })
        .await;
}
