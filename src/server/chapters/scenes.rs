//! Which changes of scene begin a chapter. The pictures are gone through by [`crate::server::media::scenes`].

use crate::server::media::scenes::Change;

/// The least that counts as another scene, on ffmpeg's scale of 0 to 1. A new slide on the same white has 0.03 to 0.1; people who
/// move in front of a camera stay below 0.02.
const FLOOR: f64 = 0.03;
/// In a recording that is never quiet a change must stand out from what is usual there. So much is always enough: where each
/// key frame is another slide, all of them are usual.
const STANDS_OUT: f64 = 4.0;
const CERTAIN: f64 = 0.25;
/// Chapters are at least a twentieth of the whole apart, in milliseconds within these bounds.
const SHARE: i64 = 20;
const NEAREST_MS: i64 = 5_000;
const FARTHEST_MS: i64 = 300_000;
/// More would be a list of slides: in recordings so long that the bounds allow it they are further apart.
const MOST: usize = 30;

/// How far apart chapters of a recording of this length are.
pub fn apart_ms(duration_ms: i64) -> i64 {
    (duration_ms / SHARE).clamp(NEAREST_MS, FARTHEST_MS).max(duration_ms / MOST as i64)
}

/// The moments at which a chapter begins, in order, the start not among them: the strongest changes first, and none that is too
/// near to a stronger one, to the start or to the end.
pub fn beginnings(changes: &[Change], duration_ms: i64) -> Vec<i64> {
    let apart = apart_ms(duration_ms);
    let least = (usual(changes) * STANDS_OUT).clamp(FLOOR, CERTAIN);
    let mut strong: Vec<&Change> = changes.iter().filter(|change| change.score >= least).collect();
    strong.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.at_ms.cmp(&b.at_ms)));
    let mut found = vec![0];
    for change in strong {
        let inside = duration_ms <= 0 || change.at_ms <= duration_ms - apart / 2;
        // The start is one of them.
        if inside && found.len() <= MOST && found.iter().all(|other| (other - change.at_ms).abs() >= apart) {
            found.push(change.at_ms);
        }
    }
    found.sort_unstable();
    found.remove(0);
    found
}

/// The median of all scores.
fn usual(changes: &[Change]) -> f64 {
    let mut scores: Vec<f64> = changes.iter().map(|change| change.score).collect();
    scores.sort_by(f64::total_cmp);
    scores.get(scores.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(of: &[(i64, f64)]) -> Vec<Change> {
        of.iter().map(|(secs, score)| Change { at_ms: secs * 1000, score: *score }).collect()
    }

    #[test]
    fn strong_changes_begin_chapters_and_weak_ones_do_not() {
        let seen = changes(&[(0, 0.0), (60, 0.01), (120, 0.4), (180, 0.02), (300, 0.12), (400, 0.0)]);
        assert_eq!(beginnings(&seen, 600_000), [120_000, 300_000]);
    }

    #[test]
    fn of_changes_close_together_the_strongest_stays() {
        let seen = changes(&[(100, 0.3), (110, 0.6), (120, 0.4), (300, 0.3), (329, 0.3)]);
        assert_eq!(beginnings(&seen, 600_000), [110_000, 300_000]);
    }

    #[test]
    fn none_is_near_the_start_or_the_end() {
        assert_eq!(beginnings(&changes(&[(2, 0.9), (595, 0.9)]), 600_000), [] as [i64; 0]);
    }

    #[test]
    fn where_everything_moves_a_change_must_stand_out() {
        let mut seen = changes(&(1..100).map(|n| (n * 5, 0.05)).collect::<Vec<_>>());
        assert_eq!(beginnings(&seen, 600_000), [] as [i64; 0]);
        seen[50].score = 0.5;
        assert_eq!(beginnings(&seen, 600_000), [seen[50].at_ms]);
    }

    #[test]
    fn a_day_of_changes_gives_a_list_that_can_be_read() {
        let seen = changes(&(1..20_000).map(|n| (n * 4, if n % 3 == 0 { 0.5 } else { 0.0 })).collect::<Vec<_>>());
        let found = beginnings(&seen, 80_000_000);
        assert!((25..=MOST).contains(&found.len()) && found[found.len() - 1] > 70_000_000, "{found:?}");
        assert_eq!(beginnings(&[], 0), [] as [i64; 0]);
    }
}
