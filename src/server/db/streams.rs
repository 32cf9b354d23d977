//! The HLS state of a video. Every change is one conditional UPDATE, so exactly one of any number of callers wins.

use super::{
    Db, generations,
    jobs::{self, JobKind, Lease, enqueue},
    storyboards,
    videos::VideoRow,
};
use crate::{
    model::{UserId, VideoId},
    server::{
        clock::{millis, now_ms},
        faults,
    },
};
use std::time::Duration;

/// What a finished stream is made of.
#[derive(Clone, Debug)]
pub struct FinishedStream<'a> {
    pub playlist_key: &'a str,
    pub segments: i64,
    pub bytes: i64,
    /// For a recording that did not tell its length, or where it was guessed.
    pub duration_ms: i64,
}

impl Db {
    /// The first view: null → generating, with its job. True for the one caller who started it.
    pub async fn start_stream(&self, video: VideoId, user: UserId) -> sqlx::Result<bool> {
        self.start(video, user, "IS NULL").await
    }

    /// The person's retry: failed → generating, with a fresh job.
    pub async fn restart_stream(&self, video: VideoId, user: UserId) -> sqlx::Result<bool> {
        self.start(video, user, "= 'failed'").await
    }

    /// `from` is one of the two texts above.
    async fn start(&self, video: VideoId, user: UserId, from: &'static str) -> sqlx::Result<bool> {
        let claim = format!(
            "UPDATE videos SET hls_status = 'generating', hls_requested_at = $2, hls_attempt = NULL, hls_started_at = NULL, hls_made_ms = NULL,
             hls_playable_ms = NULL, hls_playable_at = NULL, hls_reason = NULL, hls_error_code = NULL, hls_error_message = NULL
             WHERE id = $1 AND state = 'stored' AND hls_status {from}"
        );
        let mut tx = self.begin().await?;
        let won =
            sqlx::query(sqlx::AssertSqlSafe(claim)).bind(video.to_string()).bind(now_ms()).execute(&mut *tx).await?.rows_affected() == 1;
        if won {
            enqueue(&mut tx, JobKind::GenerateHls, video, user, Duration::ZERO).await?;
        }
        tx.commit().await?;
        if won {
            faults::point("queue:enqueued");
        }
        Ok(won)
    }

    /// A worker begins. `reason` says why it converts, if it does.
    pub async fn begin_stream(&self, lease: &Lease, reason: Option<&str>) -> sqlx::Result<bool> {
        let updated = sqlx::query(
            "UPDATE videos SET hls_started_at = $3, hls_reason = $4, hls_made_ms = 0, hls_playable_ms = 0
             WHERE id = $1 AND hls_attempt = $2 AND hls_status = 'generating'",
        )
        .bind(lease.video_id.to_string())
        .bind(&lease.token)
        .bind(now_ms())
        .bind(reason.map(str::to_owned))
        .execute(&self.0)
        .await?;
        Ok(updated.rows_affected() == 1)
    }

    /// How far the attempt is: gone through, and watchable (0: not yet).
    pub async fn tell_progress(&self, lease: &Lease, made_ms: i64, playable_ms: i64) -> sqlx::Result<()> {
        sqlx::query(
            "UPDATE videos SET hls_made_ms = $3, hls_playable_ms = $4,
             hls_playable_at = CASE WHEN $4 > 0 THEN COALESCE(hls_playable_at, $5) ELSE hls_playable_at END
             WHERE id = $1 AND hls_attempt = $2 AND hls_status = 'generating'",
        )
        .bind(lease.video_id.to_string())
        .bind(&lease.token)
        .bind(made_ms)
        .bind(playable_ms)
        .bind(now_ms())
        .execute(&self.0)
        .await
        .map(drop)
    }

    /// Whether nobody works on a stream that is being made, or somebody who has not been heard of for so long that less than
    /// `left` of the lease remains.
    pub async fn stream_is_quiet(&self, video: VideoId, left: Duration) -> sqlx::Result<bool> {
        let quiet: Option<String> = sqlx::query_scalar(
            "SELECT id FROM jobs WHERE kind = 'generate_hls' AND video_id = $1 AND (lease_expires_at IS NULL OR lease_expires_at < $2)",
        )
        .bind(video.to_string())
        .bind(now_ms() + millis(left))
        .fetch_optional(&self.0)
        .await?;
        Ok(quiet.is_some())
    }

    /// The playlist's attempt is committed: the last step of a job, and the only one that makes it count. After `settled`,
    /// when no other attempt can be writing any more, a collector removes what they left. False when the lease was lost or
    /// the video deleted meanwhile.
    pub async fn finish_stream(&self, lease: &Lease, done: &FinishedStream<'_>, settled: Duration) -> sqlx::Result<bool> {
        let mut tx = self.begin().await?;
        let now = now_ms();
        // The probe stays as it is: whoever makes the stream again is to measure nothing against a guess.
        let updated = sqlx::query(
            "UPDATE videos SET hls_status = 'ready', hls_playlist_key = $3, hls_segments = $4, hls_bytes = $5,
             hls_generated_at = $6, hls_checked_at = $6, hls_playable_at = COALESCE(hls_playable_at, $6),
             duration_ms = CASE WHEN COALESCE(duration_ms, 0) > 0 AND COALESCE(probe, '') NOT LIKE '%\"duration_guessed\":true%'
                                THEN duration_ms ELSE $7 END,
             hls_error_code = NULL, hls_error_message = NULL
             WHERE id = $1 AND hls_attempt = $2 AND hls_status = 'generating'",
        )
        .bind(lease.video_id.to_string())
        .bind(&lease.token)
        .bind(done.playlist_key)
        .bind(done.segments)
        .bind(done.bytes)
        .bind(now)
        .bind(done.duration_ms)
        .execute(&mut *tx)
        .await?;
        if updated.rows_affected() != 1 || !jobs::end(&mut tx, lease).await? {
            return Ok(false);
        }
        generations::record(&mut tx, lease, "ready").await?;
        enqueue(&mut tx, JobKind::CollectHls, lease.video_id, lease.user_id, settled).await?;
        storyboards::want(&mut tx, lease.video_id, lease.user_id).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Copied, it would not play well, as its making has shown: another attempt is to convert it, because … (the end of a sentence).
    /// The job is due at once, and its person's turn is not over. False when the lease was lost.
    pub async fn convert_instead(&self, lease: &Lease, because: &str) -> sqlx::Result<bool> {
        let mut tx = self.begin().await?;
        let updated = sqlx::query(
            "UPDATE videos SET hls_copy_fails = $3, hls_playable_at = NULL WHERE id = $1 AND hls_attempt = $2 AND hls_status = 'generating'",
        )
        .bind(lease.video_id.to_string())
        .bind(&lease.token)
        .bind(because)
        .execute(&mut *tx)
        .await?;
        if updated.rows_affected() != 1 || !jobs::take_another_turn(&mut tx, lease).await? {
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }

    /// It could not be made: a code for programs and a sentence for the person. The job ends in the same moment: a retry
    /// between the two would lose its own.
    pub async fn fail_stream(&self, lease: &Lease, code: &str, message: &str, settled: Duration) -> sqlx::Result<bool> {
        let mut tx = self.begin().await?;
        let updated = sqlx::query(
            "UPDATE videos SET hls_status = 'failed', hls_error_code = $3, hls_error_message = $4, hls_playable_ms = 0
             WHERE id = $1 AND hls_attempt = $2 AND hls_status = 'generating'",
        )
        .bind(lease.video_id.to_string())
        .bind(&lease.token)
        .bind(code)
        .bind(message)
        .execute(&mut *tx)
        .await?;
        if updated.rows_affected() != 1 || !jobs::end(&mut tx, lease).await? {
            return Ok(false);
        }
        generations::record(&mut tx, lease, code).await?;
        enqueue(&mut tx, JobKind::CollectHls, lease.video_id, lease.user_id, settled).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Objects of a ready stream are gone: the next view makes it anew. False when it is no longer that attempt's.
    pub async fn lose_stream(&self, video: VideoId, attempt: &str) -> sqlx::Result<bool> {
        let updated = sqlx::query("UPDATE videos SET hls_status = NULL WHERE id = $1 AND hls_attempt = $2 AND hls_status = 'ready'")
            .bind(video.to_string())
            .bind(attempt)
            .execute(&self.0)
            .await?;
        Ok(updated.rows_affected() == 1)
    }

    /// Ready streams whose objects were last seen longer than `age` ago, and failed ones whose left-overs were last looked for then;
    /// the longest first.
    pub async fn streams_to_check(&self, age: Duration, limit: i64) -> sqlx::Result<Vec<VideoRow>> {
        sqlx::query_as(
            "SELECT * FROM videos WHERE hls_status IN ('ready', 'failed') AND COALESCE(hls_checked_at, 0) < $1
             ORDER BY COALESCE(hls_checked_at, 0) LIMIT $2",
        )
        .bind(now_ms() - millis(age))
        .bind(limit)
        .fetch_all(&self.0)
        .await
    }

    /// All objects were there just now, or none that should not.
    pub async fn stream_was_seen(&self, video: VideoId) -> sqlx::Result<()> {
        sqlx::query("UPDATE videos SET hls_checked_at = $2 WHERE id = $1")
            .bind(video.to_string())
            .bind(now_ms())
            .execute(&self.0)
            .await
            .map(drop)
    }
}
