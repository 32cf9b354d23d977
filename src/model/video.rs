//! A recording as its owner sees it.

use super::{StreamStatus, VideoId};
use serde::{Deserialize, Serialize};

/// Where the original is on its way into the bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VideoState {
    /// Parts of it are still missing.
    Uploading,
    /// All of it is there, checked and probed.
    Stored,
}

/// A recording. Times are milliseconds, instants milliseconds since 1970 (UTC), sizes bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Video {
    pub id: VideoId,
    pub title: String,
    pub file_name: String,
    pub size_bytes: i64,
    pub state: VideoState,
    pub created_at: i64,
    pub duration_ms: Option<i64>,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub video_codec: Option<String>,
    pub audio_codec: Option<String>,
    /// Path of the poster picture on our own origin, once there is one.
    pub poster_url: Option<String>,
    /// Null until somebody first looks at the video.
    pub hls_status: Option<StreamStatus>,
    pub hls_generated_at: Option<i64>,
    pub hls_error_message: Option<String>,
    /// The uploaded file is not in the bucket any more, as far as is known. What was made of it may still play.
    #[serde(default)]
    pub original_gone: bool,
    /// Where its viewer left off; null when it begins at the beginning.
    pub position_ms: Option<i64>,
    /// In the order they were put on.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// One page of a person's recordings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VideoList {
    pub videos: Vec<Video>,
    /// Give this back as `cursor` to get the next page; null on the last one.
    pub next_cursor: Option<String>,
    /// How many there are on all pages together.
    pub total: i64,
}

/// The longest title kept, in characters.
pub const MAX_TITLE_CHARS: usize = 200;

/// A title as it is kept: trimmed, inner white space collapsed. `None` when nothing is left or it is too long.
pub fn clean_title(raw: &str) -> Option<String> {
    let title = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = title.chars().filter(|c| !c.is_control()).count();
    (1..=MAX_TITLE_CHARS).contains(&length).then(|| title.chars().filter(|c| !c.is_control()).collect())
}

/// The title a file gets when nobody gave one: its name without the extension, `_` and `-` as spaces.
pub fn title_from_file_name(name: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = base.rsplit_once('.').map_or(base, |(stem, _)| stem);
    let spaced: String = stem.chars().map(|c| if c == '_' { ' ' } else { c }).take(MAX_TITLE_CHARS).collect();
    clean_title(&spaced).unwrap_or_else(|| "Untitled recording".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_trimmed_and_its_white_space_collapsed() {
        assert_eq!(clean_title("  Weekly \n planning "), Some("Weekly planning".into()));
    }

    #[test]
    fn an_empty_or_endless_title_is_refused() {
        assert_eq!(clean_title(" \t "), None);
        assert_eq!(clean_title(&"x".repeat(MAX_TITLE_CHARS + 1)), None);
    }

    #[test]
    fn a_file_name_becomes_a_readable_title() {
        assert_eq!(title_from_file_name("weekly_planning.final.mp4"), "weekly planning.final");
        assert_eq!(title_from_file_name(".mp4"), "Untitled recording");
    }
}
