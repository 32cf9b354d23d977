//! The segments that ffmpeg has finished so far: each read once from front to end, and found whole, before anybody gets it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::clock::{Clock, End};
use super::error::MediaError;
use super::hls::{CutError, Order, RARE_KEY_FRAMES};
use super::opening::{self, Cut};
use super::packets::{self, Continuity, Damage, Scan, Shown};
use super::plan::{LONGEST_SEGMENT, too_far_apart};
use super::segments::name_of;
use super::verify::{self, Flaw};
use super::{FileKind, Hls, Segment, Track, ffmpeg};

/// Up to this many bytes a segment is sent from memory: most are (ten minutes of meeting have 20 MB), and it is there already.
pub const IN_MEMORY: u64 = 1 << 20;

/// A segment, and its bytes if they are in memory: then its file is gone.
#[derive(Debug)]
pub struct Made {
    pub segment: Segment,
    pub bytes: Option<Vec<u8>>,
}

impl Made {
    pub fn on_disk(segment: Segment) -> Self {
        Self { segment, bytes: None }
    }

    /// The parts of one file, with their bytes.
    fn parts(segments: Vec<Segment>, bytes: Option<Vec<u8>>) -> Vec<Self> {
        let Some(mut rest) = bytes else { return segments.into_iter().map(Self::on_disk).collect() };
        let part = |segment: Segment| {
            let after = rest.split_off(rest.len().min(segment.size as usize));
            Self { segment, bytes: Some(std::mem::replace(&mut rest, after)) }
        };
        segments.into_iter().map(part).collect()
    }
}

pub struct Finished<'a> {
    order: &'a Order<'a>,
    /// Name and size, in order.
    seen: Vec<(String, u64)>,
    /// How long each lasts, in seconds.
    lengths: Vec<f64>,
    clock: Clock,
    pub bytes: u64,
    continuity: Continuity,
    /// How long the last of them should be, says ffmpeg, and how far its packets reach.
    end: (f64, f64),
    /// How long its last frame may be shown: sound has frames all the time, a still picture may stand until the end.
    last_frame_s: f64,
    /// Where the first of them is parted.
    cut: Option<Cut>,
}

impl<'a> Finished<'a> {
    pub fn new(order: &'a Order<'a>) -> Self {
        let last_frame_s = if order.plan.sound == Track::None { LONGEST_SEGMENT } else { 1.0 };
        let (seen, lengths, clock) = (Vec::new(), Vec::new(), Clock::default());
        Self { order, seen, lengths, clock, bytes: 0, continuity: Continuity::default(), end: (0.0, 0.0), last_frame_s, cut: None }
    }

    /// How many ffmpeg has listed.
    pub fn count(&self) -> usize {
        self.seen.len()
    }

    /// Name and length of what was listed since, in order, as ffmpeg says.
    pub async fn fresh(&self) -> Result<Vec<(String, f64)>, CutError> {
        // A list only grows, so what is new is at its end.
        Ok(verify::listed(&self.playlist().await?).into_iter().skip(self.seen.len()).collect())
    }

    /// Reads the next of these from front to end and finds it whole. The first may come as two.
    pub async fn take(&mut self, name: &str, told_s: f64) -> Result<Vec<Made>, CutError> {
        let index = self.seen.len();
        let Found { size, bytes, reach, shown, starts_with_idr, .. } = self.read(name, told_s).await?;
        let duration_s = self.clock.lasts(told_s, shown.as_ref(), reach.map(|(first, _)| first));
        self.end = (told_s, reach.map_or(0.0, |(_, secs)| secs));
        self.copies_well(starts_with_idr)?;
        self.seen.push((name.to_owned(), size));
        self.lengths.push(duration_s);
        self.bytes += size;
        let segment = Segment { name: name.to_owned(), file: name.to_owned(), duration_s, size, start: 0 };
        Ok(Made::parts(segment.parted(index, self.cut), bytes))
    }

    /// What a copy plays like shows in its segments.
    fn copies_well(&self, starts_with_idr: bool) -> Result<(), CutError> {
        match () {
            () if self.order.plan.picture != Track::Copy => Ok(()),
            () if too_far_apart(self.clock.longest_gap()) => Err(CutError::CopyWillNotDo(RARE_KEY_FRAMES)),
            () if !starts_with_idr => Err(CutError::CopyWillNotDo("players could not jump to most of its key frames")),
            () => Ok(()),
        }
    }

    /// Reads a listed segment.
    async fn read(&mut self, name: &str, told_s: f64) -> Result<Found, CutError> {
        // A name that is not ours is never opened.
        let path = self.order.out.join(name_of(self.seen.len()));
        let continuity = std::mem::take(&mut self.continuity);
        let how = How { first: self.seen.is_empty(), told_s };
        let reading = tokio::task::spawn_blocking(move || read_whole(&path, continuity, how));
        let read = reading.await.map_err(|error| MediaError::io("reading a segment", &std::io::Error::other(error)))?;
        let read = read.map_err(|unread| match unread {
            Unread::Io(error) => MediaError::io("reading a segment", &error),
            Unread::Damaged(damage) => Flaw::Damaged(name.to_owned(), damage).into(),
        })?;
        let Some(mut found) = read else { return Err(MediaError::from(Flaw::Missing(name.to_owned())).into()) };
        self.continuity = std::mem::take(&mut found.continuity);
        if how.first {
            self.cut = found.cut;
        }
        Ok(found)
    }

    async fn playlist(&self) -> Result<Vec<u8>, MediaError> {
        match tokio::fs::read(self.order.out.join(ffmpeg::PLAYLIST)).await {
            Ok(text) => Ok(text),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(e) => Err(MediaError::io("reading the playlist", &e)),
        }
    }

    /// All of it as ffmpeg cut it, or what is wrong; `reached_s` has been gone through. Files that were handed on may be gone by now: they
    /// count as they were seen.
    pub async fn verify(&mut self, reached_s: f64) -> Result<Hls, CutError> {
        let (told, reach) = self.end;
        if self.clock.is_short(reach, told, reached_s, self.last_frame_s) {
            let last = name_of(self.seen.len().saturating_sub(1));
            return Err(MediaError::from(Flaw::Damaged(last, Damage::Short)).into());
        }
        let mut files = folder(self.order.out).await.map_err(|e| MediaError::io("listing the output", &e))?;
        files.extend(self.seen.iter().cloned());
        let expected = self.order.probe.expected_secs();
        // An MP4 that lacks anything was refused, or is as long as its last fragment says; and a copy skips nothing.
        let whole = *self.order.kind == FileKind::Mp4 && self.order.plan.picture == Track::Copy;
        let end = End { reached: reached_s, told: expected, whole };
        if let Some(last) = self.lengths.last_mut() {
            *last = self.clock.ends(end);
        }
        Ok(verify::verify(&self.playlist().await?, &files, &self.lengths, expected).map_err(MediaError::from)?)
    }

    /// The same as people get it: with a short first segment, where there is one.
    pub fn parted(&self, hls: Hls) -> Hls {
        hls.parted(self.cut)
    }
}

/// How a segment is read.
#[derive(Clone, Copy)]
struct How {
    /// It is the first, which may be parted.
    first: bool,
    /// How long it lasts, says ffmpeg.
    told_s: f64,
}

/// What is in a segment that was read.
struct Found {
    size: u64,
    /// If they are few: then its file is gone.
    bytes: Option<Vec<u8>>,
    continuity: Continuity,
    /// [`Scan::reach`]
    reach: Option<(u64, f64)>,
    shown: Option<Shown>,
    starts_with_idr: bool,
    cut: Option<Cut>,
}

enum Unread {
    Io(std::io::Error),
    Damaged(Damage),
}

/// Reads a file from front to end, and no packet unread; none when it is not there. In one go on a thread that may wait: a
/// switch of threads for each piece cost more than looking at the packets.
fn read_whole(path: &Path, mut continuity: Continuity, how: How) -> Result<Option<Found>, Unread> {
    let Ok(mut file) = File::open(path) else { return Ok(None) };
    let mut scan = Scan::new(&mut continuity);
    let few = file.metadata().map_err(Unread::Io)?.len() <= IN_MEMORY;
    let (size, opening, bytes) = if few {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(Unread::Io)?;
        scan.push(&bytes).map_err(Unread::Damaged)?;
        std::fs::remove_file(path).map_err(Unread::Io)?;
        (bytes.len() as u64, Vec::new(), Some(bytes))
    } else {
        let (size, opening) = scan_pieces(&mut file, &mut scan, if how.first { opening::WINDOW } else { 0 })?;
        (size, opening, None)
    };
    let (reach, shown, starts_with_idr) = (scan.reach(), scan.shown(), scan.starts_with_idr());
    let front = bytes.as_ref().unwrap_or(&opening);
    let cut = if how.first && starts_with_idr { opening::find(front, how.told_s) } else { None };
    Ok(Some(Found { size, bytes, continuity, reach, shown, starts_with_idr, cut }))
}

/// Looks at a file of any size, piece by piece. Tells how long it is, and keeps the first `front` bytes.
fn scan_pieces(file: &mut File, scan: &mut Scan<'_>, front: usize) -> Result<(u64, Vec<u8>), Unread> {
    let (mut size, mut chunk, mut kept) = (0, vec![0; packets::CHUNK], Vec::new());
    loop {
        let length = fill(file, &mut chunk).map_err(Unread::Io)?;
        if length == 0 {
            return Ok((size, kept));
        }
        scan.push(&chunk[..length]).map_err(Unread::Damaged)?;
        size += length as u64;
        if kept.len() < front {
            kept.extend_from_slice(&chunk[..length]);
        }
    }
}

/// Reads until the chunk is full or the file ends.
fn fill(file: &mut File, chunk: &mut [u8]) -> std::io::Result<usize> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(size: u64) -> Segment {
        Segment { name: name_of(0), file: name_of(0), duration_s: 6.0, size, start: 0 }
    }

    #[test]
    fn the_parts_of_a_file_get_their_own_bytes() {
        let bytes = |size: u64, cut| -> Vec<_> {
            let made = Made::parts(segment(size).parted(0, cut), Some((0..size as u8).collect()));
            made.into_iter().map(|made| (made.segment.name, made.bytes.unwrap())).collect()
        };
        assert_eq!(bytes(5, None), [("segment0.ts".to_owned(), vec![0, 1, 2, 3, 4])]);
        let two = [("segment0.ts".to_owned(), vec![0, 1]), ("segment1.ts".to_owned(), vec![2, 3, 4])];
        assert_eq!(bytes(5, Some(Cut { at: 2, secs: 2.0 })), two);
        assert!(Made::parts(vec![segment(5)], None)[0].bytes.is_none());
    }

    #[test]
    fn what_is_kept_in_memory_leaves_no_file_behind() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("segment0.ts");
        let mut two = [0xFF; 2 * packets::PACKET];
        two[..4].copy_from_slice(&[0x47, 1, 0, 0x10]);
        two[packets::PACKET..][..4].copy_from_slice(&[0x47, 1, 0, 0x11]);
        let read = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            let how = How { first: true, told_s: 1.0 };
            let found = read_whole(&path, Continuity::default(), how).ok().flatten().unwrap();
            (found.size, found.bytes, path.exists())
        };
        assert_eq!(read(&two), (two.len() as u64, Some(two.to_vec()), false));
        // Each counter tells that of 16 packets one is as good as another.
        let mut many = two[..packets::PACKET].repeat(IN_MEMORY as usize / packets::PACKET + 1);
        many.chunks_mut(packets::PACKET).enumerate().for_each(|(n, packet)| packet[3] = 0x10 | (n & 0x0F) as u8);
        assert_eq!(read(&many), (many.len() as u64, None, true));
    }
}
