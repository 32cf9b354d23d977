//! Transcripts, one a recording: the sentences as one JSON array, in the index of the search with every write.

use super::{Db, search::index_transcript};
use crate::{
    model::{Sentence, Transcript, TranscriptPart, UserId, VideoId},
    server::{clock::now_ms, transcripts::stretch},
};
use sqlx::{Any, Transaction};

type Row = (String, Option<String>, i64, String);

/// A new transcript's version is the moment, unless edits have outrun it: no version ever comes again, even when a transcript
/// is removed and another imported, so an edit can never hit one that it was not made on.
const PUT: &str = "INSERT INTO transcripts (video_id, file_name, language, sentences, created_at, version) VALUES ($1, $2, $3, $4, $5, $5)
     ON CONFLICT (video_id) DO UPDATE SET file_name = excluded.file_name, language = excluded.language, sentences = excluded.sentences,
     created_at = excluded.created_at,
     version = CASE WHEN excluded.version > transcripts.version THEN excluded.version ELSE transcripts.version + 1 END";

impl Db {
    pub async fn transcript(&self, video: VideoId) -> sqlx::Result<Option<Transcript>> {
        let row = self.transcript_row(video).await?;
        row.map(|(file_name, language, version, json)| Ok(Transcript { file_name, language, version, sentences: read(&json)? })).transpose()
    }

    /// `count` sentences from `from` on. The others are passed over without being made.
    pub async fn transcript_part(&self, video: VideoId, from: usize, count: usize) -> sqlx::Result<Option<TranscriptPart>> {
        let row = self.transcript_row(video).await?;
        row.map(|(file_name, language, version, json)| {
            let (sentences, total) = stretch::of(&json, from, count).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
            Ok(TranscriptPart { file_name, language, version, total: total as i64, sentences })
        })
        .transpose()
    }

    async fn transcript_row(&self, video: VideoId) -> sqlx::Result<Option<Row>> {
        sqlx::query_as("SELECT file_name, language, version, sentences FROM transcripts WHERE video_id = $1")
            .bind(video.to_string())
            .fetch_optional(&self.0)
            .await
    }

    /// Keeps a transcript, replacing the one before. Gives its version.
    pub async fn put_transcript(&self, video: VideoId, user: UserId, transcript: &Transcript) -> sqlx::Result<i64> {
        let mut tx = self.begin().await?;
        let version = put(&mut tx, video, user, transcript, None).await?.unwrap_or_default();
        tx.commit().await?;
        Ok(version)
    }

    /// Keeps edited sentences if nobody else changed the transcript since `version`. Gives the new one; `None` if somebody did.
    pub async fn edit_transcript(&self, video: VideoId, user: UserId, version: i64, sentences: &[Sentence]) -> sqlx::Result<Option<i64>> {
        let mut tx = self.begin().await?;
        let edited = sqlx::query("UPDATE transcripts SET sentences = $3, version = version + 1 WHERE video_id = $1 AND version = $2")
            .bind(video.to_string())
            .bind(version)
            .bind(write(sentences)?)
            .execute(&mut *tx)
            .await?;
        if edited.rows_affected() == 0 {
            return Ok(None);
        }
        index_transcript(&mut tx, video, user, sentences).await?;
        tx.commit().await?;
        Ok(Some(version + 1))
    }

    pub async fn delete_transcript(&self, video: VideoId, user: UserId) -> sqlx::Result<()> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM transcripts WHERE video_id = $1").bind(video.to_string()).execute(&mut *tx).await?;
        index_transcript(&mut tx, video, user, &[]).await?;
        tx.commit().await
    }
}

/// Stores a transcript. With `replaces`, only if that is the version of the one there; `None` if it is not.
pub(super) async fn put(
    tx: &mut Transaction<'_, Any>,
    video: VideoId,
    user: UserId,
    transcript: &Transcript,
    replaces: Option<i64>,
) -> sqlx::Result<Option<i64>> {
    let only_if = if replaces.is_some() { " WHERE transcripts.version = $6" } else { "" };
    let text = format!("{PUT}{only_if} RETURNING version");
    let mut statement = sqlx::query_scalar(sqlx::AssertSqlSafe(text))
        .bind(video.to_string())
        .bind(&transcript.file_name)
        .bind(transcript.language.clone())
        .bind(write(&transcript.sentences)?)
        .bind(now_ms());
    if let Some(version) = replaces {
        statement = statement.bind(version);
    }
    let version: Option<i64> = statement.fetch_optional(&mut **tx).await?;
    if version.is_some() {
        index_transcript(tx, video, user, &transcript.sentences).await?;
    }
    Ok(version)
}

pub(super) fn read(json: &str) -> sqlx::Result<Vec<Sentence>> {
    serde_json::from_str(json).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

pub(super) fn write(sentences: &[Sentence]) -> sqlx::Result<String> {
    serde_json::to_string(sentences).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}
