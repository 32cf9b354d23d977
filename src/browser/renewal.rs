//! When a grant is renewed: a function of how long it lives, with no browser in it.

/// When a source that lives `secs` is to be renewed, in milliseconds from its beginning: at four fifths of its life.
pub fn due_after_ms(secs: u32) -> f64 {
    f64::from(secs) * 800.0
}

/// How long to wait after a renewal that did not succeed, so that a few more fit into the last fifth.
pub fn retry_after_ms(secs: u32) -> f64 {
    (f64::from(secs) * 20.0).clamp(500.0, 60_000.0)
}

/// Whether a grant that lives `secs` may run out while a recording of `duration_ms` is played. (0: nobody knows.) The server
/// gives twice as long, so this is for recordings beyond its longest grant, and for tests.
pub fn runs_out(secs: i64, duration_ms: i64) -> bool {
    secs > 0 && secs * 1_000 < duration_ms
}

/// How long to sleep before looking at the clock again, for something that is `due` at a time.
///
/// A second at most: a timer for the whole of it would sleep on with a closed laptop, and the grant would not.
pub fn nap_ms(due: f64, now: f64) -> u32 {
    // What was due already was put off, and there is no hurry.
    if due <= now { 1_000 } else { (due - now).clamp(20.0, 1_000.0) as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_renewed_at_four_fifths_of_its_life() {
        assert!((due_after_ms(5) - 4_000.0).abs() < f64::EPSILON);
        assert!((due_after_ms(7_200) - 5_760_000.0).abs() < f64::EPSILON);
    }

    #[test]
    fn what_failed_is_tried_again_before_the_grant_runs_out() {
        for secs in [5, 60, 3_600, 43_200] {
            assert!(due_after_ms(secs) + retry_after_ms(secs) < f64::from(secs) * 1_000.0);
        }
    }

    #[test]
    fn a_grant_shorter_than_the_recording_runs_out() {
        assert!(runs_out(5, 20_000));
        assert!(!runs_out(3_600, 20_000));
        assert!(!runs_out(0, 20_000) && !runs_out(5, 0));
    }

    #[test]
    fn nobody_sleeps_longer_than_a_second_nor_past_the_time() {
        assert_eq!(nap_ms(f64::INFINITY, 0.0), 1_000);
        assert_eq!(nap_ms(4_000.0, 3_400.0), 600);
        assert_eq!(nap_ms(4_000.0, 3_999.5), 20);
        assert_eq!(nap_ms(4_000.0, 9_000.0), 1_000);
    }
}
