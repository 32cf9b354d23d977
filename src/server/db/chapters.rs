//! Chapters, and the searches for changes of scene.

use super::{
    Db, id,
    jobs::{self, JobKind, Lease},
};
use crate::{
    model::{Chapter, ChapterId, ChapterOrigin, UserId, VideoId, chapter::MAX_CHAPTERS},
    server::clock::now_ms,
};
use std::time::Duration;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    start_ms: i64,
    title: String,
    origin: String,
}

impl Row {
    fn view(self) -> sqlx::Result<Chapter> {
        let origin = if self.origin == "hand" { ChapterOrigin::Hand } else { ChapterOrigin::Proposed };
        Ok(Chapter { id: id(&self.id)?, start_ms: self.start_ms, title: self.title, origin })
    }
}

/// A chapter that is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub start_ms: i64,
    pub title: String,
}

/// What a set of proposals puts into the place of the one before.
#[derive(Clone, Debug, Default)]
pub struct Proposals {
    pub chapters: Vec<Proposal>,
    /// So close to a chapter made by hand, in milliseconds, nothing is proposed.
    pub apart_ms: i64,
}

/// A search for changes of scene.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SceneSearch {
    pub percent: Option<i64>,
    pub outcome: Option<String>,
    pub message: Option<String>,
}

impl Db {
    pub async fn chapters_of(&self, video: VideoId) -> sqlx::Result<Vec<Chapter>> {
        let rows: Vec<Row> = sqlx::query_as("SELECT id, start_ms, title, origin FROM chapters WHERE video_id = $1 ORDER BY start_ms")
            .bind(video.to_string())
            .fetch_all(&self.0)
            .await?;
        rows.into_iter().map(Row::view).collect()
    }

    /// The recording that a chapter belongs to.
    pub async fn video_of_chapter(&self, chapter: ChapterId) -> sqlx::Result<Option<VideoId>> {
        let video: Option<String> =
            sqlx::query_scalar("SELECT video_id FROM chapters WHERE id = $1").bind(chapter.to_string()).fetch_optional(&self.0).await?;
        video.as_deref().map(id).transpose()
    }

    /// A chapter made by hand. `None` when the recording has as many as it may have; a conflict when one begins there.
    pub async fn insert_chapter(&self, video: VideoId, start_ms: i64, title: &str) -> sqlx::Result<Option<Chapter>> {
        let row: Option<Row> = sqlx::query_as(
            "INSERT INTO chapters (id, video_id, start_ms, title, origin, created_at, updated_at)
             SELECT $1, id, $3, $4, 'hand', $5, $5 FROM videos
             WHERE id = $2 AND (SELECT COUNT(*) FROM chapters WHERE video_id = $2) < $6
             RETURNING id, start_ms, title, origin",
        )
        .bind(uuid::Uuid::new_v4().to_string())
        .bind(video.to_string())
        .bind(start_ms)
        .bind(title)
        .bind(now_ms())
        .bind(MAX_CHAPTERS as i64)
        .fetch_optional(&self.0)
        .await?;
        row.map(Row::view).transpose()
    }

    /// Changes what is given. Whoever touched a chapter made it theirs. A conflict when another begins there.
    pub async fn update_chapter(&self, chapter: ChapterId, start_ms: Option<i64>, title: Option<&str>) -> sqlx::Result<Option<Chapter>> {
        let row: Option<Row> = sqlx::query_as(
            "UPDATE chapters SET start_ms = COALESCE($2, start_ms), title = COALESCE($3, title), origin = 'hand', updated_at = $4
             WHERE id = $1 RETURNING id, start_ms, title, origin",
        )
        .bind(chapter.to_string())
        .bind(start_ms)
        .bind(title.map(str::to_owned))
        .bind(now_ms())
        .fetch_optional(&self.0)
        .await?;
        row.map(Row::view).transpose()
    }

    pub async fn delete_chapter(&self, chapter: ChapterId) -> sqlx::Result<bool> {
        let gone = sqlx::query("DELETE FROM chapters WHERE id = $1").bind(chapter.to_string()).execute(&self.0).await?;
        Ok(gone.rows_affected() == 1)
    }

    /// Puts proposals in the place of those before. What was made by hand stays, with room around it.
    pub async fn replace_proposed(&self, video: VideoId, proposals: &Proposals) -> sqlx::Result<()> {
        let mut tx = self.begin().await?;
        replace(&mut tx, video, proposals).await?;
        // A search of the pictures, waiting, running or done, would say otherwise: it ends here.
        sqlx::query("DELETE FROM scene_searches WHERE video_id = $1").bind(video.to_string()).execute(&mut *tx).await?;
        sqlx::query("DELETE FROM jobs WHERE video_id = $1 AND kind = $2")
            .bind(video.to_string())
            .bind(JobKind::FindScenes.as_str())
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    pub async fn scene_search(&self, video: VideoId) -> sqlx::Result<Option<SceneSearch>> {
        sqlx::query_as("SELECT percent, outcome, message FROM scene_searches WHERE video_id = $1")
            .bind(video.to_string())
            .fetch_optional(&self.0)
            .await
    }

    /// Has the pictures searched, once for all who ask meanwhile. False when this person has `most` searches waiting already.
    pub async fn begin_scene_search(&self, video: VideoId, user: UserId, most: i64) -> sqlx::Result<bool> {
        let mut tx = self.begin().await?;
        let begun = sqlx::query(
            "INSERT INTO scene_searches (video_id, asked_at) SELECT id, $2 FROM videos
             WHERE id = $1 AND (SELECT COUNT(*) FROM jobs WHERE kind = 'find_scenes' AND user_id = $3 AND video_id <> $1) < $4
             ON CONFLICT (video_id) DO UPDATE SET asked_at = excluded.asked_at, message = NULL,
               percent = CASE WHEN scene_searches.outcome IS NULL THEN scene_searches.percent ELSE NULL END, outcome = NULL",
        )
        .bind(video.to_string())
        .bind(now_ms())
        .bind(user.to_string())
        .bind(most)
        .execute(&mut *tx)
        .await?;
        if begun.rows_affected() != 1 {
            return Ok(false);
        }
        jobs::enqueue(&mut tx, JobKind::FindScenes, video, user, Duration::ZERO).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// How far a search is.
    pub async fn tell_scene_search(&self, lease: &Lease, percent: i64) -> sqlx::Result<()> {
        sqlx::query(
            "UPDATE scene_searches SET percent = $3
             WHERE video_id = $1 AND outcome IS NULL AND EXISTS (SELECT 1 FROM jobs WHERE id = $4 AND lease_token = $2)",
        )
        .bind(lease.video_id.to_string())
        .bind(&lease.token)
        .bind(percent)
        .bind(&lease.job_id)
        .execute(&self.0)
        .await
        .map(drop)
    }

    /// A search has come to its end: what it found and what is said of it, with the end of its job, or nothing at all when the
    /// lease was lost. `proposals`: none leaves the chapters as they are.
    pub async fn end_scene_search(&self, lease: &Lease, outcome: &str, message: &str, proposals: Option<&Proposals>) -> sqlx::Result<bool> {
        let mut tx = self.begin().await?;
        if let Some(proposals) = proposals {
            replace(&mut tx, lease.video_id, proposals).await?;
        }
        sqlx::query("UPDATE scene_searches SET outcome = $2, message = $3, percent = NULL WHERE video_id = $1")
            .bind(lease.video_id.to_string())
            .bind(outcome)
            .bind(message)
            .execute(&mut *tx)
            .await?;
        if !jobs::end(&mut tx, lease).await? {
            // Dropped, the transaction is taken back.
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Takes back what is said of a search that has ended: the person went on.
    pub async fn forget_scene_search(&self, video: VideoId) -> sqlx::Result<()> {
        sqlx::query("DELETE FROM scene_searches WHERE video_id = $1 AND outcome IS NOT NULL")
            .bind(video.to_string())
            .execute(&self.0)
            .await
            .map(drop)
    }
}

/// Each statement decides by itself: a chapter that a person adds meanwhile is never overwritten.
async fn replace(tx: &mut sqlx::Transaction<'_, sqlx::Any>, video: VideoId, proposals: &Proposals) -> sqlx::Result<()> {
    // The recording first, as everybody does: a deletion that holds it waits for nothing of ours.
    sqlx::query("UPDATE videos SET updated_at = updated_at WHERE id = $1").bind(video.to_string()).execute(&mut **tx).await?;
    sqlx::query("DELETE FROM chapters WHERE video_id = $1 AND origin = 'proposed'").bind(video.to_string()).execute(&mut **tx).await?;
    for Proposal { start_ms, title } in &proposals.chapters {
        sqlx::query(
            "INSERT INTO chapters (id, video_id, start_ms, title, origin, created_at, updated_at)
             SELECT $1, id, $3, $4, 'proposed', $5, $5 FROM videos
             WHERE id = $2 AND (SELECT COUNT(*) FROM chapters WHERE video_id = $2) < $6
               AND NOT EXISTS (SELECT 1 FROM chapters WHERE video_id = $2 AND origin = 'hand' AND start_ms > $3 - $7 AND start_ms < $3 + $7)
             ON CONFLICT (video_id, start_ms) DO NOTHING",
        )
        .bind(uuid::Uuid::new_v4().to_string())
        .bind(video.to_string())
        .bind(*start_ms)
        .bind(title)
        .bind(now_ms())
        .bind(MAX_CHAPTERS as i64)
        .bind(proposals.apart_ms)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}
