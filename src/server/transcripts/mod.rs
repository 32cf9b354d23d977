//! The transcript of a recording: taken from a file, shown, edited, written out, removed; and [`transcribing`], which has one
//! made. [`edit`] is what an edit does, [`stretch`] how a part of a long one is read.

pub mod edit;
pub mod request;
pub mod stretch;
pub mod transcribing;

use super::{App, Result, subtitles, videos::owned};
use crate::model::{
    AppError, ErrorCode, Sentence, Transcript, TranscriptChange, TranscriptPart, VideoId, Viewer,
    transcript::{MAX_SENTENCES, MAX_TRANSCRIPT_BYTES},
};
use anyhow::Context;
use edit::{Change, Edit};

/// The most sentences given at once to whoever asks for a part.
const MAX_PART: usize = 5_000;
/// The most that is stored of one transcript, in bytes of text and times. Edits could make it grow without an end.
const MAX_STORED: usize = 2 * MAX_TRANSCRIPT_BYTES;

pub async fn get(app: &App, viewer: &Viewer, video: VideoId) -> Result<Option<Transcript>> {
    owned(app, viewer, video).await?;
    Ok(app.db.transcript(video).await?)
}

/// `count` sentences from `from` on, and how many there are.
pub async fn part(app: &App, viewer: &Viewer, video: VideoId, from: usize, count: usize) -> Result<Option<TranscriptPart>> {
    owned(app, viewer, video).await?;
    Ok(app.db.transcript_part(video, from, count.min(MAX_PART)).await?)
}

/// Replaces the transcript by what the file says. A file that cannot be read leaves the old one in place.
pub async fn import(app: &App, viewer: &Viewer, video: VideoId, file_name: &str, bytes: &[u8]) -> Result<Transcript> {
    let row = owned(app, viewer, video).await?;
    if bytes.len() > MAX_TRANSCRIPT_BYTES {
        let most = MAX_TRANSCRIPT_BYTES >> 20;
        return Err(AppError::invalid(format!("This transcript is over {most} MB. Is it the right file?")).into());
    }
    // A large file takes a while, which would hold up other requests.
    let bytes = bytes.to_vec();
    let read = tokio::task::spawn_blocking(move || subtitles::read(&bytes)).await.context("reading a transcript")?;
    let script = read.map_err(|error| AppError::invalid(error.to_string()))?;
    let file_name = file_name.chars().filter(|c| !c.is_control()).take(255).collect();
    let mut transcript = Transcript { file_name, language: script.language, version: 0, sentences: script.sentences };
    bounded(&transcript.sentences)?;
    transcript.version = app.db.put_transcript(video, row.user_id()?, &transcript).await?;
    app.db.forget_failed_transcription(video).await?;
    Ok(transcript)
}

/// Changes what was said, if nobody changed it since `version`.
pub async fn edit(app: &App, viewer: &Viewer, video: VideoId, version: i64, edit: Edit) -> Result<TranscriptChange> {
    let row = owned(app, viewer, video).await?;
    let transcript = app.db.transcript(video).await?.ok_or_else(none)?;
    if transcript.version != version {
        return Err(conflict().into());
    }
    let mut sentences = transcript.sentences;
    let Change { index, removed, sentences: new } = edit::apply(&sentences, edit)?;
    drop(sentences.splice(index..index + removed, new.iter().cloned()));
    bounded(&sentences)?;
    let version = app.db.edit_transcript(video, row.user_id()?, version, &sentences).await?.ok_or_else(conflict)?;
    Ok(TranscriptChange { version, index: index as i64, removed: removed as i64, sentences: new })
}

pub async fn delete(app: &App, viewer: &Viewer, video: VideoId) -> Result<()> {
    let row = owned(app, viewer, video).await?;
    Ok(app.db.delete_transcript(video, row.user_id()?).await?)
}

/// Kinds of files a transcript is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    WebVtt,
    SubRip,
    Plain,
    Markdown,
}

/// A transcript as a file to keep.
pub struct Export {
    pub file_name: String,
    pub text: String,
}

pub async fn export(app: &App, viewer: &Viewer, video: VideoId, format: Format) -> Result<Export> {
    let row = owned(app, viewer, video).await?;
    let Transcript { language, sentences, .. } = app.db.transcript(video).await?.ok_or_else(none)?;
    let (ending, text) = match format {
        Format::WebVtt => ("vtt", subtitles::webvtt(&sentences, language.as_deref())),
        Format::SubRip => ("srt", subtitles::subrip(&sentences)),
        Format::Plain => ("txt", subtitles::plain(&sentences)),
        Format::Markdown => {
            let address = format!("{}/videos/{video}", app.public_url.origin().ascii_serialization());
            ("md", subtitles::markdown(&row.title, &address, &sentences))
        }
    };
    Ok(Export { file_name: format!("{}.{ending}", super::videos::stem(&row.title)), text })
}

/// What there is none of.
pub fn none() -> AppError {
    AppError::new(ErrorCode::NotFound, "This recording has no transcript.")
}

fn conflict() -> AppError {
    AppError::new(
        ErrorCode::Conflict,
        "This transcript was changed somewhere else in the meantime. Reload it, then make your change again.",
    )
}

/// No more than is kept, so that what is kept can be exported and imported again.
pub fn bounded(sentences: &[Sentence]) -> Result<(), AppError> {
    const TIMES: usize = 60;
    let size =
        |sentence: &Sentence| 2 * TIMES + sentence.text.len() + sentence.words.iter().map(|word| TIMES + word.text.len()).sum::<usize>();
    if sentences.len() > MAX_SENTENCES {
        return Err(AppError::invalid(format!("A transcript has at most {MAX_SENTENCES} sentences.")));
    }
    match sentences.iter().map(size).sum::<usize>() > MAX_STORED {
        true => Err(AppError::invalid("This transcript is too large to be kept. Is it of one recording?")),
        false => Ok(()),
    }
}
