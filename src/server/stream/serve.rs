//! The two things a player asks for: the playlist from us, each segment by a redirect into the bucket.

use super::{access::Allowed, health};
use crate::{
    model::AppError,
    server::{
        App, Result,
        storage::{BucketError, presign::Signed},
    },
};
use bytes::Bytes;

/// The playlist of a checked grant. Kept in memory once it is closed: then it never changes.
pub async fn playlist(app: &App, allowed: &Allowed) -> Result<Bytes> {
    let key = allowed.playlist();
    let path = key.path();
    if let Some(body) = app.playlists.get(&path).await {
        return Ok(body);
    }
    let body = match app.bucket.get_bytes(&key).await {
        Ok(body) => Bytes::from(body),
        Err(BucketError::NotFound) => {
            if let Some(row) = app.db.video(allowed.video()).await? {
                health::lose(app, &row, allowed.attempt()).await?;
            }
            return Err(AppError::forbidden().into());
        }
        Err(error) => return Err(error.into()),
    };
    if body.ends_with(b"#EXT-X-ENDLIST\n") {
        app.playlists.insert(path, body.clone()).await;
    }
    Ok(body)
}

/// Where a segment can be fetched right now. Signed at this moment, so nothing expires in mid-play.
pub async fn segment(app: &App, allowed: &Allowed, name: &str) -> Result<Signed> {
    Ok(app.bucket.presign_get(&allowed.segment(name), app.config.segment_url_ttl).await?)
}
