//! The one server-only room.
//!
//! Reading order: [`config`] → [`run`] → [`router`] → [`stream`] (a viewer asks) → [`jobs`] (work is done) →
//! [`media`] (ffmpeg) → [`storage`] (the bucket) → [`routes`] (bytes go out).

pub mod auth;
pub mod caller;
pub mod chapters;
pub mod clock;
pub mod config;
pub mod db;
pub mod dress;
pub mod error;
pub mod faults;
pub mod import;
pub mod jobs;
pub mod markdown;
pub mod media;
pub mod notes;
pub mod positions;
pub mod router;
pub mod routes;
pub mod run;
pub mod scratch;
pub mod search;
pub mod secrets;
pub mod security;
pub mod speech;
pub mod state;
pub mod storage;
pub mod stream;
pub mod subtitles;
pub mod telemetry;
pub mod transcripts;
pub mod videos;
pub mod viewing;

pub use caller::{call, current_viewer, set_status};
pub use error::{Error, Result};
pub use state::App;
