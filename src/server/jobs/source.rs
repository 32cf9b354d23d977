//! The original on its way from the bucket into ffmpeg: through a pipe, so that the first segment waits for its own bytes
//! only, and nothing of the original lies on our disk.
//!
//! A pipe is read from front to end. Every kind of file can be; only an MP4 whose index lies behind its samples has to be
//! handed over in another order.

use super::{JobError, SOURCE_GONE};
use crate::server::{
    App,
    db::videos::VideoRow,
    faults,
    media::{
        self, FileKind, MediaError, SNIFF_LEN,
        boxes::Walk,
        hls::Arriving,
        index,
        pipe,
    },
    storage::{BucketError, Key},
    videos::{look_for_original, survey},
};
use std::{
    io::{ErrorKind, PipeWriter},
    ops::Range,
    sync::atomic::Ordering,
};
use tokio::{io::AsyncWriteExt, net::unix::pipe::Sender};

/// Times in a row that the bucket may break off without having sent anything.
const TRIES: u32 = 5;

/// An original that is there.
pub struct Source {
    key: Key,
    size: u64,
    pub kind: FileKind,
    /// Seconds between two key frames at most, where an index tells.
    pub longest_gap: Option<f64>,
    order: Vec<Piece>,
}

/// What is handed over next.
enum Piece {
    Bytes(Vec<u8>),
    /// Of the object.
    Range(Range<u64>),
}

impl Source {
    /// Looks at the original: is it the one that was uploaded, and in which order is it read?
    pub async fn open(app: &App, row: &VideoRow) -> Result<Self, JobError> {
        let key = row.source()?;
        let size = match app.bucket.head(&key).await {
            Err(BucketError::NotFound) => {
                // For the library to say so, too.
                let _ = look_for_original(app, row).await;
                return Err(gone());
            }
            head => head?.size,
        };
        if size != row.size_bytes as u64 {
            let sentence = "The original in the bucket is not the one that was uploaded. Upload it again.";
            return Err(MediaError::permanent("source_changed", sentence, format!("{size} bytes")).into());
        }
        let head = app.bucket.get_range(&key, 0..size.min(SNIFF_LEN as u64)).await?;
        let kind = media::sniff::sniff(&head);
        let (mut longest_gap, mut order) = (None, vec![Piece::Range(0..size)]);
        if kind == FileKind::Mp4 {
            let walk = survey::survey(app, &key, size, &head).await?;
            if let Some((range, first_sample)) = index_of(&walk) {
                let moov = app.bucket.get_range(&key, range.clone()).await?;
                longest_gap = index::longest_gap(&moov);
                order = match first_sample {
                    Some(first) => index_first(&moov, range, first, size)?,
                    // It is here already: megabytes of a long recording.
                    None => vec![Piece::Range(0..range.start), Piece::Bytes(moov), Piece::Range(range.end..size)],
                };
            }
        }
        faults::point("source:opened");
        Ok(Self { key, size, kind, longest_gap, order })
    }

    /// Sends all of it. Whoever reads may stop before the end.
    pub async fn feed(&self, app: &App, into: PipeWriter, arriving: &Arriving) -> Result<(), JobError> {
        pipe::resize(&into, pipe::WIDE);
        let mut into = Sender::from_owned_fd(into.into())?;
        for piece in &self.order {
            let done = match piece {
                Piece::Bytes(bytes) => into.write_all(bytes).await.map_err(BucketError::from),
                Piece::Range(range) => self.send(app, range.clone(), &mut into, arriving).await,
            };
            match done {
                Ok(()) => {}
                Err(BucketError::Io(error)) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
                Err(BucketError::NotFound) => return Err(gone()),
                Err(error) => return Err(error.into()),
            }
        }
        faults::point("source:fetched");
        Ok(())
    }

    /// The bucket is asked again from where a connection broke off.
    async fn send(&self, app: &App, range: Range<u64>, into: &mut Sender, arriving: &Arriving) -> Result<(), BucketError> {
        let (mut at, mut tries) = (range.start, 0);
        while at < range.end {
            let before = at;
            let counted = |bytes: u64| {
                let all = arriving.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
                if all >= self.size / 2 && all - bytes < self.size / 2 {
                    faults::point("source:half");
                }
            };
            let waiting = |now| arriving.waiting.store(now, Ordering::Relaxed);
            match app.bucket.copy_range(&self.key, &mut at, range.end, into, counted, waiting).await {
                Ok(()) => {}
                Err(error @ (BucketError::NotFound | BucketError::Io(_))) => return Err(error),
                Err(error) => {
                    tries = if at > before { 1 } else { tries + 1 };
                    if tries >= TRIES {
                        return Err(error);
                    }
                    tracing::warn!(%error, at, "the original broke off; going on from there");
                }
            }
        }
        arriving.waiting.store(false, Ordering::Relaxed);
        Ok(())
    }
}

/// Where the index lies, and where the first samples do when they lie before it. None in fragmented files, which keep an
/// index in each fragment.
fn index_of(walk: &Walk) -> Option<(Range<u64>, Option<u64>)> {
    let boxes = walk.boxes();
    if boxes.iter().any(|b| b.is(b"moof")) {
        return None;
    }
    let moov = boxes.iter().find(|b| b.is(b"moov"))?;
    let first = boxes.iter().find(|b| b.is(b"mdat")).filter(|mdat| mdat.offset < moov.offset);
    Some((moov.offset..moov.end(), first.map(|mdat| mdat.offset)))
}

/// What lies before the first samples, the index, the samples, the rest.
fn index_first(moov: &[u8], lies: Range<u64>, first: u64, size: u64) -> Result<Vec<Piece>, JobError> {
    let moving = first..lies.start;
    let moved = index::moved(moov, &moving, moov.len() as u64).ok_or_else(|| {
        MediaError::permanent(
            "odd_index",
            "The index of this MP4 is of a kind that cannot be read here. Save it once more with another program and upload it again.",
            "the index cannot be moved",
        )
    })?;
    Ok(vec![Piece::Range(0..first), Piece::Bytes(moved), Piece::Range(moving), Piece::Range(lies.end..size)])
}

fn gone() -> JobError {
    JobError::Permanent { code: "source_gone", message: SOURCE_GONE.into(), detail: "the bucket has no source object".into() }
}
