//! Has what is said in a recording written down: sound → pieces → each written down and kept → joined and committed.
//!
//! What is kept survives the attempt: whoever goes on after a failure or a crash asks only for the pieces that are missing.

use super::{JobError, generate_hls::probe_of, source::Source};
use crate::server::{
    App,
    db::{
        jobs::Lease,
        transcriptions::{Ending, PieceRow},
        videos::VideoRow,
    },
    media::{
        Probe,
        hls::Arriving,
        sound::{self, BYTES_PER_SEC, FRAME_MS},
    },
    speech::{Piece, SpeechError, Transcriber, cut, placed},
    subtitles::Script,
    transcripts,
};
use std::{
    io::SeekFrom,
    ops::Range,
    path::{Path, PathBuf},
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, Instant},
};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::sync::CancellationToken;

/// How often one attempt asks for a piece before it gives the job back to the queue, which waits longer.
const TRIES: u32 = 4;
/// What a busy transcriber may ask us to wait without giving the job back.
const SHORT_WAIT: Duration = Duration::from_secs(60);
/// How often progress within a piece is told.
const TELL: Duration = Duration::from_secs(2);
const PIECE: &str = "piece.wav";

pub async fn run(app: &App, lease: &Lease, cancel: &CancellationToken) -> Result<(), JobError> {
    let result = attempt(app, lease, cancel).await;
    // A transcriber may ask for an hour: until its next turn it waits, as before this one.
    let goes_on = matches!(result, Err(JobError::Transient { .. } | JobError::Later { .. } | JobError::NoRoom { .. }));
    if goes_on && let Err(error) = app.db.pause_transcription(lease).await {
        tracing::warn!(video = %lease.video_id, %error, "that it waits could not be written");
    }
    result
}

async fn attempt(app: &App, lease: &Lease, cancel: &CancellationToken) -> Result<(), JobError> {
    let Some(transcriber) = &app.transcriber else { return Err(no_transcriber()) };
    let start = Instant::now();
    // Not wanted any more: the video is deleted, or somebody else was faster.
    let Some(row) = app.db.video(lease.video_id).await? else { return Ok(()) };
    if !app.db.begin_transcription(lease).await? {
        return Ok(());
    }
    crate::server::faults::point("transcribe:begun");
    let probe = probe_of(&row)?;
    let _room = app.scratch.reserve(sound::largest(&probe))??;
    let work = app.scratch.job_dir()?;
    let sound = listen(app, &row, &probe, work.path(), cancel).await?;
    crate::server::faults::point("transcribe:heard");
    let levels = sound::levels(&sound).await?;
    if levels.is_empty() {
        return Err(permanent("no_sound", "This recording has no sound that can be read.", "no samples came out"));
    }
    let written = Writing { app, lease, transcriber, sound: &sound, work: work.path(), levels: &levels }.pieces(cancel).await?;
    let transcript = placed::joined(written, &transcriber.name());
    if transcript.sentences.is_empty() {
        return Err(permanent("no_speech", "Nobody is heard speaking in this recording.", "no sentences came back"));
    }
    if transcripts::bounded(&transcript.sentences).is_err() {
        let (sentence, detail) = ("The transcriber wrote down more than anybody can have said.", "more than is kept of a transcript");
        return Err(permanent("too_much", sentence, detail));
    }
    crate::server::faults::point("transcribe:joined");
    match app.db.finish_transcription(lease, &transcript).await? {
        Ending::Stored => {
            crate::server::faults::point("transcribe:committed");
            let (sentences, ms) = (transcript.sentences.len(), start.elapsed().as_millis() as u64);
            tracing::info!(video = %lease.video_id, sentences, ms, attempt = lease.attempts, "transcribed");
            Ok(())
        }
        Ending::Changed => Err(permanent(
            "changed",
            "The transcript was changed while the recording was transcribed, so it was left as it is. Transcribe again to replace it.",
            "another version than the one to be replaced",
        )),
        Ending::Lost => Err(JobError::Abandoned),
    }
}

/// It was given up: the person is told why.
pub async fn failed(app: &App, lease: &Lease, code: &str, message: &str) -> sqlx::Result<()> {
    app.db.fail_transcription(lease, code, message).await.map(drop)
}

/// The sound of the recording, as a file in `work`: the original goes through a pipe into a sandboxed ffmpeg.
async fn listen(app: &App, row: &VideoRow, probe: &Probe, work: &Path, cancel: &CancellationToken) -> Result<PathBuf, JobError> {
    let source = Source::open(app, row).await?;
    let arriving = Arriving::default();
    let (reader, writer) = std::io::pipe()?;
    let extract = async { Ok::<_, JobError>(sound::extract(&app.tools, &source.kind, probe, reader, work, cancel).await?) };
    let (sound, ()) = tokio::try_join!(extract, source.feed(app, writer, &arriving))?;
    Ok(sound)
}

struct Writing<'a> {
    app: &'a App,
    lease: &'a Lease,
    transcriber: &'a Transcriber,
    /// The whole sound.
    sound: &'a Path,
    work: &'a Path,
    levels: &'a [u16],
}

impl Writing<'_> {
    /// Every piece, one after the other: those that are kept already, silence, and what the transcriber says.
    async fn pieces(&self, cancel: &CancellationToken) -> Result<Vec<PieceRow>, JobError> {
        let (db, lease, identity) = (&self.app.db, self.lease, self.transcriber.identity());
        let cuts = cut::pieces(self.levels, self.transcriber.longest_piece());
        // The same sound is cut at the same places, so what is kept of it fits.
        let kept = db.transcribed_pieces(lease.video_id, &identity).await?;
        let of = |cut: &Range<usize>| kept.iter().find(|piece| (piece.start_ms, piece.end_ms) == times(cut));
        let done = cuts.iter().take_while(|cut| of(cut).is_some()).last().map_or(0, |cut| times(cut).1);
        if !db.measure_transcription(lease, done, times(&(0..self.levels.len())).1).await? {
            return Err(JobError::Abandoned);
        }
        crate::server::faults::point("transcribe:measured");
        let mut pieces = Vec::with_capacity(cuts.len());
        for cut in &cuts {
            if let Some(piece) = of(cut) {
                pieces.push(piece.clone());
                continue;
            }
            let (start_ms, end_ms) = times(cut);
            let piece = match cut::is_silent(&self.levels[cut.clone()]) {
                true => PieceRow { start_ms, end_ms, ..PieceRow::default() },
                false => self.written(cut, cancel).await?,
            };
            crate::server::faults::point("transcribe:said");
            if !db.keep_piece(lease, &identity, &piece).await? {
                return Err(JobError::Abandoned);
            }
            crate::server::faults::point("transcribe:kept");
            pieces.push(piece);
        }
        Ok(pieces)
    }

    /// One piece, as the transcriber hears it. What passes is tried again a few times before the job is given back.
    async fn written(&self, cut: &Range<usize>, cancel: &CancellationToken) -> Result<PieceRow, JobError> {
        let wav = self.work.join(PIECE);
        tokio::fs::write(&wav, sound::wav(&self.samples(cut).await?)).await?;
        let (start_ms, end_ms) = times(cut);
        let mut tries = 0;
        loop {
            tries += 1;
            let error = match self.ask(&wav, cut, cancel).await? {
                Ok(script) => return Ok(placed::placed(script, start_ms..end_ms)),
                Err(error) => error,
            };
            tokio::select! {
                () = cancel.cancelled() => return Err(JobError::Abandoned),
                () = tokio::time::sleep(again(error, tries)?) => {}
            }
        }
    }

    /// Asks once, telling how far it is on the way.
    async fn ask(&self, wav: &Path, cut: &Range<usize>, cancel: &CancellationToken) -> Result<Result<Script, SpeechError>, JobError> {
        let (start_ms, end_ms) = times(cut);
        let heard_ms = AtomicI64::new(0);
        let piece = Piece { wav, work: self.work, length: Duration::from_millis((end_ms - start_ms) as u64), heard_ms: &heard_ms };
        let mut asking = std::pin::pin!(self.transcriber.transcribe(&piece, cancel));
        let mut told = 0;
        loop {
            tokio::select! {
                answer = &mut asking => return Ok(answer),
                () = tokio::time::sleep(TELL) => {}
            }
            let heard = heard_ms.load(Ordering::Relaxed).clamp(0, end_ms - start_ms);
            if heard > told {
                match self.app.db.tell_transcription(self.lease, start_ms + heard).await {
                    Ok(true) => told = heard,
                    Ok(false) => return Err(JobError::Abandoned),
                    // A piece is minutes of work: it is not given up because nobody could be told how far it is.
                    Err(error) => tracing::debug!(%error, "progress could not be told"),
                }
            }
        }
    }

    /// The samples of a piece, out of the whole sound.
    async fn samples(&self, cut: &Range<usize>) -> std::io::Result<Vec<u8>> {
        const FRAME: u64 = BYTES_PER_SEC * FRAME_MS / 1000;
        let mut file = tokio::fs::File::open(self.sound).await?;
        file.seek(SeekFrom::Start(cut.start as u64 * FRAME)).await?;
        let mut samples = vec![0; cut.len() * FRAME as usize];
        file.read_exact(&mut samples).await?;
        Ok(samples)
    }
}

/// From where to where a piece goes, in milliseconds.
fn times(cut: &Range<usize>) -> (i64, i64) {
    (cut.start as i64 * FRAME_MS as i64, cut.end as i64 * FRAME_MS as i64)
}

/// How long to wait before a piece is asked for again, or how the attempt ends.
fn again(error: SpeechError, tries: u32) -> Result<Duration, JobError> {
    let patient = tries < TRIES;
    let back_off = Duration::from_millis(500) * 2_u32.pow(tries);
    match error {
        // One that asks for no time at all, or too little, gets some all the same.
        SpeechError::Busy { after, .. } if patient && after <= SHORT_WAIT => Ok(after.max(back_off)),
        SpeechError::Busy { after, detail } => {
            Err(JobError::Later { after, message: "The transcriber has too much to do right now. Please try again later.".into(), detail })
        }
        SpeechError::Passing { detail, .. } if patient => {
            tracing::info!(detail, tries, "a piece was not transcribed; it will be tried again");
            Ok(back_off)
        }
        SpeechError::Passing { message, detail } => Err(JobError::Transient { message, detail }),
        SpeechError::Refused { code, message, detail } => Err(JobError::Permanent { code, message, detail }),
        SpeechError::Cancelled => Err(JobError::Abandoned),
    }
}

fn permanent(code: &'static str, message: &str, detail: &str) -> JobError {
    JobError::Permanent { code, message: message.into(), detail: detail.into() }
}

/// Another server of this installation asked for it.
fn no_transcriber() -> JobError {
    let sentence = "The server that took this up has no transcriber. Whoever runs it should give all of them the same settings.";
    permanent("no_transcriber", sentence, "neither TRANSCRIBE_URL nor WHISPER_CLI is set")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passing() -> SpeechError {
        SpeechError::Passing { message: "m".into(), detail: "d".into() }
    }

    #[test]
    fn waiting_grows_until_the_job_is_given_back() {
        assert_eq!([1, 2, 3].map(|tries| again(passing(), tries).unwrap().as_millis()), [1_000, 2_000, 4_000]);
        assert!(matches!(again(passing(), TRIES), Err(JobError::Transient { .. })));
    }

    #[test]
    fn a_busy_transcriber_is_left_alone_for_as_long_as_it_asks() {
        let busy = |secs| SpeechError::Busy { after: Duration::from_secs(secs), detail: "d".into() };
        assert_eq!(again(busy(7), 1).unwrap(), Duration::from_secs(7));
        assert_eq!([1, 2, 3].map(|tries| again(busy(0), tries).unwrap().as_millis()), [1_000, 2_000, 4_000]);
        assert!(matches!(again(busy(600), 1), Err(JobError::Later { after, .. }) if after.as_secs() == 600));
        assert!(matches!(again(busy(7), TRIES), Err(JobError::Later { .. })));
    }

    #[test]
    fn what_would_come_back_every_time_ends_the_job() {
        let refused = SpeechError::Refused { code: "bad_key", message: "m".into(), detail: "d".into() };
        assert!(matches!(again(refused, 1), Err(JobError::Permanent { code: "bad_key", .. })));
    }
}
