//! Chapters over the wire. Every call answers with all of the recording's.

use super::{
    call::{call, understood},
    read,
};
use crate::model::{AppError, ChapterId, Chapters, VideoId};

/// What is asked of the server.
#[derive(Clone, PartialEq)]
pub enum Wish {
    List(VideoId),
    Propose(VideoId),
    Add(VideoId, i64, String),
    Edit(ChapterId, i64, String),
    Delete(ChapterId),
}

pub async fn ask(wish: &Wish) -> Result<Chapters, AppError> {
    let (name, key, id) = match wish {
        Wish::List(video) => ("list_chapters", "video_id", video.to_string()),
        Wish::Propose(video) => ("propose_chapters", "video_id", video.to_string()),
        Wish::Add(video, ..) => ("add_chapter", "video_id", video.to_string()),
        Wish::Edit(chapter, ..) => ("edit_chapter", "id", chapter.to_string()),
        Wish::Delete(chapter) => ("delete_chapter", "id", chapter.to_string()),
    };
    let start;
    let mut arguments = vec![(key, &*id)];
    if let Wish::Add(_, start_ms, title) | Wish::Edit(_, start_ms, title) = wish {
        start = start_ms.to_string();
        arguments.extend([("start_ms", &*start), ("title", title)]);
    }
    understood(read::chapters::chapters(&call(name, &arguments).await?))
}
