//! Where the chapters begin, for whoever jumps between them.

use std::cell::RefCell;

/// So long after its beginning a chapter is gone back to, and not to the one before it.
const JUST_BEGUN_MS: i64 = 3_000;

thread_local! {
    /// Moment and title, in order.
    static ALL: RefCell<Vec<(i64, String)>> = const { RefCell::new(Vec::new()) };
}

/// These are the chapters from now on.
pub fn set(all: Vec<(i64, String)>) {
    ALL.set(all);
}

/// Moment and title of the next chapter (`by` is 1), or of the one to go back to (−1).
pub fn beside(now_ms: i64, by: i64) -> Option<(i64, String)> {
    ALL.with_borrow(|all| {
        let starts: Vec<i64> = all.iter().map(|(start, _)| *start).collect();
        step(&starts, now_ms, by).map(|i| all[i].clone())
    })
}

fn step(starts: &[i64], now_ms: i64, by: i64) -> Option<usize> {
    if by > 0 {
        starts.iter().position(|start| *start > now_ms)
    } else {
        // In the first seconds, and before the first chapter, back means further back.
        starts.iter().rposition(|start| *start + JUST_BEGUN_MS <= now_ms).or_else(|| (!starts.is_empty()).then_some(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STARTS: [i64; 3] = [0, 60_000, 120_000];

    #[test]
    fn on_leads_to_the_next_and_nowhere_from_the_last() {
        assert_eq!(step(&STARTS, 0, 1), Some(1));
        assert_eq!(step(&STARTS, 60_000, 1), Some(2));
        assert_eq!(step(&STARTS, 125_000, 1), None);
        assert_eq!(step(&[], 0, 1), None);
    }

    #[test]
    fn back_leads_to_the_beginning_of_this_one_and_from_there_to_the_one_before() {
        assert_eq!(step(&STARTS, 90_000, -1), Some(1));
        assert_eq!(step(&STARTS, 61_000, -1), Some(0));
        assert_eq!(step(&STARTS, 1_000, -1), Some(0));
        assert_eq!(step(&[], 1_000, -1), None);
    }
}
