//! Takes jobs off the queue, one at a time a worker, until the server stops.
//!
//! Beside the workers that viewers wait for, each lane of the background has one of its own: a talk of four hours that is
//! written down must keep nobody's seek bar from getting its pictures, and neither of them a first view. Nor must the clearing
//! up behind somebody who deletes everything.

use super::{JobError, collect_hls, find_scenes, generate_hls, lease, purge_video, storyboard, transcribe};
use crate::server::{
    App,
    clock::{millis, now_ms},
    db::jobs::{JobKind, Lane, Lease},
};
use futures::FutureExt;
use std::{
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How often an idle worker looks for work that another process left: new leases expire and back-offs end at any time.
const POLL: Duration = Duration::from_secs(1);
/// A job that failed this often in passing ways is given up and the person told.
const MAX_FAILURES: i64 = 5;
/// A job that was claimed this often is not worked on again: it may be what kills the process. All its failures fit in, and as many
/// deaths.
const MAX_CLAIMS: i64 = 2 * MAX_FAILURES;
/// A disk without room is looked at again after this long, and waited for this long from the first lack of it.
const ROOM_DELAY: Duration = Duration::from_secs(10);
const ROOM_PATIENCE: Duration = Duration::from_secs(3600);

/// Starts the workers. They end when the server shuts down, handing their jobs back.
pub fn start(app: &App) -> TaskTracker {
    let workers = TaskTracker::new();
    for _ in 0..app.config.workers {
        workers.spawn(run(app.clone(), Lane::Viewing));
    }
    if app.config.workers > 0 {
        for lane in [Lane::Pictures, Lane::Speech, Lane::Clearing] {
            workers.spawn(run(app.clone(), lane));
        }
    }
    workers.close();
    workers
}

async fn run(app: App, lane: Lane) {
    while !app.shutdown.is_cancelled() {
        match app.db.claim(lane, app.config.lease).await {
            Ok(Some(lease)) => work(&app, lease).await,
            Ok(None) => idle(&app, lane).await,
            Err(error) => {
                tracing::warn!(%error, "the queue does not answer");
                idle(&app, lane).await;
            }
        }
    }
}

async fn idle(app: &App, lane: Lane) {
    tokio::select! {
        () = app.shutdown.cancelled() => {}
        // One ring wakes one worker: it must be one that does what a viewer waits for.
        () = app.work.notified(), if lane == Lane::Viewing => {}
        () = tokio::time::sleep(POLL) => {}
    }
}

/// One job from claim to end.
async fn work(app: &App, lease: Lease) {
    let (cancel, done) = (app.shutdown.child_token(), CancellationToken::new());
    let keeper = tokio::spawn(lease::keep(app.clone(), lease.clone(), cancel.clone(), done.clone()));
    app.running.add(&lease, cancel.clone());
    let start = Instant::now();
    // A defect of ours ends one attempt, not the worker.
    let result = AssertUnwindSafe(attempt(app, &lease, &cancel)).catch_unwind().await.unwrap_or_else(|_| Err(panicked()));
    // Whatever stopped the work, a cancelled job writes nothing more.
    let result = if cancel.is_cancelled() && result.is_err() { Err(JobError::Abandoned) } else { result };
    done.cancel();
    let _ = keeper.await;
    app.running.remove(&lease);
    if let Err(error) = settle(app, &lease, result, start.elapsed()).await {
        tracing::warn!(video = %lease.video_id, %error, "the end of a job could not be written; its lease will run out");
    }
}

async fn attempt(app: &App, lease: &Lease, cancel: &CancellationToken) -> Result<(), JobError> {
    match lease.kind {
        kind if lease.attempts > MAX_CLAIMS && !clears_up(kind) => Err(gave_up(lease)),
        JobKind::GenerateHls => generate_hls::run(app, lease, cancel).await,
        JobKind::CollectHls => collect_hls::run(app, lease).await,
        JobKind::PurgeVideo => purge_video::run(app, lease).await,
        JobKind::Transcribe => transcribe::run(app, lease, cancel).await,
        JobKind::Storyboard => storyboard::run(app, lease, cancel).await,
        JobKind::FindScenes => find_scenes::run(app, lease, cancel).await,
    }
}

/// What clears up is never given up.
fn clears_up(kind: JobKind) -> bool {
    matches!(kind, JobKind::CollectHls | JobKind::PurgeVideo)
}

async fn settle(app: &App, lease: &Lease, result: Result<(), JobError>, took: Duration) -> sqlx::Result<()> {
    let (video, kind, ms) = (lease.video_id, lease.kind.as_str(), took.as_millis() as u64);
    match result {
        Ok(()) => app.db.finish_job(lease).await,
        Err(JobError::Abandoned) => {
            tracing::info!(%video, kind, ms, "job handed back");
            app.db.hand_back_job(lease, Duration::ZERO).await
        }
        Err(JobError::NoRoom { detail, .. }) if patient(lease.starved_at, now_ms()) => {
            tracing::warn!(%video, detail, "no room on the disk; the job waits");
            app.db.wait_for_room(lease, ROOM_DELAY).await
        }
        Err(JobError::Transient { detail, .. }) if worth_another(lease) => again(app, lease, Duration::ZERO, &detail, ms).await,
        Err(JobError::Later { after, detail, .. }) if worth_another(lease) => again(app, lease, after, &detail, ms).await,
        Err(JobError::Transient { message, detail } | JobError::Later { message, detail, .. }) => {
            fail(app, lease, "temporary", &message, &detail, ms).await
        }
        Err(JobError::NoRoom { message, detail }) => fail(app, lease, "no_room", &message, &detail, ms).await,
        Err(JobError::Permanent { code, message, detail }) => fail(app, lease, code, &message, &detail, ms).await,
    }
}

fn worth_another(lease: &Lease) -> bool {
    failures(lease) < MAX_FAILURES || clears_up(lease.kind)
}

/// The one that has just been met included. Deaths are none: a job is not to blame for a server that is killed.
fn failures(lease: &Lease) -> i64 {
    lease.failures + 1
}

/// After its back-off, and not before `after`.
async fn again(app: &App, lease: &Lease, after: Duration, detail: &str, ms: u64) -> sqlx::Result<()> {
    let (failures, delay) = (failures(lease), back_off(failures(lease)).max(after));
    let (video, kind, attempt, retry_in_secs) = (lease.video_id, lease.kind.as_str(), lease.attempts, delay.as_secs());
    tracing::warn!(%video, kind, ms, attempt, failures, detail, retry_in_secs, "job failed; it will be tried again");
    app.db.release_job(lease, delay).await
}

/// How long it has been in the queue tells nothing of the disk.
fn patient(starved_at: Option<i64>, now: i64) -> bool {
    starved_at.is_none_or(|since| now - since < millis(ROOM_PATIENCE))
}

async fn fail(app: &App, lease: &Lease, code: &str, message: &str, detail: &str, ms: u64) -> sqlx::Result<()> {
    tracing::warn!(video = %lease.video_id, kind = lease.kind.as_str(), ms, code, detail, "job failed");
    match lease.kind {
        JobKind::Transcribe => transcribe::failed(app, lease, code, message).await?,
        JobKind::Storyboard => storyboard::failed(app, lease, code, message).await?,
        JobKind::FindScenes => find_scenes::failed(app, lease, code, message).await?,
        _ if app.db.fail_stream(lease, code, message, app.config.lease * 2).await? => {
            app.access.invalidate(&lease.video_id).await;
            return Ok(());
        }
        // Somebody else's by now, or deleted.
        _ => {}
    }
    // What is left of the job goes with its lease.
    app.db.finish_job(lease).await
}

/// 2, 4, 8 … seconds, 256 at most.
fn back_off(failures: i64) -> Duration {
    Duration::from_secs(1 << failures.clamp(1, 8)).min(Duration::from_secs(300))
}

fn gave_up(lease: &Lease) -> JobError {
    JobError::Permanent {
        code: "gave_up",
        message: "Working on this video was interrupted again and again. Try once more, or upload the recording again.".into(),
        detail: format!("claimed {} times", lease.attempts),
    }
}

fn panicked() -> JobError {
    JobError::Transient {
        message: "Something went wrong on our side while the video was worked on. Please try again.".into(),
        detail: "the job panicked".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{UserId, VideoId};

    fn lease(kind: JobKind, attempts: i64, failures: i64) -> Lease {
        let (video_id, user_id) = (VideoId(uuid::Uuid::nil()), UserId(uuid::Uuid::nil()));
        Lease { job_id: String::new(), kind, video_id, user_id, token: String::new(), attempts, failures, starved_at: None }
    }

    #[test]
    fn a_job_is_tried_again_until_its_fifth_failure() {
        assert!(worth_another(&lease(JobKind::GenerateHls, 4, 3)));
        assert!(!worth_another(&lease(JobKind::GenerateHls, 5, 4)));
    }

    #[test]
    fn deaths_use_up_nothing_of_what_a_job_may_fail() {
        assert!(worth_another(&lease(JobKind::GenerateHls, MAX_CLAIMS, 0)));
    }

    #[test]
    fn what_clears_up_may_fail_for_ever() {
        assert!(worth_another(&lease(JobKind::CollectHls, 100, 99)));
    }

    #[test]
    fn an_hour_without_room_is_enough() {
        let now = 7_200_000;
        assert!(patient(None, now), "it has only begun");
        assert!(patient(Some(now - 3_599_999), now));
        assert!(!patient(Some(now - 3_600_000), now));
    }

    #[test]
    fn waiting_doubles_up_to_five_minutes() {
        assert_eq!([1, 2, 3, 8, 60].map(|n| back_off(n).as_secs()), [2, 4, 8, 256, 256]);
    }
}
