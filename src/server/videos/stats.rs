//! The numbers of one video.

use super::owned;
use crate::{
    model::{StreamStatus, VideoId, VideoStats, Viewer},
    server::{App, Result, db::videos::VideoRow},
};

pub async fn stats(app: &App, viewer: &Viewer, id: VideoId) -> Result<VideoStats> {
    Ok(stats_of(owned(app, viewer, id).await?))
}

/// What the row knows.
pub fn stats_of(row: VideoRow) -> VideoStats {
    VideoStats {
        duration_ms: row.duration_ms,
        container: row.container,
        video_codec: row.video_codec,
        audio_codec: row.audio_codec,
        width: row.width,
        height: row.height,
        source_bytes: row.size_bytes,
        hls_bytes: row.hls_bytes,
        segments: row.hls_segments,
        reason: row.hls_reason,
        playable_after_ms: row.hls_playable_at.zip(row.hls_requested_at).map(|(at, asked)| (at - asked).max(0)),
        generation_ms: row.hls_generated_at.zip(row.hls_requested_at).map(|(done, asked)| (done - asked).max(0)),
        generated_at: row.hls_generated_at,
        views: row.views,
    }
}

/// Somebody started to play it.
pub async fn record_view(app: &App, viewer: &Viewer, id: VideoId) -> Result<()> {
    let row = owned(app, viewer, id).await?;
    app.db.count_view(id).await?;
    app.db.was_watched(id, viewer.user_id).await?;
    // One that was made ready before there were storyboards.
    if row.status() == Some(StreamStatus::Ready) && row.width.is_some() {
        app.db.want_storyboard(id, viewer.user_id).await?;
    }
    Ok(())
}
