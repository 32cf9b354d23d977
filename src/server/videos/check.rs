//! Is the uploaded object a recording? Its size, its first bytes, its index and its streams are looked at without
//! fetching all of it; then it is kept with a poster, or refused with the reason and removed.

use super::{deletion::erase_upload, survey::survey};
use crate::{
    model::{AppError, ErrorCode, Video, clock::bytes},
    server::{
        App, Error, Result,
        db::videos::VideoRow,
        media::{
            self, FileKind, MediaError, SNIFF_LEN,
            fragments::{self, Length},
            ranges::{self, Fragmented},
        },
        storage::{BucketError, Key},
    },
};
use std::{io::SeekFrom, ops::Range, path::Path, time::Duration};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};
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
            if !erase_upload(app, row).await?
                && let Some(stored) = app.db.video(video).await?
            {
                // Another request was first and found it good; its answer is ours.
                return Ok(stored.view()?);
            }
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

/// An upload waits this long for its turn, and whoever sent it with it: each takes a second or two. Many a proxy gives up after 60.
const TURN: Duration = Duration::from_secs(30);

const BUSY: &str = "Many recordings arrived at the same time. Yours is kept; please try again in a moment.";
const NOT_NOW: &str = "The server could not look at this file just now. The file is kept; please try again in a moment.";

fn media_fault(error: MediaError) -> Refused {
    if !error.transient {
        return Refused::File(error);
    }
    tracing::warn!(code = error.code, detail = error.detail, "an upload could not be looked at");
    Refused::NotNow(AppError::new(ErrorCode::Unavailable, NOT_NOW).into())
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
    let _turn = turn(&app.examinations, TURN).await?;
    let dir = app.scratch.job_dir().map_err(anyhow::Error::from)?;
    let source = dir.path().join("source");
    let (kind, length) = fetch_what_a_probe_needs(app, key, size, &source).await?;
    let cancel = app.shutdown.child_token();
    let mut probe = media::probe::probe(&app.tools, &source, &kind, &cancel).await.map_err(media_fault)?;
    if let Some(length) = length {
        probe = probe.lasting(length);
    }
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

/// The right to fetch, to run ffprobe and ffmpeg: as many uploads have it at once as there are cores.
async fn turn(examinations: &Semaphore, patience: Duration) -> Result<SemaphorePermit<'_>> {
    match timeout(patience, examinations.acquire()).await {
        Ok(turn) => Ok(turn.map_err(anyhow::Error::from)?),
        Err(_) => Err(AppError::new(ErrorCode::Unavailable, BUSY).into()),
    }
}

/// Fetches head, index and the first seconds into a sparse file of the full size. Tells how long the recording is where a probe of
/// that could not.
async fn fetch_what_a_probe_needs(app: &App, key: &Key, size: u64, source: &Path) -> Result<(FileKind, Option<Length>), Refused> {
    let head = app.bucket.get_range(key, 0..size.min(SNIFF_LEN as u64)).await.map_err(Error::from)?;
    let kind = media::sniff::sniff(&head);
    let mut fragmented = None;
    let wanted: Vec<Range<u64>> = match &kind {
        FileKind::Other(name) => return Err(Refused::File(MediaError::wrong_kind(name))),
        FileKind::Matroska { .. } | FileKind::TransportStream | FileKind::Sound(_) => ranges::head_and_tail(size),
        FileKind::Mp4 => {
            let walk = survey(app, key, size, &head).await.map_err(Error::from)?;
            if let Some(refusal) = walk.layout().refusal() {
                return Err(Refused::File(refusal));
            }
            fragmented = ranges::fragmented(walk.boxes(), size);
            ranges::ranges_to_fetch(walk.boxes(), size)
        }
    };
    let created = File::options().read(true).write(true).create_new(true).open(source).await;
    let mut file = created.map_err(anyhow::Error::from)?;
    file.set_len(size).await.map_err(anyhow::Error::from)?;
    for range in wanted {
        app.bucket.get_range_into(key, range, &mut file).await.map_err(Error::from)?;
    }
    let length = match fragmented {
        Some(parts) => Some(length_of(app, key, size, parts, &mut file).await?),
        None => None,
    };
    Ok((kind, length))
}

/// How long a fragmented recording is whose beginning lies in `file`. There it ends with a whole fragment, or among samples, from
/// then on: half a fragment's index looks like damage.
async fn length_of(app: &App, key: &Key, size: u64, parts: Fragmented, file: &mut File) -> Result<Length, Refused> {
    let moov = read(file, &parts.index).await.map_err(anyhow::Error::from)?;
    let first = read(file, &parts.first).await.map_err(anyhow::Error::from)?;
    let after = size - parts.first.start;
    // Cut off and grown again it has a hole in that place.
    file.set_len(parts.first.start + fragments::kept(&first, after)).await.map_err(anyhow::Error::from)?;
    file.set_len(size).await.map_err(anyhow::Error::from)?;
    let last = app.bucket.get_range(key, parts.last).await.map_err(Error::from)?;
    // A few hundredths of a second of work.
    let found = tokio::task::spawn_blocking(move || fragments::length(&moov, &first, &last, after)).await;
    Ok(found.map_err(anyhow::Error::from)?)
}

async fn read(file: &mut File, range: &Range<u64>) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(range.start)).await?;
    file.take(range.end - range.start).read_to_end(&mut bytes).await?;
    Ok(bytes)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_upload_whose_turn_does_not_come_is_told_that_it_is_kept() {
        let examinations = Semaphore::new(1);
        let first = turn(&examinations, Duration::ZERO).await.unwrap();
        let Err(Error::App(refused)) = turn(&examinations, Duration::ZERO).await else { panic!("both at once") };
        assert_eq!((refused.code, refused.message.contains("is kept")), (ErrorCode::Unavailable, true));
        drop(first);
        let _second = turn(&examinations, Duration::ZERO).await.unwrap();
    }
}
