//! A person's own recordings, all together.

use super::{
    cost::Use,
    numbers::{DAY_MS, DAYS, every_day},
};
use crate::{
    model::{
        Viewer,
        viewing::{ErrorKind, Generations, OwnerStats, TopRecording},
    },
    server::{
        App, Result,
        clock::now_ms,
        db::{
            generations::{Generation, Watched},
            viewings::Of,
        },
    },
};
use std::collections::BTreeMap;

/// Outcomes looked into: the newest.
const MAX_OUTCOMES: i64 = 1_000;
const TOP: i64 = 10;
const READY: &str = "ready";

pub async fn overview(app: &App, viewer: &Viewer) -> Result<OwnerStats> {
    let (user, now) = (viewer.user_id, now_ms());
    let since = (now / DAY_MS - DAYS + 1) * DAY_MS;
    let of = Of::Owner(user);
    let holdings = app.db.holdings(user).await?;
    let storyboard_bytes = app.db.storyboard_bytes_of(user).await?;
    let sums = app.db.viewing_sums(of, 0).await?;
    let lately = app.db.viewing_sums(of, since).await?;
    let days = app.db.viewing_days(of, since).await?;
    let outcomes = app.db.generations_of(user, MAX_OUTCOMES).await?;
    let top = app.db.most_watched(user, TOP).await?;
    let used = Use::of_all(&holdings, storyboard_bytes, lately.watched_ms);
    Ok(OwnerStats {
        recordings: holdings.recordings,
        duration_ms: holdings.duration_ms,
        generations: generations(&outcomes),
        viewings: sums.viewings,
        viewers: sums.viewers,
        watched_ms: sums.watched_ms,
        days: every_day(&days, now),
        source_bytes: holdings.source_bytes,
        hls_bytes: holdings.hls_bytes,
        storyboard_bytes,
        cost: app.config.prices.cost(used),
        top: top.into_iter().map(recording).collect::<sqlx::Result<_>>()?,
    })
}

fn recording(row: Watched) -> sqlx::Result<TopRecording> {
    let id = row.id.parse().map_err(|error: uuid::Error| sqlx::Error::Decode(error.into()))?;
    let whole = row.duration_ms.filter(|ms| *ms > 0);
    let completion = whole.map(|ms| (row.covered_ms as f64 / (ms as f64 * row.viewings.max(1) as f64)).min(1.0));
    Ok(TopRecording { id, title: row.title, viewings: row.viewings, watched_ms: row.watched_ms, completion })
}

fn generations(outcomes: &[Generation]) -> Generations {
    let (good, bad): (Vec<&Generation>, Vec<&Generation>) = outcomes.iter().partition(|one| one.outcome == READY);
    let took: Vec<i64> = good.iter().map(|one| one.took_ms).collect();
    let mut kinds: BTreeMap<&str, i64> = BTreeMap::new();
    for one in bad {
        *kinds.entry(&one.outcome).or_default() += 1;
    }
    let mut errors: Vec<ErrorKind> = kinds.into_iter().map(|(code, count)| ErrorKind { code: code.into(), count }).collect();
    errors.sort_by_key(|kind| -kind.count);
    Generations {
        ended: outcomes.len() as i64,
        ready: good.len() as i64,
        success: (!outcomes.is_empty()).then(|| good.len() as f64 / outcomes.len() as f64),
        median_ms: percentile(took.clone(), 50),
        p95_ms: percentile(took, 95),
        playable_median_ms: percentile(good.iter().filter_map(|one| one.playable_ms).collect(), 50),
        errors,
    }
}

/// The smallest value that so many percent do not exceed (the nearest-rank method).
fn percentile(mut values: Vec<i64>, percent: usize) -> Option<i64> {
    values.sort_unstable();
    let rank = (values.len() * percent).div_ceil(100);
    values.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(outcome: &str, took_ms: i64) -> Generation {
        Generation { outcome: outcome.into(), took_ms, playable_ms: (outcome == READY).then_some(took_ms / 2) }
    }

    #[test]
    fn percentiles_are_values_that_happened() {
        assert_eq!(percentile(vec![], 50), None);
        assert_eq!(percentile(vec![7], 95), Some(7));
        assert_eq!(percentile(vec![4, 1, 3, 2], 50), Some(2));
        assert_eq!(percentile((1..=100).collect(), 95), Some(95));
    }

    #[test]
    fn failures_count_against_the_rate_and_not_into_the_times() {
        let told = generations(&[
            outcome("ready", 1_000),
            outcome("unreadable", 90_000),
            outcome("ready", 3_000),
            outcome("unreadable", 1),
            outcome("no_probe", 2),
        ]);
        assert_eq!((told.ended, told.ready, told.success), (5, 2, Some(0.4)));
        assert_eq!((told.median_ms, told.p95_ms, told.playable_median_ms), (Some(1_000), Some(3_000), Some(500)));
        let kinds: Vec<_> = told.errors.iter().map(|kind| (kind.code.as_str(), kind.count)).collect();
        assert_eq!(kinds, [("unreadable", 2), ("no_probe", 1)]);
        assert_eq!(generations(&[]).success, None);
    }
}
