//! A whole server for one test: its own port, data directory, database and bucket.

pub mod app;
pub mod backend;
pub mod clips;
pub mod person;
pub mod transcriber;

pub use app::TestApp;
pub use backend::{Backend, Database, Store};
pub use person::Person;

use std::{
    future::Future,
    time::{Duration, Instant},
};

/// Asks until the answer is there; fails after 30 seconds.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = ask().await {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "timed out waiting until {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Each function becomes four tests: SQLite and PostgreSQL, the embedded bucket and Swift.
#[macro_export]
macro_rules! on_every_backend {
    ($(async fn $name:ident($app:ident: TestApp) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            use $crate::support::{Backend, Database, Store, TestApp};

            async fn check($app: TestApp) $body

            $crate::on_every_backend!(@one sqlite_and_embedded_bucket, Sqlite, Embedded);
            $crate::on_every_backend!(@one sqlite_and_swift, Sqlite, Swift);
            $crate::on_every_backend!(@one postgres_and_embedded_bucket, Postgres, Embedded);
            $crate::on_every_backend!(@one postgres_and_swift, Postgres, Swift);
        }
    )*};
    (@one $name:ident, $database:ident, $store:ident) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            check(TestApp::start(Backend { database: Database::$database, store: Store::$store }).await).await;
        }
    };
}
