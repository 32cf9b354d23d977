//! Looks for changes of scene, so that a recording without a transcript gets chapters: source → key frames → the strongest changes.
//!
//! Somebody clicked for it and sees how far it is; nobody else waits for it.

use super::{JobError, generate_hls::probe_of, source::Source};
use crate::server::{
    App, chapters,
    db::jobs::Lease,
    media::{self, hls::Arriving},
};
use std::{
    convert::Infallible,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// How often the person is told how far it is.
const TELL: Duration = Duration::from_secs(1);

const NO_CHANGE: &str =
    "The picture hardly changes, so there is nothing to propose. With a transcript, chapters can be proposed from what is said.";
const FOUND: &str = "Proposed from changes of scene. Rename or delete what does not fit.";
const TROUBLE: &str = "The pictures could not be looked through just now. Nothing was changed; please try again.";

pub async fn run(app: &App, lease: &Lease, cancel: &CancellationToken) -> Result<(), JobError> {
    let start = Instant::now();
    // Deleted meanwhile: there is nobody to tell.
    let Some(row) = app.db.video(lease.video_id).await? else { return Ok(()) };
    let probe = probe_of(&row)?;
    let source = Source::open(app, &row).await?;
    crate::server::faults::point("scenes:opened");
    app.db.tell_scene_search(lease, 0).await?;
    crate::server::faults::point("scenes:begun");

    let arriving = Arriving::default();
    let (reader, writer) = std::io::pipe()?;
    let feed = source.feed(app, writer, &arriving);
    let look = async { media::scenes::changes(&app.tools, &source.kind, &probe, reader, cancel).await.map_err(JobError::from) };
    let work = async { tokio::try_join!(look, feed) };
    let (changes, ()) = tokio::select! {
        done = work => done?,
        never = tell(app, lease, &arriving, probe.size_bytes) => match never {},
    };

    crate::server::faults::point("scenes:looked");
    let duration_ms = row.duration_ms.filter(|ms| *ms > 0).unwrap_or_else(|| changes.last().map_or(0, |last| last.at_ms));
    let found = chapters::from_scenes(&changes, duration_ms);
    let proposals = (!found.chapters.is_empty()).then_some(&found);
    let (outcome, message) = if proposals.is_some() { ("found", FOUND) } else { ("nothing", NO_CHANGE) };
    if !app.db.end_scene_search(lease, outcome, message, proposals).await? {
        return Err(JobError::Abandoned);
    }
    crate::server::faults::point("scenes:committed");
    let (frames, scenes, ms) = (changes.len(), found.chapters.len(), start.elapsed().as_millis() as u64);
    tracing::info!(video = %lease.video_id, frames, scenes, ms, "pictures looked through");
    Ok(())
}

/// Tells once a second how much of the file has been read. It never ends by itself.
async fn tell(app: &App, lease: &Lease, arriving: &Arriving, size: i64) -> Infallible {
    loop {
        tokio::time::sleep(TELL).await;
        let read = arriving.bytes.load(Ordering::Relaxed);
        let percent = i64::try_from(read.saturating_mul(100) / u64::try_from(size).unwrap_or(0).max(1)).unwrap_or(0).min(99);
        if let Err(error) = app.db.tell_scene_search(lease, percent).await {
            tracing::debug!(video = %lease.video_id, %error, "how far the search is could not be told");
        }
    }
}

/// It was given up: the person is told, and the chapters stay as they are.
pub async fn failed(app: &App, lease: &Lease, code: &str, message: &str) -> sqlx::Result<()> {
    // What passed by itself five times did not pass: the sentences for one attempt promise another.
    let message = if matches!(code, "temporary" | "no_room") { TROUBLE } else { message };
    app.db.end_scene_search(lease, "failed", message, None).await.map(drop)
}
