//! Removes from the bucket what attempts left that do not count. Queued whenever an attempt ends, for a time when no other
//! can be writing any more, and tried until it succeeds.

use super::JobError;
use crate::{
    model::StreamStatus,
    server::{
        App,
        db::{jobs::Lease, videos::VideoRow},
        faults,
        storage::key::{attempt_prefix, hls_prefix},
    },
};

pub async fn run(app: &App, lease: &Lease) -> Result<(), JobError> {
    // First the list, then the row: an attempt that begins in between has no object in the list, and one that ended in
    // between is the one the row names.
    let mut doomed = app.bucket.list(&hls_prefix(lease.user_id, lease.video_id)).await?;
    faults::point("collect:listed");
    let row = app.db.video(lease.video_id).await?;
    if let Some(attempt) = row.as_ref().and_then(counts) {
        let keep = attempt_prefix(lease.user_id, lease.video_id, attempt);
        doomed.retain(|key| !key.starts_with(&keep));
    }
    if !doomed.is_empty() {
        let objects = app.bucket.delete_all(doomed).await?;
        tracing::info!(video = %lease.video_id, objects, "left-overs of attempts removed");
    }
    Ok(())
}

/// The attempt whose objects are the stream, or become it. One that failed never does: another is made under another name.
pub(super) fn counts(row: &VideoRow) -> Option<&str> {
    match row.status() {
        Some(StreamStatus::Ready | StreamStatus::Generating) => row.hls_attempt.as_deref(),
        Some(StreamStatus::Failed) | None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(status: Option<&str>) -> VideoRow {
        VideoRow { hls_status: status.map(str::to_owned), hls_attempt: Some("a".into()), ..VideoRow::default() }
    }

    #[test]
    fn an_attempt_counts_while_it_is_made_and_when_it_is_ready() {
        assert_eq!(counts(&row(Some("generating"))), Some("a"));
        assert_eq!(counts(&row(Some("ready"))), Some("a"));
    }

    #[test]
    fn of_a_stream_that_failed_or_was_lost_no_attempt_counts() {
        assert_eq!(counts(&row(Some("failed"))), None);
        assert_eq!(counts(&row(None)), None);
    }
}
