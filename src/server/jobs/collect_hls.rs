//! Removes from the bucket what attempts left that do not count. Queued whenever an attempt ends, for a time when no other
//! can be writing any more, and tried until it succeeds.

use super::JobError;
use crate::{
    model::StreamStatus,
    server::{
        App,
        db::jobs::Lease,
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
    let counts = row.as_ref().and_then(|row| match row.status() {
        Some(StreamStatus::Ready | StreamStatus::Generating) => row.hls_attempt.as_deref(),
        Some(StreamStatus::Failed) | None => None,
    });
    if let Some(attempt) = counts {
        let keep = attempt_prefix(lease.user_id, lease.video_id, attempt);
        doomed.retain(|key| !key.starts_with(&keep));
    }
    if !doomed.is_empty() {
        let objects = app.bucket.delete_all(doomed).await?;
        tracing::info!(video = %lease.video_id, objects, "left-overs of attempts removed");
    }
    Ok(())
}
