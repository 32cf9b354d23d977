//! Clears the bucket of a deleted video: original, poster, every attempt's HLS. Tried until it succeeds.

use super::JobError;
use crate::{
    model::{UserId, VideoId},
    server::{
        App,
        db::jobs::{JobKind, Lease},
        storage::key::video_prefix,
    },
};
use std::time::Duration;

/// How long a person who deletes waits for the bucket; after that the job goes on alone.
const PATIENCE: Duration = Duration::from_secs(10);

/// Removes whatever is left.
pub async fn run(app: &App, lease: &Lease) -> Result<(), JobError> {
    let objects = app.bucket.delete_prefix(&video_prefix(lease.user_id, lease.video_id), None).await?;
    if objects > 0 {
        tracing::info!(video = %lease.video_id, kind = JobKind::PurgeVideo.as_str(), objects, "bucket cleared");
    }
    Ok(())
}

/// Clears right away, so that the objects are gone when the person is told so. The queued job looks once more.
pub async fn now(app: &App, video: VideoId, user: UserId) {
    match tokio::time::timeout(PATIENCE, app.bucket.delete_prefix(&video_prefix(user, video), None)).await {
        Ok(Ok(objects)) => tracing::info!(video = %video, objects, "bucket cleared"),
        Ok(Err(error)) => tracing::warn!(video = %video, %error, "the bucket could not be cleared now; a job will"),
        Err(_) => tracing::warn!(video = %video, "the bucket is slow; a job clears it"),
    }
}
