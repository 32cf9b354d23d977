//! What the bucket is estimated to charge.
//!
//! Prices are R2's for Standard storage, as published at <https://developers.cloudflare.com/r2/pricing/> and read in November 2026:
//! 0.015 $ a GB and month (10⁹ bytes), 4.50 $ a million writes (class A), 0.36 $ a million reads (class B), nothing for bytes
//! that leave. What is free each month (10 GB, a million writes, ten million reads) belongs to the whole account, so it is not taken off here.

use crate::{
    model::viewing::Cost,
    server::db::{generations::Holdings, videos::VideoRow},
};

/// US dollars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prices {
    pub gb_month: f64,
    pub writes_million: f64,
    pub reads_million: f64,
}

/// Objects beside segments and parts that a recording brings about: opening and closing its upload, poster, the final playlist.
const OTHER_WRITES: i64 = 4;
/// A segment's length where nobody knows better, in milliseconds: what the cut aims at.
const SEGMENT_MS: i64 = 6_000;

/// What lies in the bucket, what was written, and what was fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Use {
    pub stored_bytes: i64,
    pub writes: i64,
    /// In thirty days.
    pub reads: i64,
}

impl Use {
    /// One recording's. `watched_ms` were watched in thirty days.
    pub fn of(row: &VideoRow, storyboard_bytes: i64, watched_ms: i64) -> Self {
        let segments = row.hls_segments.unwrap_or(0);
        let parts = row.part_size.filter(|size| *size > 0).map_or(1, |size| (row.size_bytes + size - 1) / size);
        Self {
            stored_bytes: row.size_bytes + row.hls_bytes.unwrap_or(0) + storyboard_bytes,
            writes: parts + segments + OTHER_WRITES,
            reads: reads(watched_ms, row.duration_ms.unwrap_or(0), segments),
        }
    }

    /// All of a person's.
    pub fn of_all(all: &Holdings, storyboard_bytes: i64, watched_ms: i64) -> Self {
        Self {
            stored_bytes: all.source_bytes + all.hls_bytes + storyboard_bytes,
            writes: all.parts + all.segments + OTHER_WRITES * all.stored,
            // What was never prepared has a length and no segments: it would make all segments seem longer.
            reads: reads(watched_ms, all.prepared_ms, all.segments),
        }
    }
}

/// Segments fetched to watch so much, if each is fetched when it is played: a browser keeps some, and loads some that nobody sees.
fn reads(watched_ms: i64, duration_ms: i64, segments: i64) -> i64 {
    let segment_ms = if segments > 0 && duration_ms > 0 { (duration_ms / segments).max(1) } else { SEGMENT_MS };
    (watched_ms + segment_ms - 1) / segment_ms
}

impl Prices {
    pub fn cost(&self, used: Use) -> Cost {
        let usd = |amount: i64, per: f64, price: f64| (amount as f64 / per * price * 1e6).round() / 1e6;
        let storage_usd = usd(used.stored_bytes, 1e9, self.gb_month);
        let reads_usd = usd(used.reads, 1e6, self.reads_million);
        Cost {
            stored_bytes: used.stored_bytes,
            storage_usd,
            reads: used.reads,
            reads_usd,
            month_usd: ((storage_usd + reads_usd) * 1e6).round() / 1e6,
            writes: used.writes,
            writes_usd: usd(used.writes, 1e6, self.writes_million),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const R2: Prices = Prices { gb_month: 0.015, writes_million: 4.5, reads_million: 0.36 };

    #[test]
    fn an_hour_costs_what_its_bytes_writes_and_reads_cost() {
        let row = VideoRow {
            size_bytes: 1_000_000_000,
            part_size: Some(100_000_000),
            hls_bytes: Some(1_000_000_000),
            hls_segments: Some(600),
            duration_ms: Some(3_600_000),
            ..VideoRow::default()
        };
        let used = Use::of(&row, 0, 36_000_000);
        assert_eq!(used, Use { stored_bytes: 2_000_000_000, writes: 614, reads: 6_000 });
        let cost = R2.cost(used);
        assert_eq!((cost.storage_usd, cost.reads_usd, cost.month_usd, cost.writes_usd), (0.03, 0.00216, 0.03216, 0.002763));
    }

    #[test]
    fn what_was_never_prepared_costs_its_original() {
        let row = VideoRow { size_bytes: 500, ..VideoRow::default() };
        assert_eq!(Use::of(&row, 0, 0), Use { stored_bytes: 500, writes: 5, reads: 0 });
        assert_eq!(reads(6_001, 0, 0), 2);
    }

    #[test]
    fn recordings_that_were_never_prepared_make_no_segment_longer() {
        let all = Holdings { duration_ms: 36_000_000, prepared_ms: 3_600_000, segments: 600, ..Holdings::default() };
        assert_eq!(Use::of_all(&all, 0, 36_000_000).reads, 6_000);
    }
}
