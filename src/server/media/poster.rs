//! One still picture of a video, shown before it plays.

use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

use super::error::MediaError;
use super::ffmpeg::{self, PosterAt};
use super::sandbox::{Job, Limits};
use super::{FileKind, Probe, Tools, run};

/// Writes `poster.jpg` into the folder `out` (ours; made if missing) and returns its path. `source` may be a sparse file
/// filled from [`super::ranges`]: where the chosen moment is a hole, the first frame is taken. Any codec that ffmpeg
/// decodes will do, so a video that cannot be streamed yet has a poster all the same.
pub async fn poster(
    tools: &Tools,
    source: &Path,
    kind: &FileKind,
    probe: &Probe,
    out: &Path,
    cancel: &CancellationToken,
) -> Result<PathBuf, MediaError> {
    if probe.video.is_none() {
        return Err(MediaError::permanent("sound_only", "This recording has sound but no picture.", "no video stream"));
    }
    let demuxer = kind.require_demuxer()?;
    tokio::fs::create_dir_all(out).await.map_err(|e| MediaError::io("making the output folder", &e))?;
    let job = Job::new(source, Some(out), Limits::POSTER);

    let early = ffmpeg::poster_at(probe.expected_secs());
    match attempt(tools, &job, demuxer, early, out, cancel).await {
        Err(error) if early != PosterAt::FirstFrame && !cancel.is_cancelled() => {
            tracing::debug!(detail = %error.detail, "no poster at {early:?}; taking the first frame");
            attempt(tools, &job, demuxer, PosterAt::FirstFrame, out, cancel).await
        }
        done => done,
    }
}

async fn attempt(
    tools: &Tools,
    job: &Job,
    demuxer: &str,
    at: PosterAt,
    out: &Path,
    cancel: &CancellationToken,
) -> Result<PathBuf, MediaError> {
    let arguments = ffmpeg::poster(&tools.sandbox.input(job), demuxer, at);
    run::run(&tools.sandbox.command(job, &tools.ffmpeg, arguments), cancel, job.limits.wall).await?;
    let path = out.join(ffmpeg::POSTER);
    // ffmpeg exits 0 without a picture when the moment lies past the end, and with half of one on a full disk.
    let picture = tokio::fs::read(&path).await.unwrap_or_default();
    if is_whole_jpeg(&picture) {
        return Ok(path);
    }
    Err(MediaError::permanent("no_pictures", "No pictures could be read from this video.", format!("{} bytes at {at:?}", picture.len())))
}

/// Begins and ends as a JPEG does.
fn is_whole_jpeg(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xFF, 0xD8, 0xFF]) && bytes.ends_with(&[0xFF, 0xD9])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_jpeg_is_not_a_poster() {
        assert!(is_whole_jpeg(&[0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 0xFF, 0xD9]));
        assert!(!is_whole_jpeg(&[0xFF, 0xD8, 0xFF, 0xE0, 1, 2]));
        assert!(!is_whole_jpeg(b""));
    }
}
