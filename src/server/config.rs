//! Settings: environment, `.env` and flags in, one checked [`Config`] out. The README's table lists them.

use super::{
    media::SandboxMode,
    secrets,
    speech::{By, Secret, SpeechConfig},
    subtitles::language,
    viewing::Prices,
};
use anyhow::{Context, Result, bail, ensure};
use clap::{ArgAction, Args, ValueEnum, builder::FalseyValueParser};
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
    /// Seconds a stream's address lives; for recordings over half an hour twice their hours times that, 12 hours at most.
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
    /// Streams made at the same time; one worker each for pictures, transcription and clearing up comes on top. Default: the
    /// number of cores.
    #[arg(long, env = "WORKERS")]
    pub workers: Option<usize>,
    /// Serve only: other machines run `notetaker worker`.
    // As variables usually are: empty, 0, false, no and off say no, everything else yes.
    #[arg(long, env = "NO_WORKER", action = ArgAction::SetTrue, value_parser = FalseyValueParser::new())]
    pub no_worker: bool,
    /// US dollars for a GB kept for a month, for the estimate in Stats. Default: R2's.
    #[arg(long, env = "PRICE_GB_MONTH", default_value_t = 0.015)]
    pub price_gb_month: f64,
    /// US dollars for a million writes.
    #[arg(long, env = "PRICE_WRITES_MILLION", default_value_t = 4.5)]
    pub price_writes_million: f64,
    /// US dollars for a million reads.
    #[arg(long, env = "PRICE_READS_MILLION", default_value_t = 0.36)]
    pub price_reads_million: f64,
    /// A server that transcribes as OpenAI's does, such as https://api.openai.com. Default: none.
    #[arg(long, env = "TRANSCRIBE_URL")]
    pub transcribe_url: Option<String>,
    /// The key that server asks for.
    #[arg(long, env = "TRANSCRIBE_KEY", hide_env_values = true)]
    pub transcribe_key: Option<String>,
    /// The model it is asked for.
    #[arg(long, env = "TRANSCRIBE_MODEL", default_value = "whisper-1")]
    pub transcribe_model: String,
    /// What is spoken, such as en. Default: guessed for each recording.
    #[arg(long, env = "TRANSCRIBE_LANGUAGE")]
    pub transcribe_language: Option<String>,
    /// whisper.cpp's whisper-cli, to transcribe on this machine. Default: none.
    #[arg(long, env = "WHISPER_CLI")]
    pub whisper_cli: Option<PathBuf>,
    /// The model file it uses.
    #[arg(long, env = "WHISPER_MODEL")]
    pub whisper_model: Option<PathBuf>,
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
    /// R2, or what is like it: region `auto`, the bucket named in the path.
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
    /// Streams made at the same time; 0: other machines do all work.
    pub workers: usize,
    /// Who writes down what is said; nobody: then transcripts come as files.
    pub transcriber: Option<SpeechConfig>,
    /// What the bucket charges.
    pub prices: Prices,
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
                bail!(
                    "the bucket needs all four R2_ settings: {} is not set (or unset all four to use the embedded bucket)",
                    missing.join(" and ")
                )
            }
        };
        let jwt_secret = match settings.jwt_secret.filter(|secret| !secret.is_empty()) {
            Some(secret) => {
                ensure!(
                    secret.len() >= 32,
                    "JWT_SECRET has {} characters; it needs at least 32 (try: openssl rand -base64 32)",
                    secret.len()
                );
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
        let price = |name: &str, value: f64| {
            ensure!((0.0..=1_000_000.0).contains(&value), "{name} is {value}; it must be a price in US dollars, such as 0.015");
            Ok(value)
        };
        let transcriber = transcriber(Transcribers {
            url: settings.transcribe_url,
            key: settings.transcribe_key,
            model: settings.transcribe_model,
            language: settings.transcribe_language,
            cli: settings.whisper_cli,
            cli_model: settings.whisper_model,
        })?;
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
            transcriber,
            prices: Prices {
                gb_month: price("PRICE_GB_MONTH", settings.price_gb_month)?,
                writes_million: price("PRICE_WRITES_MILLION", settings.price_writes_million)?,
                reads_million: price("PRICE_READS_MILLION", settings.price_reads_million)?,
            },
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

/// The settings of both kinds of transcribers.
struct Transcribers {
    url: Option<String>,
    key: Option<String>,
    model: String,
    language: Option<String>,
    cli: Option<PathBuf>,
    cli_model: Option<PathBuf>,
}

fn transcriber(settings: Transcribers) -> Result<Option<SpeechConfig>> {
    let text = |value: Option<String>| value.filter(|value| !value.trim().is_empty());
    let path = |value: Option<PathBuf>| value.filter(|value| !value.as_os_str().is_empty());
    let language = match text(settings.language) {
        Some(name) => Some(
            language::tag(&name).with_context(|| format!("TRANSCRIBE_LANGUAGE is “{name}”; it must be a language such as en or pt-BR"))?,
        ),
        None => None,
    };
    let (url, key) = (text(settings.url), text(settings.key));
    let minutes = |n: u64| Duration::from_secs(n * 60);
    let by = match (url, path(settings.cli), path(settings.cli_model)) {
        (Some(_), Some(_), _) => {
            bail!("TRANSCRIBE_URL and WHISPER_CLI are both set; unset one of them, so that it is clear who transcribes")
        }
        (Some(url), None, None) => By::Server {
            url: http_url("TRANSCRIBE_URL", &url)?,
            key: key.map(Secret),
            model: text(Some(settings.model)).unwrap_or_else(|| "whisper-1".into()),
        },
        (None, Some(cli), Some(model)) => By::WhisperCli { cli, model },
        (None, Some(_), None) => bail!("WHISPER_CLI needs a model: set WHISPER_MODEL to a file such as ggml-base.bin"),
        (_, None, Some(_)) => bail!("WHISPER_MODEL is set without WHISPER_CLI; set that to whisper.cpp's whisper-cli as well"),
        (None, None, None) if key.is_some() => bail!("TRANSCRIBE_KEY is set without TRANSCRIBE_URL; set that to the server the key is for"),
        (None, None, None) => return Ok(None),
    };
    // A server on a processor may need as long as was spoken, and others wait before us; this machine may be slow.
    let patience = if matches!(by, By::Server { .. }) { minutes(20) } else { minutes(100) };
    Ok(Some(SpeechConfig { by, language, longest_piece: minutes(5), patience }))
}

fn http_url(name: &str, value: &str) -> Result<Url> {
    let url = Url::parse(value).with_context(|| format!("{name} is not an address: it must look like https://host"))?;
    ensure!(matches!(url.scheme(), "http" | "https") && url.host().is_some(), "{name} must start with http:// or https://");
    Ok(url)
}

fn origin(name: &str, value: &str) -> Result<Url> {
    let url = http_url(name, value)?;
    ensure!(
        matches!(url.path(), "" | "/") && url.query().is_none(),
        "{name} must be an origin such as https://notes.example.com, without a path"
    );
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
