//! Statistics of one video.

use serde::{Deserialize, Serialize};

/// What is known about one recording and its stream. Milliseconds and bytes throughout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VideoStats {
    pub duration_ms: Option<i64>,
    pub container: Option<String>,
    pub video_codec: Option<String>,
    pub audio_codec: Option<String>,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub source_bytes: i64,
    pub hls_bytes: Option<i64>,
    pub segments: Option<i64>,
    /// Why picture or sound were converted, in one sentence; null when both were copied or nothing was made yet.
    pub reason: Option<String>,
    /// From the first view to the first two segments that could be watched.
    pub playable_after_ms: Option<i64>,
    /// From the first view to the committed stream.
    pub generation_ms: Option<i64>,
    pub generated_at: Option<i64>,
    /// How often playing was begun. Pages show viewings instead ([`super::viewing::Watched`]): those say that something was watched.
    pub views: i64,
}
