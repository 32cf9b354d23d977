//! Whether playing has come to a standstill: a function of positions and times, with no browser in it.

/// A short wait explains itself; after this long a person wants to know.
const PATIENCE_MS: f64 = 10_000.0;
/// Between two looks at most this counts: a laptop that was closed did not wait.
const LONGEST_LOOK_MS: f64 = 2_000.0;

/// What was seen so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stall {
    position: i64,
    looked_at: f64,
    still_ms: f64,
}

impl Stall {
    /// Looks at the playhead, about once a second; true when it should move and has not for too long.
    pub fn look(&mut self, wanted: bool, position: i64, now: f64) -> bool {
        let passed = (now - self.looked_at).clamp(0.0, LONGEST_LOOK_MS);
        let still = wanted && position == self.position;
        self.still_ms = if still { self.still_ms + passed } else { 0.0 };
        (self.position, self.looked_at) = (position, now);
        self.still_ms > PATIENCE_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks once a second at a playhead that stands at `position`, and tells what is found at last.
    fn watch(stall: &mut Stall, wanted: bool, position: i64, seconds: std::ops::Range<i32>) -> bool {
        seconds.map(|second| stall.look(wanted, position, f64::from(second) * 1_000.0)).last().unwrap_or_default()
    }

    #[test]
    fn ten_seconds_without_a_move_are_a_standstill() {
        let mut stall = Stall::default();
        assert!(!watch(&mut stall, true, 0, 0..11));
        assert!(watch(&mut stall, true, 0, 11..12));
    }

    #[test]
    fn a_move_ends_it() {
        let mut stall = Stall::default();
        assert!(watch(&mut stall, true, 0, 0..20));
        assert!(!watch(&mut stall, true, 40, 20..21));
        assert!(!watch(&mut stall, true, 40, 21..25));
    }

    #[test]
    fn what_is_paused_may_stand_still() {
        let mut stall = Stall::default();
        assert!(!watch(&mut stall, false, 5_000, 0..60));
        assert!(!watch(&mut stall, true, 5_000, 60..65));
    }

    #[test]
    fn a_closed_laptop_is_no_standstill() {
        let mut stall = Stall::default();
        watch(&mut stall, true, 5_000, 0..3);
        assert!(!stall.look(true, 5_000, 3_600_000.0));
    }
}
