//! Settings: environment, `.env` and flags in, one checked [`Config`] out. The README's table lists them.

use super::{media::SandboxMode, secrets};
use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};
use url::Url;

/// The settings as people give them. Every one has a default; nothing is required on a laptop.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// Address and port to listen on.
    #[arg(long, env = "LEPTOS_SITE_ADDR", default_value = "127.0.0.1:3000")]
    pub site_addr: SocketAddr,
    /// The address people type, such as https://notes.example.com. Default: http://{site-addr}.
    #[arg(long, env = "PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Where the database, the embedded bucket, keys and temporary files live.
    #[arg(long, env = "DATA_DIR", default_value = "./data")]
    pub data_dir: PathBuf,
    /// sqlite://FILE or postgres://… Default: a SQLite file in the data directory.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// An S3 endpoint such as https://ACCOUNT.r2.cloudflarestorage.com. Default: the embedded bucket.
    #[arg(long, env = "R2_ENDPOINT_URL")]
    pub r2_endpoint_url: Option<String>,
    #[arg(long, env = "R2_ACCESS_KEY_ID", hide_env_values = true)]
    pub r2_access_key_id: Option<String>,
    #[arg(long, env = "R2_SECRET_ACCESS_KEY", hide_env_values = true)]
    pub r2_secret_access_key: Option<String>,
    #[arg(long, env = "R2_BUCKET_NAME")]
    pub r2_bucket_name: Option<String>,
    /// Signs sessions; at least 32 characters, the same on every server. Default: made in the data directory.
    #[arg(long, env = "JWT_SECRET", hide_env_values = true)]
    pub jwt_secret: Option<String>,
    /// Seconds a stream's address lives (longer for recordings over half an hour).
    #[arg(long, env = "GRANT_TTL_SECS", default_value_t = 3600)]
    pub grant_ttl_secs: u64,
    /// Seconds a signed segment address lives.
    #[arg(long, env = "SEGMENT_URL_TTL_SECS", default_value_t = 900)]
    pub segment_url_ttl_secs: u64,
    /// Seconds until the work of a server that died is taken over.
    #[arg(long, env = "LEASE_SECS", default_value_t = 15)]
    pub lease_secs: u64,
    /// The ffmpeg to run. Default: the one on PATH.
    #[arg(long, env = "FFMPEG")]
    pub ffmpeg: Option<PathBuf>,
    /// The ffprobe to run. Default: the one on PATH.
    #[arg(long, env = "FFPROBE")]
    pub ffprobe: Option<PathBuf>,
    /// auto (bubblewrap where it works), required, or off.
    #[arg(long, env = "SANDBOX", default_value = "auto")]
    pub sandbox: SandboxMode,
    /// Media jobs at the same time. Default: the number of cores.
    #[arg(long, env = "WORKERS")]
    pub workers: Option<usize>,
    /// Serve only: other machines run `notetaker worker`.
    #[arg(long, env = "NO_WORKER")]
    pub no_worker: bool,
    /// text or json.
    #[arg(long, env = "LOG_FORMAT", default_value = "text")]
    pub log_format: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

/// Which bucket keeps the recordings.
#[derive(Clone, Debug)]
pub enum BucketConfig {
    /// In this process, over `DATA_DIR/bucket`.
    Embedded { access_key: String, secret_key: String },
    /// Any S3 service.
    External { endpoint: Url, access_key: String, secret_key: String, bucket: String },
}

/// Checked settings.
#[derive(Clone, Debug)]
pub struct Config {
    pub site_addr: SocketAddr,
    /// Origin people use, without a trailing slash; `None` until the listener is bound.
    pub public_url: Option<Url>,
    pub data_dir: PathBuf,
    pub database_url: String,
    pub bucket: BucketConfig,
    pub jwt_secret: String,
    pub grant_ttl: Duration,
    pub segment_url_ttl: Duration,
    pub lease: Duration,
    pub ffmpeg: Option<PathBuf>,
    pub ffprobe: Option<PathBuf>,
    pub sandbox: SandboxMode,
    /// Media jobs at the same time; 0: other machines do them.
    pub workers: usize,
}

impl Config {
    /// Checks the settings, and makes the data directory and the keys that are missing.
    pub fn resolve(settings: Settings) -> Result<Self> {
        let data_dir = settings.data_dir;
        std::fs::create_dir_all(&data_dir)
            .with_context(|| format!("DATA_DIR {} cannot be created; choose a directory this user may write to", data_dir.display()))?;
        let data_dir = data_dir.canonicalize().with_context(|| format!("DATA_DIR {} cannot be read", data_dir.display()))?;
        let r2 = [
            ("R2_ENDPOINT_URL", settings.r2_endpoint_url),
            ("R2_ACCESS_KEY_ID", settings.r2_access_key_id),
            ("R2_SECRET_ACCESS_KEY", settings.r2_secret_access_key),
            ("R2_BUCKET_NAME", settings.r2_bucket_name),
        ]
        .map(|(name, value)| (name, value.filter(|v| !v.is_empty())));
        let bucket = match r2 {
            [(_, None), (_, None), (_, None), (_, None)] => BucketConfig::Embedded {
                access_key: secrets::load_or_create(&data_dir, "bucket_access_key")?,
                secret_key: secrets::load_or_create(&data_dir, "bucket_secret_key")?,
            },
            [(_, Some(endpoint)), (_, Some(access_key)), (_, Some(secret_key)), (_, Some(bucket))] => {
                BucketConfig::External { endpoint: http_url("R2_ENDPOINT_URL", &endpoint)?, access_key, secret_key, bucket }
            }
            some => {
                let missing: Vec<_> = some.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| *name).collect();
                bail!("the bucket needs all four R2_ settings: {} is not set (or unset all four to use the embedded bucket)", missing.join(" and "))
            }
        };
        let jwt_secret = match settings.jwt_secret.filter(|secret| !secret.is_empty()) {
            Some(secret) => {
                ensure!(secret.len() >= 32, "JWT_SECRET has {} characters; it needs at least 32 (try: openssl rand -base64 32)", secret.len());
                secret
            }
            None => secrets::load_or_create(&data_dir, "jwt_secret")?,
        };
        let database_url = match settings.database_url.filter(|url| !url.is_empty()) {
            Some(url) => database_url(url)?,
            None => format!("sqlite://{}?mode=rwc", data_dir.join("notetaker.db").display()),
        };
        let seconds = |name: &str, value: u64, range: std::ops::RangeInclusive<u64>| {
            ensure!(range.contains(&value), "{name} is {value}; it must be between {} and {} seconds", range.start(), range.end());
            Ok(Duration::from_secs(value))
        };
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers = settings.workers.unwrap_or(cores);
        ensure!((1..=256).contains(&workers), "WORKERS is {workers}; it must be between 1 and 256");
        let workers = if settings.no_worker { 0 } else { workers };
        Ok(Self {
            site_addr: settings.site_addr,
            public_url: settings.public_url.filter(|url| !url.is_empty()).map(|url| origin("PUBLIC_URL", &url)).transpose()?,
            database_url,
            bucket,
            jwt_secret,
            grant_ttl: seconds("GRANT_TTL_SECS", settings.grant_ttl_secs, 1..=43_200)?,
            // S3 refuses presigned addresses over seven days.
            segment_url_ttl: seconds("SEGMENT_URL_TTL_SECS", settings.segment_url_ttl_secs, 1..=604_800)?,
            lease: seconds("LEASE_SECS", settings.lease_secs, 2..=600)?,
            ffmpeg: settings.ffmpeg,
            ffprobe: settings.ffprobe,
            sandbox: settings.sandbox,
            workers,
            data_dir,
        })
    }

    /// The origin people use, once the real listening address is known.
    pub fn public_url(&self, bound: SocketAddr) -> Result<Url> {
        match &self.public_url {
            Some(url) => Ok(url.clone()),
            None => Ok(Url::parse(&format!("http://{}", reachable(bound)))?),
        }
    }
}

/// The address under which this machine reaches a listener that may be bound to "all interfaces".
pub fn reachable(bound: SocketAddr) -> SocketAddr {
    let ip = if bound.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { bound.ip() };
    SocketAddr::new(ip, bound.port())
}

fn http_url(name: &str, value: &str) -> Result<Url> {
    let url = Url::parse(value).with_context(|| format!("{name} is not an address: it must look like https://host"))?;
    ensure!(matches!(url.scheme(), "http" | "https") && url.host().is_some(), "{name} must start with http:// or https://");
    Ok(url)
}

fn origin(name: &str, value: &str) -> Result<Url> {
    let url = http_url(name, value)?;
    ensure!(matches!(url.path(), "" | "/") && url.query().is_none(), "{name} must be an origin such as https://notes.example.com, without a path");
    Ok(url)
}

fn database_url(url: String) -> Result<String> {
    let scheme = url.split(':').next().unwrap_or_default();
    match scheme {
        "postgres" | "postgresql" => Ok(url),
        "sqlite" if url.contains('?') => Ok(url),
        "sqlite" => Ok(format!("{url}?mode=rwc")),
        _ => bail!("DATABASE_URL must start with sqlite:// or postgres://"),
    }
}
