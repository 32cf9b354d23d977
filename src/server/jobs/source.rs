//! Fetching the original for a job.

use super::JobError;
use crate::server::{
    App,
    db::videos::VideoRow,
    faults,
    media::{self, FileKind, MediaError, SNIFF_LEN},
    storage::{BucketError, Key},
};
use std::path::Path;
use tokio::io::AsyncReadExt;
use tokio_util::sync::CancellationToken;

/// Tries at fetching the original, which is one long download.
const TRIES: u32 = 5;

/// Downloads the original, whole, into `file`. The bucket is asked again from where a connection broke off.
pub async fn fetch(app: &App, row: &VideoRow, file: &Path, cancel: &CancellationToken) -> Result<FileKind, JobError> {
    let key = row.source()?;
    let size = size_of(app, row, &key).await?;
    let mut out = tokio::fs::File::create(file).await?;
    faults::point("source:opened");
    // Two stretches, so that a fault can be set between them.
    for until in [size / 2, size] {
        download(app, &key, until, &mut out, cancel).await?;
        faults::point(if until < size { "source:half" } else { "source:fetched" });
    }
    out.sync_data().await?;
    let mut head = vec![0; SNIFF_LEN.min(size as usize)];
    tokio::fs::File::open(file).await?.read_exact(&mut head).await?;
    Ok(media::sniff::sniff(&head))
}

/// The object's size, when it is the one that was uploaded.
async fn size_of(app: &App, row: &VideoRow, key: &Key) -> Result<u64, JobError> {
    let size = match app.bucket.head(key).await {
        Err(BucketError::NotFound) => return Err(gone()),
        head => head?.size,
    };
    if size != row.size_bytes as u64 {
        let sentence = "The original in the bucket is not the one that was uploaded. Upload it again.";
        return Err(MediaError::permanent("source_changed", sentence, format!("{size} bytes")).into());
    }
    Ok(size)
}

/// Goes on until `out` holds everything before `until`.
async fn download(app: &App, key: &Key, until: u64, out: &mut tokio::fs::File, cancel: &CancellationToken) -> Result<(), JobError> {
    for attempt in 1.. {
        // What the disk holds: a full one reports its last write only at the next, so bytes that were counted may be missing.
        let have = out.metadata().await?.len();
        if have >= until {
            return Ok(());
        }
        let fetched = tokio::select! {
            () = cancel.cancelled() => return Err(JobError::Abandoned),
            fetched = app.bucket.get_range_into(key, have..until, out) => fetched,
        };
        match fetched {
            Ok(_) => {}
            Err(BucketError::NotFound) => return Err(gone()),
            Err(BucketError::Io(error)) => return Err(MediaError::io("writing the original", &error).into()),
            Err(error) if attempt >= TRIES => return Err(error.into()),
            Err(error) => tracing::warn!(%error, attempt, have, "the original broke off; going on from there"),
        }
    }
    Ok(())
}

fn gone() -> JobError {
    JobError::Permanent {
        code: "source_gone",
        message: "The original is gone from the storage. Delete this recording and upload it again.".into(),
        detail: "the bucket has no source object".into(),
    }
}
