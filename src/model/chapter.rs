//! The parts of a recording: where each begins, and what it is about.

use super::ChapterId;
use serde::{Deserialize, Serialize};

/// The most chapters of one recording: a whole day in parts of seven minutes.
pub const MAX_CHAPTERS: usize = 200;
/// The longest title kept, in characters.
pub const MAX_CHAPTER_TITLE_CHARS: usize = 120;

/// Who made a chapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChapterOrigin {
    /// A person, or a person changed it since.
    Hand,
    /// Found in transcript or pictures. The next proposal replaces it.
    Proposed,
}

/// One part of a recording. It ends where the next begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chapter {
    pub id: ChapterId,
    /// Milliseconds from the start; whole seconds, and no two of a recording the same.
    pub start_ms: i64,
    pub title: String,
    pub origin: ChapterOrigin,
}

/// How a search for chapters in the pictures stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchStatus {
    /// For its turn.
    Waiting,
    Running,
    /// What was found is among the chapters.
    Found,
    Nothing,
    Failed,
}

/// The last search for chapters: asked for by a person, answered at once from a transcript, after a while from the pictures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChapterSearch {
    pub status: SearchStatus,
    /// 0–99, while it runs.
    pub percent: Option<u32>,
    /// The same for a person, in a sentence.
    pub message: String,
}

impl ChapterSearch {
    /// Whether asking again in a moment may tell more.
    pub fn goes_on(&self) -> bool {
        matches!(self.status, SearchStatus::Waiting | SearchStatus::Running)
    }
}

/// The chapters of a recording in order, and the search for more of them, if there was one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chapters {
    pub chapters: Vec<Chapter>,
    pub search: Option<ChapterSearch>,
}
