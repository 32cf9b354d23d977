//! Small pictures along recordings: whether they are wanted, and what counts of what was made.

use super::{
    Db,
    jobs::{self, JobKind, Lease},
};
use crate::{
    model::{UserId, VideoId},
    server::clock::now_ms,
};

/// A row of `storyboards`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoryboardRow {
    /// The attempt whose objects count.
    pub attempt: String,
    /// The stretch that each tile stands for.
    pub interval_ms: i64,
    /// 0: it was tried, and there are none.
    pub tiles: i64,
    /// Of a tile, in pixels.
    pub tile_width: i64,
    pub tile_height: i64,
}

/// What an attempt made.
#[derive(Clone, Debug)]
pub struct Drawn {
    pub interval_ms: i64,
    pub tiles: i64,
    pub tile_width: i64,
    pub tile_height: i64,
    /// Of all sheets.
    pub bytes: i64,
    /// The key and score of a poster that is better than the present one, if there is one.
    pub poster: Option<(String, i64)>,
}

/// Queues a storyboard inside the transaction that makes a stream ready, unless there is one, or nothing to be seen. One that
/// was tried in vain is tried again with the new stream.
pub(super) async fn want(tx: &mut sqlx::Transaction<'_, sqlx::Any>, video: VideoId, user: UserId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM storyboards WHERE video_id = $1 AND tiles = 0").bind(video.to_string()).execute(&mut **tx).await?;
    sqlx::query(WANT)
        .bind(uuid::Uuid::new_v4().to_string())
        .bind(JobKind::Storyboard.as_str())
        .bind(video.to_string())
        .bind(user.to_string())
        .bind(now_ms())
        .execute(&mut **tx)
        .await
        .map(drop)
}

const WANT: &str = "INSERT INTO jobs (id, kind, video_id, user_id, run_after, created_at)
    SELECT $1, $2, v.id, $4, $5, $5 FROM videos v
    WHERE v.id = $3 AND v.width IS NOT NULL AND v.hls_status = 'ready' AND NOT EXISTS (SELECT 1 FROM storyboards s WHERE s.video_id = v.id)
    ON CONFLICT (kind, video_id) DO NOTHING";

impl Db {
    pub async fn storyboard(&self, video: VideoId) -> sqlx::Result<Option<StoryboardRow>> {
        sqlx::query_as("SELECT * FROM storyboards WHERE video_id = $1").bind(video.to_string()).fetch_optional(&self.0).await
    }

    /// Queues the storyboard of a recording that was made ready before there were any: once.
    pub async fn want_storyboard(&self, video: VideoId, user: UserId) -> sqlx::Result<bool> {
        // Most have one, and reading locks nobody out.
        if self.storyboard(video).await?.is_some() {
            return Ok(false);
        }
        let queued = sqlx::query(WANT)
            .bind(uuid::Uuid::new_v4().to_string())
            .bind(JobKind::Storyboard.as_str())
            .bind(video.to_string())
            .bind(user.to_string())
            .bind(now_ms())
            .execute(&self.0)
            .await?;
        Ok(queued.rows_affected() == 1)
    }

    /// Makes an attempt's sheets count, and its poster if it found a better one, and ends the job: one transaction, and nothing
    /// in it without the lease. False when that was lost or the video deleted meanwhile.
    pub async fn finish_storyboard(&self, lease: &Lease, drawn: &Drawn) -> sqlx::Result<bool> {
        let mut tx = self.begin().await?;
        let written = sqlx::query(
            "INSERT INTO storyboards (video_id, attempt, interval_ms, tiles, tile_width, tile_height, bytes, created_at)
             SELECT v.id, j.lease_token, $4, $5, $6, $7, $8, $9 FROM videos v JOIN jobs j ON j.video_id = v.id
             WHERE v.id = $1 AND j.id = $2 AND j.lease_token = $3
             ON CONFLICT (video_id) DO UPDATE SET attempt = excluded.attempt, interval_ms = excluded.interval_ms, tiles = excluded.tiles,
             tile_width = excluded.tile_width, tile_height = excluded.tile_height, bytes = excluded.bytes, created_at = excluded.created_at",
        )
        .bind(lease.video_id.to_string())
        .bind(&lease.job_id)
        .bind(&lease.token)
        .bind(drawn.interval_ms)
        .bind(drawn.tiles)
        .bind(drawn.tile_width)
        .bind(drawn.tile_height)
        .bind(drawn.bytes)
        .bind(now_ms())
        .execute(&mut *tx)
        .await?;
        if written.rows_affected() != 1 || !jobs::end(&mut tx, lease).await? {
            return Ok(false);
        }
        if let Some((key, score)) = &drawn.poster {
            sqlx::query("UPDATE videos SET poster_key = $2, poster_score = $3 WHERE id = $1")
                .bind(lease.video_id.to_string())
                .bind(key)
                .bind(*score)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// None can be made: nobody asks again until the stream is made anew. False when that is not so: one is there, which stays, or
    /// the lease was lost, and another attempt may be at it.
    pub async fn no_storyboard(&self, lease: &Lease) -> sqlx::Result<bool> {
        let written = sqlx::query(
            "INSERT INTO storyboards (video_id, attempt, interval_ms, tiles, tile_width, tile_height, bytes, created_at)
             SELECT v.id, j.lease_token, 0, 0, 0, 0, 0, $4 FROM videos v JOIN jobs j ON j.video_id = v.id
             WHERE v.id = $1 AND j.id = $2 AND j.lease_token = $3
             ON CONFLICT (video_id) DO NOTHING",
        )
        .bind(lease.video_id.to_string())
        .bind(&lease.job_id)
        .bind(&lease.token)
        .bind(now_ms())
        .execute(&self.0)
        .await?;
        Ok(written.rows_affected() == 1)
    }

    /// What its sheets take in the bucket; `None` when there are none.
    pub async fn storyboard_bytes(&self, video: VideoId) -> sqlx::Result<Option<i64>> {
        sqlx::query_scalar("SELECT bytes FROM storyboards WHERE video_id = $1 AND tiles > 0")
            .bind(video.to_string())
            .fetch_optional(&self.0)
            .await
    }

    /// The same for all of a person's recordings.
    pub async fn storyboard_bytes_of(&self, user: UserId) -> sqlx::Result<i64> {
        sqlx::query_scalar(
            "SELECT CAST(COALESCE(SUM(s.bytes), 0) AS BIGINT) FROM storyboards s JOIN videos v ON v.id = s.video_id WHERE v.user_id = $1",
        )
        .bind(user.to_string())
        .fetch_one(&self.0)
        .await
    }
}
