//! One still picture of a video, shown before it plays.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio_util::sync::CancellationToken;

use super::error::MediaError;
use super::ffmpeg::{self, PosterAt};
use super::looks::{self, GOOD, Looks};
use super::sandbox::{Job, Limits};
use super::{FileKind, Probe, Tools, jpeg, run};

/// A picture in a folder of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poster {
    pub file: PathBuf,
    /// How much there is to see in it, in thousandths ([`looks`]).
    pub score: i64,
}

/// Writes a picture into the folder `out` (ours; made if missing). `source` may be a sparse file filled from
/// [`super::ranges`]: where the chosen moment is a hole, the first frame is taken, and where that shows nothing, the key
/// frames before the hole are looked through. Any codec that ffmpeg decodes will do, so a video that cannot be streamed yet
/// has a poster all the same.
pub async fn poster(
    tools: &Tools,
    source: &Path,
    kind: &FileKind,
    probe: &Probe,
    out: &Path,
    cancel: &CancellationToken,
) -> Result<Poster, MediaError> {
    let Some(video) = &probe.video else {
        return Err(MediaError::permanent("sound_only", "This recording has sound but no picture.", "no video stream"));
    };
    let demuxer = kind.require_demuxer()?;
    tokio::fs::create_dir_all(out).await.map_err(|e| MediaError::io("making the output folder", &e))?;
    let job = Job::new(source, Some(out), Limits::POSTER);
    let tone = tools.able.tone(video);
    let search = Search { tools, demuxer, tone: tone.as_deref(), out, cancel };

    let early = ffmpeg::poster_at(probe.expected_secs());
    let first = match search.attempt(&job, early).await {
        Err(error) if early != PosterAt::FirstFrame && !cancel.is_cancelled() => {
            tracing::debug!(detail = %error.detail, "no poster at {early:?}; taking the first frame");
            search.attempt(&job, PosterAt::FirstFrame).await
        }
        done => done,
    }?;
    if first.score >= GOOD {
        return Ok(first);
    }
    // Black, white or empty: a recording often begins so.
    let job = Job::new(source, Some(out), Limits::BETTER_POSTER);
    let other = search.best_key_frame(&job, Stdio::null()).await;
    Ok(other.filter(|other| other.score > first.score).unwrap_or(first))
}

/// The best of the key frames in a piece of an HLS stream, which comes through `reader`; none where there is none.
pub async fn of_segment(
    tools: &Tools,
    reader: std::io::PipeReader,
    out: &Path,
    cancel: &CancellationToken,
) -> Result<Option<Poster>, MediaError> {
    tokio::fs::create_dir_all(out).await.map_err(|e| MediaError::io("making the output folder", &e))?;
    let job = Job::of_stdin(Some(out), Limits::POSTER);
    let demuxer = FileKind::TransportStream.require_demuxer()?;
    let search = Search { tools, demuxer, tone: None, out, cancel };
    Ok(search.best_key_frame(&job, reader.into()).await)
}

/// For a picture in one file.
struct Search<'a> {
    tools: &'a Tools,
    demuxer: &'a str,
    /// Filters for HDR ([`super::tone`]).
    tone: Option<&'a str>,
    out: &'a Path,
    cancel: &'a CancellationToken,
}

impl Search<'_> {
    async fn attempt(&self, job: &Job, at: PosterAt) -> Result<Poster, MediaError> {
        let arguments = ffmpeg::poster(&self.tools.sandbox.input(job), self.demuxer, at, self.tone);
        let mut looks = Looks::default();
        let command = self.tools.sandbox.command(job, &self.tools.ffmpeg, arguments);
        run::watch(&command, Stdio::null(), self.cancel, job.limits.wall, |line| looks.hear(line)).await?;
        let file = self.out.join(ffmpeg::POSTER);
        // ffmpeg exits 0 without a picture when the moment lies past the end, and with half of one on a full disk.
        let picture = tokio::fs::read(&file).await.unwrap_or_default();
        if jpeg::is_whole(&picture) {
            return Ok(Poster { file, score: looks.scores.first().copied().unwrap_or(0) });
        }
        Err(MediaError::permanent(
            "no_pictures",
            "No pictures could be read from this video.",
            format!("{} bytes at {at:?}", picture.len()),
        ))
    }

    /// However ffmpeg ends, the pictures that are whole count.
    async fn best_key_frame(&self, job: &Job, stdin: Stdio) -> Option<Poster> {
        let arguments = ffmpeg::candidates(&self.tools.sandbox.input(job), self.demuxer, self.tone);
        let mut looks = Looks::default();
        let command = self.tools.sandbox.command(job, &self.tools.ffmpeg, arguments);
        if let Err(error) = run::watch(&command, stdin, self.cancel, job.limits.wall, |line| looks.hear(line)).await {
            tracing::debug!(%error, pictures = looks.scores.len(), "looking for a better poster ended early");
        }
        // The last that was measured may not have been written any more.
        let mut whole = 0;
        for number in 1..=looks.scores.len() {
            let picture = tokio::fs::read(self.out.join(ffmpeg::candidate(number))).await.unwrap_or_default();
            if !jpeg::is_whole(&picture) {
                break;
            }
            whole = number;
        }
        let best = looks::best(&looks.scores[..whole])?;
        Some(Poster { file: self.out.join(ffmpeg::candidate(best + 1)), score: looks.scores[best] })
    }
}
