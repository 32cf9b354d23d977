//! A person's recordings page by page, in any order. Each order has its key, and a page begins after a key and an id: so it
//! costs the same however far one has gone, and nothing is skipped or shown twice where keys are equal.

use super::{Db, videos::VideoRow};
use crate::model::{
    UserId, VideoId,
    library::{Show, Sort},
};
use std::collections::HashMap;

/// Which recordings.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    pub user: UserId,
    pub show: Option<Show>,
    /// A tag's key.
    pub tag: Option<&'a str>,
}

/// The key of the last recording that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    Number(i64),
    Text(String),
}

/// Where a page starts: after this recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub key: Key,
    pub id: String,
}

/// An order in SQL: its key, and whether it goes down.
fn order(sort: Sort) -> (&'static str, bool) {
    match sort {
        Sort::Newest => ("v.created_at", true),
        Sort::Oldest => ("v.created_at", false),
        Sort::Title => ("v.title_key", false),
        // What is not known comes at the end.
        Sort::Longest => ("COALESCE(v.duration_ms, -1)", true),
        Sort::Watched => ("COALESCE(v.watched_at, -1)", true),
    }
}

/// The key of a recording in an order.
pub fn key_of(sort: Sort, row: &VideoRow) -> Key {
    match sort {
        Sort::Newest | Sort::Oldest => Key::Number(row.created_at),
        Sort::Title => Key::Text(row.title_key.clone()),
        Sort::Longest => Key::Number(row.duration_ms.unwrap_or(-1)),
        Sort::Watched => Key::Number(row.watched_at.unwrap_or(-1)),
    }
}

/// $1 is the person, $2 the tag's key, which is empty for "any".
const FROM: &str = "FROM videos v LEFT JOIN positions p ON p.video_id = v.id AND p.user_id = v.user_id
     WHERE v.user_id = $1 AND ($2 = '' OR EXISTS (SELECT 1 FROM tags t WHERE t.video_id = v.id AND t.key = $2))";

fn condition(show: Option<Show>) -> &'static str {
    match show {
        None => "v.trashed_at IS NULL",
        Some(Show::Ready) => "v.trashed_at IS NULL AND v.hls_status = 'ready'",
        Some(Show::Preparing) => "v.trashed_at IS NULL AND v.hls_status = 'generating'",
        Some(Show::Failed) => "v.trashed_at IS NULL AND v.hls_status = 'failed'",
        Some(Show::Unwatched) => "v.trashed_at IS NULL AND v.state = 'stored' AND v.watched_at IS NULL",
        Some(Show::Started) => "v.trashed_at IS NULL AND p.position_ms IS NOT NULL",
    }
}

impl Db {
    /// A page of a person's recordings, with the places where they left off.
    pub async fn videos_of(&self, choice: Choice<'_>, sort: Sort, after: Option<&Cursor>, limit: i64) -> sqlx::Result<Vec<VideoRow>> {
        let (key, down) = order(sort);
        let (beyond, way) = if down { ("<", "DESC") } else { (">", "ASC") };
        let start = match after {
            Some(_) => format!("AND ({key} {beyond} $4 OR ({key} = $4 AND v.id {beyond} $5))"),
            None => String::new(),
        };
        let sql =
            format!("SELECT v.*, p.position_ms {FROM} AND {} {start} ORDER BY {key} {way}, v.id {way} LIMIT $3", condition(choice.show));
        let query = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(choice.user.to_string())
            .bind(choice.tag.unwrap_or_default().to_owned())
            .bind(limit);
        let query = match after.map(|cursor| (&cursor.key, cursor.id.clone())) {
            None => query,
            Some((Key::Number(n), id)) => query.bind(*n).bind(id),
            Some((Key::Text(text), id)) => query.bind(text.clone()).bind(id),
        };
        query.fetch_all(&self.0).await
    }

    /// How many there are altogether.
    pub async fn count_videos(&self, choice: Choice<'_>) -> sqlx::Result<i64> {
        let sql = format!("SELECT COUNT(*) {FROM} AND {}", condition(choice.show));
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(choice.user.to_string())
            .bind(choice.tag.unwrap_or_default().to_owned())
            .fetch_one(&self.0)
            .await
    }

    /// Puts their tags to the rows.
    pub async fn with_tags(&self, rows: &mut [VideoRow]) -> sqlx::Result<()> {
        // Few enough for one statement on either engine.
        for some in rows.chunks_mut(200) {
            let binds: Vec<String> = (1..=some.len()).map(|n| format!("${n}")).collect();
            let sql = format!("SELECT video_id, label FROM tags WHERE video_id IN ({}) ORDER BY created_at, key", binds.join(", "));
            let mut query = sqlx::query_as::<_, (String, String)>(sqlx::AssertSqlSafe(sql));
            for row in some.iter() {
                query = query.bind(row.id.clone());
            }
            let mut tags = HashMap::<String, Vec<String>>::new();
            for (video, label) in query.fetch_all(&self.0).await? {
                tags.entry(video).or_default().push(label);
            }
            for row in some {
                row.tags = tags.remove(&row.id).unwrap_or_default();
            }
        }
        Ok(())
    }

    /// Its owner watched it just now.
    pub async fn was_watched(&self, video: VideoId, user: UserId) -> sqlx::Result<()> {
        sqlx::query("UPDATE videos SET watched_at = $3 WHERE id = $1 AND user_id = $2")
            .bind(video.to_string())
            .bind(user.to_string())
            .bind(crate::server::clock::now_ms())
            .execute(&self.0)
            .await
            .map(drop)
    }
}
