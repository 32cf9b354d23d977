//! Cutting a recording into HLS: run ffmpeg, hand on each segment as it is finished ([`super::finished`]), verify all of them
//! at the end.

use std::io::PipeReader;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::error::MediaError;
use super::finished::{Finished, Made, folder};
use super::run::RunError;
use super::sandbox::{Job, Limits};
use super::segments::name_of;
use super::verify::{self, Flaw};
use super::{FileKind, Hls, Plan, Probe, Tools, Track, encode, ffmpeg, run};
use crate::server::faults;

/// How often the output folder is looked at. A segment lasts six seconds, and is made in a tenth of that at most.
const LOOK: Duration = Duration::from_millis(200);
/// And until there is something to watch: somebody waits for it.
const FIRST_LOOKS: Duration = Duration::from_millis(40);
/// ffmpeg says twice a second how far it is. One that gets nowhere for this long waits for what never comes.
const STALL: Duration = Duration::from_secs(30);
pub const RARE_KEY_FRAMES: &str = "its key frames are more than twelve seconds apart";
/// What a copy writes without a key frame to cut at, in bytes, before it is given up: more than twelve seconds at 300 Mb/s.
pub const LONGEST_STRETCH: u64 = 512 << 20;
/// What every output may hold, however small the input.
const LITTLE: u64 = 64 << 20;

/// Where a recording is read from.
pub enum Input<'a> {
    File(&'a Path),
    /// From front to end, as it arrives.
    Pipe {
        reader: PipeReader,
        arriving: &'a Arriving,
    },
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
}

/// Why there is no output.
#[derive(Debug)]
pub enum CutError {
    Media(MediaError),
    /// Copied, it would not play well: convert it ([`Plan::converted`]), because … (the end of a sentence). Some of the copy may have been handed
    /// on already.
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

/// Cuts, and gives each finished segment to `segments`, whose receiver may delete the file when it is done with it. Where that
/// is slow ffmpeg waits. `made` tells how many milliseconds of the recording have been gone through. What is returned has been
/// verified.
pub async fn cut(
    order: &Order<'_>,
    input: Input<'_>,
    segments: mpsc::Sender<Made>,
    made: &AtomicI64,
    cancel: &CancellationToken,
) -> Result<Hls, CutError> {
    tokio::fs::create_dir_all(order.out).await.map_err(|e| MediaError::io("making the output folder", &e))?;
    let arriving = if let Input::Pipe { arriving, .. } = &input { Some(*arriving) } else { None };
    let mut finished = Finished::new(order);
    let stop = cancel.child_token();
    let mut running = std::pin::pin!(ffmpeg_on(order, input, made, &stop));
    let (mut moved, mut at) = (Instant::now(), (0, 0, 0));
    faults::point("cut:started");
    let ended = loop {
        let pause = if finished.count() < 2 { FIRST_LOOKS } else { LOOK };
        tokio::select! {
            ended = &mut running => break ended,
            () = tokio::time::sleep(pause) => {}
        }
        // Each is read when the one before is handed on: what waits in memory is what the channel holds.
        for (name, duration_s) in finished.fresh().await? {
            let fresh = finished.take(&name, duration_s).await?;
            faults::point("cut:first_segment");
            hand_on(&segments, fresh).await;
        }
        let sent = arriving.map_or(0, |arriving| arriving.bytes.load(Ordering::Relaxed));
        let waiting = arriving.is_some_and(|arriving| arriving.waiting.load(Ordering::Relaxed));
        let now = (made.load(Ordering::Relaxed), finished.count(), sent);
        if now != at || waiting {
            (moved, at) = (Instant::now(), now);
        }
        if let Some(trouble) = trouble(order, &finished, moved.elapsed()).await {
            // Waits until the process is gone.
            stop.cancel();
            let _ = running.await;
            return Err(trouble);
        }
    };
    faults::point("cut:ended");
    ended.map_err(|error| given_up(order, error.into()))?;
    let mut last = Vec::new();
    for (name, duration_s) in finished.fresh().await? {
        let before = std::mem::replace(&mut last, finished.take(&name, duration_s).await?);
        hand_on(&segments, before).await;
    }
    let hls = finished.verify(made.load(Ordering::Relaxed) as f64 / 1000.0).await?;
    let hls = finished.parted(hls);
    faults::point("cut:verified");
    // As long as it is known to be now.
    let known = hls.segments[hls.segments.len().saturating_sub(last.len())..].iter().cloned();
    hand_on(&segments, last.into_iter().zip(known).map(|(made, segment)| Made { segment, ..made }).collect()).await;
    Ok(hls)
}

async fn hand_on(segments: &mpsc::Sender<Made>, made: Vec<Made>) {
    for made in made {
        // When the receiver went away it has an error of its own, which counts more than ours.
        let _ = segments.send(made).await;
    }
}

async fn ffmpeg_on(order: &Order<'_>, input: Input<'_>, made: &AtomicI64, cancel: &CancellationToken) -> Result<(), RunError> {
    let Order { tools, probe, plan, .. } = order;
    let size = u64::try_from(probe.size_bytes).unwrap_or(0);
    let limits = if plan.converts() { Limits::convert(probe.expected_secs(), size) } else { Limits::copy(size) };
    let (job, stdin) = match input {
        Input::File(source) => (Job::new(source, Some(order.out), limits), Stdio::null()),
        Input::Pipe { reader, .. } => (Job::of_stdin(order.out, limits), reader.into()),
    };
    let demuxer = order.kind.demuxer().unwrap_or_default();
    let arguments = ffmpeg::hls(&tools.sandbox.input(&job), demuxer, plan, probe, longest_output(probe), tools.able);
    let heard = |line: &str| {
        if let Some(us) = line.strip_prefix("out_time_us=").and_then(|us| us.parse::<i64>().ok()) {
            made.fetch_max(us / 1000, Ordering::Relaxed);
        }
    };
    run::watch_in_step(&tools.sandbox.command(&job, &tools.ffmpeg, arguments), stdin, cancel, job.limits.wall, heard).await
}

/// A copy has to be without fault. Whoever decodes gets past one, as players do, so that is tried before the file is blamed.
fn given_up(order: &Order<'_>, error: MediaError) -> CutError {
    match error.code {
        "unreadable" if order.plan.is_copy() => CutError::CopyWillNotDo("it could not be copied without faults"),
        "too_large" if order.plan.picture == Track::Copy => CutError::CopyWillNotDo(RARE_KEY_FRAMES),
        _ => error.into(),
    }
}

/// What speaks against going on.
async fn trouble(order: &Order<'_>, finished: &Finished<'_>, still: Duration) -> Option<CutError> {
    if finished.count() > verify::MAX_SEGMENTS {
        return Some(MediaError::from(Flaw::TooManySegments(finished.count())).into());
    }
    if still > STALL {
        return Some(MediaError::stalled(format!("no progress for {still:?} after {} segments", finished.count())).into());
    }
    let files = folder(order.out).await.unwrap_or_default();
    // It is written under another name until it is whole.
    let next = name_of(finished.count());
    let stretch = files.iter().filter(|(name, _)| name.starts_with(&next)).map(|(_, size)| *size).max().unwrap_or(0);
    if order.plan.picture == Track::Copy && stretch > LONGEST_STRETCH {
        return Some(CutError::CopyWillNotDo(RARE_KEY_FRAMES));
    }
    let bytes = finished.bytes.max(files.values().sum());
    let allowed = largest_output(order.plan, order.probe);
    (bytes > allowed).then(|| MediaError::too_much(format!("{bytes} bytes came out of {}", order.probe.size_bytes)).into())
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
