//! The two things a player asks for: the playlist from us, each segment by a redirect into the bucket.

use super::access::Allowed;
use crate::{
    model::AppError,
    server::{App, Result, storage::{BucketError, presign::Signed}},
};
use bytes::Bytes;

/// The playlist of a checked grant. Kept in memory: a committed attempt never changes.
pub async fn playlist(app: &App, allowed: &Allowed) -> Result<Bytes> {
    let key = allowed.playlist();
    let path = key.path();
    if let Some(body) = app.playlists.get(&path).await {
        return Ok(body);
    }
    let body = match app.bucket.get_bytes(&key).await {
        Ok(body) => Bytes::from(body),
        Err(BucketError::NotFound) => {
            tracing::error!(video = %allowed.video(), "a ready stream has no playlist in the bucket");
            return Err(AppError::forbidden().into());
        }
        Err(error) => return Err(error.into()),
    };
    app.playlists.insert(path, body.clone()).await;
    Ok(body)
}

/// Where a segment can be fetched right now. Signed at this moment, so nothing expires in mid-play.
pub async fn segment(app: &App, allowed: &Allowed, name: &str) -> Result<Signed> {
    Ok(app.bucket.presign_get(&allowed.segment(name), app.config.segment_url_ttl).await?)
}
