//! The state of a video's stream: what `GET /api/videos/{id}/stream` and `get_video_stream` answer.

use serde::{Deserialize, Serialize};

/// How far the HLS output of a video is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamStatus {
    /// A job makes it right now.
    Generating,
    /// It can be played.
    Ready,
    /// It could not be made; a person may retry.
    Failed,
}

/// The four fields of the stream contract, how long its address lives, and how far the making has got while it goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamState {
    pub status: StreamStatus,
    /// `/hls/{grant}/playlist.m3u8` on our own origin, when there is something to play: also while generating, as soon
    /// as the first twelve seconds are stored.
    pub hls_url: Option<String>,
    /// Seconds until it is worth asking again, while generating.
    pub retry_after: Option<u32>,
    /// One sentence for the person, when failed.
    pub error_message: Option<String>,
    /// Seconds until `hls_url` is refused; a fresh one is had by asking again. Only with an `hls_url`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hls_expires_in: Option<u32>,
    /// Only while generating, and only once a worker has begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<StreamProgress>,
}

/// How far a stream is that is being made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamProgress {
    /// 0–99; null when the recording does not tell its length.
    pub percent: Option<u32>,
    /// At the pace so far; null when there is no pace or no length yet.
    pub seconds_left: Option<u32>,
    /// From the start up to here it can be watched already, in milliseconds.
    pub playable_ms: i64,
    /// Why it is converted, in one sentence; null for a plain copy, which takes seconds.
    pub reason: Option<String>,
}

impl StreamProgress {
    /// Of an attempt that may be dead: what can be watched and why is still so, how far and how long is not known.
    pub fn without_pace(self) -> Self {
        Self { percent: None, seconds_left: None, ..self }
    }
}

/// Seconds between two polls of a stream that is being made.
pub const RETRY_AFTER_SECS: u32 = 2;

impl StreamState {
    pub fn ready(hls_url: String) -> Self {
        let hls_url = Some(hls_url);
        Self { status: StreamStatus::Ready, hls_url, retry_after: None, error_message: None, hls_expires_in: None, progress: None }
    }

    pub fn generating(hls_url: Option<String>, progress: Option<StreamProgress>) -> Self {
        let retry_after = Some(RETRY_AFTER_SECS);
        Self { status: StreamStatus::Generating, hls_url, retry_after, error_message: None, hls_expires_in: None, progress }
    }

    pub fn failed(message: String) -> Self {
        let error_message = Some(message);
        Self { status: StreamStatus::Failed, hls_url: None, retry_after: None, error_message, hls_expires_in: None, progress: None }
    }

    /// The same, with the life of its address.
    pub fn expiring_in(self, secs: Option<u32>) -> Self {
        Self { hls_expires_in: secs, ..self }
    }

    /// The HTTP status of the contract: 200 ready, 202 generating, 500 failed.
    pub fn http_status(&self) -> u16 {
        match self.status {
            StreamStatus::Ready => 200,
            StreamStatus::Generating => 202,
            StreamStatus::Failed => 500,
        }
    }
}
