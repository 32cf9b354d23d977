//! Tags on recordings.

use super::{
    Db, id,
    library::{AT_ONCE, binds},
};
use crate::{
    model::{
        UserId, VideoId,
        library::{MAX_TAGS, TagCount},
    },
    server::clock::now_ms,
};
use std::collections::HashMap;

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

    /// The tags of each of these recordings; only of those that are this person's and not in the trash.
    pub async fn tags_on_each(&self, videos: &[VideoId], user: UserId) -> sqlx::Result<Vec<(VideoId, Vec<String>)>> {
        let mut tags = HashMap::<String, Vec<String>>::new();
        for some in videos.chunks(AT_ONCE) {
            let sql = format!(
                "SELECT v.id, t.label FROM videos v LEFT JOIN tags t ON t.video_id = v.id
                 WHERE v.user_id = $1 AND v.trashed_at IS NULL AND v.id IN ({}) ORDER BY t.created_at, t.key",
                binds(2, some.len())
            );
            let mut query = sqlx::query_as::<_, (String, Option<String>)>(sqlx::AssertSqlSafe(sql)).bind(user.to_string());
            for video in some {
                query = query.bind(video.to_string());
            }
            for (video, label) in query.fetch_all(&self.0).await? {
                tags.entry(video).or_default().extend(label);
            }
        }
        Ok(videos.iter().filter_map(|video| Some((*video, tags.remove(&video.to_string())?))).collect())
    }

    /// Puts a tag on recordings of this person's, written as it is on the others: on all of them or, when the database fails, on
    /// none. Tells which of them have it now, had they it before or not; the others have no room for it, or are not there.
    pub async fn put_tag(&self, videos: &[VideoId], user: UserId, key: &str, label: &str) -> sqlx::Result<Vec<VideoId>> {
        let (mut tx, mut have) = (self.begin().await?, Vec::new());
        for some in videos.chunks(AT_ONCE) {
            let sql = format!(
                "INSERT INTO tags (video_id, user_id, key, label, created_at)
                 SELECT v.id, v.user_id, $2, COALESCE((SELECT MIN(label) FROM tags WHERE user_id = $1 AND key = $2), $3), $4
                 FROM videos v WHERE v.user_id = $1 AND v.trashed_at IS NULL
                   AND (SELECT COUNT(*) FROM tags t WHERE t.video_id = v.id AND t.key <> $2) < $5 AND v.id IN ({})
                 ON CONFLICT (video_id, key) DO UPDATE SET label = tags.label RETURNING video_id",
                binds(6, some.len())
            );
            let mut query = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(sql))
                .bind(user.to_string())
                .bind(key.to_owned())
                .bind(label.to_owned())
                .bind(now_ms())
                .bind(MAX_TAGS as i64);
            for video in some {
                query = query.bind(video.to_string());
            }
            for video in query.fetch_all(&mut *tx).await? {
                have.push(id(&video)?);
            }
        }
        tx.commit().await?;
        Ok(have)
    }

    /// Takes a tag off.
    pub async fn take_tag(&self, videos: &[VideoId], user: UserId, key: &str) -> sqlx::Result<()> {
        let mut tx = self.begin().await?;
        for some in videos.chunks(AT_ONCE) {
            let sql = format!("DELETE FROM tags WHERE user_id = $1 AND key = $2 AND video_id IN ({})", binds(3, some.len()));
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(user.to_string()).bind(key.to_owned());
            for video in some {
                query = query.bind(video.to_string());
            }
            query.execute(&mut *tx).await?;
        }
        tx.commit().await
    }
}
