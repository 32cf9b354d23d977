//! Is the uploaded object a recording? Its size, its first bytes, its index and its streams are looked at without
//! fetching all of it; then it is kept with a poster, or refused with the reason and removed.

use super::{deletion::erase, survey::survey};
use crate::{
    model::{AppError, ErrorCode, Video, clock::bytes},
    server::{
        App, Error, Result,
        db::videos::VideoRow,
        media::{self, FileKind, MediaError, SNIFF_LEN, ranges},
        storage::{BucketError, Key},
    },
};
use std::{ops::Range, path::Path};
use tokio_util::sync::CancellationToken;

/// Takes a complete object as the recording of `row`, or refuses it: then row and object are gone.
pub async fn adopt(app: &App, row: &VideoRow, key: &Key) -> Result<Video> {
    let video = row.id()?;
    let started = std::time::Instant::now();
    match examine(app, row, key).await {
        Ok(stored) => {
            tracing::info!(video = %video, bytes = row.size_bytes, ms = started.elapsed().as_millis() as u64, "recording stored");
            Ok(stored)
        }
        Err(Refused::File(error)) => {
            tracing::info!(video = %video, code = error.code, detail = error.detail, "file refused");
            erase(app, row, None).await?;
            Err(AppError::new(ErrorCode::RefusedFile, error.message).into())
        }
        Err(Refused::NotNow(error)) => Err(error),
    }
}

/// Either the file is at fault, or we could not tell.
enum Refused {
    File(MediaError),
    NotNow(Error),
}

impl<E: Into<Error>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::NotNow(error.into())
    }
}

fn media_fault(error: MediaError) -> Refused {
    if error.transient { Refused::NotNow(Error::Other(anyhow::anyhow!("{}: {}", error.code, error.detail))) } else { Refused::File(error) }
}

async fn examine(app: &App, row: &VideoRow, key: &Key) -> Result<Video, Refused> {
    let size = match app.bucket.head(key).await {
        Err(BucketError::NotFound) => {
            return Err(AppError::new(ErrorCode::IncompleteUpload, "The file has not arrived in the bucket. Upload it again.").into());
        }
        head => head.map_err(Error::from)?.size,
    };
    if size != row.size_bytes as u64 {
        let sentence = format!("{} arrived, but the file has {}. Upload it again.", bytes(size as i64), bytes(row.size_bytes));
        return Err(Refused::File(MediaError::permanent("wrong_size", sentence, format!("{size} of {} bytes", row.size_bytes))));
    }
    let dir = app.scratch.job_dir().map_err(anyhow::Error::from)?;
    let source = dir.path().join("source");
    let kind = fetch_what_a_probe_needs(app, key, size, &source).await?;
    let cancel = app.shutdown.child_token();
    let probed = media::probe::probe(&app.tools, &source, &kind, &cancel).await;
    let mut probe = probed.map_err(|error| match error.code {
        // A probe takes a tenth of a second of its thirty.
        "killed" | "took_too_long" => Refused::File(MediaError::permanent(
            "too_much_work",
            "Reading this file takes far more work than any recording does.",
            error.detail,
        )),
        _ => media_fault(error),
    })?;
    probe.size_bytes = row.size_bytes;
    // What can never be streamed is told now, while the person is here.
    media::plan::plan(&probe).map_err(|refusal| Refused::File(refusal.into()))?;
    let video = row.id()?;
    let Some(stored) = app.db.store_video(video, &probe).await? else {
        // Another request was first; its answer is ours.
        let row = app.db.video(video).await?.ok_or_else(AppError::forbidden)?;
        return Ok(row.view()?);
    };
    if probe.video.is_none() {
        return Ok(stored.view()?);
    }
    match picture(app, row, &source, &kind, &probe, dir.path(), &cancel).await {
        Ok((poster, score)) => {
            app.db.set_poster(video, &poster, score).await?;
            let stored = VideoRow { poster_key: Some(poster), ..stored };
            Ok(stored.view()?)
        }
        Err(error) => {
            // A recording without a poster plays just as well.
            tracing::warn!(video = %video, %error, "no poster");
            Ok(stored.view()?)
        }
    }
}

/// Fetches head, index and the first seconds into a sparse file of the full size.
async fn fetch_what_a_probe_needs(app: &App, key: &Key, size: u64, source: &Path) -> Result<FileKind, Refused> {
    let head = app.bucket.get_range(key, 0..size.min(SNIFF_LEN as u64)).await.map_err(Error::from)?;
    let kind = media::sniff::sniff(&head);
    let wanted: Vec<Range<u64>> = match &kind {
        FileKind::Other(name) => return Err(Refused::File(MediaError::wrong_kind(name))),
        FileKind::Matroska { .. } | FileKind::TransportStream | FileKind::Sound(_) => ranges::head_and_tail(size),
        FileKind::Mp4 => {
            let walk = survey(app, key, size, &head).await.map_err(Error::from)?;
            if let Some(refusal) = walk.layout().refusal() {
                return Err(Refused::File(refusal));
            }
            ranges::ranges_to_fetch(walk.boxes(), size)
        }
    };
    let mut file = tokio::fs::File::create(source).await.map_err(anyhow::Error::from)?;
    file.set_len(size).await.map_err(anyhow::Error::from)?;
    for range in wanted {
        app.bucket.get_range_into(key, range, &mut file).await.map_err(Error::from)?;
    }
    Ok(kind)
}

/// Makes and stores the poster. Returns its key, and how much there is to see in it.
async fn picture(
    app: &App,
    row: &VideoRow,
    source: &Path,
    kind: &FileKind,
    probe: &media::Probe,
    dir: &Path,
    cancel: &CancellationToken,
) -> anyhow::Result<(String, i64)> {
    let poster = media::poster::poster(&app.tools, source, kind, probe, &dir.join("out"), cancel).await?;
    let key = Key::Poster { user: row.user_id()?, video: row.id()? };
    app.bucket.put_file(&key, &poster.file).await?;
    Ok((key.path(), poster.score))
}
