//! How fast an upload goes, and how long it will take: smoothed, so that the numbers can be read.

/// Weight of the newest second against the past.
const SMOOTHING: f64 = 0.25;
/// Samples closer than this say more about buffers than about the line.
const SAMPLE_MS: f64 = 400.0;

/// A running estimate in bytes per second.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    last: Option<(f64, i64)>,
    speed: Option<f64>,
}

impl Pace {
    /// Takes note that `bytes` are there at `now` (milliseconds); gives the speed once there is one.
    pub fn sample(&mut self, now: f64, bytes: i64) -> Option<f64> {
        let Some((then, before)) = self.last else {
            self.last = Some((now, bytes));
            return None;
        };
        let elapsed = now - then;
        if elapsed >= SAMPLE_MS {
            // A part that is sent again makes the count go back: that is no speed.
            let fresh = (bytes - before).max(0) as f64 * 1000.0 / elapsed;
            let weight = (SMOOTHING * elapsed / 1000.0).min(1.0);
            self.speed = Some(self.speed.map_or(fresh, |old| old + (fresh - old) * weight));
            self.last = Some((now, bytes));
        }
        self.speed
    }
}

/// Seconds left at `speed`, when that can be said.
pub fn seconds_left(missing: i64, speed: Option<f64>) -> Option<f64> {
    speed.filter(|s| *s > 1.0).map(|s| missing.max(0) as f64 / s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_line_gives_its_speed() {
        let mut pace = Pace::default();
        assert_eq!(pace.sample(0.0, 0), None);
        assert_eq!(pace.sample(100.0, 100_000), None);
        for second in 1..5 {
            let speed = pace.sample(f64::from(second) * 1000.0, i64::from(second) * 1_000_000);
            assert!((speed.unwrap_or(0.0) - 1e6).abs() < 1.0);
        }
    }

    #[test]
    fn one_stall_does_not_throw_the_estimate_over() {
        let mut pace = Pace { last: Some((0.0, 0)), speed: Some(1e6) };
        let speed = pace.sample(1000.0, 0).unwrap_or(0.0);
        assert!((700_000.0..800_000.0).contains(&speed));
    }

    #[test]
    fn a_standing_line_promises_nothing() {
        assert_eq!(seconds_left(10, None), None);
        assert_eq!(seconds_left(10, Some(0.0)), None);
        assert_eq!(seconds_left(10_000, Some(1_000.0)), Some(10.0));
    }
}
