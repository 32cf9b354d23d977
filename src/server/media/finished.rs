//! The segments that ffmpeg has finished so far: each read once from front to end, and found whole, before anybody gets it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

use super::error::MediaError;
use super::hls::{CutError, Order, RARE_KEY_FRAMES};
use super::opening::{self, Cut};
use super::plan::LONGEST_SEGMENT;
use super::segment::{self, Continuity, Damage, Scan};
use super::verify::{self, Flaw, Hls};
use super::{Segment, Track, ffmpeg};

pub struct Finished<'a> {
    order: &'a Order<'a>,
    /// Name → size and length, as ffmpeg has them.
    seen: BTreeMap<String, (u64, f64)>,
    pub bytes: u64,
    continuity: Continuity,
    /// Whether the last of them is whole to its end.
    end: Result<(), Damage>,
    /// How long its last frame may be shown: sound has frames all the time, a still picture may stand until the end.
    last_frame_s: f64,
    /// Where the first of them is parted.
    cut: Option<Cut>,
}

impl<'a> Finished<'a> {
    pub fn new(order: &'a Order<'a>) -> Self {
        let last_frame_s = if order.plan.sound == Track::None { LONGEST_SEGMENT } else { 1.0 };
        Self { order, seen: BTreeMap::new(), bytes: 0, continuity: Continuity::default(), end: Ok(()), last_frame_s, cut: None }
    }

    /// How many ffmpeg has listed.
    pub fn count(&self) -> usize {
        self.seen.len()
    }

    /// What was listed since the last look, in order, each read and found whole.
    pub async fn look(&mut self) -> Result<Vec<Segment>, CutError> {
        let list = verify::listed(&self.playlist().await?);
        let mut fresh = Vec::new();
        // A list only grows, so what is new is at its end.
        for (name, duration_s) in list.into_iter().skip(self.seen.len()) {
            let index = self.seen.len();
            let size = self.read(&name, duration_s).await?;
            self.seen.insert(name.clone(), (size, duration_s));
            self.bytes += size;
            fresh.extend(Segment { file: name.clone(), name, duration_s, size, start: 0 }.parted(index, self.cut));
        }
        Ok(fresh)
    }

    /// Reads a listed segment. Returns its size; 0 for what is not there, which the verification refuses.
    async fn read(&mut self, name: &str, duration_s: f64) -> Result<u64, CutError> {
        // A name that is not ours is never opened.
        let path = self.order.out.join(verify::name_of(self.seen.len()));
        let (continuity, first, last_frame_s) = (std::mem::take(&mut self.continuity), self.seen.is_empty(), self.last_frame_s);
        let reading = tokio::task::spawn_blocking(move || read_whole(&path, continuity, first, duration_s, last_frame_s));
        let read = reading.await.map_err(|error| MediaError::io("reading a segment", &std::io::Error::other(error)))?;
        let Some(found) = read.map_err(|unread| match unread {
            Unread::Io(error) => MediaError::io("reading a segment", &error),
            Unread::Damaged(damage) => Flaw::Damaged(name.to_owned(), damage).into(),
        })?
        else {
            return Ok(0);
        };
        (self.continuity, self.end) = (found.continuity, found.end);
        if first {
            self.cut = found.cut;
        }
        // What was handed on already cannot be taken back; where the first two are well cut the others are.
        if self.order.plan.picture == Track::Copy && (self.order.hold || self.seen.len() < 2) {
            // Longer at once: most of a recording with rare key frames need not be cut to know it.
            if duration_s > 2.0 * LONGEST_SEGMENT {
                return Err(CutError::CopyWillNotDo(RARE_KEY_FRAMES));
            }
            if !found.starts_with_idr {
                return Err(CutError::CopyWillNotDo("players could not jump to most of its key frames"));
            }
        }
        Ok(found.size)
    }

    async fn playlist(&self) -> Result<Vec<u8>, MediaError> {
        match tokio::fs::read(self.order.out.join(ffmpeg::PLAYLIST)).await {
            Ok(text) => Ok(text),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(e) => Err(MediaError::io("reading the playlist", &e)),
        }
    }

    /// All of it as ffmpeg cut it, or what is wrong. Files that were handed on may be gone by now: they count as they were seen.
    pub async fn verify(&self) -> Result<Hls, CutError> {
        if let Err(damage) = self.end {
            let last = verify::name_of(self.seen.len().saturating_sub(1));
            return Err(MediaError::from(Flaw::Damaged(last, damage)).into());
        }
        let mut files = folder(self.order.out).await.map_err(|e| MediaError::io("listing the output", &e))?;
        let listed: BTreeSet<&String> = self.seen.keys().collect();
        files.retain(|name, _| !listed.contains(name));
        files.extend(self.seen.iter().map(|(name, (size, _))| (name.clone(), *size)));
        Ok(verify::verify(&self.playlist().await?, &files, self.order.probe.expected_secs()).map_err(MediaError::from)?)
    }

    /// The same as people get it: with a short first segment, where there is one.
    pub fn parted(&self, hls: Hls) -> Hls {
        hls.parted(self.cut)
    }
}

/// What is in a segment that was read.
struct Found {
    size: u64,
    continuity: Continuity,
    end: Result<(), Damage>,
    starts_with_idr: bool,
    cut: Option<Cut>,
}

enum Unread {
    Io(std::io::Error),
    Damaged(Damage),
}

/// Reads a file from front to end, and no packet unread; none when it is not there. In one go on a thread that may wait: a
/// switch of threads for each piece cost more than looking at the packets.
fn read_whole(path: &Path, mut continuity: Continuity, first: bool, duration_s: f64, last_frame_s: f64) -> Result<Option<Found>, Unread> {
    let Ok(mut file) = std::fs::File::open(path) else { return Ok(None) };
    let (mut scan, mut size, mut chunk, mut opening) = (Scan::new(&mut continuity), 0, vec![0; segment::CHUNK], Vec::new());
    loop {
        let length = fill(&mut file, &mut chunk).map_err(Unread::Io)?;
        if length == 0 {
            break;
        }
        scan.push(&chunk[..length]).map_err(Unread::Damaged)?;
        size += length as u64;
        if first && opening.len() < opening::WINDOW {
            opening.extend_from_slice(&chunk[..length]);
        }
    }
    let (end, starts_with_idr) = (scan.check_end(duration_s, last_frame_s), scan.starts_with_idr());
    let cut = if starts_with_idr { opening::find(&opening, duration_s) } else { None };
    Ok(Some(Found { size, continuity, end, starts_with_idr, cut }))
}

/// Reads until the chunk is full or the file ends.
fn fill(file: &mut std::fs::File, chunk: &mut [u8]) -> std::io::Result<usize> {
    let mut length = 0;
    while length < chunk.len() {
        match file.read(&mut chunk[length..])? {
            0 => break,
            more => length += more,
        }
    }
    Ok(length)
}

/// Every entry of a folder with its size in bytes. What is not a plain file counts as empty, and so fails verification.
pub async fn folder(path: &Path) -> std::io::Result<BTreeMap<String, u64>> {
    let path = path.to_owned();
    let listing = tokio::task::spawn_blocking(move || {
        let mut sizes = BTreeMap::new();
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            // Deleted since it was listed: handed on and stored.
            let Ok(about) = entry.metadata() else { continue };
            let size = if about.is_file() { about.len() } else { 0 };
            sizes.insert(entry.file_name().to_string_lossy().into_owned(), size);
        }
        Ok(sizes)
    });
    listing.await.map_err(std::io::Error::other)?
}
