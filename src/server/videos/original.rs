//! Is the uploaded file still in the bucket? Somebody may have cleaned up there.

use crate::server::{App, Result, db::videos::VideoRow, storage::BucketError};
use std::time::Duration;

/// How long somebody who clicked waits for the bucket to say so.
const PATIENCE: Duration = Duration::from_secs(10);

/// Looks, and remembers what was seen.
pub async fn look_for_original(app: &App, row: &VideoRow) -> Result<bool> {
    let video = row.id()?;
    let there = tokio::time::timeout(PATIENCE, is_there(app, row)).await.unwrap_or_else(|_| {
        let detail = "no answer in time".into();
        Err(BucketError::Failed { operation: "head_object", detail }.into())
    });
    let known = app.db.original_was_looked_for(video, there.as_ref().ok().copied()).await?;
    if known && matches!(there, Ok(false)) && row.source_gone_at.is_none() {
        tracing::error!(%video, "an original is gone from the bucket");
    }
    there
}

async fn is_there(app: &App, row: &VideoRow) -> Result<bool> {
    match app.bucket.head(&row.source()?).await {
        Ok(_) => Ok(true),
        // A bucket that is not there says the same of everything that was in it.
        Err(BucketError::NotFound) => Ok(app.bucket.check().await.map(|()| false)?),
        Err(error) => Err(error.into()),
    }
}
