//! All SQL. One text for SQLite and PostgreSQL through `sqlx::any`, but for the index of the search ([`search`]), which each
//! engine does in its own way; the engine comes from the URL's scheme.
//!
//! Rules that hold on both: ids TEXT, instants BIGINT, every integer bound as i64, and never read-then-write: one
//! conditional statement decides.

pub mod chapters;
pub mod generations;
pub mod jobs;
pub mod library;
pub mod notes;
pub mod positions;
pub mod search;
pub mod sessions;
pub mod storyboards;
pub mod streams;
pub mod tags;
pub mod transcriptions;
pub mod transcripts;
pub mod trash;
pub mod users;
pub mod videos;
pub mod viewings;

use anyhow::{Context, Result};
use sqlx::{
    Any, AnyPool, Executor, Transaction,
    any::{AnyConnectOptions, AnyPoolOptions},
};
use std::{str::FromStr, time::Duration};

/// The database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db(AnyPool);

/// A request that cannot get a connection in this time is told that the database does not answer.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Enough for the pages and jobs of one server; SQLite has one writer at a time anyway.
const MAX_CONNECTIONS: u32 = 10;

impl Db {
    /// Connects and brings the schema up to date. SQLite takes no lock for that, so do it before anything else starts.
    pub async fn connect(url: &str) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let sqlite = url.starts_with("sqlite");
        let options = AnyConnectOptions::from_str(url).context("DATABASE_URL cannot be understood")?;
        let pool = AnyPoolOptions::new()
            .max_connections(MAX_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    // WAL: readers go on while one writes. NORMAL: a power cut may lose the last moment, never the file.
                    let setup = if sqlite {
                        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000;"
                    } else {
                        "SET statement_timeout = '10s'"
                    };
                    connection.execute(setup).await.map(drop)
                })
            })
            .connect_with(options)
            .await
            .context("the database cannot be reached; check DATABASE_URL")?;
        sqlx::migrate!("./migrations").run(&pool).await.context("the database schema could not be brought up to date")?;
        search::prepare(&pool).await.context("the tables of the search could not be made")?;
        Ok(Self(pool))
    }

    /// Begins to write. On SQLite with the lock for it: a transaction that has read before it writes is not let wait for another
    /// writer but told at once that the database is locked, and the first statement that names the search index reads.
    async fn begin(&self) -> sqlx::Result<Transaction<'static, Any>> {
        if self.0.connect_options().database_url.scheme() == "sqlite" {
            self.0.begin_with("BEGIN IMMEDIATE").await
        } else {
            self.0.begin().await
        }
    }

    /// Does it answer?
    pub async fn check(&self) -> sqlx::Result<()> {
        sqlx::query("SELECT 1").execute(&self.0).await.map(drop)
    }

    pub async fn close(&self) {
        self.0.close().await;
    }
}

/// True when the statement clashed with a UNIQUE column.
pub fn is_conflict(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}

/// An id out of a TEXT column.
fn id<T: FromStr<Err = uuid::Error>>(text: &str) -> sqlx::Result<T> {
    text.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}
