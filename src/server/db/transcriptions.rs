//! Automatic transcriptions that were asked for. Every change is one conditional statement, so that exactly one of any number
//! of callers or workers wins; an attempt is the token of a lease.

use super::{
    Db,
    jobs::{self, JobKind, Lease, Waiting, enqueue},
    transcripts,
};
use crate::{
    model::{Sentence, Transcript, UserId, VideoId},
    server::clock::now_ms,
};
use std::time::Duration;

/// A transcription that is not done.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct TranscriptionRow {
    pub status: String,
    pub started_at: Option<i64>,
    pub from_ms: i64,
    pub done_ms: i64,
    pub total_ms: i64,
    pub error_message: Option<String>,
}

/// A stretch of the recording, in milliseconds, and what is said in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PieceRow {
    pub start_ms: i64,
    pub end_ms: i64,
    pub language: Option<String>,
    pub sentences: Vec<Sentence>,
}

/// How the end of a transcription came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Stored,
    /// Somebody changed the transcript that was to be replaced.
    Changed,
    /// The lease was lost, or the video is gone.
    Lost,
}

impl Db {
    pub async fn transcription(&self, video: VideoId) -> sqlx::Result<Option<TranscriptionRow>> {
        sqlx::query_as("SELECT status, started_at, from_ms, done_ms, total_ms, error_message FROM transcriptions WHERE video_id = $1")
            .bind(video.to_string())
            .fetch_optional(&self.0)
            .await
    }

    /// Asks for a transcription, with its job. True for the one caller who did; a failed one is begun again.
    pub async fn start_transcription(&self, video: VideoId, user: UserId) -> sqlx::Result<bool> {
        let mut tx = self.begin().await?;
        let asked = sqlx::query(
            "INSERT INTO transcriptions (video_id, status, replaces, requested_at)
             SELECT id, 'waiting', COALESCE((SELECT version FROM transcripts WHERE video_id = $1), 0), $2 FROM videos
             WHERE id = $1 AND state = 'stored' AND trashed_at IS NULL
             ON CONFLICT (video_id) DO UPDATE SET status = 'waiting', attempt = NULL, replaces = excluded.replaces,
             requested_at = excluded.requested_at, started_at = NULL, from_ms = 0, done_ms = 0, total_ms = 0, error_code = NULL, error_message = NULL
             WHERE transcriptions.status = 'failed'",
        )
        .bind(video.to_string())
        .bind(now_ms())
        .execute(&mut *tx)
        .await?;
        let won = asked.rows_affected() == 1;
        if won {
            enqueue(&mut tx, JobKind::Transcribe, video, user, Duration::ZERO).await?;
        }
        tx.commit().await?;
        Ok(won)
    }

    /// A failure that nobody needs to be told any more: a transcript came from elsewhere.
    pub async fn forget_failed_transcription(&self, video: VideoId) -> sqlx::Result<()> {
        sqlx::query("DELETE FROM transcriptions WHERE video_id = $1 AND status = 'failed'")
            .bind(video.to_string())
            .execute(&self.0)
            .await
            .map(drop)
    }

    /// Transcriptions that wait or are being made, of one person and altogether.
    pub async fn waiting_transcriptions(&self, user: UserId) -> sqlx::Result<Waiting> {
        let (of_user, of_all) = sqlx::query_as(
            "SELECT (SELECT COUNT(*) FROM jobs WHERE kind = 'transcribe' AND user_id = $1), (SELECT COUNT(*) FROM jobs WHERE kind = 'transcribe')",
        )
        .bind(user.to_string())
        .fetch_one(&self.0)
        .await?;
        Ok(Waiting { of_user, of_all })
    }

    /// A worker begins: from now on only its attempt can write. False when it is no longer wanted.
    pub async fn begin_transcription(&self, lease: &Lease) -> sqlx::Result<bool> {
        let begun = sqlx::query(
            "UPDATE transcriptions SET status = 'running', attempt = $2, started_at = NULL
             WHERE video_id = $1 AND status <> 'failed' AND EXISTS (SELECT 1 FROM jobs WHERE id = $3 AND lease_token = $2)",
        )
        .bind(lease.video_id.to_string())
        .bind(&lease.token)
        .bind(&lease.job_id)
        .execute(&self.0)
        .await?;
        Ok(begun.rows_affected() == 1)
    }

    /// This attempt is over, and another one will be made.
    pub async fn pause_transcription(&self, lease: &Lease) -> sqlx::Result<()> {
        sqlx::query("UPDATE transcriptions SET status = 'waiting' WHERE video_id = $1 AND attempt = $2 AND status = 'running'")
            .bind(lease.video_id.to_string())
            .bind(&lease.token)
            .execute(&self.0)
            .await
            .map(drop)
    }

    /// The writing down begins: `done_ms` of `total_ms` are there from an earlier attempt.
    pub async fn measure_transcription(&self, lease: &Lease, done_ms: i64, total_ms: i64) -> sqlx::Result<bool> {
        let measured = sqlx::query(
            "UPDATE transcriptions SET started_at = $3, from_ms = $4, done_ms = $4, total_ms = $5
             WHERE video_id = $1 AND attempt = $2 AND status = 'running'",
        )
        .bind(lease.video_id.to_string())
        .bind(&lease.token)
        .bind(now_ms())
        .bind(done_ms)
        .bind(total_ms)
        .execute(&self.0)
        .await?;
        Ok(measured.rows_affected() == 1)
    }

    /// How far it is.
    pub async fn tell_transcription(&self, lease: &Lease, done_ms: i64) -> sqlx::Result<bool> {
        let told = sqlx::query("UPDATE transcriptions SET done_ms = $3 WHERE video_id = $1 AND attempt = $2 AND status = 'running'")
            .bind(lease.video_id.to_string())
            .bind(&lease.token)
            .bind(done_ms)
            .execute(&self.0)
            .await?;
        Ok(told.rows_affected() == 1)
    }

    /// What this transcriber wrote down in earlier attempts.
    pub async fn transcribed_pieces(&self, video: VideoId, transcriber: &str) -> sqlx::Result<Vec<PieceRow>> {
        let rows: Vec<(i64, i64, Option<String>, String)> = sqlx::query_as(
            "SELECT start_ms, end_ms, language, sentences FROM transcription_pieces WHERE video_id = $1 AND transcriber = $2 ORDER BY start_ms",
        )
        .bind(video.to_string())
        .bind(transcriber)
        .fetch_all(&self.0)
        .await?;
        rows.into_iter()
            .map(|(start_ms, end_ms, language, json)| Ok(PieceRow { start_ms, end_ms, language, sentences: transcripts::read(&json)? }))
            .collect()
    }

    /// Keeps a piece. False when the lease was lost: then nothing is kept. Attempts and failures are counted anew from here: only
    /// what gets no further is given up, not four hours whose transcriber takes a few pieces at a time.
    pub async fn keep_piece(&self, lease: &Lease, transcriber: &str, piece: &PieceRow) -> sqlx::Result<bool> {
        let mut tx = self.begin().await?;
        let counts = sqlx::query("UPDATE transcriptions SET done_ms = $3 WHERE video_id = $1 AND attempt = $2 AND status = 'running'")
            .bind(lease.video_id.to_string())
            .bind(&lease.token)
            .bind(piece.end_ms)
            .execute(&mut *tx)
            .await?;
        if counts.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO transcription_pieces (video_id, start_ms, end_ms, transcriber, language, sentences) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (video_id, start_ms, end_ms)
             DO UPDATE SET transcriber = excluded.transcriber, language = excluded.language, sentences = excluded.sentences",
        )
        .bind(lease.video_id.to_string())
        .bind(piece.start_ms)
        .bind(piece.end_ms)
        .bind(transcriber)
        .bind(piece.language.clone())
        .bind(transcripts::write(&piece.sentences)?)
        .execute(&mut *tx)
        .await?;
        sqlx::query("UPDATE jobs SET attempts = 1, failures = 0 WHERE id = $1 AND lease_token = $2 AND attempts > 1")
            .bind(&lease.job_id)
            .bind(&lease.token)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// All of it is there: transcript, index and the end of the job in one moment.
    pub async fn finish_transcription(&self, lease: &Lease, transcript: &Transcript) -> sqlx::Result<Ending> {
        let mut tx = self.begin().await?;
        // The transcript refers to the video: taken last, its lock would be the one that a deletion has, which waits for ours.
        let locked = sqlx::query("UPDATE videos SET title = title WHERE id = $1").bind(lease.video_id.to_string());
        locked.execute(&mut *tx).await?;
        let replaces: Option<i64> =
            sqlx::query_scalar("DELETE FROM transcriptions WHERE video_id = $1 AND attempt = $2 AND status = 'running' RETURNING replaces")
                .bind(lease.video_id.to_string())
                .bind(&lease.token)
                .fetch_optional(&mut *tx)
                .await?;
        let Some(replaces) = replaces else { return Ok(Ending::Lost) };
        if !jobs::end(&mut tx, lease).await? {
            return Ok(Ending::Lost);
        }
        if transcripts::put(&mut tx, lease.video_id, lease.user_id, transcript, Some(replaces)).await?.is_none() {
            return Ok(Ending::Changed);
        }
        tx.commit().await?;
        Ok(Ending::Stored)
    }

    /// It was given up; the job ends in the same moment, or a retry between the two would lose its own. What is written down
    /// stays for that retry.
    pub async fn fail_transcription(&self, lease: &Lease, code: &str, message: &str) -> sqlx::Result<bool> {
        let mut tx = self.begin().await?;
        let failed = sqlx::query(
            "UPDATE transcriptions SET status = 'failed', attempt = NULL, error_code = $3, error_message = $4
             WHERE video_id = $1 AND status <> 'failed' AND EXISTS (SELECT 1 FROM jobs WHERE id = $5 AND lease_token = $2)",
        )
        .bind(lease.video_id.to_string())
        .bind(&lease.token)
        .bind(code)
        .bind(message)
        .bind(&lease.job_id)
        .execute(&mut *tx)
        .await?;
        if failed.rows_affected() != 1 || !jobs::end(&mut tx, lease).await? {
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }
}
