//! House-keeping, once an hour: uploads nobody finished, sessions long over, streams and originals whose objects are gone, objects that
//! nobody needs, recordings whose time in the trash is over, and what the search does not know yet.

use super::strays;
use crate::{
    model::{StreamStatus, library::TRASH_MS},
    server::{
        App,
        clock::{millis, now_ms},
        db::videos::VideoRow,
        search,
        storage::{embedded::EmbeddedStore, key::ALL_VIDEOS},
        stream::health,
        videos,
    },
};
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(3600);
/// An upload may rest this long: a laptop closed on Friday goes on after the holidays.
const UPLOAD_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);

/// Each original is looked for, and each stream that is ready or failed looked after, once a day, and so many of either a round, which is
/// 12,000 a day: a HEAD; a listing of the stream, and one of all that is there.
const CHECK_AGE: Duration = Duration::from_secs(24 * 3600);
const CHECKS: i64 = 500;
/// So many of them in a row that cannot be looked after are the bucket's fault and not theirs. Each may take minutes to fail.
const FAILED_CHECKS: u32 = 10;

/// Runs until the server stops. `embedded` is the bucket this process hosts, if it does. What fails keeps nothing else from being
/// done, and is tried again in the next round.
pub async fn run(app: App, embedded: Option<EmbeddedStore>) {
    loop {
        tell("unfinished uploads", forget_uploads(&app).await);
        tell("old sessions", app.db.forget_sessions(now_ms() - millis(UPLOAD_LIFE)).await.map(drop).map_err(Into::into));
        tell("the trash", empty_trash(&app).await);
        tell("the search", search::fill(&app).await.map_err(Into::into));
        tell("streams", look_after_streams(&app).await);
        tell("originals", look_for_originals(&app).await);
        tell("the bucket", abort_uploads(&app, embedded.as_ref()).await);
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

fn tell(of: &str, done: anyhow::Result<()>) {
    if let Err(error) = done {
        tracing::warn!(of, %error, "house-keeping failed; the next round tries again");
    }
}

/// Of a round in which the oldest come first, as with uploads.
struct Patience {
    of: &'static str,
    failed: u32,
}

impl Patience {
    /// Whether the round goes on to the next.
    fn goes_on(&mut self, done: anyhow::Result<()>) -> bool {
        self.failed = if done.is_ok() { 0 } else { self.failed + 1 };
        tell(self.of, done);
        self.failed < FAILED_CHECKS
    }
}

async fn look_after_streams(app: &App) -> anyhow::Result<()> {
    let mut patience = Patience { of: "a stream", failed: 0 };
    for row in app.db.streams_to_check(CHECK_AGE, CHECKS).await? {
        if !patience.goes_on(look_after(app, &row).await) {
            break;
        }
    }
    Ok(())
}

/// Somebody may have cleaned up the bucket: whoever uploaded it is to know before they need it.
async fn look_for_originals(app: &App) -> anyhow::Result<()> {
    let mut patience = Patience { of: "an original", failed: 0 };
    for row in app.db.originals_to_check(CHECK_AGE, CHECKS).await? {
        if !patience.goes_on(videos::look_for_original(app, &row).await.map(drop).map_err(Into::into)) {
            break;
        }
    }
    Ok(())
}

async fn look_after(app: &App, row: &VideoRow) -> anyhow::Result<()> {
    let (video, user) = (row.id()?, row.user_id()?);
    if row.status() == Some(StreamStatus::Failed) {
        // It promises nothing that could be gone; but what could not be removed when it failed is still there.
        strays::remove(app, video, user).await?;
        app.db.stream_was_seen(video).await?;
    } else if health::check(app, row).await? {
        strays::remove(app, video, user).await?;
    }
    Ok(())
}

/// A day later than the rows': what the rows know of is aborted through them. A bucket that is not ours is asked; ours knows when
/// something was added last.
async fn abort_uploads(app: &App, embedded: Option<&EmbeddedStore>) -> anyhow::Result<()> {
    let age = UPLOAD_LIFE + Duration::from_secs(24 * 3600);
    let swept = match embedded {
        Some(store) => store.sweep_stale_uploads(age).await?,
        None => {
            let mut swept = 0;
            for (key, upload_id) in app.bucket.uploads_older_than(ALL_VIDEOS, age).await? {
                match app.bucket.abort_upload(&key, &upload_id).await {
                    Ok(()) => swept += 1,
                    Err(error) => tell("an upload of nobody's", Err(error.into())),
                }
            }
            swept
        }
    };
    if swept > 0 {
        tracing::info!(swept, "uploads that belonged to nobody removed");
    }
    Ok(())
}

/// Deletes for good what has been in the trash for thirty days.
async fn empty_trash(app: &App) -> anyhow::Result<()> {
    loop {
        let mut deleted = 0;
        for row in app.db.trashed_before(now_ms() - TRASH_MS).await? {
            match videos::erase(app, &row, None).await {
                Ok(true) => {
                    deleted += 1;
                    tracing::info!(video = %row.id, "thirty days in the trash are over: deleted");
                }
                // Somebody was faster.
                Ok(false) => {}
                Err(error) => tell("a recording in the trash", Err(error.into())),
            }
        }
        // What cannot be deleted comes first again, and for ever.
        if deleted == 0 || app.shutdown.is_cancelled() {
            return Ok(());
        }
    }
}

async fn forget_uploads(app: &App) -> anyhow::Result<()> {
    for row in app.db.stale_uploads(now_ms() - millis(UPLOAD_LIFE)).await? {
        // The oldest come first in every round: one that cannot be removed must not keep the others.
        tell("an unfinished upload", forget_upload(app, row).await);
    }
    Ok(())
}

async fn forget_upload(app: &App, mut row: VideoRow) -> anyhow::Result<()> {
    // Nobody waits, so its parts go first: without the row nobody knows of them.
    if let Some(upload_id) = row.upload_id.take() {
        app.bucket.abort_upload(&row.source()?.path(), &upload_id).await?;
    }
    if videos::erase_upload(app, &row).await? {
        tracing::info!(video = %row.id, "an upload that rested for a week was removed");
    }
    Ok(())
}
