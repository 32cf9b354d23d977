//! What was really watched: taken in batch by batch, and turned into numbers when somebody looks.
//!
//! A page tells all that it has played so far ([`plays`]); [`numbers`] makes curve, replays and places where people stop of the
//! viewings of one recording, [`overview`] looks over all that a person owns, and [`cost`] knows prices.

pub mod cost;
mod density;
mod numbers;
mod overview;
mod plays;

pub use cost::Prices;
pub use overview::overview;

use super::{
    App, Result,
    clock::now_ms,
    db::viewings::{Of, Viewing},
    videos::{self, owned},
};
use crate::model::{AppError, VideoId, Viewer, viewing::VideoNumbers};
use cost::Use;
use numbers::{DAY_MS, DAYS, Known};
use plays::{Plays, Span};
use uuid::Uuid;

/// Stretches in one viewing. A page begins another viewing long before.
const MAX_PLAYS: usize = 600;
/// Viewings looked into for the curve: the newest.
const MAX_ROWS: i64 = 3_000;
/// The oldest viewing that a page may bring along: one that was kept where it could not be sent.
const MAX_AGE_MS: i64 = 30 * DAY_MS;

/// What a page says it has played.
#[derive(Clone, Debug)]
pub struct Told {
    pub viewing: Uuid,
    pub seq: i64,
    /// How long ago it began.
    pub age_ms: i64,
    pub plays: Vec<Span>,
}

/// Keeps what was watched. Whatever comes twice, late or in another order is counted once.
pub async fn record(app: &App, viewer: &Viewer, id: VideoId, told: &Told) -> Result<()> {
    let row = owned(app, viewer, id).await?;
    if told.plays.len() > MAX_PLAYS {
        return Err(AppError::invalid(format!("One viewing has {MAX_PLAYS} stretches at most; begin another one.")).into());
    }
    let plays = Plays::told(&told.plays, row.duration_ms);
    if plays.spans().is_empty() {
        return Ok(());
    }
    let viewing = Viewing {
        id: told.viewing,
        video: id,
        user: viewer.user_id,
        seq: told.seq,
        watched_ms: plays.watched_ms(),
        covered_ms: plays::length(&plays.covered()),
        plays: plays.write(),
        started_at: now_ms() - told.age_ms.clamp(0, MAX_AGE_MS),
    };
    match app.db.keep_viewing(&viewing).await {
        // Deleted a moment ago.
        Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => Err(AppError::forbidden().into()),
        kept => kept.map(drop).map_err(Into::into),
    }
}

/// All numbers of one recording.
pub async fn numbers(app: &App, viewer: &Viewer, id: VideoId) -> Result<VideoNumbers> {
    let row = owned(app, viewer, id).await?;
    let now = now_ms();
    let since = (now / DAY_MS - DAYS + 1) * DAY_MS;
    let of = Of::Video(id);
    let sums = app.db.viewing_sums(of, 0).await?;
    let lately = app.db.viewing_sums(of, since).await?;
    let days = app.db.viewing_days(of, since).await?;
    let rows = app.db.viewings_of(id, MAX_ROWS).await?;
    // A transcript may be large: it is read only if something was played again.
    let again = rows.iter().any(|row| row.watched_ms > row.covered_ms);
    let transcript = if again { app.db.transcript(id).await? } else { None };
    let sentences = transcript.map(|transcript| transcript.sentences).unwrap_or_default();
    let storyboard_bytes = app.db.storyboard_bytes(id).await?;
    let used = Use::of(&row, storyboard_bytes.unwrap_or(0), lately.watched_ms);
    let (cost, duration_ms) = (app.config.prices.cost(used), row.duration_ms);
    // Milliseconds as a rule; but thousands of viewings with hundreds of stretches each are too long for a thread that others wait for.
    let counting = move || numbers::watched(&Known { duration_ms, sums: &sums, rows: &rows, days: &days, sentences: &sentences, now });
    let watched = tokio::task::spawn_blocking(counting).await.map_err(anyhow::Error::from)?;
    Ok(VideoNumbers { stats: videos::stats_of(row), storyboard_bytes, watched, cost })
}
