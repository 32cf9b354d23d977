//! The queue itself: what is claimed, in which order, and what is counted of a job. The tests play the workers.

use crate::support::{Backend, TestApp, clips, eventually};
use notetaker::{
    model::{UserId, VideoId},
    server::db::{
        Db,
        jobs::{JobKind, Lane, Lease},
    },
};
use std::time::Duration;

const LONG: Duration = Duration::from_secs(60);

/// A queue that nobody but the test works on, and a collector in it: of nobody's recording, whose left-overs nobody else asks about.
struct Queue {
    app: TestApp,
    db: Db,
    video: VideoId,
    user: UserId,
}

impl Queue {
    async fn of(mut app: TestApp) -> Self {
        app.without_workers().await;
        Self { db: app.db().await, app, video: VideoId(uuid::Uuid::new_v4()), user: UserId(uuid::Uuid::new_v4()) }
    }

    async fn ask(&self, delay: Duration) {
        self.db.enqueue_job(JobKind::CollectHls, self.video, self.user, delay).await.unwrap();
    }

    /// Takes it as soon as it is due.
    async fn taken(&self, life: Duration) -> Lease {
        eventually("it is due", || async { self.db.claim(Lane::Clearing, life).await.unwrap() }).await
    }

    async fn is_due(&self) -> bool {
        self.db.claim(Lane::Clearing, LONG).await.unwrap().is_some()
    }
}

crate::on_every_backend! {
    async fn a_worker_that_dies_or_stops_is_no_failure_of_its_job(app: TestApp) {
        let queue = Queue::of(app).await;
        queue.ask(Duration::ZERO).await;
        for _ in 0..4 {
            queue.taken(Duration::ZERO).await;
        }
        let lease = queue.taken(LONG).await;
        assert_eq!((lease.attempts, lease.failures), (5, 0));
        queue.db.hand_back_job(&lease, Duration::ZERO).await.unwrap();
        let lease = queue.taken(LONG).await;
        assert_eq!((lease.attempts, lease.failures), (5, 0));
        queue.db.release_job(&lease, Duration::ZERO).await.unwrap();
        let lease = queue.taken(LONG).await;
        assert_eq!((lease.attempts, lease.failures), (6, 1));
    }

    async fn a_job_without_room_waits_and_remembers_since_when(app: TestApp) {
        let queue = Queue::of(app).await;
        queue.ask(Duration::ZERO).await;
        queue.db.wait_for_room(&queue.taken(LONG).await, Duration::ZERO).await.unwrap();
        let first = queue.taken(LONG).await;
        assert_eq!((first.attempts, first.failures, first.starved_at.is_some()), (1, 0, true));
        queue.db.wait_for_room(&first, Duration::ZERO).await.unwrap();
        assert_eq!(queue.taken(LONG).await.starved_at, first.starved_at);
    }

    async fn of_a_job_that_is_asked_for_again_everything_is_counted_anew(app: TestApp) {
        let queue = Queue::of(app).await;
        queue.ask(Duration::ZERO).await;
        queue.db.release_job(&queue.taken(LONG).await, Duration::ZERO).await.unwrap();
        queue.db.wait_for_room(&queue.taken(LONG).await, Duration::ZERO).await.unwrap();
        queue.ask(Duration::ZERO).await;
        let lease = queue.taken(LONG).await;
        assert_eq!((lease.attempts, lease.failures, lease.starved_at), (1, 0, None));
    }

    async fn the_time_without_room_is_counted_from_the_first_lack_of_it(app: TestApp) {
        let queue = Queue::of(app).await;
        queue.ask(Duration::ZERO).await;
        let first = queue.taken(LONG).await;
        assert_eq!(first.starved_at, None);
        queue.db.wait_for_room(&first, Duration::ZERO).await.unwrap();
        let second = queue.taken(LONG).await;
        assert!(second.starved_at.is_some());
        tokio::time::sleep(Duration::from_millis(10)).await;
        queue.db.wait_for_room(&second, Duration::ZERO).await.unwrap();
        let third = queue.taken(LONG).await;
        assert_eq!((third.starved_at, third.attempts, third.failures), (second.starved_at, 1, 0));
    }

    async fn a_job_that_found_room_has_all_of_the_patience_again(app: TestApp) {
        let queue = Queue::of(app).await;
        queue.ask(Duration::ZERO).await;
        queue.db.wait_for_room(&queue.taken(LONG).await, Duration::ZERO).await.unwrap();
        queue.db.release_job(&queue.taken(LONG).await, Duration::ZERO).await.unwrap();
        let failed = queue.taken(LONG).await;
        assert_eq!(failed.starved_at, None, "it failed in another way");
        queue.db.wait_for_room(&failed, Duration::ZERO).await.unwrap();
        queue.db.hand_back_job(&queue.taken(LONG).await, Duration::ZERO).await.unwrap();
        let stopped = queue.taken(LONG).await;
        assert_eq!(stopped.starved_at, None, "it was worked on when the server stopped");
        queue.db.wait_for_room(&stopped, Duration::ZERO).await.unwrap();
        // It is being worked on, and then its worker dies.
        assert!(queue.db.heartbeat(&queue.taken(LONG).await, Duration::ZERO).await.unwrap());
        assert_eq!(queue.taken(LONG).await.starved_at, None, "it was worked on when the server died");
    }

    async fn a_collector_that_is_asked_for_while_it_runs_runs_once_more(app: TestApp) {
        let queue = Queue::of(app).await;
        queue.ask(Duration::ZERO).await;
        let first = queue.taken(LONG).await;
        queue.ask(LONG).await;
        queue.db.finish_job(&first).await.unwrap();
        assert_eq!(queue.db.count_jobs(JobKind::CollectHls).await.unwrap(), 1);
        assert!(!queue.is_due().await, "and not before it is wanted");
        queue.app.sql(&["UPDATE jobs SET run_after = 0"]).await;
        queue.db.finish_job(&queue.taken(LONG).await).await.unwrap();
        assert_eq!(queue.db.count_jobs(JobKind::CollectHls).await.unwrap(), 0, "nobody asked for a third");
    }

    async fn a_collector_that_outlasts_the_delay_of_the_next_does_not_do_its_work(app: TestApp) {
        let queue = Queue::of(app).await;
        queue.ask(Duration::ZERO).await;
        let slow = queue.taken(LONG).await;
        queue.ask(Duration::ZERO).await;
        queue.db.finish_job(&slow).await.unwrap();
        assert!(queue.is_due().await);
    }

    async fn a_worker_that_lost_its_job_ends_nothing_of_who_has_it_now(app: TestApp) {
        let queue = Queue::of(app).await;
        queue.ask(Duration::ZERO).await;
        let lost = queue.taken(Duration::ZERO).await;
        let holder = queue.taken(LONG).await;
        queue.ask(Duration::ZERO).await;
        queue.db.finish_job(&lost).await.unwrap();
        assert!(queue.db.heartbeat(&holder, LONG).await.unwrap());
    }

    async fn a_job_that_is_wanted_later_is_not_tried_again_before(app: TestApp) {
        let queue = Queue::of(app).await;
        queue.ask(Duration::ZERO).await;
        let failed = queue.taken(LONG).await;
        queue.ask(LONG).await;
        queue.db.release_job(&failed, Duration::ZERO).await.unwrap();
        assert!(!queue.is_due().await, "after a failure");
        queue.app.sql(&["UPDATE jobs SET run_after = 0"]).await;
        let stopped = queue.taken(LONG).await;
        queue.ask(LONG).await;
        queue.db.hand_back_job(&stopped, Duration::ZERO).await.unwrap();
        assert!(!queue.is_due().await, "after a stop of the server");
    }
}

#[tokio::test]
async fn people_take_turns() {
    let app = TestApp::start_with(Backend::LAPTOP, |config| config.workers = 0).await;
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
    let app = TestApp::start_with(Backend::LAPTOP, |config| config.workers = 0).await;
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
