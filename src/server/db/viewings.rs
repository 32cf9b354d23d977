//! Viewings: what each visit of a page has played.

use super::Db;
use crate::{
    model::{UserId, VideoId},
    server::clock::now_ms,
};
use uuid::Uuid;

/// Days are counted in UTC, in one way on both databases.
const DAY_MS: i64 = 86_400_000;

/// Viewings that one person may leave of one recording: a hundred a day for three months. More are not kept, so that a program
/// that makes them up fills no disk.
const MAX_VIEWINGS: i64 = 10_000;

/// All that a page has played so far.
#[derive(Clone, Debug)]
pub struct Viewing {
    pub id: Uuid,
    pub video: VideoId,
    pub user: UserId,
    /// Grows with what was played.
    pub seq: i64,
    pub plays: String,
    pub watched_ms: i64,
    pub covered_ms: i64,
    pub started_at: i64,
}

/// A viewing as it is read again.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ViewingRow {
    pub email: String,
    pub plays: String,
    pub watched_ms: i64,
    pub covered_ms: i64,
    pub updated_at: i64,
}

/// Sums over many viewings.
#[derive(Clone, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Sums {
    pub viewings: i64,
    pub viewers: i64,
    pub watched_ms: i64,
}

/// One day's.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DayRow {
    /// Days since 1970.
    pub day: i64,
    #[sqlx(flatten)]
    pub sums: Sums,
}

const SUMS: &str =
    "COUNT(*) AS viewings, COUNT(DISTINCT w.user_id) AS viewers, CAST(COALESCE(SUM(w.watched_ms), 0) AS BIGINT) AS watched_ms";

/// Whose viewings: of one recording, or of all that a person owns.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    Video(VideoId),
    Owner(UserId),
}

impl Of {
    /// The condition on `w` with `$1`, and what to bind there.
    fn condition(self) -> (&'static str, String) {
        match self {
            Self::Video(video) => ("w.video_id = $1", video.to_string()),
            Self::Owner(user) => ("w.video_id IN (SELECT id FROM videos WHERE user_id = $1)", user.to_string()),
        }
    }
}

impl Db {
    /// Keeps a viewing, or what is newer about it: one statement, so that batches may come twice, late and in any order. Somebody
    /// else's viewing, or one of another recording, stays as it is. False when nothing was changed.
    pub async fn keep_viewing(&self, viewing: &Viewing) -> sqlx::Result<bool> {
        let kept = sqlx::query(
            "INSERT INTO viewings (id, video_id, user_id, seq, plays, watched_ms, covered_ms, started_at, updated_at)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
             WHERE EXISTS (SELECT 1 FROM viewings WHERE id = $1)
                OR (SELECT COUNT(*) FROM (SELECT 1 AS one FROM viewings WHERE user_id = $3 AND video_id = $2 LIMIT $10) AS kept) < $10
             ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, plays = excluded.plays, watched_ms = excluded.watched_ms,
                 covered_ms = excluded.covered_ms, updated_at = excluded.updated_at
             WHERE viewings.seq < excluded.seq AND viewings.user_id = excluded.user_id AND viewings.video_id = excluded.video_id",
        )
        .bind(viewing.id.to_string())
        .bind(viewing.video.to_string())
        .bind(viewing.user.to_string())
        .bind(viewing.seq)
        .bind(&viewing.plays)
        .bind(viewing.watched_ms)
        .bind(viewing.covered_ms)
        .bind(viewing.started_at)
        .bind(now_ms())
        .bind(MAX_VIEWINGS)
        .execute(&self.0)
        .await?;
        Ok(kept.rows_affected() == 1)
    }

    /// The newest viewings of a recording.
    pub async fn viewings_of(&self, video: VideoId, limit: i64) -> sqlx::Result<Vec<ViewingRow>> {
        sqlx::query_as(
            "SELECT u.email, w.plays, w.watched_ms, w.covered_ms, w.updated_at FROM viewings w JOIN users u ON u.id = w.user_id
             WHERE w.video_id = $1 ORDER BY w.started_at DESC LIMIT $2",
        )
        .bind(video.to_string())
        .bind(limit)
        .fetch_all(&self.0)
        .await
    }

    /// All viewings together that were begun at `since` or later.
    pub async fn viewing_sums(&self, of: Of, since: i64) -> sqlx::Result<Sums> {
        let (condition, value) = of.condition();
        let text = format!("SELECT {SUMS} FROM viewings w WHERE {condition} AND w.started_at >= $2");
        sqlx::query_as(sqlx::AssertSqlSafe(text)).bind(value).bind(since).fetch_one(&self.0).await
    }

    /// The same day by day; days without any are left out.
    pub async fn viewing_days(&self, of: Of, since: i64) -> sqlx::Result<Vec<DayRow>> {
        let (condition, value) = of.condition();
        let text = format!(
            "SELECT w.started_at / {DAY_MS} AS day, {SUMS} FROM viewings w WHERE {condition} AND w.started_at >= $2
             GROUP BY w.started_at / {DAY_MS} ORDER BY 1"
        );
        sqlx::query_as(sqlx::AssertSqlSafe(text)).bind(value).bind(since).fetch_all(&self.0).await
    }
}
