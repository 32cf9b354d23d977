//! Chapters out of JSON.

use super::{Json, int, list, text};
use crate::model::{Chapter, ChapterId, ChapterOrigin, ChapterSearch, Chapters, SearchStatus};

pub fn chapters<J: Json>(json: &J) -> Option<Chapters> {
    Some(Chapters { chapters: list(json, "chapters", chapter)?, search: search(&json.get("search")) })
}

fn chapter<J: Json>(json: &J) -> Option<Chapter> {
    Some(Chapter {
        id: ChapterId(text(json, "id")?.parse().ok()?),
        start_ms: int(json, "start_ms")?,
        title: text(json, "title")?,
        origin: if text(json, "origin")? == "hand" { ChapterOrigin::Hand } else { ChapterOrigin::Proposed },
    })
}

/// `None` also when there is no such object: then nothing can be read from it.
fn search(json: &impl Json) -> Option<ChapterSearch> {
    let status = match &*text(json, "status")? {
        "waiting" => SearchStatus::Waiting,
        "running" => SearchStatus::Running,
        "found" => SearchStatus::Found,
        "nothing" => SearchStatus::Nothing,
        _ => SearchStatus::Failed,
    };
    Some(ChapterSearch { status, percent: int(json, "percent").map(|percent| percent as u32), message: text(json, "message")? })
}
