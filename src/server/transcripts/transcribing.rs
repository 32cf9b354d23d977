//! Having a transcript made: asking for it, and how far it is.

use crate::{
    model::{AppError, ErrorCode, Transcription, TranscriptionStatus, VideoId, Viewer},
    server::{App, Result, clock::now_ms, db::transcriptions::TranscriptionRow, videos::owned},
};

/// Transcriptions that one person may have waiting, and everybody together. One takes minutes.
const MAX_WAITING: i64 = 20;
const MAX_QUEUE: i64 = 1_000;

/// How to get a transcriber, for whoever runs the server.
const NO_TRANSCRIBER: &str = "This server has no transcriber. Whoever runs it can set TRANSCRIBE_URL, or WHISPER_CLI and WHISPER_MODEL; a transcript file can be added all the same.";

/// Where it stands.
pub async fn get(app: &App, viewer: &Viewer, video: VideoId) -> Result<Transcription> {
    owned(app, viewer, video).await?;
    told(app, video).await
}

/// Asks for it. One that waits or runs is left alone; one that failed begins again, with what it has written down already.
pub async fn start(app: &App, viewer: &Viewer, video: VideoId) -> Result<Transcription> {
    let row = owned(app, viewer, video).await?;
    if app.transcriber.is_none() {
        return Err(AppError::new(ErrorCode::Unavailable, NO_TRANSCRIBER).into());
    }
    if !row.is_stored() {
        return Err(AppError::new(ErrorCode::IncompleteUpload, "This recording is still being uploaded.").into());
    }
    if row.audio_codec.is_none() {
        return Err(AppError::invalid("This recording has no sound, so there is nothing to write down.").into());
    }
    if app.db.transcription(video).await?.is_some_and(|row| row.status != "failed") {
        return told(app, video).await;
    }
    let waiting = app.db.waiting_transcriptions(viewer.user_id).await?;
    if waiting.of_user >= MAX_WAITING {
        let sentence =
            format!("{MAX_WAITING} of your recordings are being transcribed already. Start this one when some of them are done.");
        return Err(AppError::new(ErrorCode::TooManyRequests, sentence).into());
    }
    if waiting.of_all >= MAX_QUEUE {
        return Err(
            AppError::new(ErrorCode::Unavailable, "Very many recordings are being transcribed right now. Please come back later.").into()
        );
    }
    if app.db.start_transcription(video, row.user_id()?).await? {
        tracing::info!(%video, "a transcription was asked for");
    }
    told(app, video).await
}

async fn told(app: &App, video: VideoId) -> Result<Transcription> {
    let row = app.db.transcription(video).await?;
    Ok(state(row.as_ref(), app.transcriber.is_some(), now_ms()))
}

fn state(row: Option<&TranscriptionRow>, available: bool, now: i64) -> Transcription {
    let Some(row) = row else { return Transcription { available, ..Transcription::default() } };
    let status = match row.status.as_str() {
        "running" => TranscriptionStatus::Running,
        "failed" => TranscriptionStatus::Failed,
        _ => TranscriptionStatus::Waiting,
    };
    let running = status == TranscriptionStatus::Running && row.total_ms > 0;
    let (made, left) = (row.done_ms - row.from_ms, (row.total_ms - row.done_ms).max(0));
    let took = row.started_at.map_or(0, |started| now - started);
    // Two seconds tell nothing about the pace yet.
    let paced = running && made > 0 && took > 2_000;
    Transcription {
        available,
        status: Some(status),
        percent: running.then(|| (row.done_ms * 100 / row.total_ms).clamp(0, 99) as u32),
        seconds_left: paced.then(|| u32::try_from(left.saturating_mul(took) / made / 1_000).unwrap_or(u32::MAX)),
        error_message: row.error_message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running(from_ms: i64, done_ms: i64) -> TranscriptionRow {
        TranscriptionRow { status: "running".into(), started_at: Some(0), from_ms, done_ms, total_ms: 600_000, error_message: None }
    }

    #[test]
    fn the_time_left_is_told_from_the_pace_of_this_attempt() {
        let told = state(Some(&running(300_000, 400_000)), true, 10_000);
        assert_eq!((told.percent, told.seconds_left), (Some(66), Some(20)));
        let told = state(Some(&running(300_000, 300_000)), true, 10_000);
        assert_eq!((told.percent, told.seconds_left), (Some(50), None));
        // A worker that waits for weeks has a pace, too.
        assert_eq!(state(Some(&running(0, 20)), true, 5_000_000_000).seconds_left, Some(u32::MAX));
    }

    #[test]
    fn without_a_row_there_is_nothing_to_tell_but_whether_there_could_be() {
        assert_eq!(state(None, false, 0), Transcription::default());
        assert!(state(None, true, 0).available);
    }

    #[test]
    fn a_failure_is_told_with_its_reason() {
        let row = TranscriptionRow { status: "failed".into(), error_message: Some("why".into()), ..TranscriptionRow::default() };
        let told = state(Some(&row), true, 0);
        assert_eq!((told.status, told.percent, told.error_message.as_deref()), (Some(TranscriptionStatus::Failed), None, Some("why")));
    }
}
