//! Notes beside a recording.

use super::{Db, id};
use crate::{model::{Note, NoteId, UserId, VideoId}, server::clock::now_ms};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    at_ms: i64,
    body: String,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn view(self) -> sqlx::Result<Note> {
        Ok(Note { id: id(&self.id)?, at_ms: self.at_ms, body: self.body, created_at: self.created_at, updated_at: self.updated_at })
    }
}

impl Db {
    pub async fn notes_of(&self, video: VideoId) -> sqlx::Result<Vec<Note>> {
        let rows: Vec<Row> =
            sqlx::query_as("SELECT id, at_ms, body, created_at, updated_at FROM notes WHERE video_id = $1 ORDER BY at_ms, created_at")
                .bind(video.to_string())
                .fetch_all(&self.0)
                .await?;
        rows.into_iter().map(Row::view).collect()
    }

    pub async fn insert_note(&self, video: VideoId, user: UserId, at_ms: i64, body: &str) -> sqlx::Result<Note> {
        let row: Row = sqlx::query_as(
            "INSERT INTO notes (id, video_id, user_id, at_ms, body, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
             RETURNING id, at_ms, body, created_at, updated_at",
        )
        .bind(uuid::Uuid::new_v4().to_string())
        .bind(video.to_string())
        .bind(user.to_string())
        .bind(at_ms)
        .bind(body)
        .bind(now_ms())
        .fetch_one(&self.0)
        .await?;
        row.view()
    }

    /// `None` when there is no such note of this person's.
    pub async fn update_note(&self, note: NoteId, user: UserId, body: &str) -> sqlx::Result<Option<Note>> {
        let row: Option<Row> = sqlx::query_as(
            "UPDATE notes SET body = $3, updated_at = $4 WHERE id = $1 AND user_id = $2 RETURNING id, at_ms, body, created_at, updated_at",
        )
        .bind(note.to_string())
        .bind(user.to_string())
        .bind(body)
        .bind(now_ms())
        .fetch_optional(&self.0)
        .await?;
        row.map(Row::view).transpose()
    }

    pub async fn delete_note(&self, note: NoteId, user: UserId) -> sqlx::Result<bool> {
        let gone = sqlx::query("DELETE FROM notes WHERE id = $1 AND user_id = $2")
            .bind(note.to_string())
            .bind(user.to_string())
            .execute(&self.0)
            .await?;
        Ok(gone.rows_affected() == 1)
    }
}
