//! Which note playing has come to.

/// A note about a moment is what is being talked about for this long, unless another one comes sooner.
const A_MOMENT_MS: i64 = 20_000;

/// The number of the note that belongs to `now`, in milliseconds, of notes in order with their ends (if they have one): the
/// last that has begun and is not over.
pub fn current(notes: &[(i64, Option<i64>)], now: i64) -> Option<usize> {
    let begun = notes.partition_point(|(at, _)| *at <= now);
    notes[..begun].iter().rposition(|(at, end)| now < end.unwrap_or(at + A_MOMENT_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTES: [(i64, Option<i64>); 4] = [(1_000, None), (5_000, Some(60_000)), (10_000, None), (90_000, None)];

    #[test]
    fn the_last_note_that_has_begun_is_the_one() {
        assert_eq!(current(&NOTES, 999), None);
        assert_eq!(current(&NOTES, 1_000), Some(0));
        assert_eq!(current(&NOTES, 5_000), Some(1));
        assert_eq!(current(&NOTES, 12_000), Some(2));
    }

    #[test]
    fn a_stretch_goes_on_after_a_moment_within_it() {
        assert_eq!(current(&NOTES, 30_000), Some(1));
        assert_eq!(current(&NOTES, 60_000), None);
    }

    #[test]
    fn a_moment_passes() {
        assert_eq!(current(&NOTES, 109_999), Some(3));
        assert_eq!(current(&NOTES, 110_000), None);
        assert_eq!(current(&[], 5), None);
    }
}
