//! Recordings in the trash: there for nobody, until they are taken out again or their time is over.

use super::{
    Db,
    jobs::{JobKind, enqueue},
    videos::VideoRow,
};
use crate::{
    model::{UserId, VideoId, library::TRASH_MS},
    server::clock::now_ms,
};
use std::time::Duration;

impl Db {
    /// Moves a recording of this person's there and ends its jobs. A stream that was being made is begun anew when somebody
    /// looks again; what there is of it is collected after `settled`. False when there is no such recording outside of the trash.
    pub async fn trash_video(&self, video: VideoId, user: UserId, settled: Duration) -> sqlx::Result<bool> {
        let mut tx = self.0.begin().await?;
        let moved =
            sqlx::query("UPDATE videos SET trashed_at = $3 WHERE id = $1 AND user_id = $2 AND trashed_at IS NULL AND state = 'stored'")
                .bind(video.to_string())
                .bind(user.to_string())
                .bind(now_ms())
                .execute(&mut *tx)
                .await?;
        if moved.rows_affected() == 0 {
            return Ok(false);
        }
        let ended = [
            // What asks for these jobs shall not wait for them.
            "DELETE FROM transcriptions WHERE video_id = $1 AND status <> 'failed'",
            "DELETE FROM scene_searches WHERE video_id = $1 AND outcome IS NULL",
            "DELETE FROM jobs WHERE video_id = $1 AND kind NOT IN ('purge_video', 'collect_hls')",
        ];
        for sql in ended {
            sqlx::query(sql).bind(video.to_string()).execute(&mut *tx).await?;
        }
        let stopped = sqlx::query(
            "UPDATE videos SET hls_status = NULL, hls_attempt = NULL, hls_started_at = NULL, hls_made_ms = NULL, hls_playable_ms = NULL,
             hls_playable_at = NULL WHERE id = $1 AND hls_status = 'generating'",
        )
        .bind(video.to_string())
        .execute(&mut *tx)
        .await?;
        if stopped.rows_affected() == 1 {
            enqueue(&mut tx, JobKind::CollectHls, video, user, settled).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Takes one out again. False when there is no such recording in this person's trash, or its time there is over: then it
    /// may be about to be deleted.
    pub async fn restore_video(&self, video: VideoId, user: UserId) -> sqlx::Result<bool> {
        let restored = sqlx::query("UPDATE videos SET trashed_at = NULL WHERE id = $1 AND user_id = $2 AND trashed_at > $3")
            .bind(video.to_string())
            .bind(user.to_string())
            .bind(now_ms() - TRASH_MS)
            .execute(&self.0)
            .await?;
        Ok(restored.rows_affected() == 1)
    }

    /// What is in somebody's trash, the latest first, after the one of this moment and id.
    pub async fn trash_of(&self, user: UserId, after: Option<(i64, &str)>, limit: i64) -> sqlx::Result<Vec<VideoRow>> {
        let (at, id) = after.unwrap_or((i64::MAX, ""));
        sqlx::query_as(
            "SELECT * FROM videos WHERE user_id = $1 AND trashed_at IS NOT NULL AND (trashed_at < $2 OR (trashed_at = $2 AND id < $3))
             ORDER BY trashed_at DESC, id DESC LIMIT $4",
        )
        .bind(user.to_string())
        .bind(at)
        .bind(id.to_owned())
        .bind(limit)
        .fetch_all(&self.0)
        .await
    }

    pub async fn count_trash(&self, user: UserId) -> sqlx::Result<i64> {
        sqlx::query_scalar("SELECT COUNT(*) FROM videos WHERE user_id = $1 AND trashed_at IS NOT NULL")
            .bind(user.to_string())
            .fetch_one(&self.0)
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
