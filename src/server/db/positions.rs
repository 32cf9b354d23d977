//! Where people left off. Read together with the recording, in [`super::videos`].

use super::Db;
use crate::{
    model::{UserId, VideoId},
    server::clock::now_ms,
};

impl Db {
    /// Keeps a moment, in place of the one before. For a recording that was deleted meanwhile nothing is written.
    pub async fn keep_position(&self, user: UserId, video: VideoId, position_ms: i64) -> sqlx::Result<()> {
        sqlx::query(
            "INSERT INTO positions (user_id, video_id, position_ms, updated_at) SELECT $1, id, $3, $4 FROM videos WHERE id = $2
             ON CONFLICT (user_id, video_id) DO UPDATE SET position_ms = excluded.position_ms, updated_at = excluded.updated_at",
        )
        .bind(user.to_string())
        .bind(video.to_string())
        .bind(position_ms)
        .bind(now_ms())
        .execute(&self.0)
        .await
        .map(drop)
    }

    /// Begins at the beginning again.
    pub async fn forget_position(&self, user: UserId, video: VideoId) -> sqlx::Result<()> {
        sqlx::query("DELETE FROM positions WHERE user_id = $1 AND video_id = $2")
            .bind(user.to_string())
            .bind(video.to_string())
            .execute(&self.0)
            .await
            .map(drop)
    }
}
