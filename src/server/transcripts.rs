//! The transcript of a recording: taken from a subtitle file, shown, removed.

use super::{App, Result, subtitles, videos::owned};
use crate::model::{AppError, Transcript, VideoId, Viewer, transcript::MAX_TRANSCRIPT_BYTES};

pub async fn get(app: &App, viewer: &Viewer, video: VideoId) -> Result<Option<Transcript>> {
    owned(app, viewer, video).await?;
    Ok(app.db.transcript(video).await?)
}

/// Replaces the transcript by what the file says. A file that cannot be read leaves the old one in place.
pub async fn import(app: &App, viewer: &Viewer, video: VideoId, file_name: &str, text: &str) -> Result<Transcript> {
    owned(app, viewer, video).await?;
    if text.len() > MAX_TRANSCRIPT_BYTES {
        return Err(AppError::invalid("This transcript is over 4 MB. Is it the right file?").into());
    }
    let sentences = subtitles::parse(text).map_err(|error| AppError::invalid(error.to_string()))?;
    let file_name = file_name.chars().filter(|c| !c.is_control()).take(255).collect();
    let transcript = Transcript { file_name, sentences };
    app.db.put_transcript(video, &transcript).await?;
    Ok(transcript)
}

pub async fn delete(app: &App, viewer: &Viewer, video: VideoId) -> Result<()> {
    owned(app, viewer, video).await?;
    Ok(app.db.delete_transcript(video).await?)
}
