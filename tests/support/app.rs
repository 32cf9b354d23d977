//! Starts and stops the server of one test.

use super::{Backend, Database, Person, Store, backend, eventually};
use notetaker::server::{
    config::{BucketConfig, Config},
    db::Db,
    run,
    storage::{Bucket, Endpoint},
};
use sqlx::Connection;
use std::net::SocketAddr;
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

pub struct TestApp {
    pub config: Config,
    pub endpoint: Endpoint,
    pub address: SocketAddr,
    pub data: TempDir,
    shutdown: CancellationToken,
    serving: Option<JoinHandle<anyhow::Result<()>>>,
}

impl TestApp {
    pub async fn start(backend: Backend) -> Self {
        Self::start_with(backend, |_| {}).await
    }

    /// Starts with settings of the test's own.
    pub async fn start_with(backend: Backend, change: impl FnOnce(&mut Config)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut config = Config::resolve(backend::settings(data.path())).unwrap();
        if let Database::Postgres = backend.database {
            config.database_url = backend::fresh_postgres().await;
        }
        let swift = match backend.store {
            Store::Embedded => None,
            Store::Swift => Some(backend::fresh_swift_bucket().await),
        };
        if let Some(endpoint) = &swift {
            config.bucket = BucketConfig::External {
                endpoint: endpoint.internal.clone(),
                access_key: endpoint.access_key.clone(),
                secret_key: endpoint.secret_key.clone(),
                bucket: endpoint.bucket.clone(),
            };
        }
        change(&mut config);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let endpoint = swift.unwrap_or_else(|| embedded(&config, address));
        let mut app = Self { config, endpoint, address, data, shutdown: CancellationToken::new(), serving: None };
        app.serve(listener);
        app
    }

    fn serve(&mut self, listener: TcpListener) {
        self.shutdown = CancellationToken::new();
        self.serving = Some(tokio::spawn(run::run(self.config.clone(), listener, self.shutdown.clone())));
    }

    /// Stops in good order, as at SIGTERM. Tells how long that took.
    pub async fn stop(&mut self) -> std::time::Duration {
        let start = std::time::Instant::now();
        self.shutdown.cancel();
        if let Some(serving) = self.serving.take() {
            serving.await.unwrap().unwrap();
        }
        start.elapsed()
    }

    /// Serves again over the same data, at the same address.
    pub async fn restart(&mut self) {
        self.stop().await;
        // Somebody else's outgoing connection may sit on our port for a moment.
        let listener = eventually("our port is free again", || async { TcpListener::bind(self.address).await.ok() }).await;
        self.serve(listener);
    }

    /// Nobody works on jobs from here on, so that a test can.
    pub async fn without_workers(&mut self) {
        self.config.workers = 0;
        self.restart().await;
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The bucket as its owner sees it.
    pub fn bucket(&self) -> Bucket {
        Bucket::new(&self.endpoint)
    }

    /// The key of the one recording in the bucket, as it was uploaded.
    pub async fn original(&self) -> String {
        self.bucket().list("videos/").await.unwrap().into_iter().find(|key| key.ends_with(".mp4")).unwrap()
    }

    pub async fn db(&self) -> Db {
        Db::connect(&self.config.database_url).await.unwrap()
    }

    /// Runs statements on the database, past the program: what takes days, or a fault, is written down.
    pub async fn sql(&self, statements: &[&str]) {
        sqlx::any::install_default_drivers();
        let mut connection = sqlx::AnyConnection::connect(&self.config.database_url).await.unwrap();
        for statement in statements {
            sqlx::query(sqlx::AssertSqlSafe((*statement).to_owned())).execute(&mut connection).await.unwrap();
        }
        connection.close().await.unwrap();
    }

    /// Somebody new, signed up and signed in.
    pub async fn person(&self, name: &str) -> Person {
        Person::sign_up(self, name).await
    }

    /// Somebody who is not signed in.
    pub fn stranger(&self) -> Person {
        Person::stranger(self)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

fn embedded(config: &Config, address: SocketAddr) -> Endpoint {
    let BucketConfig::Embedded { access_key, secret_key } = &config.bucket else { panic!("not the embedded bucket") };
    let url = url::Url::parse(&format!("http://{address}")).unwrap();
    Endpoint {
        internal: url.clone(),
        public: url,
        access_key: access_key.clone(),
        secret_key: secret_key.clone(),
        bucket: run::EMBEDDED_BUCKET.into(),
    }
}
