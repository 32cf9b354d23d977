use crate::model::{AppError, TranscriptChange, VideoId};
use leptos::prelude::*;

/// Changes a transcript, if nobody changed it since `version`. `action` is `text` (of `index`), `speaker` (of `index`, to
/// `speaker`; empty: nobody), `rename` (`speaker` to `text`, everywhere or in the sentences whose numbers stand in the JSON of
/// `only`), `split` (`index` at character `at`), `merge` (`index` with the next) or `replace` (`count` sentences from `index` by
/// the JSON in `sentences`), which undoes any of the others.
#[server(prefix = "/fn", endpoint = "edit_transcript")]
#[allow(clippy::too_many_arguments, reason = "the fields of one form; each action has its own few")]
pub async fn edit_transcript(
    video_id: VideoId,
    version: i64,
    action: String,
    index: Option<u32>,
    text: Option<String>,
    speaker: Option<String>,
    at: Option<u32>,
    count: Option<u32>,
    sentences: Option<String>,
    only: Option<String>,
) -> Result<TranscriptChange, AppError> {
    use crate::server::{
        call,
        transcripts::{
            self,
            request::{Asked, Listed},
        },
    };
    let (sentences, only) = (sentences.map(Listed::Text), only.map(Listed::Text));
    let asked = Asked { version, action, index, text, speaker, at, count, sentences, only };
    call(|app, viewer| async move { transcripts::edit(&app, &viewer, video_id, version, asked.edit()?).await }).await
}
