//! Taking in the recordings that were there before the index was, one after the other.

use super::{Doc, Place, rows_of};
use crate::{
    model::{Sentence, VideoId},
    server::{
        db::{Db, id},
        search::words,
    },
};

/// Recordings that were taken in by an older rule of what a word is have a lower number, and are taken in again.
pub const INDEX_VERSION: i64 = 1;

impl Db {
    /// Recordings that are not in the index yet.
    pub async fn videos_to_index(&self, limit: i64) -> sqlx::Result<Vec<VideoId>> {
        let ids: Vec<String> = sqlx::query_scalar("SELECT id FROM videos WHERE indexed < $1 ORDER BY created_at DESC LIMIT $2")
            .bind(INDEX_VERSION)
            .bind(limit)
            .fetch_all(&self.0)
            .await?;
        ids.iter().map(|text| id(text)).collect()
    }

    /// Takes one in, as a whole or not at all. Of several servers one does it; what somebody writes meanwhile is newer, and stays.
    pub async fn index_video(&self, video: VideoId) -> sqlx::Result<()> {
        let mut tx = self.begin().await?;
        let claimed: Option<(String, String)> =
            sqlx::query_as("UPDATE videos SET indexed = $2 WHERE id = $1 AND indexed < $2 RETURNING user_id, title")
                .bind(video.to_string())
                .bind(INDEX_VERSION)
                .fetch_optional(&mut *tx)
                .await?;
        let Some((user, title)) = claimed else { return Ok(()) };
        // What an older rule made of it. It goes before the texts are read: what somebody writes from here on is either read below, or
        // stands in the index when our row comes, and stays.
        let old = sqlx::query("DELETE FROM search_docs WHERE video_id = $1").bind(video.to_string());
        old.execute(&mut *tx).await?;
        let key = sqlx::query("UPDATE videos SET title_key = $2 WHERE id = $1").bind(video.to_string()).bind(words::sort_key(&title));
        key.execute(&mut *tx).await?;
        let notes: Vec<(String, i64, String)> =
            sqlx::query_as("SELECT id, at_ms, body FROM notes WHERE video_id = $1").bind(video.to_string()).fetch_all(&mut *tx).await?;
        let json: Option<String> = sqlx::query_scalar("SELECT sentences FROM transcripts WHERE video_id = $1")
            .bind(video.to_string())
            .fetch_optional(&mut *tx)
            .await?;
        // One transcript that cannot be read keeps no other recording out of the index.
        let sentences = json.map(|json| serde_json::from_str::<Vec<Sentence>>(&json)).transpose().unwrap_or_else(|error| {
            tracing::warn!(%video, %error, "the transcript cannot be read and is left out of the search");
            None
        });
        let sentences = sentences.unwrap_or_default();

        let mut docs = vec![Doc { place: Place::Title, name: "title", words: words::line([&*title]), body: title.clone() }];
        for (note, at_ms, body) in &notes {
            let shown = [&at_ms.to_string(), "\t", body].concat();
            docs.push(Doc { place: Place::Note, name: note, words: words::line([&**body]), body: shown });
        }
        let rows = rows_of(&sentences);
        for (name, (words, body)) in &rows {
            docs.push(Doc { place: Place::Sentence, name, words: words.clone(), body: body.clone() });
        }
        for doc in docs.iter().filter(|doc| !doc.words.trim().is_empty()) {
            sqlx::query(
                "INSERT INTO search_docs (video_id, kind, ref, who, words, body) VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (video_id, ref) DO NOTHING",
            )
            .bind(video.to_string())
            .bind(doc.place as i64)
            .bind(doc.name)
            .bind(user.replace('-', ""))
            .bind(&doc.words)
            .bind(&doc.body)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await
    }
}
