//! Turns a stored recording into HLS: plan → feed, cut and publish → commit. Nothing of it touches our disk.
//!
//! Each attempt writes under a prefix of its own; only the commit makes one of them count, and what the others left is
//! removed.

use super::{
    JobError,
    publish::{Publication, Uploads, target},
    source::Source,
};
use crate::server::{
    App,
    db::{
        jobs::{JobKind, Lease},
        streams::FinishedStream,
        videos::VideoRow,
    },
    faults,
    media::{
        self, Hls, MediaError, Plan, Probe, Track,
        hls::{Arriving, CutError, Input, Order, RARE_KEY_FRAMES},
        plan::{LONGEST_SEGMENT, too_far_apart},
    },
    storage::key::{attempt_prefix, hls_prefix},
};
use futures::StreamExt;
use std::{
    sync::atomic::AtomicI64,
    time::{Duration, Instant},
};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// A server that shuts down has ten seconds for everything.
const CLEANUP_TIMEOUT: Duration = Duration::from_secs(5);
/// Finished segments that wait for a free connection to the bucket, within what may be in memory ([`media::hls`]); ffmpeg waits beyond that.
const BACKLOG: usize = 16;

pub async fn run(app: &App, lease: &Lease, cancel: &CancellationToken) -> Result<(), JobError> {
    let start = Instant::now();
    let Some(row) = current(app, lease).await? else { return Ok(()) };
    let probe = probe_of(&row)?;
    let mut plan = media::plan::plan(&probe).map_err(MediaError::from)?;
    let source = Source::open(app, &row).await?;
    let rare = source.longest_gap.is_some_and(too_far_apart).then_some(RARE_KEY_FRAMES);
    if let Some(because) = row.hls_copy_fails.as_deref().or(rare).filter(|_| plan.is_copy()) {
        plan = plan.converted(because);
    }
    faults::point("job:planned");
    let pale = probe.video.as_ref().is_some_and(|video| video.hdr && !app.tools.able.tone_maps);
    app.db.begin_stream(lease, plan.told(pale).as_deref()).await?;

    let job = Job { app, lease, source, probe };
    let hls = match job.make(&plan, cancel).await {
        Ok(hls) => hls,
        // What people see of the copy until then stays: a collector is due when the conversion is over.
        Err(Ended::CopyWillNotDo(because)) => return convert_instead(app, lease, because).await,
        Err(Ended::Job(error)) => {
            remove_attempt(app, lease).await;
            if matches!(error, JobError::Abandoned) {
                collect_later(app, lease).await;
            }
            return Err(error);
        }
    };
    faults::point("job:committed");
    if lease.attempts > 1 || row.hls_copy_fails.is_some() {
        remove_losers(app, lease).await;
    }
    faults::point("job:losers_removed");
    app.access.invalidate(&lease.video_id).await;
    let (segments, bytes, ms) = (hls.segments.len(), hls.total_bytes, start.elapsed().as_millis() as u64);
    tracing::info!(video = %lease.video_id, segments, bytes, ms, attempt = lease.attempts, reason = plan.reason, "stream ready");
    Ok(())
}

/// How an attempt ended without a stream.
enum Ended {
    CopyWillNotDo(&'static str),
    Job(JobError),
}

impl From<JobError> for Ended {
    fn from(error: JobError) -> Self {
        Self::Job(error)
    }
}

/// Ends this attempt and has another made, which is claimed at once. A copy that turned out bad may have been watched already, and
/// nothing that a playlist named may change: only a new attempt has a playlist of its own.
async fn convert_instead(app: &App, lease: &Lease, because: &'static str) -> Result<(), JobError> {
    faults::point("job:copy_failed");
    if app.db.convert_instead(lease, because).await? {
        tracing::info!(video = %lease.video_id, because, "not copied but converted");
        app.work.notify_one();
    }
    Ok(())
}

struct Job<'a> {
    app: &'a App,
    lease: &'a Lease,
    source: Source,
    probe: Probe,
}

impl Job<'_> {
    /// Feeds ffmpeg, stores what it cuts while it cuts the rest, and commits.
    async fn make(&self, plan: &Plan, cancel: &CancellationToken) -> Result<Hls, Ended> {
        let (app, lease) = (self.app, self.lease);
        let (made, arriving) = (AtomicI64::new(0), Arriving::default());
        let (send, coming) = mpsc::channel(BACKLOG);
        let (reader, writer) = std::io::pipe().map_err(JobError::from)?;
        let input = Input::Pipe { reader, arriving: &arriving };
        let order = Order { tools: &app.tools, kind: &self.source.kind, probe: &self.probe, plan };
        let gap = match plan.picture {
            Track::Copy => self.source.longest_gap.unwrap_or(LONGEST_SEGMENT),
            // What is converted has a key frame every two seconds, and sound can be cut anywhere.
            Track::Convert | Track::None => 0.0,
        };
        let publication = Publication { app, lease, made: &made, target: target(gap) };
        let mut uploads = Uploads::new();
        let feed = async { self.source.feed(app, writer, &arriving).await.map_err(Ended::Job) };
        let cut = async {
            media::hls::cut(&order, input, send, &made, cancel).await.map_err(|error| match error {
                CutError::Media(error) => Ended::Job(error.into()),
                CutError::CopyWillNotDo(because) => Ended::CopyWillNotDo(because),
            })
        };
        let publish = async {
            tokio::select! {
                () = cancel.cancelled() => Err(Ended::Job(JobError::Abandoned)),
                done = publication.run(coming, &mut uploads) => done.map_err(Ended::Job),
            }
        };
        let hls = match tokio::try_join!(cut, publish, feed) {
            Ok((hls, (), ())) => hls,
            Err(ended) => {
                if matches!(ended, Ended::Job(_)) && !cancel.is_cancelled() {
                    arrived(uploads).await;
                }
                return Err(ended);
            }
        };
        let playlist_key = publication.close(&hls).await?;
        let duration_ms = (hls.duration_s * 1000.0) as i64;
        let done =
            FinishedStream { playlist_key: &playlist_key, segments: hls.segments.len() as i64, bytes: hls.total_bytes as i64, duration_ms };
        match app.db.finish_stream(lease, &done, app.config.lease * 2).await.map_err(JobError::from)? {
            true => Ok(hls),
            false => Err(Ended::Job(JobError::Abandoned)),
        }
    }
}

/// The row, if this attempt is still the one that counts.
async fn current(app: &App, lease: &Lease) -> Result<Option<VideoRow>, JobError> {
    let row = app.db.video(lease.video_id).await?;
    Ok(row.filter(|row| row.hls_attempt.as_deref() == Some(lease.token.as_str()) && row.hls_status.as_deref() == Some("generating")))
}

pub(super) fn probe_of(row: &VideoRow) -> Result<Probe, JobError> {
    let stored = row.probe.as_deref().and_then(|json| serde_json::from_str(json).ok());
    stored.ok_or_else(|| JobError::Permanent {
        code: "no_probe",
        message: "This recording was never checked. Upload it again.".into(),
        detail: "the row has no readable probe".into(),
    })
}

/// Waits for what is on its way to the bucket: only what is there can be taken back.
async fn arrived(mut uploads: Uploads<'_>) {
    let all = async { while uploads.next().await.is_some() {} };
    // What comes later is a collector's.
    let _ = tokio::time::timeout(CLEANUP_TIMEOUT, all).await;
}

/// Takes back what this attempt stored. What stays is a collector's.
async fn remove_attempt(app: &App, lease: &Lease) {
    let prefix = attempt_prefix(lease.user_id, lease.video_id, &lease.token);
    match tokio::time::timeout(CLEANUP_TIMEOUT, app.bucket.delete_prefix(&prefix, None)).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!(video = %lease.video_id, %error, "a failed attempt's objects stay until they are collected"),
        Err(_) => tracing::warn!(video = %lease.video_id, "the bucket is slow; a failed attempt's objects stay until they are collected"),
    }
}

/// What was on its way to the bucket when this attempt was told to stop may arrive after everything was taken back.
async fn collect_later(app: &App, lease: &Lease) {
    let queued = app.db.enqueue_job(JobKind::CollectHls, lease.video_id, lease.user_id, app.config.lease * 2).await;
    if let Err(error) = queued {
        tracing::warn!(video = %lease.video_id, %error, "an abandoned attempt's objects may stay until the daily look");
    }
}

/// Removes what earlier attempts left, now that this one counts.
async fn remove_losers(app: &App, lease: &Lease) {
    let winner = attempt_prefix(lease.user_id, lease.video_id, &lease.token);
    match app.bucket.delete_prefix(&hls_prefix(lease.user_id, lease.video_id), Some(&winner)).await {
        Ok(0) => {}
        Ok(objects) => tracing::info!(video = %lease.video_id, objects, "left-overs of earlier attempts removed"),
        Err(error) => tracing::warn!(video = %lease.video_id, %error, "left-overs of earlier attempts stay until they are collected"),
    }
}
