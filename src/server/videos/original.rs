//! Is the uploaded file still in the bucket? Somebody may have cleaned up there.

use crate::server::{App, Result, db::videos::VideoRow, storage::BucketError};
use std::time::Duration;

/// How long somebody who clicked waits for the bucket to say so.
const PATIENCE: Duration = Duration::from_secs(10);

/// Looks, and remembers what was seen.
pub async fn look_for_original(app: &App, row: &VideoRow) -> Result<bool> {
    let (video, source) = (row.id()?, row.source()?);
    let there = match tokio::time::timeout(PATIENCE, app.bucket.head(&source)).await {
        Ok(Ok(_)) => true,
        Ok(Err(BucketError::NotFound)) => false,
        Ok(Err(error)) => return Err(error.into()),
        Err(_) => return Err(BucketError::Failed { operation: "head_object", detail: "no answer in time".into() }.into()),
    };
    app.db.original_was_looked_for(video, there).await?;
    if !there && row.source_gone_at.is_none() {
        tracing::error!(%video, "an original is gone from the bucket");
    }
    Ok(there)
}
