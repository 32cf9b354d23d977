//! What streams a file holds, as ffprobe tells them (`told` reads its JSON).

mod told;

use std::path::Path;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::error::MediaError;
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
}

/// Asks ffprobe, in the sandbox. `source` may be a sparse file filled from [`super::ranges`].
pub async fn probe(tools: &Tools, source: &Path, kind: &FileKind, cancel: &CancellationToken) -> Result<Probe, MediaError> {
    let demuxer = kind.require_demuxer()?;
    let job = Job::new(source, None, Limits::PROBE);
    let arguments = ffmpeg::probe(&tools.sandbox.input(&job), demuxer);
    let output = run::run(&tools.sandbox.command(&job, &tools.ffprobe, arguments), cancel, job.limits.wall).await?;
    let mut probe = told::parse(&output.stdout)?;
    if *kind == (FileKind::Matroska { webm: true }) {
        probe.container = "WebM".to_owned();
    }
    // Neither has a field for it: ffprobe divides the size by the bit rate of the first frames.
    probe.duration_guessed = matches!(kind, FileKind::Sound("mp3" | "aac"));
    Ok(probe)
}
