//! The trash: thirty days in which a recording can be had back. To everybody who would watch it, it is gone at once.

use super::{
    deletion::{PATIENCE, erase},
    library::{bounded, owned},
};
use crate::{
    model::{
        AppError, ErrorCode, VideoId, Viewer,
        library::{TRASH_MS, TrashList, Trashed},
    },
    server::{App, Result, db::videos::VideoRow},
};
use std::time::Instant;

/// Recordings on one page of the trash.
const PAGE: i64 = 60;

/// Moves one there.
pub async fn trash(app: &App, viewer: &Viewer, id: VideoId) -> Result<()> {
    if !owned(app, viewer, id).await?.is_stored() {
        return Err(AppError::new(ErrorCode::IncompleteUpload, "This recording is still being uploaded. Cancel the upload instead.").into());
    }
    if move_there(app, viewer, &[id]).await? == 1 { Ok(()) } else { Err(AppError::forbidden().into()) }
}

/// Takes one out of it.
pub async fn restore(app: &App, viewer: &Viewer, id: VideoId) -> Result<()> {
    if app.db.restore_videos(&[id], viewer.user_id).await? == 1 {
        tracing::info!(video = %id, "out of the trash again");
        return Ok(());
    }
    // Twice is once; what is not there and somebody else's stay the same error.
    owned(app, viewer, id).await.map(drop)
}

/// Moves several there: those of the list that are the viewer's. Tells how many are there now that were not before.
pub async fn trash_many(app: &App, viewer: &Viewer, ids: &[VideoId]) -> Result<i64> {
    move_there(app, viewer, bounded(ids)?).await
}

pub async fn restore_many(app: &App, viewer: &Viewer, ids: &[VideoId]) -> Result<i64> {
    Ok(app.db.restore_videos(bounded(ids)?, viewer.user_id).await?)
}

/// Deletes everything in the viewer's trash for good. Not even what waits for its turn can be had back meanwhile.
pub async fn empty(app: &App, viewer: &Viewer) -> Result<()> {
    app.db.end_trash(viewer.user_id).await?;
    let until = Some(Instant::now() + PATIENCE);
    loop {
        let rows = app.db.ended_trash_of(viewer.user_id).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            // If not, another tab or the house-keeping was faster.
            if erase(app, &row, until).await? {
                tracing::info!(video = %row.id, "deleted with all that was in the trash");
            }
        }
    }
}

/// A page of the viewer's trash.
pub async fn list(app: &App, viewer: &Viewer, cursor: Option<&str>) -> Result<TrashList> {
    let after = cursor.filter(|text| !text.is_empty()).map(read_cursor).transpose()?;
    let mut rows = app.db.trash_of(viewer.user_id, after.as_ref().map(|(at, id)| (*at, id.as_str())), PAGE + 1).await?;
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let next_cursor = rows.last().filter(|_| more).and_then(|last| Some(format!("{}_{}", last.trashed_at?, last.id)));
    app.db.with_tags(&mut rows).await?;
    let items = rows.iter().map(item).collect::<sqlx::Result<_>>()?;
    Ok(TrashList { items, next_cursor, total: app.db.count_trash(viewer.user_id).await? })
}

fn item(row: &VideoRow) -> sqlx::Result<Trashed> {
    let trashed_at = row.trashed_at.unwrap_or(row.updated_at);
    // Its poster is not there for anybody either.
    let video = crate::model::Video { poster_url: None, ..row.view()? };
    Ok(Trashed { video, trashed_at, purge_at: trashed_at + TRASH_MS })
}

fn read_cursor(text: &str) -> Result<(i64, String), AppError> {
    let parsed = text.split_once('_').and_then(|(at, id)| Some((at.parse().ok()?, id.parse::<VideoId>().ok()?.to_string())));
    parsed.ok_or_else(|| AppError::invalid("This cursor is not one of ours. Start from the first page."))
}

async fn move_there(app: &App, viewer: &Viewer, ids: &[VideoId]) -> Result<i64> {
    let moved = app.db.trash_videos(ids, viewer.user_id, app.config.lease * 2).await?;
    for id in &moved {
        app.running.cancel(*id);
        app.access.invalidate(id).await;
        tracing::info!(video = %id, "moved to the trash");
    }
    Ok(moved.len() as i64)
}

/// The ids of a list with commas between. What is none is nobody's recording.
pub fn ids(list: &str) -> Result<Vec<VideoId>, AppError> {
    list.split(',').map(str::trim).filter(|id| !id.is_empty()).map(|id| id.parse().map_err(|_| AppError::forbidden())).collect()
}
