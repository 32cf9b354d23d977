//! What streams a file holds, as ffprobe tells them (`told` reads its JSON).

mod told;

use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::error::MediaError;
use super::fragments::Length;
use super::sandbox::{Job, Limits};
use super::{FileKind, Tools, ffmpeg, run};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// "MP4", "QuickTime", "Matroska", "WebM", "MPEG-TS", "MP3" …
    pub container: String,
    /// The longest stream; 0 when the file does not say (a recording made in a browser often does not).
    pub duration_ms: i64,
    /// The duration is a guess from size and bit rate: nothing may be measured against it.
    #[serde(default)]
    pub duration_guessed: bool,
    pub size_bytes: i64,
    pub video: Option<VideoTrack>,
    pub audio: Option<AudioTrack>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct VideoTrack {
    /// ffmpeg's name: "h264", "hevc".
    pub codec: String,
    pub profile: String,
    /// Pixels as stored, before [`VideoTrack::rotation`].
    pub width: u32,
    pub height: u32,
    /// Frames per second on average; 0 when unknown.
    pub fps: f64,
    pub pix_fmt: String,
    /// Degrees to turn the picture clockwise for showing: 0, 90, 180 or 270.
    pub rotation: u16,
    /// Of the picture alone, which may end before the sound does; 0 when unknown.
    pub duration_ms: i64,
    /// The rate that all of its times fit into; far from `fps` when frames come as they please. 0 when unknown.
    #[serde(default)]
    pub grid_fps: f64,
    /// Brightness is written for a HDR screen (PQ or HLG).
    #[serde(default)]
    pub hdr: bool,
    /// ffmpeg's names of its primary colours and of how they were mixed: "bt2020", "bt2020nc"; empty when it does not tell.
    #[serde(default)]
    pub primaries: String,
    #[serde(default)]
    pub matrix: String,
    /// Two half pictures in one.
    #[serde(default)]
    pub interlaced: bool,
    /// Where it begins no picture begins: it was trimmed between two key frames, or recorded from the middle.
    #[serde(default)]
    pub starts_inside: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AudioTrack {
    pub codec: String,
    pub profile: String,
    pub channels: u32,
    /// Hertz.
    pub sample_rate: u32,
    /// It holds sound from before the beginning that the file names: a trimmed recording, whose copy would give away what
    /// was cut off.
    #[serde(default)]
    pub starts_inside: bool,
}

impl Probe {
    /// How long a copy must come out, in seconds: its segments are timed by the picture. None when the file does not say.
    pub fn expected_secs(&self) -> Option<f64> {
        if self.duration_guessed {
            return None;
        }
        let picture = self.video.as_ref().map_or(0, |v| v.duration_ms);
        let ms = if picture > 0 { picture } else { self.duration_ms };
        (ms > 0).then(|| ms as f64 / 1000.0)
    }

    /// How long it may come out, in seconds: until the sound is over, where that is longer.
    pub fn longest_secs(&self) -> Option<f64> {
        self.expected_secs().map(|picture| picture.max(self.duration_ms as f64 / 1000.0))
    }

    /// The same of a whole file, of which ffprobe saw the beginning only and told how long that is.
    pub fn lasting(self, length: Length) -> Self {
        let video = self.video.map(|video| VideoTrack { duration_ms: length.picture_ms, ..video });
        Self { duration_ms: length.whole_ms, duration_guessed: length.guessed, video, ..self }
    }
}

/// Cores that a probe can use at once: [`ffmpeg::probe`] allows its decoders so many threads.
const CORES: u64 = 2;

/// Asks ffprobe, in the sandbox. `source` may be a sparse file filled from [`super::ranges`].
pub async fn probe(tools: &Tools, source: &Path, kind: &FileKind, cancel: &CancellationToken) -> Result<Probe, MediaError> {
    let demuxer = kind.require_demuxer()?;
    let job = Job::new(source, None, Limits::PROBE);
    let arguments = ffmpeg::probe(&tools.sandbox.input(&job), demuxer);
    let started = Instant::now();
    let ran = run::run(&tools.sandbox.command(&job, &tools.ffprobe, arguments), cancel, job.limits.wall).await;
    let output = ran.map_err(|error| whose_fault(error.into(), started.elapsed()))?;
    let mut probe = told::parse(&output.stdout)?;
    if *kind == (FileKind::Matroska { webm: true }) {
        probe.container = "WebM".to_owned();
    }
    // Neither has a field for it: ffprobe divides the size by the bit rate of the first frames.
    probe.duration_guessed = matches!(kind, FileKind::Sound("mp3" | "aac"));
    Ok(probe)
}

/// A spent allowance of CPU and the kernel's want of memory kill alike. The allowance cannot be spent sooner than all cores can; what
/// is killed before that was not the file's doing, nor is it when the machine is too busy to look at a file in time.
fn whose_fault(error: MediaError, took: Duration) -> MediaError {
    let spent = error.code == "killed" && took >= Duration::from_secs(Limits::PROBE.cpu_secs / CORES);
    if spent { MediaError::too_much_work(format!("{} after {took:?}", error.detail)) } else { error }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::media::run::RunError;

    fn fault(error: RunError, secs: u64) -> (&'static str, bool) {
        let error = whose_fault(error.into(), Duration::from_secs(secs));
        (error.code, error.transient)
    }

    #[test]
    fn only_a_file_that_spent_its_allowance_of_work_is_to_blame_for_it() {
        let killed = || RunError::Failed { code: None, signal: Some(9), stderr_tail: String::new() };
        assert_eq!(fault(killed(), 30), ("too_much_work", false));
        assert_eq!(fault(killed(), 15), ("too_much_work", false));
        // The kernel wanted its memory.
        assert_eq!(fault(killed(), 14), ("killed", true));
        // It was not given what it may use.
        assert_eq!(fault(RunError::TimedOut, 60), ("took_too_long", true));
    }

    #[test]
    fn a_probe_uses_no_more_cores_than_it_is_judged_by() {
        let arguments = ffmpeg::probe(Path::new("/in"), "mov");
        let at = arguments.iter().position(|argument| argument == "-threads").unwrap();
        assert_eq!(arguments[at + 1], CORES.to_string().as_str());
    }

    #[test]
    fn a_beginning_is_as_long_as_the_whole_turns_out_to_be() {
        let beginning = || Probe {
            container: "MP4".into(),
            duration_ms: 4_000,
            duration_guessed: false,
            size_bytes: 1,
            video: Some(VideoTrack { duration_ms: 3_900, ..VideoTrack::default() }),
            audio: None,
        };
        let known = beginning().lasting(Length { whole_ms: 60_000, picture_ms: 59_000, guessed: false });
        assert_eq!((known.duration_ms, known.expected_secs()), (60_000, Some(59.0)));
        let guessed = beginning().lasting(Length { whole_ms: 70_000, picture_ms: 0, guessed: true });
        assert_eq!((guessed.duration_ms, guessed.expected_secs()), (70_000, None));
    }
}
