//! Notes beside a recording, and their place in the search index: text and index change in one transaction.

use super::{Db, id, search};
use crate::{
    model::{NoteId, UserId, VideoId},
    server::clock::now_ms,
};

/// A note as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct NoteRow {
    pub id: String,
    pub video_id: String,
    pub at_ms: i64,
    pub end_ms: Option<i64>,
    pub body: String,
    pub version: i64,
    pub copy_of: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
}

impl NoteRow {
    pub fn id(&self) -> sqlx::Result<NoteId> {
        id(&self.id)
    }

    pub fn video_id(&self) -> sqlx::Result<VideoId> {
        id(&self.video_id)
    }

    pub fn copy_of(&self) -> sqlx::Result<Option<NoteId>> {
        self.copy_of.as_deref().map(id).transpose()
    }
}

/// What a note says, and of which part of the recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub at_ms: i64,
    pub end_ms: Option<i64>,
    pub body: String,
}

impl Text {
    pub fn chars(&self) -> i64 {
        self.body.chars().count() as i64
    }
}

/// What stands beside one recording, or may stand there: so many notes, and so many characters in all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Size {
    pub notes: i64,
    pub chars: i64,
}

/// The columns of a [`NoteRow`].
macro_rules! columns {
    () => {
        "id, video_id, at_ms, end_ms, body, version, copy_of, created_at, updated_at"
    };
}

impl Db {
    pub async fn notes_of(&self, video: VideoId) -> sqlx::Result<Vec<NoteRow>> {
        sqlx::query_as(concat!("SELECT ", columns!(), " FROM notes WHERE video_id = $1 ORDER BY at_ms, created_at, id"))
            .bind(video.to_string())
            .fetch_all(&self.0)
            .await
    }

    /// A note of this person's.
    pub async fn note(&self, note: NoteId, user: UserId) -> sqlx::Result<Option<NoteRow>> {
        sqlx::query_as(concat!("SELECT ", columns!(), " FROM notes WHERE id = $1 AND user_id = $2"))
            .bind(note.to_string())
            .bind(user.to_string())
            .fetch_optional(&self.0)
            .await
    }

    pub async fn size_of_notes(&self, video: VideoId) -> sqlx::Result<Size> {
        sqlx::query_as("SELECT COUNT(*) AS notes, CAST(COALESCE(SUM(LENGTH(body)), 0) AS BIGINT) AS chars FROM notes WHERE video_id = $1")
            .bind(video.to_string())
            .fetch_one(&self.0)
            .await
    }

    /// Adds a note under an id of the caller's choice. `None` when there is one with that id, when the recording is gone,
    /// or when it would have more than `at_most`.
    pub async fn insert_note(
        &self,
        note: NoteId,
        (video, user): (VideoId, UserId),
        text: &Text,
        copy_of: Option<NoteId>,
        at_most: Size,
    ) -> sqlx::Result<Option<NoteRow>> {
        let mut tx = self.begin().await?;
        let row: Option<NoteRow> = sqlx::query_as(concat!(
            "INSERT INTO notes (id, video_id, user_id, at_ms, end_ms, body, version, copy_of, created_at, updated_at)
             SELECT $1, id, $3, $4, $5, $6, 1, $7, $8, $8 FROM videos
             WHERE id = $2 AND (SELECT COUNT(*) FROM notes WHERE video_id = $2) < $9
               AND (SELECT COALESCE(SUM(LENGTH(body)), 0) FROM notes WHERE video_id = $2) <= $10
             ON CONFLICT (id) DO NOTHING RETURNING ",
            columns!()
        ))
        .bind(note.to_string())
        .bind(video.to_string())
        .bind(user.to_string())
        .bind(text.at_ms)
        .bind(text.end_ms)
        .bind(&text.body)
        .bind(copy_of.map(|note| note.to_string()))
        .bind(now_ms())
        .bind(at_most.notes)
        .bind(at_most.chars - text.chars())
        .fetch_optional(&mut *tx)
        .await?;
        if row.is_some() {
            search::index_note(&mut tx, note, video, user, text.at_ms, &text.body).await?;
        }
        tx.commit().await?;
        Ok(row)
    }

    /// Changes a note of this person's that still has `version`; `None` when there is none, or when the notes beside its
    /// recording would have more than `max_chars`. Where they have already, it may be made shorter.
    pub async fn update_note(
        &self,
        note: NoteId,
        user: UserId,
        version: i64,
        text: &Text,
        max_chars: i64,
    ) -> sqlx::Result<Option<NoteRow>> {
        let mut tx = self.begin().await?;
        let row: Option<NoteRow> = sqlx::query_as(concat!(
            "UPDATE notes SET at_ms = $4, end_ms = $5, body = $6, version = version + 1, updated_at = $7
             WHERE id = $1 AND user_id = $2 AND version = $3
               AND (LENGTH(body) >= CAST($9 AS BIGINT)
                    OR (SELECT COALESCE(SUM(LENGTH(body)), 0) FROM notes AS others
                        WHERE others.video_id = notes.video_id AND others.id <> $1) <= $8)
             RETURNING ",
            columns!()
        ))
        .bind(note.to_string())
        .bind(user.to_string())
        .bind(version)
        .bind(text.at_ms)
        .bind(text.end_ms)
        .bind(&text.body)
        .bind(now_ms())
        .bind(max_chars - text.chars())
        .bind(text.chars())
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(row) = &row {
            search::index_note(&mut tx, note, row.video_id()?, user, text.at_ms, &text.body).await?;
        }
        tx.commit().await?;
        Ok(row)
    }

    /// Deletes a note of this person's; with a version, only if it still has that one.
    pub async fn delete_note(&self, note: NoteId, user: UserId, version: Option<i64>) -> sqlx::Result<bool> {
        let mut tx = self.begin().await?;
        // Versions begin at 1: 0 stands for any.
        let gone = sqlx::query("DELETE FROM notes WHERE id = $1 AND user_id = $2 AND $3 IN (0, version)")
            .bind(note.to_string())
            .bind(user.to_string())
            .bind(version.unwrap_or(0))
            .execute(&mut *tx)
            .await?
            .rows_affected()
            == 1;
        if gone {
            search::forget_note(&mut tx, note).await?;
        }
        tx.commit().await?;
        Ok(gone)
    }
}
