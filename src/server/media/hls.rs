//! Cutting a recording into HLS: run ffmpeg, which sends one transport stream through a pipe; part that as it comes
//! ([`super::segmenter`]), hand on each segment, and verify the whole at the end. Nothing of it lies on a disk.

use std::io::PipeReader;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::AsyncReadExt;
use tokio::process::ChildStdout;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use super::clock::Told;
use super::error::MediaError;
use super::packets::{Damage, is_beginning};
use super::plan::too_far_apart;
use super::sandbox::{CommandLine, Job, Limits};
use super::segmenter::{Part, Segmenter};
use super::segments::name_of;
use super::verify::{self, Flaw};
use super::{FileKind, Hls, Plan, Probe, Segment, Tools, Track, encode, ffmpeg, pipe, run};
use crate::server::faults;

/// ffmpeg that neither takes nor gives anything for this long waits for what never comes. It gives two seconds of a conversion at once.
const STALL: Duration = Duration::from_secs(30);
/// How often it is looked at whether it takes anything, while it gives nothing.
const LOOK: Duration = Duration::from_secs(5);
pub const RARE_KEY_FRAMES: &str = "its key frames are more than twelve seconds apart";
const BAD_KEY_FRAMES: &str = "players could not jump to most of its key frames";
const RICH: &str = "more than 128 MB lie between two of its key frames";
/// Bytes that a copy may have without a key frame to cut at. They are held in memory: 85 Mb/s for twelve seconds.
const LONGEST_STRETCH: usize = 128 << 20;
/// Bytes of finished segments that are in memory at once: beyond that ffmpeg waits for the bucket.
const WAITING: u32 = 64 << 20;
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
}

/// A segment and its bytes.
#[derive(Debug)]
pub struct Made {
    pub segment: Segment,
    pub bytes: Vec<u8>,
    /// Its share of what may be in memory, until it is dropped.
    pub held: OwnedSemaphorePermit,
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

impl From<Flaw> for CutError {
    fn from(flaw: Flaw) -> Self {
        Self::Media(flaw.into())
    }
}

/// Cuts, and gives each finished segment to `segments`. Where that is slow ffmpeg waits. `made` tells how many milliseconds of the recording
/// have been gone through. What is returned has been verified.
pub async fn cut(
    order: &Order<'_>,
    input: Input<'_>,
    segments: mpsc::Sender<Made>,
    made: &AtomicI64,
    cancel: &CancellationToken,
) -> Result<Hls, CutError> {
    let arriving = if let Input::Pipe { arriving, .. } = &input { Some(*arriving) } else { None };
    let (command, stdin, wall) = ffmpeg_on(order, input);
    let stop = cancel.child_token();
    let mut cutting = Cutting::of(order, segments, made);
    let mut trouble = None;
    let (reader, troubled, stopping) = (&mut cutting, &mut trouble, &stop);
    let reading = |stdout: Option<ChildStdout>| async move {
        faults::point("cut:started");
        let Some(stdout) = stdout else { return };
        if let Some(Err(error)) = stopping.run_until_cancelled(reader.read(stdout, arriving)).await {
            *troubled = Some(error);
            // Ends the process.
            stopping.cancel();
        }
    };
    let ended = run::read(&command, stdin, &stop, wall, reading).await;
    faults::point("cut:ended");
    if let Some(trouble) = trouble {
        return Err(trouble);
    }
    ended.map_err(|error| given_up(order, error.into()))?;
    cutting.end().await
}

fn ffmpeg_on(order: &Order<'_>, input: Input<'_>) -> (CommandLine, Stdio, Duration) {
    let Order { tools, probe, plan, .. } = order;
    let size = u64::try_from(probe.size_bytes).unwrap_or(0);
    let limits = if plan.converts() { Limits::convert(probe.expected_secs(), size) } else { Limits::copy(size) };
    let (job, stdin) = match input {
        Input::File(source) => (Job::new(source, None, limits), Stdio::null()),
        Input::Pipe { reader, .. } => (Job::of_stdin(None, limits), reader.into()),
    };
    let demuxer = order.kind.demuxer().unwrap_or_default();
    let arguments = ffmpeg::stream(&tools.sandbox.input(&job), demuxer, plan, probe, longest_output(probe), tools.able);
    (tools.sandbox.command(&job, &tools.ffmpeg, arguments), stdin, job.limits.wall)
}

/// A copy has to be without fault. Whoever decodes gets past one, as players do, so that is tried before the file is blamed. And ffmpeg holds
/// what it has not cut yet in memory, within bounds ([`ffmpeg::stream`]).
fn given_up(order: &Order<'_>, error: MediaError) -> CutError {
    let (unreadable, full) = (error.code == "unreadable", error.detail.contains("Cannot allocate memory"));
    match order.plan.picture {
        Track::Copy if unreadable && full => CutError::CopyWillNotDo(RICH),
        _ if unreadable && order.plan.is_copy() => CutError::CopyWillNotDo("it could not be copied without faults"),
        _ => error.into(),
    }
}

/// One stream on its way from ffmpeg's stdout to whoever stores its segments.
struct Cutting<'a> {
    order: &'a Order<'a>,
    segmenter: Segmenter,
    segments: mpsc::Sender<Made>,
    made: &'a AtomicI64,
    /// What was handed on.
    done: Vec<Segment>,
    bytes: u64,
    waiting: Arc<Semaphore>,
}

impl<'a> Cutting<'a> {
    fn of(order: &'a Order<'a>, segments: mpsc::Sender<Made>, made: &'a AtomicI64) -> Self {
        let waiting = Arc::new(Semaphore::new(WAITING as usize));
        Self { order, segmenter: Segmenter::default(), segments, made, done: Vec::new(), bytes: 0, waiting }
    }

    /// Reads until ffmpeg closes its end.
    async fn read(&mut self, mut stdout: ChildStdout, arriving: Option<&Arriving>) -> Result<(), CutError> {
        pipe::resize(&stdout, pipe::WIDE);
        let (mut moved, mut taken) = (Instant::now(), 0);
        loop {
            match tokio::time::timeout(LOOK, stdout.read_buf(self.segmenter.room())).await {
                Ok(Ok(0)) => return Ok(()),
                Ok(Ok(_)) => {
                    self.take().await?;
                    moved = Instant::now();
                }
                Ok(Err(error)) => return Err(MediaError::io("reading what ffmpeg makes", &error).into()),
                Err(_) => {
                    let before = std::mem::replace(&mut taken, arriving.map_or(0, |arriving| arriving.bytes.load(Ordering::Relaxed)));
                    if taken != before || arriving.is_some_and(|arriving| arriving.waiting.load(Ordering::Relaxed)) {
                        moved = Instant::now();
                    }
                    if moved.elapsed() > STALL {
                        return Err(MediaError::stalled(format!("no progress for {STALL:?} after {} segments", self.done.len())).into());
                    }
                }
            }
        }
    }

    /// Hands on what is finished, and looks at what speaks against going on.
    async fn take(&mut self) -> Result<(), CutError> {
        while let Some(part) = self.segmenter.part().map_err(|damage| self.damaged(damage))? {
            faults::point("cut:first_segment");
            self.hand_on(part).await?;
        }
        self.made.fetch_max(self.segmenter.clock.reached_ms(), Ordering::Relaxed);
        self.copies_well()?;
        if self.segmenter.pending() > LONGEST_STRETCH {
            return Err(match self.order.plan.picture {
                Track::Copy => CutError::CopyWillNotDo(RICH),
                _ => MediaError::too_much(format!("{LONGEST_STRETCH} bytes without a key frame")).into(),
            });
        }
        if self.done.len() > verify::MAX_SEGMENTS {
            return Err(Flaw::TooManySegments.into());
        }
        let bytes = self.bytes + self.segmenter.pending() as u64;
        if bytes > largest_output(self.order.plan, self.order.probe) {
            return Err(MediaError::too_much(format!("{bytes} bytes came out of {}", self.order.probe.size_bytes)).into());
        }
        Ok(())
    }

    fn damaged(&self, damage: Damage) -> CutError {
        Flaw::Damaged(self.done.len(), damage).into()
    }

    /// What a copy plays like shows in its key frames.
    fn copies_well(&self) -> Result<(), CutError> {
        let rare = self.order.plan.picture == Track::Copy && too_far_apart(self.segmenter.clock.longest_gap());
        if rare { Err(CutError::CopyWillNotDo(RARE_KEY_FRAMES)) } else { Ok(()) }
    }

    async fn hand_on(&mut self, part: Part) -> Result<(), CutError> {
        let (segment, bytes) = self.judged(part)?;
        self.send(segment, bytes).await;
        Ok(())
    }

    /// The next segment, if it is one that people can be shown.
    fn judged(&mut self, Part { bytes, duration_s }: Part) -> Result<(Segment, Vec<u8>), CutError> {
        self.copies_well()?;
        if self.order.plan.picture == Track::Copy && !is_beginning(&bytes) {
            return Err(CutError::CopyWillNotDo(BAD_KEY_FRAMES));
        }
        let segment = Segment { name: name_of(self.done.len()), duration_s, size: bytes.len() as u64 };
        self.bytes += segment.size;
        self.done.push(segment.clone());
        Ok((segment, bytes))
    }

    async fn send(&self, segment: Segment, bytes: Vec<u8>) {
        let share = u32::try_from(bytes.len()).unwrap_or(WAITING).min(WAITING);
        // It is never closed.
        let Ok(held) = self.waiting.clone().acquire_many_owned(share).await else { return };
        // When the receiver went away it has an error of its own, which counts more than ours.
        let _ = self.segments.send(Made { segment, bytes, held }).await;
    }

    /// The last segment, when everything that came before it makes a whole.
    async fn end(mut self) -> Result<Hls, CutError> {
        let probe = self.order.probe;
        // An MP4 that lacks anything was refused, or is as long as its last fragment says; and a copy skips nothing.
        let whole = *self.order.kind == FileKind::Mp4 && self.order.plan.picture == Track::Copy;
        let last = self.segmenter.end(Told { secs: probe.expected_secs(), whole }).map_err(|damage| self.damaged(damage))?;
        let last = match last {
            Some(part) => Some(self.judged(part)?),
            None => None,
        };
        let hls = verify::verify(std::mem::take(&mut self.done), probe.expected_secs(), probe.longest_secs())?;
        faults::point("cut:verified");
        if let Some((segment, bytes)) = last {
            self.send(segment, bytes).await;
        }
        Ok(hls)
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
    probe.longest_secs().map_or(A_DAY, |secs| (secs * 1.05) as u64 + 60).min(A_DAY)
}
