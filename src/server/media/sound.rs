//! The sound of a recording as transcribers take it: one channel of 16-bit samples, and how loud it is along the way.

use std::io::PipeReader;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio_util::sync::CancellationToken;

use super::error::MediaError;
use super::sandbox::{Job, Limits};
use super::{FileKind, Probe, Tools, ffmpeg, run};

/// Samples a second: what Whisper and its kin were trained on.
pub const RATE: u32 = 16_000;
/// Bytes a second.
pub const BYTES_PER_SEC: u64 = RATE as u64 * 2;
pub const FILE: &str = "sound.pcm";

/// One measure of loudness, in milliseconds of sound and in bytes.
pub const FRAME_MS: u64 = 20;
const FRAME_BYTES: usize = (BYTES_PER_SEC * FRAME_MS / 1000) as usize;

/// Seconds that are listened to at most: enough above what was probed, and a day for a file that does not tell its length.
fn longest(probe: &Probe) -> u64 {
    const A_DAY: u64 = 24 * 3600;
    probe.longest_secs().map_or(A_DAY, |secs| (secs * 1.05) as u64 + 60).min(A_DAY)
}

/// Bytes that the sound may take on the disk. What does not tell its length is taken for speech at 32 kb/s: more than a day
/// of it is not made.
pub fn largest(probe: &Probe) -> u64 {
    let told = longest(probe) * BYTES_PER_SEC;
    match probe.expected_secs() {
        Some(_) => told,
        None => told.min(u64::try_from(probe.size_bytes).unwrap_or(0).saturating_mul(8) + (64 << 20)),
    }
}

/// Decoding an hour takes about 5 s of CPU; a slow bucket takes time, and no CPU.
fn limits(probe: &Probe) -> Limits {
    let (secs, size) = (longest(probe), u64::try_from(probe.size_bytes).unwrap_or(0));
    Limits {
        address_space: 2 << 30,
        cpu_secs: 120 + secs / 10,
        file_size: largest(probe) + (1 << 20),
        wall: Duration::from_secs(900 + secs / 4).max(Limits::arriving(size)),
    }
}

/// Writes the sound that comes through `reader` into the folder `out` (ours, and there) and returns its path.
pub async fn extract(
    tools: &Tools,
    kind: &FileKind,
    probe: &Probe,
    reader: PipeReader,
    out: &Path,
    cancel: &CancellationToken,
) -> Result<PathBuf, MediaError> {
    let job = Job::of_stdin(Some(out), limits(probe));
    let arguments = ffmpeg::samples(&tools.sandbox.input(&job), kind.require_demuxer()?, longest(probe));
    let command = tools.sandbox.command(&job, &tools.ffmpeg, arguments).gently();
    run::watch(&command, reader.into(), cancel, job.limits.wall, |_| {}).await?;
    Ok(out.join(FILE))
}

/// How loud the sound is: the root of the mean square of each [`FRAME_MS`], from 0 to 32768. What is less than a whole frame at
/// the end is left out.
pub async fn levels(file: &Path) -> std::io::Result<Vec<u16>> {
    let mut file = tokio::fs::File::open(file).await?;
    let (mut levels, mut chunk, mut kept) = (Vec::new(), vec![0; 1 << 18], 0);
    loop {
        let length = file.read(&mut chunk[kept..]).await?;
        if length == 0 {
            return Ok(levels);
        }
        let whole = (kept + length) / FRAME_BYTES * FRAME_BYTES;
        levels.extend(chunk[..whole].chunks_exact(FRAME_BYTES).map(level));
        chunk.copy_within(whole..kept + length, 0);
        kept = kept + length - whole;
    }
}

fn level(frame: &[u8]) -> u16 {
    let squares: u64 = frame.chunks_exact(2).map(|two| u64::from(i16::from_le_bytes([two[0], two[1]]).unsigned_abs()).pow(2)).sum();
    (squares / (frame.len() as u64 / 2)).isqrt() as u16
}

/// A WAV file around samples.
pub fn wav(samples: &[u8]) -> Vec<u8> {
    let length = samples.len() as u32;
    let mut file = Vec::with_capacity(44 + samples.len());
    file.extend(b"RIFF");
    file.extend((36 + length).to_le_bytes());
    // PCM, one channel, bytes a second, bytes and bits a sample.
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(RATE.to_le_bytes());
    file.extend((RATE * 2).to_le_bytes());
    file.extend([2, 0, 16, 0]);
    file.extend(b"data");
    file.extend(length.to_le_bytes());
    file.extend(samples);
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_nothing_and_full_scale_is_all() {
        assert_eq!(level(&[0; FRAME_BYTES]), 0);
        assert_eq!(level(&[0x00, 0x80].repeat(FRAME_BYTES / 2)), 32_768);
        assert_eq!(level(&[0xE8, 0x03, 0x18, 0xFC].repeat(FRAME_BYTES / 4)), 1_000);
    }

    #[tokio::test]
    async fn levels_are_those_of_whole_frames_however_it_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(FILE);
        let loud = [0xE8, 0x03].repeat(FRAME_BYTES / 2);
        let samples = [vec![0; FRAME_BYTES], loud, vec![0; 10]].concat();
        std::fs::write(&file, samples.repeat(3)).unwrap();
        let levels = levels(&file).await.unwrap();
        assert_eq!((levels.len(), levels[0], levels[1]), (6, 0, 1_000));
    }

    #[test]
    fn a_large_recording_may_come_over_a_slow_line() {
        let of = |size_bytes| Probe {
            container: "MP4".into(),
            duration_ms: 7_200_000,
            duration_guessed: false,
            size_bytes,
            video: None,
            audio: None,
        };
        assert_eq!(limits(&of(8 << 30)).wall, Limits::arriving(8 << 30));
        assert_eq!(limits(&of(1 << 20)).wall, Duration::from_secs(900 + (7_560 + 60) / 4));
    }

    #[test]
    fn a_wav_file_tells_what_is_in_it() {
        let file = wav(&[1, 2, 3, 4]);
        assert_eq!(file.len(), 48);
        assert_eq!(&file[..4], b"RIFF");
        assert_eq!(file[4..8], 40_u32.to_le_bytes());
        assert_eq!(file[24..28], 16_000_u32.to_le_bytes());
        assert_eq!(&file[36..], b"data\x04\0\0\0\x01\x02\x03\x04");
    }
}
