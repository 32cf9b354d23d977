//! What every handler and job shares.

use super::{
    auth::{cookies::Cookies, password::Passwords, tokens::Tokens},
    config::Config,
    db::Db,
    jobs::running::Running,
    media::Tools,
    scratch::Scratch,
    speech::Transcriber,
    storage::Bucket,
    stream::{access::Access, grant::Grants},
};
use crate::model::VideoId;
use bytes::Bytes;
use moka::future::Cache;
use std::{ops::Deref, sync::Arc, time::Duration};
use tokio::sync::{Notify, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use url::Url;

/// A revoked session or a deleted video stops streaming within this time, on every server.
const REVOCATION_DELAY: Duration = Duration::from_secs(10);
/// How long wrong passwords for an e-mail are remembered.
const FAILURE_MEMORY: Duration = Duration::from_secs(300);
/// Bytes of playlists kept in memory; an hour's playlist has about 20 KB.
const PLAYLIST_CACHE_BYTES: u64 = 8 << 20;

/// The running application. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

pub struct Inner {
    pub config: Config,
    /// The origin people use.
    pub public_url: Url,
    pub db: Db,
    pub bucket: Bucket,
    pub tools: Tools,
    /// Who writes down what is said; nobody: then transcripts come as files.
    pub transcriber: Option<Transcriber>,
    pub scratch: Scratch,
    pub tokens: Tokens,
    pub grants: Grants,
    pub cookies: Cookies,
    pub passwords: Passwords,
    /// Session id → still good?
    pub live_sessions: Cache<String, bool>,
    /// Wrong passwords lately, by e-mail.
    pub failures: Cache<String, u32>,
    /// What a stream request needs to know of a video.
    pub access: Cache<VideoId, Option<Access>>,
    /// Playlists by their key in the bucket.
    pub playlists: Cache<String, Bytes>,
    /// Jobs this process works on.
    pub running: Running,
    /// Uploads that are examined right now: one for each core.
    pub examinations: Semaphore,
    /// Rung when there is new work, so that nobody waits for the next poll.
    pub work: Notify,
    /// Ends everything: workers, children, the listener.
    pub shutdown: CancellationToken,
    /// Requests' own background work, waited for at shutdown.
    pub tasks: TaskTracker,
}

/// What [`App::new`] puts together.
pub struct Parts {
    pub config: Config,
    pub public_url: Url,
    pub db: Db,
    pub bucket: Bucket,
    pub tools: Tools,
    pub transcriber: Option<Transcriber>,
    pub scratch: Scratch,
    pub shutdown: CancellationToken,
}

impl App {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner {
            tokens: Tokens::new(&parts.config.jwt_secret),
            grants: Grants::new(&parts.config.jwt_secret),
            cookies: Cookies { secure: parts.public_url.scheme() == "https" },
            passwords: Passwords::default(),
            live_sessions: Cache::builder().time_to_live(REVOCATION_DELAY).max_capacity(10_000).build(),
            access: Cache::builder().time_to_live(REVOCATION_DELAY).max_capacity(10_000).build(),
            failures: Cache::builder().time_to_live(FAILURE_MEMORY).max_capacity(10_000).build(),
            playlists: Cache::builder()
                .max_capacity(PLAYLIST_CACHE_BYTES)
                .weigher(|_, body: &Bytes| u32::try_from(body.len()).unwrap_or(u32::MAX))
                .build(),
            running: Running::default(),
            examinations: Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from)),
            work: Notify::new(),
            tasks: TaskTracker::new(),
            config: parts.config,
            public_url: parts.public_url,
            db: parts.db,
            bucket: parts.bucket,
            tools: parts.tools,
            transcriber: parts.transcriber,
            scratch: parts.scratch,
            shutdown: parts.shutdown,
        }))
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
