//! Turns a stored recording into HLS: plan → fetch → cut → upload → commit.
//!
//! Each attempt writes under a prefix of its own; only the commit makes one of them count, and what the others left is
//! removed.

use super::JobError;
use crate::server::{
    App,
    db::{jobs::Lease, streams::Finished, videos::VideoRow},
    media::{self, FileKind, Hls, MediaError, Probe, SNIFF_LEN, ffmpeg::PLAYLIST},
    storage::{BucketError, Key, key::{attempt_prefix, hls_prefix}},
};
use futures::{StreamExt, TryStreamExt};
use std::{path::Path, time::{Duration, Instant}};
use tokio::io::AsyncReadExt;
use tokio_util::sync::CancellationToken;

/// Segments on their way to the bucket at once: enough to hide a round trip of 50 ms at 100 Mb/s.
const PARALLEL_UPLOADS: usize = 6;
/// A server that shuts down has ten seconds for everything.
const CLEANUP_TIMEOUT: Duration = Duration::from_secs(5);
/// Tries at fetching the original, which is one long download.
const FETCH_TRIES: u32 = 3;

pub async fn run(app: &App, lease: &Lease, cancel: &CancellationToken) -> Result<(), JobError> {
    let start = Instant::now();
    let Some(row) = current(app, lease).await? else { return Ok(()) };
    let probe = probe_of(&row)?;
    media::plan::plan(&probe).map_err(MediaError::from)?;
    let work = app.scratch.job_dir()?;

    let source = work.path().join("source");
    let kind = fetch(app, &row, &source, cancel).await?;
    let out = work.path().join("out");
    let hls = media::hls::copy_to_hls(&app.tools, &source, &kind, &probe, &out, cancel).await?;
    tokio::fs::remove_file(&source).await?;

    let outcome = match upload(app, lease, &out, &hls, cancel).await {
        Ok(playlist) => commit(app, lease, &hls, &playlist).await,
        Err(error) => Err(error),
    };
    if let Err(error) = outcome {
        remove_attempt(app, lease).await;
        return Err(error);
    }
    remove_losers(app, lease).await;
    app.access.invalidate(&lease.video_id).await;
    let (segments, bytes, ms) = (hls.segments.len(), hls.total_bytes, start.elapsed().as_millis() as u64);
    tracing::info!(video = %lease.video_id, segments, bytes, ms, attempt = lease.attempts, "stream ready");
    Ok(())
}

/// The row, if this attempt is still the one that counts.
async fn current(app: &App, lease: &Lease) -> Result<Option<VideoRow>, JobError> {
    let row = app.db.video(lease.video_id).await?;
    Ok(row.filter(|row| row.hls_attempt.as_deref() == Some(lease.token.as_str()) && row.hls_status.as_deref() == Some("generating")))
}

fn probe_of(row: &VideoRow) -> Result<Probe, JobError> {
    let stored = row.probe.as_deref().and_then(|json| serde_json::from_str(json).ok());
    stored.ok_or_else(|| JobError::Permanent {
        code: "no_probe",
        message: "This recording was never checked. Upload it again.".into(),
        detail: "the row has no readable probe".into(),
    })
}

/// Downloads the original, whole. The bucket is asked again from where a connection broke off.
async fn fetch(app: &App, row: &VideoRow, source: &Path, cancel: &CancellationToken) -> Result<FileKind, JobError> {
    let key = row.source()?;
    let size = match app.bucket.head(&key).await {
        Err(BucketError::NotFound) => return Err(source_gone()),
        head => head?.size,
    };
    if size != row.size_bytes as u64 {
        return Err(MediaError::permanent("source_changed", "The original in the bucket is not the one that was uploaded. Upload it again.", format!("{size} bytes")).into());
    }
    let mut file = tokio::fs::File::create(source).await?;
    for attempt in 1.. {
        let have = file.metadata().await?.len();
        let fetched = tokio::select! {
            () = cancel.cancelled() => return Err(JobError::Abandoned),
            fetched = app.bucket.get_range_into(&key, have..size, &mut file) => fetched,
        };
        match fetched {
            Ok(_) => break,
            Err(BucketError::NotFound) => return Err(source_gone()),
            Err(error) if attempt >= FETCH_TRIES => return Err(error.into()),
            Err(error) => tracing::warn!(video = %row.id, %error, attempt, "the original broke off; going on from there"),
        }
    }
    file.sync_data().await?;
    let mut head = vec![0; SNIFF_LEN.min(size as usize)];
    tokio::fs::File::open(source).await?.read_exact(&mut head).await?;
    Ok(media::sniff::sniff(&head))
}

fn source_gone() -> JobError {
    JobError::Permanent {
        code: "source_gone",
        message: "The original is gone from the storage. Delete this recording and upload it again.".into(),
        detail: "the bucket has no source object".into(),
    }
}

/// Segments in parallel, then the playlist: nobody can be pointed at a segment that is not there. Each size is
/// confirmed. Returns the playlist's key.
async fn upload(app: &App, lease: &Lease, out: &Path, hls: &Hls, cancel: &CancellationToken) -> Result<String, JobError> {
    let segments: Vec<_> = hls
        .segments
        .iter()
        .map(|part| {
            let name = part.name.clone();
            let file = out.join(&name);
            (Key::Segment { user: lease.user_id, video: lease.video_id, attempt: lease.token.clone(), name }, file, part.size)
        })
        .collect();
    let uploads = futures::stream::iter(segments)
        .map(|(key, file, size)| async move { put(app, &key, &file, size).await })
        .buffer_unordered(PARALLEL_UPLOADS)
        .try_collect::<()>();
    tokio::select! {
        () = cancel.cancelled() => return Err(JobError::Abandoned),
        done = uploads => done?,
    }
    let playlist = Key::Playlist { user: lease.user_id, video: lease.video_id, attempt: lease.token.clone() };
    let file = out.join(PLAYLIST);
    let size = tokio::fs::metadata(&file).await?.len();
    put(app, &playlist, &file, size).await?;
    Ok(playlist.path())
}

async fn put(app: &App, key: &Key, file: &Path, size: u64) -> Result<(), JobError> {
    app.bucket.put_file(key, file).await?;
    let stored = app.bucket.head(key).await?.size;
    if stored != size {
        return Err(BucketError::Failed { operation: "put_object", detail: format!("{stored} of {size} bytes were stored") }.into());
    }
    Ok(())
}

async fn commit(app: &App, lease: &Lease, hls: &Hls, playlist_key: &str) -> Result<(), JobError> {
    let done = Finished { playlist_key, segments: hls.segments.len() as i64, bytes: hls.total_bytes as i64 };
    if app.db.finish_stream(lease, &done).await? { Ok(()) } else { Err(JobError::Abandoned) }
}

/// Takes back what this attempt stored.
async fn remove_attempt(app: &App, lease: &Lease) {
    let prefix = attempt_prefix(lease.user_id, lease.video_id, &lease.token);
    match tokio::time::timeout(CLEANUP_TIMEOUT, app.bucket.delete_prefix(&prefix, None)).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!(video = %lease.video_id, %error, "a failed attempt's objects stay until one succeeds"),
        Err(_) => tracing::warn!(video = %lease.video_id, "the bucket is slow; a failed attempt's objects stay until one succeeds"),
    }
}

/// Removes what earlier attempts left, now that this one counts.
async fn remove_losers(app: &App, lease: &Lease) {
    let winner = attempt_prefix(lease.user_id, lease.video_id, &lease.token);
    match app.bucket.delete_prefix(&hls_prefix(lease.user_id, lease.video_id), Some(&winner)).await {
        Ok(0) => {}
        Ok(objects) => tracing::info!(video = %lease.video_id, objects, "left-overs of earlier attempts removed"),
        Err(error) => tracing::warn!(video = %lease.video_id, %error, "left-overs of earlier attempts could not be removed"),
    }
}
