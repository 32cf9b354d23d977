//! The four combinations a test can run on.

use notetaker::server::{config::Settings, storage::Endpoint};
use sqlx::{Connection, Executor};
use std::path::Path;
use url::Url;

#[derive(Clone, Copy, Debug)]
pub enum Database {
    Sqlite,
    Postgres,
}

#[derive(Clone, Copy, Debug)]
pub enum Store {
    Embedded,
    Swift,
}

#[derive(Clone, Copy, Debug)]
pub struct Backend {
    pub database: Database,
    pub store: Store,
}

impl Backend {
    /// What a laptop has.
    pub const LAPTOP: Self = Self { database: Database::Sqlite, store: Store::Embedded };
}

fn needed(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run the tests with `make test`, which starts PostgreSQL and Swift"))
}

/// The address of a fresh database on the test PostgreSQL.
pub async fn fresh_postgres() -> String {
    let mut url = Url::parse(&needed("TEST_POSTGRES_URL")).unwrap();
    let name = format!("test_{}", uuid::Uuid::new_v4().simple());
    sqlx::any::install_default_drivers();
    let mut admin = sqlx::AnyConnection::connect(url.as_str()).await.unwrap();
    admin.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    admin.close().await.unwrap();
    url.set_path(&name);
    url.into()
}

/// A fresh bucket on the test Swift.
pub async fn fresh_swift_bucket() -> Endpoint {
    let url = Url::parse(&needed("TEST_S3_ENDPOINT")).unwrap();
    let endpoint = Endpoint {
        internal: url.clone(),
        public: url,
        access_key: needed("TEST_S3_ACCESS_KEY"),
        secret_key: needed("TEST_S3_SECRET_KEY"),
        bucket: format!("test-{}", uuid::Uuid::new_v4().simple()),
    };
    let client = aws_sdk_s3::Client::from_conf(
        aws_sdk_s3::Config::builder()
            .behavior_version(aws_sdk_s3::config::BehaviorVersion::latest())
            .endpoint_url(endpoint.internal.as_str().trim_end_matches('/'))
            .region(aws_sdk_s3::config::Region::new("auto"))
            .credentials_provider(aws_sdk_s3::config::Credentials::new(&endpoint.access_key, &endpoint.secret_key, None, None, "test"))
            .force_path_style(true)
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build(),
    );
    client.create_bucket().bucket(&endpoint.bucket).send().await.unwrap();
    endpoint
}

/// Settings as nobody has set them, but for the directory.
pub fn settings(data_dir: &Path) -> Settings {
    #[derive(clap::Parser)]
    struct Parser {
        #[command(flatten)]
        settings: Settings,
    }
    let arguments = ["test", "--data-dir", data_dir.to_str().unwrap(), "--site-addr", "127.0.0.1:0", "--lease-secs", "2"];
    <Parser as clap::Parser>::parse_from(arguments).settings
}
