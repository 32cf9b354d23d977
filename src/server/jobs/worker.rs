//! Takes jobs off the queue, one at a time a worker, until the server stops.

use super::{JobError, collect_hls, generate_hls, lease, purge_video};
use crate::server::{App, clock::{millis, now_ms}, db::jobs::{JobKind, Lease}};
use futures::FutureExt;
use std::{panic::AssertUnwindSafe, time::{Duration, Instant}};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How often an idle worker looks for work that another process left: new leases expire and back-offs end at any time.
const POLL: Duration = Duration::from_secs(1);
/// A job that failed this often in passing ways is given up and the person told.
const MAX_ATTEMPTS: i64 = 5;
/// A job whose process died this often is not taken again: it may be what kills the process.
const MAX_CLAIMS: i64 = 10;
/// A disk without room is looked at again after this long, and waited for this long altogether.
const ROOM_DELAY: Duration = Duration::from_secs(10);
const ROOM_PATIENCE: Duration = Duration::from_secs(3600);

/// Starts the workers. They end when the server shuts down, handing their jobs back.
pub fn start(app: &App) -> TaskTracker {
    let workers = TaskTracker::new();
    for _ in 0..app.config.workers {
        workers.spawn(run(app.clone()));
    }
    workers.close();
    workers
}

async fn run(app: App) {
    while !app.shutdown.is_cancelled() {
        match app.db.claim_job(app.config.lease).await {
            Ok(Some(lease)) => work(&app, lease).await,
            Ok(None) => idle(&app, POLL).await,
            Err(error) => {
                tracing::warn!(%error, "the queue does not answer");
                idle(&app, POLL).await;
            }
        }
    }
}

async fn idle(app: &App, time: Duration) {
    tokio::select! {
        () = app.shutdown.cancelled() => {}
        () = app.work.notified() => {}
        () = tokio::time::sleep(time) => {}
    }
}

/// One job from claim to end.
async fn work(app: &App, lease: Lease) {
    let (cancel, done) = (app.shutdown.child_token(), CancellationToken::new());
    let keeper = tokio::spawn(lease::keep(app.clone(), lease.clone(), cancel.clone(), done.clone()));
    app.running.add(lease.video_id, cancel.clone());
    let start = Instant::now();
    // A defect of ours ends one attempt, not the worker.
    let result = AssertUnwindSafe(attempt(app, &lease, &cancel)).catch_unwind().await.unwrap_or_else(|_| Err(panicked()));
    // Whatever stopped the work, a cancelled job writes nothing more.
    let result = if cancel.is_cancelled() && result.is_err() { Err(JobError::Abandoned) } else { result };
    done.cancel();
    let _ = keeper.await;
    app.running.remove(lease.video_id);
    if let Err(error) = settle(app, &lease, result, start.elapsed()).await {
        tracing::warn!(video = %lease.video_id, %error, "the end of a job could not be written; its lease will run out");
    }
}

async fn attempt(app: &App, lease: &Lease, cancel: &CancellationToken) -> Result<(), JobError> {
    match lease.kind {
        JobKind::GenerateHls if lease.attempts > MAX_CLAIMS => Err(gave_up(lease)),
        JobKind::GenerateHls => generate_hls::run(app, lease, cancel).await,
        JobKind::CollectHls => collect_hls::run(app, lease).await,
        JobKind::PurgeVideo => purge_video::run(app, lease).await,
    }
}

async fn settle(app: &App, lease: &Lease, result: Result<(), JobError>, took: Duration) -> sqlx::Result<()> {
    let (video, kind, ms) = (lease.video_id, lease.kind.as_str(), took.as_millis() as u64);
    match result {
        Ok(()) => app.db.finish_job(lease).await,
        Err(JobError::Abandoned) => {
            tracing::info!(%video, kind, ms, "job handed back");
            app.db.hand_back_job(lease, Duration::ZERO).await
        }
        Err(JobError::NoRoom { detail, .. }) if waited(app, lease).await? < millis(ROOM_PATIENCE) => {
            tracing::warn!(%video, detail, "no room on the disk; the job waits");
            app.db.hand_back_job(lease, ROOM_DELAY).await
        }
        // What clears up is never given up.
        Err(JobError::Transient { detail, .. }) if lease.attempts < MAX_ATTEMPTS || lease.kind != JobKind::GenerateHls => {
            let delay = back_off(lease.attempts);
            tracing::warn!(%video, kind, ms, attempt = lease.attempts, detail, retry_in_secs = delay.as_secs(), "job failed; it will be tried again");
            app.db.release_job(lease, delay).await
        }
        Err(JobError::Transient { message, detail }) => fail(app, lease, "temporary", &message, &detail, ms).await,
        Err(JobError::NoRoom { message, detail }) => fail(app, lease, "no_room", &message, &detail, ms).await,
        Err(JobError::Permanent { code, message, detail }) => fail(app, lease, code, &message, &detail, ms).await,
    }
}

/// Milliseconds since somebody asked for the stream.
async fn waited(app: &App, lease: &Lease) -> sqlx::Result<i64> {
    let row = app.db.video(lease.video_id).await?;
    Ok(row.and_then(|row| row.hls_requested_at).map_or(i64::MAX, |asked| now_ms() - asked))
}

async fn fail(app: &App, lease: &Lease, code: &str, message: &str, detail: &str, ms: u64) -> sqlx::Result<()> {
    tracing::warn!(video = %lease.video_id, kind = lease.kind.as_str(), ms, code, detail, "job failed");
    if !app.db.fail_stream(lease, code, message, app.config.lease * 2).await? {
        // Somebody else's by now, or deleted: what is left of the job goes with its lease.
        return app.db.finish_job(lease).await;
    }
    app.access.invalidate(&lease.video_id).await;
    Ok(())
}

/// 2, 4, 8 … seconds, five minutes at most.
fn back_off(attempts: i64) -> Duration {
    Duration::from_secs(1 << attempts.clamp(1, 8)).min(Duration::from_secs(300))
}

fn gave_up(lease: &Lease) -> JobError {
    JobError::Permanent {
        code: "gave_up",
        message: "Preparing this video was interrupted again and again. Try once more, or upload the recording again.".into(),
        detail: format!("claimed {} times", lease.attempts),
    }
}

fn panicked() -> JobError {
    JobError::Transient { message: "Something went wrong on our side while the video was prepared. Please try again.".into(), detail: "the job panicked".into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_up_to_five_minutes() {
        assert_eq!([1, 2, 3, 8, 60].map(|n| back_off(n).as_secs()), [2, 4, 8, 256, 256]);
    }
}
