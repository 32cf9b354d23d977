//! Is everything there that a ready stream promises? Somebody may have cleaned up the bucket.

use crate::server::{
    App, Result,
    db::videos::VideoRow,
    storage::{Key, key::attempt_prefix},
};

/// Looks at the objects of a ready stream. When some are gone the stream is forgotten, so that the next view makes it
/// anew. Tells whether all of them are there.
pub async fn check(app: &App, row: &VideoRow) -> Result<bool> {
    let (video, user) = (row.id()?, row.user_id()?);
    let Some(attempt) = row.hls_attempt.clone() else { return Ok(true) };
    let sizes = app.bucket.sizes(&attempt_prefix(user, video, &attempt)).await?;
    let playlist = Key::Playlist { user, video, attempt: attempt.clone() }.path();
    let segments = sizes.iter().filter(|(key, size)| **key != playlist && **size > 0).count() as i64;
    if sizes.contains_key(&playlist) && Some(segments) == row.hls_segments {
        app.db.stream_was_seen(video).await?;
        return Ok(true);
    }
    lose(app, row, &attempt).await?;
    Ok(false)
}

/// Forgets a stream whose objects are not there.
pub async fn lose(app: &App, row: &VideoRow, attempt: &str) -> Result<()> {
    let video = row.id()?;
    if app.db.lose_stream(video, attempt).await? {
        tracing::error!(%video, attempt, "objects of a ready stream are gone from the bucket; the next view makes it again");
        app.access.invalidate(&video).await;
    }
    Ok(())
}
