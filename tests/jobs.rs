//! Leases: one worker at a time, takeover after a crash, and no write after a loss.

use crate::{
    deletion::job_dirs,
    support::{Backend, Person, TestApp, clips, eventually},
};
use notetaker::{
    model::{UserId, VideoId},
    server::{
        db::{
            Db,
            jobs::{JobKind, Lane, Lease},
            streams::FinishedStream,
        },
        storage::Key,
    },
};
use sqlx::Connection;
use std::{collections::HashSet, time::Duration};

/// Nobody's workers, so that the test itself can play them.
async fn without_workers(app: &mut TestApp) {
    app.config.workers = 0;
    app.restart().await;
}

const LONG: Duration = Duration::from_secs(60);

/// What a collector is asked for of: nobody's recording, whose left-overs nobody else asks about.
type Asked = (VideoId, UserId);

fn nobodys() -> Asked {
    (VideoId(uuid::Uuid::new_v4()), UserId(uuid::Uuid::new_v4()))
}

async fn ask(db: &Db, (video, user): Asked, delay: Duration) {
    db.enqueue_job(JobKind::CollectHls, video, user, delay).await.unwrap();
}

/// Takes it as soon as it is due.
async fn taken(db: &Db, life: Duration) -> Lease {
    eventually("it is due", || async { db.claim(Lane::Clearing, life).await.unwrap() }).await
}

async fn is_due(db: &Db) -> bool {
    db.claim(Lane::Clearing, LONG).await.unwrap().is_some()
}

async fn starving(app: &TestApp) -> bool {
    let mut database = sqlx::AnyConnection::connect(&app.config.database_url).await.unwrap();
    let jobs: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM jobs WHERE starved_at IS NOT NULL").fetch_one(&mut database).await.unwrap();
    jobs > 0
}

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
    async fn a_job_of_a_dead_worker_is_taken_over_and_the_dead_cannot_commit(app: TestApp) {
        let mut app = app;
        without_workers(&mut app).await;
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

    async fn of_fifty_racing_workers_one_gets_the_job(app: TestApp) {
        let mut app = app;
        without_workers(&mut app).await;
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

    async fn a_worker_that_dies_or_stops_is_no_failure_of_its_job(app: TestApp) {
        let mut app = app;
        without_workers(&mut app).await;
        let db = app.db().await;
        ask(&db, nobodys(), Duration::ZERO).await;
        for _ in 0..4 {
            taken(&db, Duration::ZERO).await;
        }
        let lease = taken(&db, LONG).await;
        assert_eq!((lease.attempts, lease.failures), (5, 0));
        db.hand_back_job(&lease, Duration::ZERO).await.unwrap();
        let lease = taken(&db, LONG).await;
        assert_eq!((lease.attempts, lease.failures), (5, 0));
        db.release_job(&lease, Duration::ZERO).await.unwrap();
        let lease = taken(&db, LONG).await;
        assert_eq!((lease.attempts, lease.failures), (6, 1));
    }

    async fn of_a_job_that_is_asked_for_again_everything_is_counted_anew(app: TestApp) {
        let mut app = app;
        without_workers(&mut app).await;
        let (db, of) = (app.db().await, nobodys());
        ask(&db, of, Duration::ZERO).await;
        db.release_job(&taken(&db, LONG).await, Duration::ZERO).await.unwrap();
        db.wait_for_room(&taken(&db, LONG).await, Duration::ZERO).await.unwrap();
        ask(&db, of, Duration::ZERO).await;
        let lease = taken(&db, LONG).await;
        assert_eq!((lease.attempts, lease.failures, lease.starved_at), (1, 0, None));
    }

    async fn a_job_that_was_in_the_queue_for_long_waits_for_room_all_the_same(app: TestApp) {
        let mut app = app;
        without_workers(&mut app).await;
        let ana = app.person("ana").await;
        let id = ana.upload(clips::clip()).await;
        assert_eq!(ana.stream(&id).await.0, 202);
        let size = std::fs::metadata(clips::clip()).unwrap().len();
        let (told, larger_than_any_disk) = (format!(r#""size_bytes":{size},"#), r#""size_bytes":100000000000000000,"#);
        let grow = format!("UPDATE videos SET hls_requested_at = 1, probe = REPLACE(probe, '{told}', '{larger_than_any_disk}')");
        app.sql(&["UPDATE jobs SET created_at = 1", &grow]).await;
        app.config.workers = 1;
        app.restart().await;
        eventually("it waits for room", || async { starving(&app).await.then_some(()) }).await;
        assert_eq!(ana.stream(&id).await.0, 202);
        // More than an hour later.
        app.sql(&["UPDATE jobs SET starved_at = 1, run_after = 0 WHERE kind = 'generate_hls'"]).await;
        let (status, body) = ana.stream_settled(&id).await;
        assert_eq!(status, 500);
        assert!(body["error_message"].as_str().unwrap().contains("no room"), "{body}");
    }

    async fn the_time_without_room_is_counted_from_the_first_lack_of_it(app: TestApp) {
        let mut app = app;
        without_workers(&mut app).await;
        let db = app.db().await;
        ask(&db, nobodys(), Duration::ZERO).await;
        let first = taken(&db, LONG).await;
        assert_eq!(first.starved_at, None);
        db.wait_for_room(&first, Duration::ZERO).await.unwrap();
        let second = taken(&db, LONG).await;
        assert!(second.starved_at.is_some());
        tokio::time::sleep(Duration::from_millis(10)).await;
        db.wait_for_room(&second, Duration::ZERO).await.unwrap();
        let third = taken(&db, LONG).await;
        assert_eq!((third.starved_at, third.attempts, third.failures), (second.starved_at, 1, 0));
    }

    async fn a_job_that_found_room_has_all_of_the_patience_again(app: TestApp) {
        let mut app = app;
        without_workers(&mut app).await;
        let db = app.db().await;
        ask(&db, nobodys(), Duration::ZERO).await;
        db.wait_for_room(&taken(&db, LONG).await, Duration::ZERO).await.unwrap();
        db.release_job(&taken(&db, LONG).await, Duration::ZERO).await.unwrap();
        let failed = taken(&db, LONG).await;
        assert_eq!(failed.starved_at, None, "it failed in another way");
        db.wait_for_room(&failed, Duration::ZERO).await.unwrap();
        db.hand_back_job(&taken(&db, LONG).await, Duration::ZERO).await.unwrap();
        let stopped = taken(&db, LONG).await;
        assert_eq!(stopped.starved_at, None, "it was worked on when the server stopped");
        db.wait_for_room(&stopped, Duration::ZERO).await.unwrap();
        // It is being worked on, and then its worker dies.
        assert!(db.heartbeat(&taken(&db, LONG).await, Duration::ZERO).await.unwrap());
        assert_eq!(taken(&db, LONG).await.starved_at, None, "it was worked on when the server died");
    }

    async fn a_collector_that_is_asked_for_while_it_runs_runs_once_more(app: TestApp) {
        let mut app = app;
        without_workers(&mut app).await;
        let (db, of) = (app.db().await, nobodys());
        ask(&db, of, Duration::ZERO).await;
        let first = taken(&db, LONG).await;
        ask(&db, of, LONG).await;
        db.finish_job(&first).await.unwrap();
        assert_eq!(db.count_jobs(JobKind::CollectHls).await.unwrap(), 1);
        assert!(!is_due(&db).await, "and not before it is wanted");
        app.sql(&["UPDATE jobs SET run_after = 0"]).await;
        db.finish_job(&taken(&db, LONG).await).await.unwrap();
        assert_eq!(db.count_jobs(JobKind::CollectHls).await.unwrap(), 0, "nobody asked for a third");
    }

    async fn a_collector_that_outlasts_the_delay_of_the_next_does_not_do_its_work(app: TestApp) {
        let mut app = app;
        without_workers(&mut app).await;
        let (db, of) = (app.db().await, nobodys());
        ask(&db, of, Duration::ZERO).await;
        let slow = taken(&db, LONG).await;
        ask(&db, of, Duration::ZERO).await;
        db.finish_job(&slow).await.unwrap();
        assert!(is_due(&db).await);
    }

    async fn a_worker_that_lost_its_job_ends_nothing_of_who_has_it_now(app: TestApp) {
        let mut app = app;
        without_workers(&mut app).await;
        let (db, of) = (app.db().await, nobodys());
        ask(&db, of, Duration::ZERO).await;
        let lost = taken(&db, Duration::ZERO).await;
        let holder = taken(&db, LONG).await;
        ask(&db, of, Duration::ZERO).await;
        db.finish_job(&lost).await.unwrap();
        assert!(db.heartbeat(&holder, LONG).await.unwrap());
    }

    async fn a_job_that_is_wanted_later_is_not_tried_again_before(app: TestApp) {
        let mut app = app;
        without_workers(&mut app).await;
        let (db, of) = (app.db().await, nobodys());
        ask(&db, of, Duration::ZERO).await;
        let failed = taken(&db, LONG).await;
        ask(&db, of, LONG).await;
        db.release_job(&failed, Duration::ZERO).await.unwrap();
        assert!(!is_due(&db).await, "after a failure");
        app.sql(&["UPDATE jobs SET run_after = 0"]).await;
        let stopped = taken(&db, LONG).await;
        ask(&db, of, LONG).await;
        db.hand_back_job(&stopped, Duration::ZERO).await.unwrap();
        assert!(!is_due(&db).await, "after a stop of the server");
    }
}

#[tokio::test]
async fn people_take_turns() {
    let mut app = TestApp::start(Backend::LAPTOP).await;
    without_workers(&mut app).await;
    let (ana, ben) = (app.person("ana").await, app.person("ben").await);
    let db = app.db().await;
    let mut of_ana = Vec::new();
    for _ in 0..3 {
        of_ana.push(ana.upload(clips::clip()).await);
    }
    let of_ben = ben.upload(clips::clip()).await;
    for id in &of_ana {
        assert_eq!(ana.stream(id).await.0, 202);
    }
    assert_eq!(ben.stream(&of_ben).await.0, 202);
    let mut order = Vec::new();
    while let Some(lease) = db.claim_job(LONG).await.unwrap() {
        order.push(lease.video_id.to_string());
    }
    assert_eq!(order.len(), 4);
    assert_eq!(order[1], of_ben, "ben does not wait for all of ana's: {order:?}");
}

#[tokio::test]
async fn whoever_deletes_everything_keeps_nobody_waiting() {
    let mut app = TestApp::start(Backend::LAPTOP).await;
    without_workers(&mut app).await;
    let (ana, ben) = (app.person("ana").await, app.person("ben").await);
    let (of_ana, of_ben) = (ana.upload(clips::clip()).await, ben.upload(clips::clip()).await);
    let db = app.db().await;
    let user = db.video(of_ana.parse().unwrap()).await.unwrap().unwrap().user_id().unwrap();
    for kind in [JobKind::PurgeVideo, JobKind::CollectHls] {
        db.enqueue_job(kind, VideoId(uuid::Uuid::new_v4()), user, Duration::ZERO).await.unwrap();
    }
    assert_eq!(ben.stream(&of_ben).await.0, 202);
    let first = db.claim_job(LONG).await.unwrap().unwrap();
    assert_eq!((first.kind, first.video_id.to_string()), (JobKind::GenerateHls, of_ben));
    assert!(db.claim_job(LONG).await.unwrap().is_none(), "viewers' workers clear nothing up");
    for _ in 0..2 {
        assert!(db.claim(Lane::Clearing, LONG).await.unwrap().is_some(), "somebody does");
    }
}

#[tokio::test]
async fn what_somebody_clicked_for_comes_before_what_nobody_waits_for() {
    let app = TestApp::start_with(Backend::LAPTOP, |config| config.workers = 0).await;
    let ana = app.person("ana").await;
    let (db, id) = (app.db().await, ana.upload(clips::clip()).await);
    let user = db.video(id.parse().unwrap()).await.unwrap().unwrap().user_id().unwrap();
    for kind in [JobKind::Storyboard, JobKind::Storyboard, JobKind::FindScenes] {
        db.enqueue_job(kind, VideoId(uuid::Uuid::new_v4()), user, Duration::ZERO).await.unwrap();
    }
    let mut order = Vec::new();
    while let Some(lease) = db.claim(Lane::Pictures, LONG).await.unwrap() {
        order.push(lease.kind);
    }
    assert_eq!(order, [JobKind::FindScenes, JobKind::Storyboard, JobKind::Storyboard]);
}

#[tokio::test]
async fn a_collector_keeps_the_attempt_that_counts_and_removes_every_other() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let (id, _) = ana.ready_stream(clips::clip()).await;
    let bucket = app.bucket();
    let source = bucket.list("videos/").await.unwrap().into_iter().find(|key| key.ends_with(".mp4")).unwrap();
    let user = source.split('/').nth(1).unwrap().parse().unwrap();
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
    let source = bucket.list("videos/").await.unwrap().into_iter().find(|key| key.ends_with(".mp4")).unwrap();
    let user = source.split('/').nth(1).unwrap().parse().unwrap();
    let stray = Key::Segment { user, video: id.parse().unwrap(), attempt: "dead".into(), name: "segment0.ts".into() };
    bucket.put_bytes(&stray, vec![0x47; 188]).await.unwrap();
    assert_eq!(ana.stream_settled(&id).await.0, 200);
    eventually("the stray object is gone", || async { (!bucket.list("videos/").await.unwrap().contains(&stray.path())).then_some(()) })
        .await;
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
    eventually("it is not looked at again today", || async { db.streams_to_check(LONG, 10).await.unwrap().is_empty().then_some(()) }).await;
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
