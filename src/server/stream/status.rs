//! The use case behind `GET /api/videos/{id}/stream` and `get_video_stream`: the first view starts the job.

use super::access::Access;
use crate::{
    model::{AppError, ErrorCode, StreamState, StreamStatus, VideoId, Viewer},
    server::{App, Result, clock::now_ms, db::videos::VideoRow, stream::grant::Grant, videos::owned},
};

/// The state of the stream; started by whoever looks first. A hundred viewers start one job: the claim is one
/// conditional UPDATE.
pub async fn status(app: &App, viewer: &Viewer, id: VideoId) -> Result<StreamState> {
    let row = owned(app, viewer, id).await?;
    if !row.is_stored() {
        return Err(AppError::new(ErrorCode::IncompleteUpload, "This recording is still being uploaded.").into());
    }
    if row.status().is_none() && app.db.start_stream(id, viewer.user_id).await? {
        tracing::info!(video = %id, "first view: the stream will be made");
        app.work.notify_one();
    }
    state(app, viewer, &row).await
}

/// Starts a failed stream again. Anything but a failed one is left as it is, and its state told.
pub async fn retry(app: &App, viewer: &Viewer, id: VideoId) -> Result<StreamState> {
    owned(app, viewer, id).await?;
    if app.db.restart_stream(id, viewer.user_id).await? {
        tracing::info!(video = %id, "retry: the stream will be made again");
        app.access.invalidate(&id).await;
        app.work.notify_one();
    }
    status(app, viewer, id).await
}

async fn state(app: &App, viewer: &Viewer, row: &VideoRow) -> Result<StreamState> {
    Ok(match (row.status(), Access::of(row)?) {
        (Some(StreamStatus::Ready), access) if access.attempt.is_some() => {
            let grant = Grant::issue(row.id()?, access.attempt.unwrap_or_default(), viewer, row.duration_ms, app.config.grant_ttl, now_ms());
            app.access.invalidate(&row.id()?).await;
            StreamState::ready(format!("/hls/{}/playlist.m3u8", app.grants.seal(&grant)?))
        }
        (Some(StreamStatus::Failed), _) => {
            StreamState::failed(row.hls_error_message.clone().unwrap_or_else(|| "The recording could not be prepared.".into()))
        }
        _ => StreamState::generating(),
    })
}
