//! The parts of a recording: made by hand, proposed from what was said, or from how the picture changes.
//!
//! [`propose`] is the story: with a transcript, [`tiling`] finds where the subject turns and [`titles`] names the parts; without one
//! a job goes through the pictures ([`crate::server::jobs::find_scenes`]) and [`scenes`] picks among their changes.

pub mod scenes;
pub mod tiling;
pub mod titles;
pub mod vtt;
pub mod words;

use super::{
    App, Result,
    db::{
        chapters::{Proposal, Proposals, SceneSearch},
        is_conflict,
        videos::VideoRow,
    },
    subtitles::words::one_line,
    transcripts,
    videos::owned,
};
use crate::model::{
    AppError, Chapter, ChapterId, ChapterSearch, Chapters, ErrorCode, SearchStatus, Sentence, VideoId, Viewer,
    chapter::{MAX_CHAPTER_TITLE_CHARS, MAX_CHAPTERS},
    clock::timecode,
};
use words::{Line, Words};

/// Searches of one person that may wait at the same time.
const MOST_SEARCHES: i64 = 20;

/// The chapters in order, and how the last search for some stands.
pub async fn list(app: &App, viewer: &Viewer, video: VideoId) -> Result<Chapters> {
    owned(app, viewer, video).await?;
    all(app, video).await
}

/// A chapter made by hand. It begins with a whole second.
pub async fn add(app: &App, viewer: &Viewer, video: VideoId, start_ms: i64, title: &str) -> Result<Chapter> {
    let row = owned(app, viewer, video).await?;
    let (start_ms, title) = (start(&row, start_ms), clean(title)?);
    let added = app.db.insert_chapter(video, start_ms, &title).await.map_err(|error| taken(error, start_ms))?;
    let added =
        added.ok_or_else(|| AppError::invalid(format!("A recording has at most {MAX_CHAPTERS} chapters. Delete some to add others.")))?;
    app.db.forget_scene_search(video).await?;
    Ok(added)
}

/// Renames a chapter, moves it, or both. What was proposed is then the person's own.
pub async fn edit(app: &App, viewer: &Viewer, id: ChapterId, start_ms: Option<i64>, title: Option<&str>) -> Result<(VideoId, Chapter)> {
    let (video, row) = of_chapter(app, viewer, id).await?;
    let start_ms = start_ms.map(|ms| start(&row, ms));
    let title = title.map(clean).transpose()?;
    let edited = app.db.update_chapter(id, start_ms, title.as_deref()).await.map_err(|error| taken(error, start_ms.unwrap_or(0)))?;
    Ok((video, edited.ok_or_else(gone)?))
}

/// Removes a chapter. Its recording's id is given back, so that what is left can be shown.
pub async fn delete(app: &App, viewer: &Viewer, id: ChapterId) -> Result<VideoId> {
    let (video, _) = of_chapter(app, viewer, id).await?;
    if app.db.delete_chapter(id).await? { Ok(video) } else { Err(gone().into()) }
}

/// Looks for chapters: in the transcript at once, else in the pictures by a job. What it finds takes the place of what was proposed
/// before; what was made by hand stays.
pub async fn propose(app: &App, viewer: &Viewer, video: VideoId) -> Result<Chapters> {
    let row = owned(app, viewer, video).await?;
    if !row.is_stored() {
        return Err(AppError::new(ErrorCode::IncompleteUpload, "This recording is still being uploaded.").into());
    }
    let Some(transcript) = transcripts::get(app, viewer, video).await? else {
        return search_pictures(app, viewer, video, &row).await;
    };
    let duration_ms = row.duration_ms.unwrap_or(0);
    // Tens of milliseconds for ten thousand lines: too long for a thread that others wait for.
    let found =
        tokio::task::spawn_blocking(move || from_transcript(&transcript.sentences, duration_ms)).await.map_err(anyhow::Error::from)?;
    if found.chapters.is_empty() {
        // Nothing better was found, so what is there stays.
        let search = ChapterSearch { status: SearchStatus::Nothing, percent: None, message: ONE_SUBJECT.into() };
        return Ok(Chapters { search: Some(search), ..all(app, video).await? });
    }
    app.db.replace_proposed(video, &found).await?;
    let chapters = app.db.chapters_of(video).await?;
    let search = ChapterSearch { status: SearchStatus::Found, percent: None, message: PROPOSED.into() };
    Ok(Chapters { chapters, search: Some(search) })
}

const ONE_SUBJECT: &str = "The transcript keeps to one subject, or is too short to tell: there is nothing to propose.";
const PROPOSED: &str = "Proposed from what is said. Rename or delete what does not fit.";
const SOUND_ONLY: &str =
    "This is a sound recording: there are no pictures to look through. With a transcript, chapters can be proposed from what is said.";

async fn search_pictures(app: &App, viewer: &Viewer, video: VideoId, row: &VideoRow) -> Result<Chapters> {
    if row.width.is_none() {
        return Err(AppError::invalid(SOUND_ONLY).into());
    }
    if !app.db.begin_scene_search(video, viewer.user_id, MOST_SEARCHES).await? {
        let sentence =
            format!("{MOST_SEARCHES} of your recordings are being looked through already. Try again when some of them are done.");
        return Err(AppError::new(ErrorCode::TooManyRequests, sentence).into());
    }
    all(app, video).await
}

/// What the words of a transcript propose; nothing when its subject never turns. `duration_ms` is 0 where nobody knows it.
pub fn from_transcript(sentences: &[Sentence], duration_ms: i64) -> Proposals {
    // Somebody may have taken the file of a longer recording: nothing begins behind the end.
    let end = if duration_ms > 0 { duration_ms } else { i64::MAX };
    let lines: Vec<Line<'_>> = sentences
        .iter()
        .filter(|s| s.start_ms < end)
        .map(|s| Line { start_ms: s.start_ms, end_ms: s.end_ms.min(end), speaker: s.speaker.as_deref(), text: &s.text })
        .collect();
    let duration_ms = lines.iter().map(|line| line.end_ms).fold(duration_ms, i64::max);
    let words = Words::of(&lines);
    let turns = tiling::boundaries(&lines, &words, duration_ms);
    if turns.is_empty() {
        return Proposals::default();
    }
    let mut from = vec![0];
    from.extend(turns);
    let ends = from.iter().skip(1).copied().chain([lines.len()]);
    let chapters = from.iter().zip(ends).enumerate().map(|(number, (&from, to))| {
        // The first part begins with the recording, whenever the first word is said.
        let start_ms = if number == 0 { 0 } else { whole(lines[from].start_ms) };
        let title = titles::title(&lines, &words, from, to);
        Proposal { start_ms, title: if title.is_empty() { format!("Part {}", number + 1) } else { title } }
    });
    Proposals { chapters: chapters.collect(), apart_ms: tiling::shortest_ms(duration_ms) / 2 }
}

/// What the changes of the picture propose.
pub fn from_scenes(changes: &[super::media::scenes::Change], duration_ms: i64) -> Proposals {
    let beginnings = scenes::beginnings(changes, duration_ms);
    if beginnings.is_empty() {
        return Proposals::default();
    }
    // Up to the next second: the last picture of the scene before would be seen otherwise.
    let starts = [0].into_iter().chain(beginnings.into_iter().map(|ms| whole(ms + 999)));
    let chapters = starts.enumerate().map(|(number, start_ms)| Proposal { start_ms, title: format!("Scene {}", number + 1) });
    Proposals { chapters: chapters.collect(), apart_ms: scenes::apart_ms(duration_ms) / 2 }
}

async fn all(app: &App, video: VideoId) -> Result<Chapters> {
    let search = app.db.scene_search(video).await?.map(told);
    Ok(Chapters { chapters: app.db.chapters_of(video).await?, search })
}

fn told(search: SceneSearch) -> ChapterSearch {
    let percent = search.percent.map(|percent| percent.clamp(0, 99) as u32);
    let (status, message) = match (search.outcome.as_deref(), percent) {
        (Some("found"), _) => (SearchStatus::Found, search.message.unwrap_or_default()),
        (Some("nothing"), _) => (SearchStatus::Nothing, search.message.unwrap_or_default()),
        (Some(_), _) => (SearchStatus::Failed, search.message.unwrap_or_default()),
        (None, Some(percent)) => (SearchStatus::Running, format!("Looking for changes of scene: {percent} %.")),
        (None, None) => (SearchStatus::Waiting, "Looking for changes of scene.".to_owned()),
    };
    ChapterSearch { status, percent, message }
}

/// The recording of a chapter, if it is the viewer's. Somebody else's chapter and none at all give the same error.
async fn of_chapter(app: &App, viewer: &Viewer, id: ChapterId) -> Result<(VideoId, VideoRow)> {
    let video = app.db.video_of_chapter(id).await?.ok_or_else(gone)?;
    match owned(app, viewer, video).await {
        Err(super::Error::App(error)) if error.code == ErrorCode::Forbidden => Err(gone().into()),
        row => Ok((video, row?)),
    }
}

fn gone() -> AppError {
    AppError { message: "This chapter does not exist, or it is not yours.".into(), ..AppError::forbidden() }
}

/// A whole second inside of the recording.
fn start(row: &VideoRow, ms: i64) -> i64 {
    let end = row.duration_ms.filter(|ms| *ms > 0).unwrap_or(i64::MAX);
    whole(ms.clamp(0, end))
}

fn whole(ms: i64) -> i64 {
    ms - ms.rem_euclid(1000)
}

/// A clash of the database is another chapter at the same second.
fn taken(error: sqlx::Error, start_ms: i64) -> super::Error {
    if is_conflict(&error) {
        let sentence = format!("A chapter begins at {} already. Choose another moment, or rename that one.", timecode(start_ms));
        return AppError::new(ErrorCode::Conflict, sentence).into();
    }
    error.into()
}

/// One line of text without what cannot be seen.
fn clean(title: &str) -> Result<String, AppError> {
    let title = one_line(title);
    match title.chars().count() {
        0 => Err(AppError::invalid("A chapter needs a title.")),
        count if count > MAX_CHAPTER_TITLE_CHARS => {
            Err(AppError::invalid(format!("A chapter's title has at most {MAX_CHAPTER_TITLE_CHARS} characters; this one has {count}.")))
        }
        _ => Ok(title),
    }
}

#[cfg(test)]
mod tests;
