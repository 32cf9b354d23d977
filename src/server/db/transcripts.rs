//! Transcripts, one a recording.

use super::Db;
use crate::{model::{Transcript, VideoId}, server::clock::now_ms};

impl Db {
    pub async fn transcript(&self, video: VideoId) -> sqlx::Result<Option<Transcript>> {
        let row: Option<(String, String)> = sqlx::query_as("SELECT file_name, sentences FROM transcripts WHERE video_id = $1")
            .bind(video.to_string())
            .fetch_optional(&self.0)
            .await?;
        row.map(|(file_name, json)| {
            let sentences = serde_json::from_str(&json).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
            Ok(Transcript { file_name, sentences })
        })
        .transpose()
    }

    /// Keeps a transcript, replacing the one before.
    pub async fn put_transcript(&self, video: VideoId, transcript: &Transcript) -> sqlx::Result<()> {
        let json = serde_json::to_string(&transcript.sentences).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
        sqlx::query(
            "INSERT INTO transcripts (video_id, file_name, sentences, created_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (video_id) DO UPDATE SET file_name = excluded.file_name, sentences = excluded.sentences, created_at = excluded.created_at",
        )
        .bind(video.to_string())
        .bind(&transcript.file_name)
        .bind(json)
        .bind(now_ms())
        .execute(&self.0)
        .await
        .map(drop)
    }

    pub async fn delete_transcript(&self, video: VideoId) -> sqlx::Result<()> {
        sqlx::query("DELETE FROM transcripts WHERE video_id = $1").bind(video.to_string()).execute(&self.0).await.map(drop)
    }
}
