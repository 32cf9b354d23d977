//! How the making of streams ended, and what a person's recordings come to: for the owner's overview.

use super::{Db, jobs::Lease};
use crate::{model::UserId, server::clock::now_ms};

/// Notes an outcome in the transaction that brings it about, so that none is ever counted that did not happen. Call it after the
/// row of the video was changed. `outcome` is `ready` or the error's code.
pub(super) async fn record(tx: &mut sqlx::Transaction<'_, sqlx::Any>, lease: &Lease, outcome: &str) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO generations (attempt, video_id, user_id, outcome, took_ms, playable_ms, ended_at)
         SELECT $2, id, user_id, $3, CASE WHEN $4 > hls_requested_at THEN $4 - hls_requested_at ELSE 0 END,
                CASE WHEN hls_playable_at >= hls_requested_at THEN hls_playable_at - hls_requested_at END, $4
         FROM videos WHERE id = $1
         ON CONFLICT (attempt) DO NOTHING",
    )
    .bind(lease.video_id.to_string())
    .bind(&lease.token)
    .bind(outcome)
    .bind(now_ms())
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// One outcome.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Generation {
    pub outcome: String,
    pub took_ms: i64,
    pub playable_ms: Option<i64>,
}

/// What a person's recordings come to.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct Holdings {
    /// Those in the trash not counted.
    pub recordings: i64,
    pub duration_ms: i64,
    /// With those in the trash, as all that follows: they still lie in the bucket.
    pub stored: i64,
    pub source_bytes: i64,
    pub hls_bytes: i64,
    pub segments: i64,
    /// How long those last that have segments.
    pub prepared_ms: i64,
    /// Parts that the originals were uploaded in.
    pub parts: i64,
}

/// A recording by how much of it was watched.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Watched {
    pub id: String,
    pub title: String,
    pub duration_ms: Option<i64>,
    pub viewings: i64,
    pub watched_ms: i64,
    pub covered_ms: i64,
}

impl Db {
    /// The newest outcomes of a person's recordings.
    pub async fn generations_of(&self, user: UserId, limit: i64) -> sqlx::Result<Vec<Generation>> {
        sqlx::query_as("SELECT outcome, took_ms, playable_ms FROM generations WHERE user_id = $1 ORDER BY ended_at DESC LIMIT $2")
            .bind(user.to_string())
            .bind(limit)
            .fetch_all(&self.0)
            .await
    }

    pub async fn holdings(&self, user: UserId) -> sqlx::Result<Holdings> {
        sqlx::query_as(
            "SELECT COUNT(CASE WHEN trashed_at IS NULL THEN 1 END) AS recordings, COUNT(*) AS stored,
                    CAST(COALESCE(SUM(CASE WHEN trashed_at IS NULL THEN duration_ms END), 0) AS BIGINT) AS duration_ms,
                    CAST(COALESCE(SUM(CASE WHEN hls_segments > 0 THEN duration_ms END), 0) AS BIGINT) AS prepared_ms,
                    CAST(COALESCE(SUM(size_bytes), 0) AS BIGINT) AS source_bytes, CAST(COALESCE(SUM(hls_bytes), 0) AS BIGINT) AS hls_bytes,
                    CAST(COALESCE(SUM(hls_segments), 0) AS BIGINT) AS segments,
                    CAST(COALESCE(SUM(COALESCE((size_bytes + part_size - 1) / NULLIF(part_size, 0), 1)), 0) AS BIGINT) AS parts
             FROM videos WHERE user_id = $1 AND state = 'stored'",
        )
        .bind(user.to_string())
        .fetch_one(&self.0)
        .await
    }

    /// A person's recordings of which most was watched.
    pub async fn most_watched(&self, user: UserId, limit: i64) -> sqlx::Result<Vec<Watched>> {
        sqlx::query_as(
            "SELECT v.id, v.title, v.duration_ms, COUNT(*) AS viewings, CAST(SUM(w.watched_ms) AS BIGINT) AS watched_ms,
                    CAST(SUM(w.covered_ms) AS BIGINT) AS covered_ms
             FROM viewings w JOIN videos v ON v.id = w.video_id WHERE v.user_id = $1 AND v.trashed_at IS NULL
             GROUP BY v.id, v.title, v.duration_ms ORDER BY SUM(w.watched_ms) DESC, v.id LIMIT $2",
        )
        .bind(user.to_string())
        .bind(limit)
        .fetch_all(&self.0)
        .await
    }
}
