//! The end of a recording, for good. What can be had back is in [`super::trash`].

use super::library::bounded;
use crate::{
    model::{AppError, VideoId, Viewer},
    server::{App, Result, db::videos::VideoRow, jobs::purge_video},
};
use std::time::{Duration, Instant};

/// Whoever deletes many recordings waits so long for the bucket. They are gone all the same; jobs clear what is left of their
/// objects.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// Ends a recording with everything made from it: the row at once, its running job within seconds, its objects right now if the
/// bucket answers, and by a job that does not give up if it does not, or if `until` is over. Tells whether it was there.
pub async fn erase(app: &App, row: &VideoRow, until: Option<Instant>) -> Result<bool> {
    let gone = app.db.delete_video(row.id()?, row.user_id()?, app.config.lease * 2).await?;
    if gone {
        clear(app, row, until).await?;
    }
    Ok(gone)
}

/// The same with an upload that was refused, or forgotten. Tells false, and ends nothing, where it has become a recording meanwhile.
pub async fn erase_upload(app: &App, row: &VideoRow) -> Result<bool> {
    let gone = app.db.delete_upload(row.id()?, row.user_id()?, app.config.lease * 2).await?;
    if gone {
        clear(app, row, None).await?;
    }
    Ok(gone)
}

/// What is left to do when the row is gone.
async fn clear(app: &App, row: &VideoRow, until: Option<Instant>) -> Result<()> {
    let (video, user) = (row.id()?, row.user_id()?);
    app.running.cancel(video);
    app.access.invalidate(&video).await;
    if let Some(upload_id) = &row.upload_id {
        app.bucket.abort_upload(&row.source()?.path(), upload_id).await.unwrap_or_else(|error| {
            tracing::warn!(%video, %error, "the upload could not be aborted now; the bucket's own sweep will");
        });
    }
    if until.is_none_or(|until| Instant::now() < until) {
        purge_video::now(app, video, user).await;
    }
    Ok(())
}

/// Deletes a recording for good, from the trash or not. Cancelling an upload is the same thing.
pub async fn delete(app: &App, viewer: &Viewer, id: VideoId) -> Result<()> {
    let row = app.db.video_even_trashed(id, viewer.user_id).await?.ok_or_else(AppError::forbidden)?;
    if !erase(app, &row, None).await? {
        return Err(AppError::forbidden().into());
    }
    tracing::info!(video = %id, "deleted");
    Ok(())
}

/// Deletes several for good: those of the list that are the viewer's.
pub async fn delete_many(app: &App, viewer: &Viewer, ids: &[VideoId]) -> Result<()> {
    let until = Some(Instant::now() + PATIENCE);
    for &id in bounded(ids)? {
        let Some(row) = app.db.video_even_trashed(id, viewer.user_id).await? else { continue };
        if erase(app, &row, until).await? {
            tracing::info!(video = %id, "deleted with others");
        }
    }
    Ok(())
}
