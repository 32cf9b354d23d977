//! Work that outlives a request. Each kind of job is one file whose `run()` tells the whole story: [`generate_hls`],
//! [`storyboard`], [`transcribe`], [`find_scenes`], [`collect_hls`] and [`purge_video`]. [`worker`] takes them off the queue,
//! [`lease`] and [`running`] end them in time; [`source`] and [`publish`] are the two ends of a stream in the making; [`sweep`]
//! and [`strays`] keep house.

pub mod collect_hls;
pub mod find_scenes;
pub mod generate_hls;
pub mod lease;
pub mod publish;
pub mod purge_video;
pub mod running;
pub mod source;
pub mod storyboard;
pub mod strays;
pub mod sweep;
pub mod transcribe;
pub mod worker;

/// How a job ended when it did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The same work would fail again: the person is told.
    #[error("{code}: {detail}")]
    Permanent { code: &'static str, message: String, detail: String },
    /// Worth another attempt, later. `message` is for the person, should the last attempt fail too.
    #[error("{detail}")]
    Transient { message: String, detail: String },
    /// The same, and not before `after`: whoever we depend on asked for that.
    #[error("{detail}")]
    Later { after: std::time::Duration, message: String, detail: String },
    /// Not here and now: the disk has no room. Counts neither as an attempt nor as a failure. `message` is for the person, should
    /// it last.
    #[error("{detail}")]
    NoRoom { message: String, detail: String },
    /// The lease was lost, the video deleted or the server stopped: nothing may be written any more.
    #[error("abandoned")]
    Abandoned,
}

/// For whoever wants to work on an original, or to have it.
pub const SOURCE_GONE: &str = "The original is gone from the storage. Delete this recording and upload it again.";
const STORAGE_SENTENCE: &str = "The storage did not answer while the video was prepared. Please try again.";
const SERVER_SENTENCE: &str = "Something went wrong on our side while the video was prepared. Please try again.";

impl From<crate::server::storage::BucketError> for JobError {
    fn from(error: crate::server::storage::BucketError) -> Self {
        Self::Transient { message: STORAGE_SENTENCE.into(), detail: format!("bucket: {error}") }
    }
}

impl From<sqlx::Error> for JobError {
    fn from(error: sqlx::Error) -> Self {
        Self::Transient { message: SERVER_SENTENCE.into(), detail: format!("database: {error}") }
    }
}

impl From<crate::server::scratch::NoRoom> for JobError {
    fn from(error: crate::server::scratch::NoRoom) -> Self {
        Self::NoRoom {
            message: "The server has no room to prepare this video right now. Please try again later.".into(),
            detail: error.to_string(),
        }
    }
}

impl From<std::io::Error> for JobError {
    fn from(error: std::io::Error) -> Self {
        Self::Transient { message: SERVER_SENTENCE.into(), detail: format!("disk: {error}") }
    }
}

impl From<crate::server::media::MediaError> for JobError {
    fn from(error: crate::server::media::MediaError) -> Self {
        match error.transient {
            true => Self::Transient { message: error.message, detail: format!("{}: {}", error.code, error.detail) },
            false => Self::Permanent { code: error.code, message: error.message, detail: error.detail },
        }
    }
}
