//! The databases to measure on: SQLite always, PostgreSQL where one is running (`TEST_POSTGRES_URL`; `make bench` starts it).

use super::Anyhow;
use sqlx::{Connection, Executor};
use url::Url;

/// Names, and addresses for `DATABASE_URL`; without one it is the file in the server's own directory.
pub async fn databases() -> Anyhow<Vec<(&'static str, Option<String>)>> {
    let mut all = vec![("SQLite", None)];
    match std::env::var("TEST_POSTGRES_URL") {
        Ok(url) => all.push(("PostgreSQL", Some(fresh(&url).await?))),
        Err(_) => eprintln!("PostgreSQL is left out: TEST_POSTGRES_URL is not set (`make bench` sets it)"),
    }
    Ok(all)
}

async fn fresh(admin: &str) -> Anyhow<String> {
    sqlx::any::install_default_drivers();
    let name = format!("bench_{}", uuid::Uuid::new_v4().simple());
    let mut connection = sqlx::AnyConnection::connect(admin).await?;
    connection.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
    connection.close().await?;
    let mut url = Url::parse(admin)?;
    url.set_path(&name);
    Ok(url.into())
}
