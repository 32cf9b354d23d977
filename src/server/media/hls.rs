//! Cutting a recording into HLS: run ffmpeg, hand on each segment as it is finished, verify all of them at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::io::PipeReader;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::error::MediaError;
use super::plan::LONGEST_SEGMENT;
use super::run::RunError;
use super::sandbox::{Job, Limits};
use super::segment::{Continuity, Damage, Scan};
use super::verify::{self, Flaw, Hls};
use super::{FileKind, Plan, Probe, Segment, Tools, Track, encode, ffmpeg, run, segment};
use crate::server::faults;

/// How often the output folder is looked at. A segment lasts six seconds, and is made in a tenth of that at most.
const LOOK: Duration = Duration::from_millis(200);
/// ffmpeg says twice a second how far it is. One that gets nowhere for this long waits for what never comes.
const STALL: Duration = Duration::from_secs(30);
pub const RARE_KEY_FRAMES: &str = "its key frames are more than twelve seconds apart";
/// What every output may hold, however small the input.
const LITTLE: u64 = 64 << 20;

/// Where a recording is read from.
pub enum Input<'a> {
    File(&'a Path),
    /// From front to end, as it arrives.
    Pipe { reader: PipeReader, arriving: &'a Arriving },
}

/// How far the sending into a pipe is.
#[derive(Debug, Default)]
pub struct Arriving {
    pub bytes: AtomicU64,
    /// The next bytes are still on their way to us: then nobody but the bucket is to blame for a standstill.
    pub waiting: AtomicBool,
}

/// What is to be cut.
pub struct Order<'a> {
    pub tools: &'a Tools,
    pub kind: &'a FileKind,
    pub probe: &'a Probe,
    pub plan: &'a Plan,
    /// Ours alone and empty; made if missing.
    pub out: &'a Path,
    /// Hand nothing on before all of it is known to be well cut: a copy of which too little is known beforehand.
    pub hold: bool,
}

/// Why there is no output.
#[derive(Debug)]
pub enum CutError {
    Media(MediaError),
    /// Copied, it would not play well: convert the picture, because … (the end of a sentence).
    CopyWillNotDo(&'static str),
}

impl From<MediaError> for CutError {
    fn from(error: MediaError) -> Self {
        Self::Media(error)
    }
}

impl From<RunError> for CutError {
    fn from(error: RunError) -> Self {
        Self::Media(error.into())
    }
}

/// Cuts, and gives each finished segment to `segments`, whose receiver may delete the file when it is done with it. `made`
/// tells how many milliseconds of the recording have been gone through. What is returned has been verified.
pub async fn cut(
    order: &Order<'_>,
    input: Input<'_>,
    segments: mpsc::Sender<Segment>,
    made: &AtomicI64,
    cancel: &CancellationToken,
) -> Result<Hls, CutError> {
    tokio::fs::create_dir_all(order.out).await.map_err(|e| MediaError::io("making the output folder", &e))?;
    let hold = order.hold;
    let arriving = if let Input::Pipe { arriving, .. } = &input { Some(*arriving) } else { None };
    let last_frame_s = if order.plan.sound == Track::None { LONGEST_SEGMENT } else { 1.0 };
    let mut finished = Finished { order, seen: BTreeMap::new(), bytes: 0, continuity: Continuity::default(), end: Ok(()), last_frame_s };
    let stop = cancel.child_token();
    let mut running = std::pin::pin!(ffmpeg_on(order, input, made, &stop));
    let (mut moved, mut at) = (Instant::now(), (0, 0, 0));
    faults::point("cut:started");
    let ended = loop {
        tokio::select! {
            ended = &mut running => break ended,
            () = tokio::time::sleep(LOOK) => {}
        }
        for fresh in finished.look().await? {
            faults::point("cut:first_segment");
            if !hold {
                // The receiver went away with an error of its own, which counts more than ours.
                let _ = segments.send(fresh).await;
            }
        }
        let sent = arriving.map_or(0, |arriving| arriving.bytes.load(Ordering::Relaxed));
        let waiting = arriving.is_some_and(|arriving| arriving.waiting.load(Ordering::Relaxed));
        let now = (made.load(Ordering::Relaxed), finished.seen.len(), sent);
        if now != at || waiting {
            (moved, at) = (Instant::now(), now);
        }
        if let Some(trouble) = trouble(order, &finished, moved.elapsed()).await {
            // Waits until the process is gone.
            stop.cancel();
            let _ = running.await;
            return Err(trouble.into());
        }
    };
    faults::point("cut:ended");
    ended?;
    let fresh = finished.look().await?;
    let hls = finished.verify().await.map_err(|error| mistimed(order, made, error))?;
    if hold && hls.longest_cut() > LONGEST_SEGMENT {
        return Err(CutError::CopyWillNotDo(RARE_KEY_FRAMES));
    }
    let hls = hls.last_until(made.load(Ordering::Relaxed) as f64 / 1000.0);
    faults::point("cut:verified");
    // After a copy, all of them; the last one as it is known now.
    let rest = if hold { hls.segments.clone() } else { hls.segments[hls.segments.len() - fresh.len()..].to_vec() };
    for segment in rest {
        let _ = segments.send(segment).await;
    }
    Ok(hls)
}

async fn ffmpeg_on(order: &Order<'_>, input: Input<'_>, made: &AtomicI64, cancel: &CancellationToken) -> Result<(), RunError> {
    let Order { tools, probe, plan, .. } = order;
    let limits = if plan.converts() { Limits::convert(probe.expected_secs()) } else { Limits::COPY };
    let (job, stdin) = match input {
        Input::File(source) => (Job::new(source, Some(order.out), limits), Stdio::null()),
        Input::Pipe { reader, .. } => (Job::of_stdin(order.out, limits), reader.into()),
    };
    let demuxer = order.kind.demuxer().unwrap_or_default();
    let arguments = ffmpeg::hls(&tools.sandbox.input(&job), demuxer, plan, probe, longest_output(probe));
    let heard = |line: &str| {
        if let Some(us) = line.strip_prefix("out_time_us=").and_then(|us| us.parse::<i64>().ok()) {
            made.fetch_max(us / 1000, Ordering::Relaxed);
        }
    };
    run::watch(&tools.sandbox.command(&job, &tools.ffmpeg, arguments), stdin, cancel, job.limits.wall, heard).await
}

/// ffmpeg 5.1 adds up decoding times: where frames come as they please and out of order, the segments of a copy are said to be
/// shorter than they are, although all of it was gone through. That is not the recording's fault.
fn mistimed(order: &Order<'_>, made: &AtomicI64, error: CutError) -> CutError {
    let reached = made.load(Ordering::Relaxed) as f64 / 1000.0;
    let whole = order.probe.expected_secs().is_some_and(|expected| reached > expected * 0.99 - 1.0);
    match error {
        CutError::Media(MediaError { code: "cut_short" | "bad_timing", .. }) if order.plan.picture == Track::Copy && whole => {
            CutError::CopyWillNotDo("its frames come at uneven times")
        }
        other => other,
    }
}

/// What speaks against going on.
async fn trouble(order: &Order<'_>, finished: &Finished<'_>, still: Duration) -> Option<MediaError> {
    if finished.seen.len() > verify::MAX_SEGMENTS {
        return Some(Flaw::TooManySegments(finished.seen.len()).into());
    }
    if still > STALL {
        return Some(MediaError::stalled(format!("no progress for {still:?} after {} segments", finished.seen.len())));
    }
    let growing = folder(order.out).await.map(|files| files.values().sum::<u64>()).unwrap_or(0);
    let bytes = finished.bytes.max(growing);
    let allowed = largest_output(order.plan, order.probe);
    (bytes > allowed).then(|| MediaError::too_much(format!("{bytes} bytes came out of {}", order.probe.size_bytes)))
}

/// The segments ffmpeg has listed so far.
struct Finished<'a> {
    order: &'a Order<'a>,
    /// Name → size and length.
    seen: BTreeMap<String, (u64, f64)>,
    bytes: u64,
    continuity: Continuity,
    /// Whether the last of them is whole to its end.
    end: Result<(), Damage>,
    /// How long its last frame may be shown: sound has frames all the time, a still picture may stand until the end.
    last_frame_s: f64,
}

impl Finished<'_> {
    /// What was listed since the last look, in order, each read and found whole.
    async fn look(&mut self) -> Result<Vec<Segment>, CutError> {
        let list = verify::listed(&self.playlist().await?);
        let mut fresh = Vec::new();
        // A list only grows, so what is new is at its end.
        for (name, duration_s) in list.into_iter().skip(self.seen.len()) {
            let size = self.read(&name, duration_s).await?;
            self.seen.insert(name.clone(), (size, duration_s));
            self.bytes += size;
            fresh.push(Segment { name, duration_s, size });
        }
        Ok(fresh)
    }

    /// Reads a listed segment. Returns its size; 0 for what is not there, which the verification refuses.
    async fn read(&mut self, name: &str, duration_s: f64) -> Result<u64, CutError> {
        let broken = |damage: Damage| MediaError::from(Flaw::Damaged(name.to_owned(), damage));
        let io = |e: std::io::Error| MediaError::io("reading a segment", &e);
        // A name that is not ours is never opened.
        let Ok(mut file) = tokio::fs::File::open(self.order.out.join(verify::name_of(self.seen.len()))).await else { return Ok(0) };
        let (mut scan, mut size, mut chunk) = (Scan::new(&mut self.continuity), 0, vec![0; segment::CHUNK]);
        loop {
            let length = fill(&mut file, &mut chunk).await.map_err(io)?;
            if length == 0 {
                break;
            }
            scan.push(&chunk[..length]).map_err(broken)?;
            size += length as u64;
        }
        self.end = scan.check_end(duration_s, self.last_frame_s);
        // What was handed on already cannot be taken back; where the first two are well cut the others are.
        if self.order.plan.picture == Track::Copy && (self.order.hold || self.seen.len() < 2) {
            // Longer at once: most of a recording with rare key frames need not be cut to know it.
            if duration_s > 2.0 * LONGEST_SEGMENT {
                return Err(CutError::CopyWillNotDo(RARE_KEY_FRAMES));
            }
            if !scan.starts_with_idr() {
                return Err(CutError::CopyWillNotDo("players could not jump to most of its key frames"));
            }
        }
        Ok(size)
    }

    async fn playlist(&self) -> Result<Vec<u8>, MediaError> {
        match tokio::fs::read(self.order.out.join(ffmpeg::PLAYLIST)).await {
            Ok(text) => Ok(text),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(e) => Err(MediaError::io("reading the playlist", &e)),
        }
    }

    /// All of it, or what is wrong. Files that were handed on may be gone by now: they count as they were seen.
    async fn verify(&self) -> Result<Hls, CutError> {
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
}

/// Bytes beyond which a job is ended: what is copied does not double, and what is converted has a bounded rate.
pub fn largest_output(plan: &Plan, probe: &Probe) -> u64 {
    let size = u64::try_from(probe.size_bytes).unwrap_or(0);
    let converted = match probe.expected_secs() {
        Some(secs) => (secs as u64).saturating_mul(encode::MAX_BYTES_PER_SEC),
        // Even a recording that moves little takes a fiftieth of the rate that bounds its conversion.
        None => size.saturating_mul(50),
    };
    LITTLE.saturating_add(if plan.converts() { size.saturating_mul(2).saturating_add(converted) } else { size.saturating_mul(2) })
}

/// Seconds after which a cut is stopped: enough above the probed duration that stopping there fails the verification, and
/// a day for a file that does not tell its duration.
fn longest_output(probe: &Probe) -> u64 {
    const A_DAY: u64 = 24 * 3600;
    let told = probe.expected_secs().map(|picture| picture.max(probe.duration_ms as f64 / 1000.0));
    told.map_or(A_DAY, |secs| (secs * 1.05) as u64 + 60).min(A_DAY)
}

/// Reads until the chunk is full or the file ends.
async fn fill(file: &mut tokio::fs::File, chunk: &mut [u8]) -> std::io::Result<usize> {
    let mut length = 0;
    while length < chunk.len() {
        match file.read(&mut chunk[length..]).await? {
            0 => break,
            more => length += more,
        }
    }
    Ok(length)
}

/// Every entry of a folder with its size in bytes. What is not a plain file counts as empty, and so fails verification.
async fn folder(path: &Path) -> std::io::Result<BTreeMap<String, u64>> {
    let mut sizes = BTreeMap::new();
    let mut entries = tokio::fs::read_dir(path).await?;
    while let Some(entry) = entries.next_entry().await? {
        // Deleted since it was listed: handed on and stored.
        let Ok(about) = entry.metadata().await else { continue };
        let size = if about.is_file() { about.len() } else { 0 };
        sizes.insert(entry.file_name().to_string_lossy().into_owned(), size);
    }
    Ok(sizes)
}
