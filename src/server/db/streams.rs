//! The HLS state of a video. Every change is one conditional UPDATE, so exactly one of any number of callers wins.

use super::{Db, jobs::{JobKind, Lease, enqueue}};
use crate::{model::{UserId, VideoId}, server::clock::now_ms};
use std::time::Duration;

/// What a finished stream is made of.
#[derive(Clone, Debug)]
pub struct Finished<'a> {
    pub playlist_key: &'a str,
    pub segments: i64,
    pub bytes: i64,
}

impl Db {
    /// The first view: null → generating, with its job. True for the one caller who started it.
    pub async fn start_stream(&self, video: VideoId, user: UserId) -> sqlx::Result<bool> {
        let claim = "UPDATE videos SET hls_status = 'generating', hls_requested_at = $2
                     WHERE id = $1 AND state = 'stored' AND hls_status IS NULL";
        self.start(claim, video, user).await
    }

    /// The person's retry: failed → generating, with a fresh job.
    pub async fn restart_stream(&self, video: VideoId, user: UserId) -> sqlx::Result<bool> {
        let claim = "UPDATE videos SET hls_status = 'generating', hls_requested_at = $2, hls_error_code = NULL, hls_error_message = NULL
                     WHERE id = $1 AND state = 'stored' AND hls_status = 'failed'";
        self.start(claim, video, user).await
    }

    async fn start(&self, claim: &'static str, video: VideoId, user: UserId) -> sqlx::Result<bool> {
        let mut tx = self.0.begin().await?;
        let won = sqlx::query(claim).bind(video.to_string()).bind(now_ms()).execute(&mut *tx).await?.rows_affected() == 1;
        if won {
            enqueue(&mut tx, JobKind::GenerateHls, video, user, Duration::ZERO).await?;
        }
        tx.commit().await?;
        Ok(won)
    }

    /// The playlist's attempt is committed: the last step of a job, and the only one that makes it count. False when
    /// the lease was lost or the video deleted meanwhile.
    pub async fn finish_stream(&self, lease: &Lease, done: &Finished<'_>) -> sqlx::Result<bool> {
        let updated = sqlx::query(
            "UPDATE videos SET hls_status = 'ready', hls_playlist_key = $3, hls_segments = $4, hls_bytes = $5,
             hls_generated_at = $6, hls_error_code = NULL, hls_error_message = NULL
             WHERE id = $1 AND hls_attempt = $2 AND hls_status = 'generating'",
        )
        .bind(lease.video_id.to_string())
        .bind(&lease.token)
        .bind(done.playlist_key)
        .bind(done.segments)
        .bind(done.bytes)
        .bind(now_ms())
        .execute(&self.0)
        .await?;
        Ok(updated.rows_affected() == 1)
    }

    /// It could not be made: a code for programs and a sentence for the person.
    pub async fn fail_stream(&self, lease: &Lease, code: &str, message: &str) -> sqlx::Result<bool> {
        let updated = sqlx::query(
            "UPDATE videos SET hls_status = 'failed', hls_error_code = $3, hls_error_message = $4
             WHERE id = $1 AND hls_attempt = $2 AND hls_status = 'generating'",
        )
        .bind(lease.video_id.to_string())
        .bind(&lease.token)
        .bind(code)
        .bind(message)
        .execute(&self.0)
        .await?;
        Ok(updated.rows_affected() == 1)
    }
}
