//! The library: which recordings a person has, their titles, and the end of them.

use crate::{
    model::{AppError, Video, VideoId, VideoList, Viewer, video::{MAX_TITLE_CHARS, clean_title}},
    server::{App, Result, db::videos::{Cursor, VideoRow}, jobs, storage::{Key, presign::Signed}},
};

/// Recordings on one page of the library, unless somebody asks for another number.
const PAGE: i64 = 24;
const MAX_PAGE: i64 = 100;

/// The row of a recording of the viewer's. Somebody else's and none at all give the same error.
pub async fn owned(app: &App, viewer: &Viewer, id: VideoId) -> Result<VideoRow> {
    let row = app.db.video_for(id, viewer.user_id).await?;
    row.filter(|row| row.user_id == viewer.user_id.to_string()).ok_or_else(|| AppError::forbidden().into())
}

/// A page of the viewer's recordings, newest first.
pub async fn list(app: &App, viewer: &Viewer, cursor: Option<&str>, limit: Option<i64>) -> Result<VideoList> {
    let cursor = cursor.filter(|text| !text.is_empty()).map(parse_cursor).transpose()?;
    let limit = limit.unwrap_or(PAGE).clamp(1, MAX_PAGE);
    // One more than asked for tells whether there is a next page.
    let mut rows = app.db.videos_of(viewer.user_id, cursor.as_ref(), limit + 1).await?;
    let more = rows.len() as i64 > limit;
    rows.truncate(limit as usize);
    let next_cursor = rows.last().filter(|_| more).map(|last| format!("{}_{}", last.created_at, last.id));
    let videos = rows.iter().map(VideoRow::view).collect::<sqlx::Result<_>>()?;
    Ok(VideoList { videos, next_cursor })
}

fn parse_cursor(text: &str) -> Result<Cursor, AppError> {
    let parsed = text.split_once('_').and_then(|(at, id)| Some(Cursor { created_at: at.parse().ok()?, id: id.parse::<VideoId>().ok()?.to_string() }));
    parsed.ok_or_else(|| AppError::invalid("This cursor is not one of ours. Start from the first page."))
}

pub async fn get(app: &App, viewer: &Viewer, id: VideoId) -> Result<Video> {
    Ok(owned(app, viewer, id).await?.view()?)
}

pub async fn rename(app: &App, viewer: &Viewer, id: VideoId, title: &str) -> Result<Video> {
    let before = owned(app, viewer, id).await?;
    let title = clean_title(title).ok_or_else(|| AppError::invalid(format!("A title has between 1 and {MAX_TITLE_CHARS} characters.")))?;
    let renamed = app.db.rename_video(id, &title).await?.ok_or_else(AppError::forbidden)?;
    Ok(VideoRow { position_ms: before.position_ms, ..renamed }.view()?)
}

/// Deletes a recording with everything made from it: the row at once, its running job within seconds, its objects right
/// now if the bucket answers and by a job that does not give up if it does not. Cancelling an upload is the same thing.
pub async fn delete(app: &App, viewer: &Viewer, id: VideoId) -> Result<()> {
    let row = owned(app, viewer, id).await?;
    if !app.db.delete_video(id, viewer.user_id, app.config.lease * 2).await? {
        return Err(AppError::forbidden().into());
    }
    app.running.cancel(id);
    app.access.invalidate(&id).await;
    if let Some(upload_id) = &row.upload_id {
        app.bucket.abort_upload(&row.source()?, upload_id).await.unwrap_or_else(|error| {
            tracing::warn!(video = %id, %error, "the upload could not be aborted now; the bucket's own sweep will");
        });
    }
    jobs::purge_video::now(app, id, viewer.user_id).await;
    tracing::info!(video = %id, "deleted");
    Ok(())
}

/// Where the poster can be fetched right now.
pub async fn poster(app: &App, viewer: &Viewer, id: VideoId) -> Result<Signed> {
    let row = owned(app, viewer, id).await?;
    if row.poster_key.is_none() {
        return Err(AppError::new(crate::model::ErrorCode::NotFound, "This recording has no poster.").into());
    }
    let key = Key::Poster { user: row.user_id()?, video: id };
    Ok(app.bucket.presign_get(&key, app.config.segment_url_ttl).await?)
}
