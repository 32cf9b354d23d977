//! What was watched, and what it costs: the numbers behind the plots. Only the server makes and reads them.

use super::{VideoId, VideoStats};
use serde::{Deserialize, Serialize};

/// All numbers of one recording. The fields of [`VideoStats`] stand beside the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VideoNumbers {
    #[serde(flatten)]
    pub stats: VideoStats,
    /// What the pictures of the storyboard take; null as long as there are none.
    pub storyboard_bytes: Option<i64>,
    pub watched: Watched,
    pub cost: Cost,
}

/// What was really watched of one recording: stretches that were played, not pages that were open.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Watched {
    /// Visits in which something was played (whoever plays on after half an hour visits again), and the people who did.
    pub viewings: i64,
    pub viewers: i64,
    /// Played altogether, what was played again counted again.
    pub watched_ms: i64,
    /// The share of the recording that a viewing saw, on average: 0 to 1.
    pub completion: f64,
    /// The share of viewings that got to the last twentieth.
    pub finished: f64,
    /// The recording in equal slices, 200 at most and none shorter than a second: the share of viewings that saw each. What saw half
    /// of a slice counts as half.
    pub retention: Vec<f64>,
    /// For the same slices: how often each was played again, over all viewings.
    pub replays: Vec<f64>,
    /// Where people stopped before the end, the most frequent places first.
    pub stops: Vec<Stop>,
    /// The sentences that were played again most, the most first.
    pub sentences: Vec<HotSentence>,
    /// The last thirty days, every one of them.
    pub days: Vec<Day>,
    /// Who watched, the longest first.
    pub people: Vec<Watcher>,
}

/// A place where viewings ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    pub at_ms: i64,
    pub viewings: i64,
}

/// A sentence that was played more than once by somebody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HotSentence {
    pub start_ms: i64,
    pub end_ms: i64,
    pub speaker: Option<String>,
    pub text: String,
    /// How often it was played again, over all viewings.
    pub replays: f64,
}

/// One day in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Its first millisecond.
    pub day: i64,
    pub viewings: i64,
    pub viewers: i64,
    pub watched_ms: i64,
}

/// Somebody who watched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watcher {
    pub email: String,
    pub viewings: i64,
    pub watched_ms: i64,
    /// The share of the recording seen in all of them together.
    pub completion: f64,
    pub last_at: i64,
}

/// What the bucket is estimated to charge, in US dollars.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    pub stored_bytes: i64,
    /// A month of keeping them.
    pub storage_usd: f64,
    /// Segments fetched for what was watched in the last thirty days.
    pub reads: i64,
    pub reads_usd: f64,
    /// Both together.
    pub month_usd: f64,
    /// Objects and parts written, once, when it was uploaded and prepared.
    pub writes: i64,
    pub writes_usd: f64,
}

/// A person's own recordings, all together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OwnerStats {
    pub recordings: i64,
    pub duration_ms: i64,
    pub generations: Generations,
    pub viewings: i64,
    pub viewers: i64,
    pub watched_ms: i64,
    /// The last thirty days, every one of them.
    pub days: Vec<Day>,
    pub source_bytes: i64,
    pub hls_bytes: i64,
    pub storyboard_bytes: i64,
    pub cost: Cost,
    /// The recordings of which most was watched.
    pub top: Vec<TopRecording>,
}

/// How the making of streams ended, the last thousand times.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Generations {
    pub ended: i64,
    pub ready: i64,
    /// The share of those that ended well; null when there were none.
    pub success: Option<f64>,
    /// From the first view to the committed stream, of those that ended well.
    pub median_ms: Option<i64>,
    pub p95_ms: Option<i64>,
    /// From the first view to the first segments that could be watched.
    pub playable_median_ms: Option<i64>,
    /// Why the others failed, the most frequent first.
    pub errors: Vec<ErrorKind>,
}

/// Failures of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorKind {
    pub code: String,
    pub count: i64,
}

/// A recording by how much of it was watched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopRecording {
    pub id: VideoId,
    pub title: String,
    pub viewings: i64,
    pub watched_ms: i64,
    /// As in [`Watched`]; null when its length is unknown.
    pub completion: Option<f64>,
}
