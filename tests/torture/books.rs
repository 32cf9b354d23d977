//! What the database says, read past the program.

use sqlx::{AnyPool, any::AnyPoolOptions};
use std::time::Duration;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    pub id: String,
    pub user_id: String,
    pub hls_status: Option<String>,
    pub hls_attempt: Option<String>,
    pub hls_segments: Option<i64>,
    pub hls_error_code: Option<String>,
}

impl Row {
    /// What all HLS objects of this recording start with.
    pub fn prefix(&self) -> String {
        format!("videos/{}/{}_hls/", self.user_id, self.id)
    }

    pub fn is(&self, status: &str) -> bool {
        self.hls_status.as_deref() == Some(status)
    }
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Job {
    pub kind: String,
    pub video_id: String,
    pub attempts: i64,
    pub run_after: i64,
    pub lease_expires_at: Option<i64>,
}

impl Job {
    pub fn makes(&self, video: &str) -> bool {
        self.kind == "generate_hls" && self.video_id == video
    }

    /// Somebody works on it, at this instant (milliseconds since 1970).
    pub fn is_held(&self, now: i64) -> bool {
        self.lease_expires_at.is_some_and(|end| end >= now)
    }
}

pub struct Books(AnyPool);

impl Books {
    /// Connects when first asked: the database may not be there before a server has started.
    pub fn open(url: &str) -> Self {
        sqlx::any::install_default_drivers();
        Self(AnyPoolOptions::new().max_connections(2).acquire_timeout(Duration::from_secs(5)).connect_lazy(url).unwrap())
    }

    pub async fn rows(&self) -> sqlx::Result<Vec<Row>> {
        let all = "SELECT id, user_id, hls_status, hls_attempt, hls_segments, hls_error_code FROM videos ORDER BY id";
        sqlx::query_as(all).fetch_all(&self.0).await
    }

    /// The one number that a statement gives.
    pub async fn number(&self, sql: &str) -> sqlx::Result<i64> {
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned())).fetch_one(&self.0).await
    }

    /// The one text.
    pub async fn text(&self, sql: &str) -> sqlx::Result<String> {
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned())).fetch_one(&self.0).await
    }

    pub async fn jobs(&self) -> sqlx::Result<Vec<Job>> {
        sqlx::query_as("SELECT kind, video_id, attempts, run_after, lease_expires_at FROM jobs").fetch_all(&self.0).await
    }
}

/// Now, as the database writes it.
pub fn now_ms() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64
}
