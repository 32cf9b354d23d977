//! Recordings in the trash: there for nobody, until they are taken out again or their time is over.

use super::{
    Db, id,
    jobs::{JobKind, enqueue},
    library::{AT_ONCE, binds},
    videos::VideoRow,
};
use crate::{
    model::{UserId, VideoId, library::TRASH_MS},
    server::clock::now_ms,
};
use std::time::Duration;

impl Db {
    /// Moves recordings of this person's there and ends their jobs: all of them or, when the database fails, none. A stream that was
    /// being made is begun anew when somebody looks again; what there is of it is collected after `settled`. Tells which were
    /// moved: those that are stored, and were not there before.
    pub async fn trash_videos(&self, videos: &[VideoId], user: UserId, settled: Duration) -> sqlx::Result<Vec<VideoId>> {
        let (mut tx, mut all) = (self.begin().await?, Vec::new());
        for some in videos.chunks(AT_ONCE) {
            let sql = format!(
                "UPDATE videos SET trashed_at = $1 WHERE user_id = $2 AND trashed_at IS NULL AND state = 'stored' AND id IN ({}) RETURNING id",
                binds(3, some.len())
            );
            let mut query = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(sql)).bind(now_ms()).bind(user.to_string());
            for video in some {
                query = query.bind(video.to_string());
            }
            let moved = query.fetch_all(&mut *tx).await?;
            if moved.is_empty() {
                continue;
            }
            let list = binds(1, moved.len());
            let ended = [
                // What asks for these jobs shall not wait for them.
                format!("DELETE FROM transcriptions WHERE status <> 'failed' AND video_id IN ({list})"),
                format!("DELETE FROM scene_searches WHERE outcome IS NULL AND video_id IN ({list})"),
                format!("DELETE FROM jobs WHERE kind NOT IN ('purge_video', 'collect_hls') AND video_id IN ({list})"),
            ];
            for sql in ended {
                let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
                for video in &moved {
                    query = query.bind(video.clone());
                }
                query.execute(&mut *tx).await?;
            }
            let sql = format!(
                "UPDATE videos SET hls_status = NULL, hls_attempt = NULL, hls_started_at = NULL, hls_made_ms = NULL, hls_playable_ms = NULL,
                 hls_playable_at = NULL WHERE hls_status = 'generating' AND id IN ({list}) RETURNING id"
            );
            let mut query = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(sql));
            for video in &moved {
                query = query.bind(video.clone());
            }
            for stopped in query.fetch_all(&mut *tx).await? {
                enqueue(&mut tx, JobKind::CollectHls, id(&stopped)?, user, settled).await?;
            }
            for video in moved {
                all.push(id(&video)?);
            }
        }
        tx.commit().await?;
        Ok(all)
    }

    /// Takes recordings out again. Tells how many: not those that are not in this person's trash, nor those whose time there is
    /// over, which may be about to be deleted.
    pub async fn restore_videos(&self, videos: &[VideoId], user: UserId) -> sqlx::Result<i64> {
        let (mut tx, mut restored) = (self.begin().await?, 0);
        for some in videos.chunks(AT_ONCE) {
            let sql =
                format!("UPDATE videos SET trashed_at = NULL WHERE user_id = $1 AND trashed_at > $2 AND id IN ({})", binds(3, some.len()));
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(user.to_string()).bind(over());
            for video in some {
                query = query.bind(video.to_string());
            }
            restored += query.execute(&mut *tx).await?.rows_affected() as i64;
        }
        tx.commit().await?;
        Ok(restored)
    }

    /// What can be had back out of somebody's trash, the latest first, after the one of this moment and id.
    pub async fn trash_of(&self, user: UserId, after: Option<(i64, &str)>, limit: i64) -> sqlx::Result<Vec<VideoRow>> {
        let (at, last) = after.unwrap_or((i64::MAX, ""));
        sqlx::query_as(
            "SELECT * FROM videos WHERE user_id = $1 AND trashed_at > $2 AND (trashed_at, id) < ($3, $4)
             ORDER BY trashed_at DESC, id DESC LIMIT $5",
        )
        .bind(user.to_string())
        .bind(over())
        .bind(at)
        .bind(last.to_owned())
        .bind(limit)
        .fetch_all(&self.0)
        .await
    }

    pub async fn count_trash(&self, user: UserId) -> sqlx::Result<i64> {
        sqlx::query_scalar("SELECT COUNT(*) FROM videos WHERE user_id = $1 AND trashed_at > $2")
            .bind(user.to_string())
            .bind(over())
            .fetch_one(&self.0)
            .await
    }

    /// Ends the time of all that is in this person's trash. From then on nobody gets it back, however long deleting it takes, and
    /// what is not deleted right away the house-keeping finds.
    pub async fn end_trash(&self, user: UserId) -> sqlx::Result<()> {
        sqlx::query("UPDATE videos SET trashed_at = 0 WHERE user_id = $1 AND trashed_at > 0")
            .bind(user.to_string())
            .execute(&self.0)
            .await
            .map(drop)
    }

    /// Some of this person's recordings whose time in the trash is over.
    pub async fn ended_trash_of(&self, user: UserId) -> sqlx::Result<Vec<VideoRow>> {
        sqlx::query_as("SELECT * FROM videos WHERE user_id = $1 AND trashed_at <= $2 ORDER BY trashed_at, id LIMIT 100")
            .bind(user.to_string())
            .bind(over())
            .fetch_all(&self.0)
            .await
    }

    /// A recording of this person's, in the trash or not.
    pub async fn video_even_trashed(&self, video: VideoId, user: UserId) -> sqlx::Result<Option<VideoRow>> {
        sqlx::query_as("SELECT * FROM videos WHERE id = $1 AND user_id = $2")
            .bind(video.to_string())
            .bind(user.to_string())
            .fetch_optional(&self.0)
            .await
    }

    /// Recordings, whoever's, that were moved to the trash before this moment.
    pub async fn trashed_before(&self, before: i64) -> sqlx::Result<Vec<VideoRow>> {
        sqlx::query_as("SELECT * FROM videos WHERE trashed_at < $1 ORDER BY trashed_at LIMIT 100").bind(before).fetch_all(&self.0).await
    }
}

/// What was moved there at this moment or before has been there for its time.
fn over() -> i64 {
    now_ms() - TRASH_MS
}
