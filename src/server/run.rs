//! The server from settings to shutdown. A caller owns the listener and the moment of stopping, so tests need no ports
//! and no sleeps.

use super::{
    App,
    config::{BucketConfig, Config, reachable},
    db::Db,
    jobs::{sweep, worker},
    media::Tools,
    router::router,
    scratch::Scratch,
    speech::Transcriber,
    state::Parts,
    storage::{
        Bucket, Endpoint,
        embedded::{self, EmbeddedStore},
    },
};
use anyhow::{Context, Result, anyhow, bail};
use axum::Router;
use leptos::config::{LeptosOptions, get_config_from_str};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

/// The embedded bucket's name, and so its path on our own origin.
pub const EMBEDDED_BUCKET: &str = "bucket";
/// Workers have this long to kill their children and hand back their jobs; then requests this long to end.
const WORKERS_TIMEOUT: Duration = Duration::from_secs(6);
const REQUESTS_TIMEOUT: Duration = Duration::from_secs(3);

/// Everything opened for one process: the application, and the bucket it hosts, if it does.
pub struct Opened {
    pub app: App,
    pub embedded: Option<EmbeddedStore>,
    /// The embedded bucket's routes.
    pub bucket: Option<Router>,
}

/// Opens database, bucket and tools. `bound` is the address this process listens on.
pub async fn open(config: Config, bound: SocketAddr, shutdown: CancellationToken) -> Result<Opened> {
    let tools = Tools::locate(config.ffmpeg.as_deref(), config.ffprobe.as_deref(), config.sandbox).map_err(|sentence| anyhow!(sentence))?;
    tracing::info!(sandbox = tools.sandbox.describe(), "media tools found");
    if !tools.able.tone_maps {
        tracing::warn!("this ffmpeg was built without zscale (libzimg): HDR recordings will look pale");
    }
    let transcriber =
        config.transcriber.as_ref().map(|speech| Transcriber::open(speech, &tools)).transpose().map_err(|sentence| anyhow!(sentence))?;
    if let Some(transcriber) = &transcriber {
        tracing::info!("{}", transcriber.describe());
    }
    let public_url = config.public_url(bound)?;
    let db = Db::connect(&config.database_url).await?;
    let scratch = Scratch::open(&config.data_dir)?;
    let (endpoint, embedded, routes) = match &config.bucket {
        BucketConfig::Embedded { access_key, secret_key } => {
            let store =
                EmbeddedStore::open(&config.data_dir.join("bucket"), EMBEDDED_BUCKET).context("the embedded bucket cannot be opened")?;
            let origins = own_origins(&public_url, bound);
            let routes = embedded::router(store.clone(), EMBEDDED_BUCKET, access_key, secret_key, &origins);
            let endpoint = Endpoint {
                internal: Url::parse(&format!("http://{}", reachable(bound)))?,
                public: public_url.clone(),
                access_key: access_key.clone(),
                secret_key: secret_key.clone(),
                bucket: EMBEDDED_BUCKET.into(),
            };
            (endpoint, Some(store), Some(routes))
        }
        BucketConfig::External { endpoint, access_key, secret_key, bucket } => {
            let endpoint = Endpoint {
                internal: endpoint.clone(),
                public: endpoint.clone(),
                access_key: access_key.clone(),
                secret_key: secret_key.clone(),
                bucket: bucket.clone(),
            };
            (endpoint, None, None)
        }
    };
    let bucket = Bucket::new(&endpoint);
    if embedded.is_none() {
        let refused =
            |error| anyhow!("the bucket {} at {} cannot be used: {error}. Check the four R2_ settings", endpoint.bucket, endpoint.internal);
        bucket.check().await.map_err(refused)?;
    }
    let app = App::new(Parts { config, public_url, db, bucket, tools, transcriber, scratch, shutdown });
    Ok(Opened { app, embedded, bucket: routes })
}

/// Serves until `shutdown`, then ends within ten seconds: workers first (their bucket may be our own), requests after.
pub async fn run(config: Config, listener: TcpListener, shutdown: CancellationToken) -> Result<()> {
    let bound = listener.local_addr()?;
    let options = leptos_options(bound)?;
    let Opened { app, embedded, bucket } = open(config, bound, shutdown.clone()).await?;
    let stop_listening = CancellationToken::new();
    let served = {
        let (router, stop) = (router(app.clone(), options, bucket), stop_listening.clone());
        tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await })
    };
    tracing::info!(address = %app.public_url, workers = app.config.workers, "Notetaker is ready");
    work_until(&app, embedded, shutdown).await;
    stop_listening.cancel();
    match tokio::time::timeout(REQUESTS_TIMEOUT, served).await {
        Ok(ended) => ended??,
        Err(_) => tracing::info!("some connections were still open and are cut"),
    }
    app.db.close().await;
    Ok(())
}

/// Works on the jobs of servers elsewhere until `shutdown`, without serving anything.
pub async fn work(config: Config, shutdown: CancellationToken) -> Result<()> {
    if matches!(config.bucket, BucketConfig::Embedded { .. }) {
        bail!("a worker needs the bucket of the servers it works for: set the four R2_ settings and DATABASE_URL as they have them");
    }
    if config.workers == 0 {
        bail!("a worker with NO_WORKER (--no-worker) would do nothing: unset it here and set it for the servers");
    }
    let bound = config.site_addr;
    let Opened { app, embedded, .. } = open(config, bound, shutdown.clone()).await?;
    tracing::info!(workers = app.config.workers, "working");
    work_until(&app, embedded, shutdown).await;
    app.db.close().await;
    Ok(())
}

async fn work_until(app: &App, embedded: Option<EmbeddedStore>, shutdown: CancellationToken) {
    let workers = worker::start(app);
    let sweeper = tokio::spawn(sweep::run(app.clone(), embedded));
    shutdown.cancelled().await;
    tracing::info!("shutting down");
    if tokio::time::timeout(WORKERS_TIMEOUT, workers.wait()).await.is_err() {
        tracing::warn!("a job did not stop in time; its lease will run out");
    }
    sweeper.abort();
}

/// The origins our own pages may have, for the embedded bucket's CORS: on a laptop people type localhost as well.
fn own_origins(public_url: &Url, bound: SocketAddr) -> Vec<String> {
    let mut origins = vec![public_url.origin().ascii_serialization()];
    if bound.ip().is_loopback() || bound.ip().is_unspecified() {
        origins.push(format!("http://localhost:{}", bound.port()));
        origins.push(format!("http://127.0.0.1:{}", bound.port()));
    }
    origins
}

/// Leptos' own settings, with the site found wherever the server is started from.
pub fn leptos_options(bound: SocketAddr) -> Result<LeptosOptions> {
    let mut options = get_config_from_str(include_str!("../../Leptos.toml")).context("Leptos.toml cannot be read")?;
    options.site_addr = bound;
    let exe = std::env::current_exe()?;
    let beside = exe.parent().map(Path::to_owned).unwrap_or_default();
    let hashes = beside.join(options.hash_file.as_ref());
    let hashed = options.hash_files && hashes.exists();
    // A debug build may come from cargo alone, which writes none.
    if options.hash_files && !hashed && !cfg!(debug_assertions) {
        tracing::warn!("{} was not found; pages name files that a site of make build has under other names", hashes.display());
    }
    options.hash_files = hashed;
    let site = PathBuf::from(options.site_root.as_ref());
    if !site.is_dir() {
        // target/release/notetaker → target/site
        let near = beside.join("../site");
        if near.is_dir() {
            options.site_root = near.to_string_lossy().into();
        } else {
            tracing::warn!("the built site was not found; pages will have no style and no player (make build)");
        }
    }
    Ok(options)
}
