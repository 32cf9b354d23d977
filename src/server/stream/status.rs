//! The use case behind `GET /api/videos/{id}/stream` and `get_video_stream`: the first view starts the job.

use super::{access::Access, health};
use crate::{
    model::{AppError, ErrorCode, StreamProgress, StreamState, StreamStatus, VideoId, Viewer},
    server::{App, Result, clock::now_ms, db::videos::VideoRow, stream::grant::Grant, videos::owned},
};

/// Streams that one person may have waiting, and everybody together.
const MAX_WAITING: i64 = 100;
const MAX_QUEUE: i64 = 10_000;

/// The state of the stream; started by whoever looks first. A hundred viewers start one job: the claim is one
/// conditional UPDATE.
pub async fn status(app: &App, viewer: &Viewer, id: VideoId) -> Result<StreamState> {
    let row = owned(app, viewer, id).await?;
    if !row.is_stored() {
        return Err(AppError::new(ErrorCode::IncompleteUpload, "This recording is still being uploaded.").into());
    }
    if row.status().is_none() {
        room_in_the_queue(app, viewer).await?;
        if app.db.start_stream(id, viewer.user_id).await? {
            tracing::info!(video = %id, "first view: the stream will be made");
            app.work.notify_one();
        }
    }
    state(app, viewer, &row).await
}

/// Starts a failed stream again, and a ready one whose objects are gone. Any other is left as it is, and its state told.
pub async fn retry(app: &App, viewer: &Viewer, id: VideoId) -> Result<StreamState> {
    let row = owned(app, viewer, id).await?;
    room_in_the_queue(app, viewer).await?;
    match row.status() {
        // Somebody who presses "Retry" on a ready stream could not play it.
        Some(StreamStatus::Ready) => drop(health::check(app, &row).await?),
        _ if app.db.restart_stream(id, viewer.user_id).await? => {
            tracing::info!(video = %id, "retry: the stream will be made again");
            app.access.invalidate(&id).await;
            app.work.notify_one();
        }
        _ => {}
    }
    status(app, viewer, id).await
}

async fn room_in_the_queue(app: &App, viewer: &Viewer) -> Result<()> {
    let waiting = app.db.waiting(viewer.user_id).await?;
    if waiting.of_user >= MAX_WAITING {
        let sentence =
            format!("{MAX_WAITING} of your recordings are being prepared already. Open this one again when some of them are ready.");
        return Err(AppError::new(ErrorCode::TooManyRequests, sentence).into());
    }
    if waiting.of_all >= MAX_QUEUE {
        return Err(AppError::new(
            ErrorCode::Unavailable,
            "Very many recordings are being prepared right now. Please come back in a few minutes.",
        )
        .into());
    }
    Ok(())
}

async fn state(app: &App, viewer: &Viewer, row: &VideoRow) -> Result<StreamState> {
    if row.status() == Some(StreamStatus::Failed) {
        return Ok(StreamState::failed(row.hls_error_message.clone().unwrap_or_else(|| "The recording could not be prepared.".into())));
    }
    let now = now_ms();
    let (hls_url, lives) = match Access::of(row)?.attempt {
        None => (None, None),
        Some(attempt) => {
            let grant = Grant::issue(row.id()?, attempt, viewer, row.duration_ms, app.config.grant_ttl, now);
            (Some(format!("/hls/{}/playlist.m3u8", app.grants.seal(&grant)?)), Some(grant.lives_secs(now)))
        }
    };
    let state = match (row.status(), hls_url) {
        (Some(StreamStatus::Ready), Some(url)) => StreamState::ready(url),
        (_, hls_url) => {
            // Leases are renewed three times in their life: with less than half of one left, the worker missed its turn and may be
            // dead. Until somebody takes over, nobody knows how far it is.
            let quiet = app.db.stream_is_quiet(row.id()?, app.config.lease / 2).await?;
            StreamState::generating(hls_url, progress(row, now).map(|told| if quiet { told.without_pace() } else { told }))
        }
    };
    Ok(state.expiring_in(lives))
}

/// How far it is, once a worker has begun.
fn progress(row: &VideoRow, now_ms: i64) -> Option<StreamProgress> {
    let (started, made) = (row.hls_started_at?, row.hls_made_ms?);
    let whole = row.duration_ms.filter(|ms| *ms > 0);
    let left = whole.map(|whole| (whole - made).max(0));
    let took = (now_ms - started).max(0);
    Some(StreamProgress {
        percent: whole.map(|whole| (made * 100 / whole).clamp(0, 99) as u32),
        // Two seconds tell nothing about the pace yet.
        seconds_left: left.filter(|_| made > 0 && took > 2_000).map(|left| (left.saturating_mul(took) / made / 1_000) as u32),
        playable_ms: row.hls_playable_ms.unwrap_or(0),
        reason: row.hls_reason.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(duration_ms: Option<i64>, made: Option<i64>) -> VideoRow {
        VideoRow { duration_ms, hls_started_at: Some(0), hls_made_ms: made, hls_playable_ms: Some(12_000), ..VideoRow::default() }
    }

    #[test]
    fn the_time_left_is_told_from_the_pace_so_far() {
        let told = progress(&row(Some(100_000), Some(25_000)), 10_000).unwrap();
        assert_eq!((told.percent, told.seconds_left, told.playable_ms), (Some(25), Some(30), 12_000));
    }

    #[test]
    fn what_is_not_known_is_not_told() {
        assert_eq!(progress(&row(Some(100_000), None), 10_000), None);
        let told = progress(&row(None, Some(25_000)), 10_000).unwrap();
        assert_eq!((told.percent, told.seconds_left), (None, None));
        assert_eq!(progress(&row(Some(100_000), Some(0)), 10_000).unwrap().seconds_left, None);
        assert_eq!(progress(&row(Some(100_000), Some(250_000)), 10_000).unwrap().percent, Some(99));
    }
}
