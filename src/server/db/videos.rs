//! Recordings, seen from their owner. What concerns their stream is in [`super::streams`].

use super::{Db, id, search};
use crate::{
    model::{StreamStatus, UserId, Video, VideoId, VideoState},
    server::{
        clock::{millis, now_ms},
        media::Probe,
        search::words::sort_key,
        storage::Key,
    },
};
use std::time::Duration;

/// A whole row of `videos`, and where its viewer left off if that was asked for.
#[derive(Clone, Debug, Default, sqlx::FromRow)]
pub struct VideoRow {
    pub id: String,
    pub user_id: String,
    pub title: String,
    pub file_name: String,
    pub size_bytes: i64,
    pub state: String,
    pub upload_id: Option<String>,
    pub part_size: Option<i64>,
    pub duration_ms: Option<i64>,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub container: Option<String>,
    pub video_codec: Option<String>,
    pub audio_codec: Option<String>,
    pub probe: Option<String>,
    pub poster_key: Option<String>,
    /// How much there is to see in it, in thousandths; unknown for old ones.
    pub poster_score: Option<i64>,
    pub views: i64,
    pub hls_status: Option<String>,
    pub hls_attempt: Option<String>,
    pub hls_playlist_key: Option<String>,
    pub hls_requested_at: Option<i64>,
    pub hls_generated_at: Option<i64>,
    pub hls_error_code: Option<String>,
    pub hls_error_message: Option<String>,
    pub hls_segments: Option<i64>,
    pub hls_bytes: Option<i64>,
    pub hls_reason: Option<String>,
    pub hls_started_at: Option<i64>,
    pub hls_made_ms: Option<i64>,
    pub hls_playable_ms: Option<i64>,
    pub hls_playable_at: Option<i64>,
    /// Why a copy would not play well, if one was tried in vain.
    pub hls_copy_fails: Option<String>,
    /// Since when the original has not been in the bucket.
    pub source_gone_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    /// When its owner last watched it.
    pub watched_at: Option<i64>,
    /// When it was moved to the trash.
    pub trashed_at: Option<i64>,
    /// The title as it is sorted by.
    pub title_key: String,
    /// Only [`Db::video_for`], [`Db::videos_of`] and [`Db::find_videos`] look.
    #[sqlx(default)]
    pub position_ms: Option<i64>,
    /// [`Db::with_tags`] puts them here.
    #[sqlx(skip)]
    pub tags: Vec<String>,
}

impl VideoRow {
    pub fn id(&self) -> sqlx::Result<VideoId> {
        id(&self.id)
    }

    pub fn user_id(&self) -> sqlx::Result<UserId> {
        id(&self.user_id)
    }

    pub fn is_stored(&self) -> bool {
        self.state == "stored"
    }

    /// Where the original lies.
    pub fn source(&self) -> sqlx::Result<Key> {
        Ok(Key::Source { user: self.user_id()?, video: self.id()? })
    }

    /// Where the poster lies, if there is one. A better one, found later, names the attempt that found it.
    pub fn poster(&self) -> sqlx::Result<Option<Key>> {
        let (user, video) = (self.user_id()?, self.id()?);
        Ok(self.poster_key.as_ref().map(|_| match self.poster_attempt() {
            Some(attempt) => Key::BetterPoster { user, video, attempt: attempt.to_owned() },
            None => Key::Poster { user, video },
        }))
    }

    fn poster_attempt(&self) -> Option<&str> {
        self.poster_key.as_deref()?.rsplit_once("_poster_")?.1.strip_suffix(".jpg")
    }

    /// Its path on our origin. Another picture has another: browsers keep what they were redirected to.
    fn poster_url(&self) -> Option<String> {
        self.poster_key.as_ref()?;
        let version = self.poster_attempt().map(|attempt| format!("?v={}", attempt.get(..8).unwrap_or(attempt)));
        Some(format!("/api/videos/{}/poster{}", self.id, version.unwrap_or_default()))
    }

    pub fn status(&self) -> Option<StreamStatus> {
        match self.hls_status.as_deref()? {
            "ready" => Some(StreamStatus::Ready),
            "failed" => Some(StreamStatus::Failed),
            _ => Some(StreamStatus::Generating),
        }
    }

    /// The recording as its owner sees it.
    pub fn view(&self) -> sqlx::Result<Video> {
        Ok(Video {
            id: self.id()?,
            title: self.title.clone(),
            file_name: self.file_name.clone(),
            size_bytes: self.size_bytes,
            state: if self.is_stored() { VideoState::Stored } else { VideoState::Uploading },
            created_at: self.created_at,
            duration_ms: self.duration_ms,
            width: self.width,
            height: self.height,
            video_codec: self.video_codec.clone(),
            audio_codec: self.audio_codec.clone(),
            poster_url: self.poster_url(),
            hls_status: self.status(),
            hls_generated_at: self.hls_generated_at,
            hls_error_message: self.hls_error_message.clone(),
            original_gone: self.source_gone_at.is_some(),
            position_ms: self.position_ms,
            tags: self.tags.clone(),
        })
    }
}

/// A recording whose upload begins.
#[derive(Clone, Debug)]
pub struct NewVideo<'a> {
    pub id: VideoId,
    pub user_id: UserId,
    pub title: &'a str,
    pub file_name: &'a str,
    pub size_bytes: i64,
    pub upload_id: Option<&'a str>,
    pub part_size: i64,
}

impl Db {
    pub async fn insert_video(&self, video: &NewVideo<'_>) -> sqlx::Result<VideoRow> {
        let mut tx = self.begin().await?;
        let row = sqlx::query_as(
            "INSERT INTO videos (id, user_id, title, file_name, size_bytes, state, upload_id, part_size, created_at, updated_at, title_key, indexed)
             VALUES ($1, $2, $3, $4, $5, 'uploading', $6, $7, $8, $8, $9, $10) RETURNING *",
        )
        .bind(video.id.to_string())
        .bind(video.user_id.to_string())
        .bind(video.title)
        .bind(video.file_name)
        .bind(video.size_bytes)
        .bind(video.upload_id.map(str::to_owned))
        .bind(video.part_size)
        .bind(now_ms())
        .bind(sort_key(video.title))
        .bind(search::INDEX_VERSION)
        .fetch_one(&mut *tx)
        .await?;
        search::index_title(&mut tx, video.id, video.user_id, video.title).await?;
        tx.commit().await?;
        Ok(row)
    }

    pub async fn video(&self, video: VideoId) -> sqlx::Result<Option<VideoRow>> {
        sqlx::query_as("SELECT * FROM videos WHERE id = $1").bind(video.to_string()).fetch_optional(&self.0).await
    }

    /// A recording with the place where `viewer` left off. What is in the trash is not there.
    pub async fn video_for(&self, video: VideoId, viewer: UserId) -> sqlx::Result<Option<VideoRow>> {
        sqlx::query_as(
            "SELECT v.*, p.position_ms FROM videos v LEFT JOIN positions p ON p.video_id = v.id AND p.user_id = $2
             WHERE v.id = $1 AND v.trashed_at IS NULL",
        )
        .bind(video.to_string())
        .bind(viewer.to_string())
        .fetch_optional(&self.0)
        .await
    }

    /// `None` when it is gone, or in the trash.
    pub async fn rename_video(&self, video: VideoId, user: UserId, title: &str) -> sqlx::Result<Option<VideoRow>> {
        let mut tx = self.begin().await?;
        let renamed = sqlx::query_as(
            "UPDATE videos SET title = $3, title_key = $4, updated_at = $5 WHERE id = $1 AND user_id = $2 AND trashed_at IS NULL RETURNING *",
        )
        .bind(video.to_string())
        .bind(user.to_string())
        .bind(title)
        .bind(sort_key(title))
        .bind(now_ms())
        .fetch_optional(&mut *tx)
        .await?;
        if renamed.is_some() {
            search::index_title(&mut tx, video, user, title).await?;
        }
        tx.commit().await?;
        Ok(renamed)
    }

    /// The upload is over and its file is a recording. `None` when another request was first.
    pub async fn store_video(&self, video: VideoId, probe: &Probe) -> sqlx::Result<Option<VideoRow>> {
        let json = serde_json::to_string(probe).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
        let picture = probe.video.as_ref();
        sqlx::query_as(
            "UPDATE videos SET state = 'stored', upload_id = NULL, duration_ms = $2, width = $3, height = $4, container = $5,
             video_codec = $6, audio_codec = $7, probe = $8, updated_at = $9, source_checked_at = $9 WHERE id = $1 AND state = 'uploading' RETURNING *",
        )
        .bind(video.to_string())
        .bind(probe.duration_ms)
        .bind(picture.map(|track| i64::from(track.width)))
        .bind(picture.map(|track| i64::from(track.height)))
        .bind(&probe.container)
        .bind(picture.map(|track| track.codec.clone()))
        .bind(probe.audio.as_ref().map(|track| track.codec.clone()))
        .bind(json)
        .bind(now_ms())
        .fetch_optional(&self.0)
        .await
    }

    /// Recordings whose originals were last looked for longer than `age` ago, the longest first; none in the trash.
    pub async fn originals_to_check(&self, age: Duration, limit: i64) -> sqlx::Result<Vec<VideoRow>> {
        sqlx::query_as(
            "SELECT * FROM videos WHERE state = 'stored' AND trashed_at IS NULL AND COALESCE(source_checked_at, 0) < $1
             ORDER BY COALESCE(source_checked_at, 0) LIMIT $2",
        )
        .bind(now_ms() - millis(age))
        .bind(limit)
        .fetch_all(&self.0)
        .await
    }

    /// Whether it is there; none: that could not be told, and is asked again in its turn. False when the recording is gone.
    pub async fn original_was_looked_for(&self, video: VideoId, there: Option<bool>) -> sqlx::Result<bool> {
        let gone = match there {
            Some(true) => "NULL",
            Some(false) => "COALESCE(source_gone_at, $2)",
            None => "source_gone_at",
        };
        let text = format!("UPDATE videos SET source_checked_at = $2, source_gone_at = {gone} WHERE id = $1");
        let updated = sqlx::query(sqlx::AssertSqlSafe(text)).bind(video.to_string()).bind(now_ms()).execute(&self.0).await?;
        Ok(updated.rows_affected() == 1)
    }

    /// `score` tells how much there is to see in it.
    pub async fn set_poster(&self, video: VideoId, key: &str, score: i64) -> sqlx::Result<()> {
        sqlx::query("UPDATE videos SET poster_key = $2, poster_score = $3 WHERE id = $1")
            .bind(video.to_string())
            .bind(key)
            .bind(score)
            .execute(&self.0)
            .await
            .map(drop)
    }

    pub async fn count_view(&self, video: VideoId) -> sqlx::Result<()> {
        sqlx::query("UPDATE videos SET views = views + 1 WHERE id = $1").bind(video.to_string()).execute(&self.0).await.map(drop)
    }

    /// Removes the row with its notes, transcript and kept places, ends its jobs, and leaves the job that clears the bucket: all or
    /// nothing. That job is due after `settled`, when no attempt can be writing any more. False when it was gone already.
    pub async fn delete_video(&self, video: VideoId, user: UserId, settled: Duration) -> sqlx::Result<bool> {
        self.delete_row("DELETE FROM videos WHERE id = $1", video, user, settled).await
    }

    /// The same with what is still an upload. False also when it has become a recording.
    pub async fn delete_upload(&self, video: VideoId, user: UserId, settled: Duration) -> sqlx::Result<bool> {
        self.delete_row("DELETE FROM videos WHERE id = $1 AND state = 'uploading'", video, user, settled).await
    }

    async fn delete_row(&self, statement: &'static str, video: VideoId, user: UserId, settled: Duration) -> sqlx::Result<bool> {
        let mut tx = self.begin().await?;
        let gone = sqlx::query(statement).bind(video.to_string()).execute(&mut *tx).await?.rows_affected();
        if gone == 0 {
            return Ok(false);
        }
        sqlx::query("DELETE FROM jobs WHERE video_id = $1").bind(video.to_string()).execute(&mut *tx).await?;
        super::jobs::enqueue(&mut tx, super::jobs::JobKind::PurgeVideo, video, user, settled).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Uploads that were opened before `before` and never ended.
    pub async fn stale_uploads(&self, before: i64) -> sqlx::Result<Vec<VideoRow>> {
        sqlx::query_as("SELECT * FROM videos WHERE state = 'uploading' AND created_at < $1 ORDER BY created_at LIMIT 100")
            .bind(before)
            .fetch_all(&self.0)
            .await
    }
}
