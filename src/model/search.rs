//! What a search finds.

use super::Video;
use serde::{Deserialize, Serialize};

/// Where in a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HitKind {
    Title,
    Note,
    Sentence,
}

/// One place where words of the query stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    pub kind: HitKind,
    /// The moment to jump to, in milliseconds from the start; null for a title.
    pub at_ms: Option<i64>,
    /// Who said it, where that is known.
    pub speaker: Option<String>,
    /// The title, the sentence, or the part of a note around the words. Plain text.
    pub text: String,
    /// What of the text was asked for: from and to, counted in characters (Unicode code points), in order and apart.
    pub ranges: Vec<(u32, u32)>,
}

/// A recording in which all words of the query are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    pub video: Video,
    /// The best places: title, then notes, then sentences by their time. Never empty.
    pub hits: Vec<Hit>,
    /// How many places as good as those are not listed.
    pub more_hits: i64,
}

/// One page of results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchResults {
    pub results: Vec<Found>,
    /// How many recordings there are from this page on.
    pub total: i64,
    /// Give this back as `cursor` to get the next page; null on the last one.
    pub next_cursor: Option<String>,
}
