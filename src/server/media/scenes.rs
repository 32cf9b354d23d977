//! How much the picture changes from one key frame to the next: ffmpeg's own measure, over key frames only.
//!
//! Encoders put a key frame where the picture changes, and none needs another to be decoded, so a recording is gone through in a
//! hundredth of the time that decoding all of it would take. What is read are the bytes that a first view reads, too.

use super::{
    FileKind, Probe, Tools,
    error::MediaError,
    ffmpeg, run,
    sandbox::{Job, Limits},
};
use std::io::PipeReader;
use tokio_util::sync::CancellationToken;

/// A key frame, and how much it differs from the one before: 0 not at all, 1 entirely.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    pub at_ms: i64,
    pub score: f64,
}

/// Key frames that are kept; a recording of nothing but key frames has more than a day's worth of others.
const MOST: usize = 200_000;

/// Reads a recording from the pipe and tells of each key frame in it.
pub async fn changes(
    tools: &Tools,
    kind: &FileKind,
    probe: &Probe,
    reader: PipeReader,
    cancel: &CancellationToken,
) -> Result<Vec<Change>, MediaError> {
    let demuxer = kind.require_demuxer()?;
    let size = u64::try_from(probe.size_bytes).unwrap_or(0);
    // Nothing is written.
    let job = Job { source: None, out: None, also: Vec::new(), limits: Limits::scenes(probe.expected_secs(), size) };
    let arguments = ffmpeg::scenes(&tools.sandbox.input(&job), demuxer);
    let mut heard = Listener::default();
    let command = tools.sandbox.command(&job, &tools.ffmpeg, arguments).gently();
    run::watch(&command, reader.into(), cancel, job.limits.wall, |line| heard.line(line)).await?;
    Ok(heard.changes)
}

/// What the filter `metadata=print` writes: a line with the frame's time, then one with its score.
#[derive(Debug, Default)]
struct Listener {
    at_ms: Option<i64>,
    changes: Vec<Change>,
}

impl Listener {
    fn line(&mut self, line: &str) {
        if let Some((_, secs)) = line.split_once("pts_time:") {
            self.at_ms = secs.split_whitespace().next().and_then(|secs| secs.parse().ok()).and_then(millis);
        } else if let Some(score) = line.trim().strip_prefix("lavfi.scene_score=").and_then(|score| score.parse::<f64>().ok())
            && let Some(at_ms) = self.at_ms.take().filter(|_| self.changes.len() < MOST && score.is_finite())
        {
            self.changes.push(Change { at_ms, score: score.clamp(0.0, 1.0) });
        }
    }
}

/// A file may claim any time; none that makes sense is a year away.
fn millis(secs: f64) -> Option<i64> {
    (0.0..32_000_000.0).contains(&secs).then(|| (secs * 1000.0).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str) -> Vec<Change> {
        let mut listener = Listener::default();
        text.lines().for_each(|line| listener.line(line));
        listener.changes
    }

    #[test]
    fn nothing_but_key_frames_is_decoded_and_what_comes_through_the_pipe_can_name_no_file() {
        let arguments = ffmpeg::scenes(std::path::Path::new("pipe:0"), "mov");
        let line = arguments.iter().map(|argument| argument.to_string_lossy()).collect::<Vec<_>>().join(" ");
        let (guard, input) = ("-protocol_whitelist pipe -format_whitelist mov -f mov", "-skip_frame nokey -i pipe:0");
        assert!(line.find(guard).unwrap() < line.find(input).unwrap(), "{line}");
    }

    #[test]
    fn each_key_frame_is_told_with_its_time_and_score() {
        let told = "frame:0    pts:0       pts_time:0\nlavfi.scene_score=0.000000\nframe:5    pts:153600  pts_time:10.467\nlavfi.scene_score=0.120000\n";
        assert_eq!(heard(told), [Change { at_ms: 0, score: 0.0 }, Change { at_ms: 10_467, score: 0.12 }]);
    }

    #[test]
    fn what_makes_no_sense_is_passed_over() {
        let told = "lavfi.scene_score=0.5\nframe:1 pts:1 pts_time:nan\nlavfi.scene_score=0.5\nframe:2 pts:-9 pts_time:-3\nlavfi.scene_score=0.5\n\
                    frame:3 pts:NOPTS pts_time:NOPTS\nlavfi.scene_score=0.5\nframe:4 pts:4 pts_time:1e300\nlavfi.scene_score=0.5\n\
                    frame:5 pts:5 pts_time:5\nlavfi.scene_score=nan\nframe:6 pts:6 pts_time:6\nsomething else\nlavfi.scene_score=7\n";
        assert_eq!(heard(told), [Change { at_ms: 6000, score: 1.0 }]);
    }
}
