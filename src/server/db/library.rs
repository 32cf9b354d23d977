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

/// $3 is how many, $4 and $5 what the page comes after.
fn page(sort: Sort, show: Option<Show>, first: bool) -> String {
    let (key, down) = order(sort);
    let (beyond, way) = if down { ("<", "DESC") } else { (">", "ASC") };
    // As a pair, which both engines look up in their index. With an "or" PostgreSQL goes through everything before it.
    let start = if first { String::new() } else { format!("AND ({key}, v.id) {beyond} ($4, $5)") };
    format!("SELECT v.*, p.position_ms {FROM} AND {} {start} ORDER BY {key} {way}, v.id {way} LIMIT $3", condition(show))
}

/// So many ids are bound to one statement: few enough for either engine.
pub(super) const AT_ONCE: usize = 200;

/// The places of `count` values to bind, from `$from` on: `$3, $4, $5`.
pub(super) fn binds(from: usize, count: usize) -> String {
    (from..from + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

impl Db {
    /// A page of a person's recordings, with the places where they left off.
    pub async fn videos_of(&self, choice: Choice<'_>, sort: Sort, after: Option<&Cursor>, limit: i64) -> sqlx::Result<Vec<VideoRow>> {
        let query = sqlx::query_as(sqlx::AssertSqlSafe(page(sort, choice.show, after.is_none())))
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
        for some in rows.chunks_mut(AT_ONCE) {
            let sql = format!("SELECT video_id, label FROM tags WHERE video_id IN ({}) ORDER BY created_at, key", binds(1, some.len()));
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

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::{AnyConnection, Connection, Row};

    #[tokio::test]
    async fn a_later_page_is_looked_up_in_the_index_and_not_walked_to() {
        sqlx::any::install_default_drivers();
        let mut connection = AnyConnection::connect("sqlite::memory:").await.unwrap();
        sqlx::migrate!("./migrations").run(&mut connection).await.unwrap();
        for (sort, index, key) in [
            (Sort::Newest, "videos_user_created", "created_at,"),
            (Sort::Oldest, "videos_user_created", "created_at,"),
            (Sort::Title, "videos_user_title", "title_key,"),
        ] {
            let sql = sqlx::AssertSqlSafe(["EXPLAIN QUERY PLAN ", &page(sort, None, false)].concat());
            let query = sqlx::query(sql).bind("").bind("").bind(1_i64).bind(0_i64).bind("");
            let rows = query.fetch_all(&mut connection).await.unwrap();
            let plan: Vec<String> = rows.iter().map(|row| row.get::<String, _>(3)).collect();
            assert!(plan.iter().any(|step| step.contains(index) && step.contains(key)), "{sort:?}: {plan:?}");
            assert!(!plan.iter().any(|step| step.contains("ORDER BY")), "{sort:?} sorts: {plan:?}");
        }
    }
}
