//! House-keeping, once an hour: uploads nobody finished, sessions long over, streams whose objects are gone, recordings whose
//! time in the trash is over, and what the search does not know yet.

use super::purge_video;
use crate::{
    model::library::TRASH_MS,
    server::{
        App,
        clock::{millis, now_ms},
        db::videos::VideoRow,
        search,
        storage::embedded::EmbeddedStore,
        stream::health,
    },
};
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(3600);
/// An upload may rest this long: a laptop closed on Friday goes on after the holidays.
const UPLOAD_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);

/// Each ready stream is looked after once a day, and so many of them a round: one listing each.
const CHECK_AGE: Duration = Duration::from_secs(24 * 3600);
const CHECKS: i64 = 500;

/// Runs until the server stops. `embedded` is the bucket this process hosts, if it does.
pub async fn run(app: App, embedded: Option<EmbeddedStore>) {
    loop {
        if let Err(error) = once(&app, embedded.as_ref()).await {
            tracing::warn!(%error, "house-keeping failed; the next round tries again");
        }
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn once(app: &App, embedded: Option<&EmbeddedStore>) -> anyhow::Result<()> {
    let before = now_ms() - millis(UPLOAD_LIFE);
    for row in app.db.stale_uploads(before).await? {
        forget_upload(app, &row).await?;
    }
    app.db.forget_sessions(before).await?;
    empty_trash(app).await?;
    search::fill(app).await?;
    for row in app.db.streams_to_check(CHECK_AGE, CHECKS).await? {
        health::check(app, &row).await?;
    }
    if let Some(store) = embedded {
        // A day more than the rows: what the rows know of is aborted through them.
        let swept = store.sweep_stale_uploads(UPLOAD_LIFE + Duration::from_secs(24 * 3600)).await?;
        if swept > 0 {
            tracing::info!(swept, "uploads that belonged to nobody removed");
        }
    }
    Ok(())
}

/// Deletes for good what has been in the trash for thirty days.
async fn empty_trash(app: &App) -> anyhow::Result<()> {
    loop {
        let rows = app.db.trashed_before(now_ms() - TRASH_MS).await?;
        if rows.is_empty() || app.shutdown.is_cancelled() {
            return Ok(());
        }
        for row in rows {
            let (video, user) = (row.id()?, row.user_id()?);
            if app.db.delete_video(video, user, app.config.lease * 2).await? {
                purge_video::now(app, video, user).await;
                tracing::info!(%video, "thirty days in the trash are over: deleted");
            }
        }
    }
}

async fn forget_upload(app: &App, row: &VideoRow) -> anyhow::Result<()> {
    let (video, user) = (row.id()?, row.user_id()?);
    if let Some(upload_id) = &row.upload_id {
        app.bucket.abort_upload(&row.source()?, upload_id).await?;
    }
    if app.db.delete_video(video, user, app.config.lease * 2).await? {
        purge_video::now(app, video, user).await;
        tracing::info!(%video, "an upload that rested for a week was removed");
    }
    Ok(())
}
