//! Tags on recordings.

use super::Db;
use crate::{
    model::{
        UserId, VideoId,
        library::{MAX_TAGS, TagCount},
    },
    server::clock::now_ms,
};

impl Db {
    /// A person's tags by name, with how many recordings have them.
    pub async fn tags_of(&self, user: UserId) -> sqlx::Result<Vec<TagCount>> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT MIN(t.label), COUNT(*) FROM tags t JOIN videos v ON v.id = t.video_id
             WHERE t.user_id = $1 AND v.trashed_at IS NULL GROUP BY t.key ORDER BY t.key LIMIT 500",
        )
        .bind(user.to_string())
        .fetch_all(&self.0)
        .await?;
        Ok(rows.into_iter().map(|(label, count)| TagCount { label, count }).collect())
    }

    /// The tags of one recording, in the order they were put on.
    pub async fn tags_on(&self, video: VideoId) -> sqlx::Result<Vec<String>> {
        sqlx::query_scalar("SELECT label FROM tags WHERE video_id = $1 ORDER BY created_at, key")
            .bind(video.to_string())
            .fetch_all(&self.0)
            .await
    }

    /// Puts a tag on a recording of this person's, written as it is on the others. False when there is no room for it, nor such
    /// a recording; true also when it was there already.
    pub async fn put_tag(&self, video: VideoId, user: UserId, key: &str, label: &str) -> sqlx::Result<bool> {
        let put = sqlx::query(
            "INSERT INTO tags (video_id, user_id, key, label, created_at)
             SELECT v.id, v.user_id, $3, COALESCE((SELECT MIN(label) FROM tags WHERE user_id = $2 AND key = $3), $4), $5
             FROM videos v WHERE v.id = $1 AND v.user_id = $2 AND v.trashed_at IS NULL
               AND (SELECT COUNT(*) FROM tags WHERE video_id = $1 AND key <> $3) < $6
             ON CONFLICT (video_id, key) DO UPDATE SET label = tags.label",
        )
        .bind(video.to_string())
        .bind(user.to_string())
        .bind(key)
        .bind(label)
        .bind(now_ms())
        .bind(MAX_TAGS as i64)
        .execute(&self.0)
        .await?;
        Ok(put.rows_affected() == 1)
    }

    /// Takes a tag off.
    pub async fn take_tag(&self, video: VideoId, user: UserId, key: &str) -> sqlx::Result<()> {
        sqlx::query("DELETE FROM tags WHERE video_id = $1 AND user_id = $2 AND key = $3")
            .bind(video.to_string())
            .bind(user.to_string())
            .bind(key)
            .execute(&self.0)
            .await
            .map(drop)
    }
}
