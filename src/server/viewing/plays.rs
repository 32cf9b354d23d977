//! What one visit played, as stretches of the recording.

use std::fmt::Write;

/// A stretch in milliseconds, from the first moment up to the last, which is not in it.
pub type Span = (i64, i64);

/// No recording counts as longer, whatever its file claims, nor one that claims nothing: two days.
pub const LONGEST_MS: i64 = 2 * 24 * 3600 * 1000;

/// Stretches in the order they were played.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plays(Vec<Span>);

impl Plays {
    /// What a page tells, held against the recording: nothing before its start, after its end, or backwards.
    pub fn told(spans: &[Span], duration_ms: Option<i64>) -> Self {
        let end = duration_ms.filter(|ms| *ms > 0).map_or(LONGEST_MS, |ms| ms.min(LONGEST_MS));
        Self(spans.iter().map(|(from, to)| ((*from).clamp(0, end), (*to).clamp(0, end))).filter(|(from, to)| from < to).collect())
    }

    /// As the database keeps it. What cannot be read there is left out.
    pub fn read(text: &str) -> Self {
        let span = |part: &str| part.split_once('-').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
        Self(text.split_ascii_whitespace().filter_map(span).filter(|(from, to)| from < to).collect())
    }

    pub fn write(&self) -> String {
        let mut text = String::new();
        for (from, to) in &self.0 {
            let gap = if text.is_empty() { "" } else { " " };
            // Writing to a string does not fail.
            let _ = write!(text, "{gap}{from}-{to}");
        }
        text
    }

    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    /// Where it was left.
    pub fn stopped_at(&self) -> Option<i64> {
        self.0.last().map(|(_, to)| *to)
    }

    /// How much was played, what was played twice counted twice.
    pub fn watched_ms(&self) -> i64 {
        length(&self.0)
    }

    /// The parts of the recording that were played.
    pub fn covered(&self) -> Vec<Span> {
        union(self.0.clone())
    }
}

/// The same moments, each once: sorted, with neighbours joined.
pub fn union(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::new();
    for (from, to) in spans {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

pub fn length(spans: &[Span]) -> i64 {
    spans.iter().map(|(from, to)| to - from).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_played_twice_is_watched_twice_and_covered_once() {
        let plays = Plays::told(&[(0, 5_000), (3_000, 8_000), (20_000, 21_000), (8_000, 9_000)], Some(60_000));
        assert_eq!(plays.watched_ms(), 12_000);
        assert_eq!(plays.covered(), [(0, 9_000), (20_000, 21_000)]);
        assert_eq!(plays.stopped_at(), Some(9_000));
    }

    #[test]
    fn nothing_lies_outside_of_the_recording_or_runs_backwards() {
        let plays = Plays::told(&[(-5_000, 2_000), (58_000, 99_000), (9_000, 3_000), (4_000, 4_000), (i64::MIN, i64::MAX)], Some(60_000));
        assert_eq!(plays.spans(), [(0, 2_000), (58_000, 60_000), (0, 60_000)]);
        for unknown in [None, Some(0), Some(i64::MAX)] {
            assert_eq!(Plays::told(&[(0, i64::MAX)], unknown).watched_ms(), LONGEST_MS);
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_rubbish_is_nothing() {
        let plays = Plays::told(&[(0, 61_500), (20_000, 34_000)], Some(100_000));
        assert_eq!(plays.write(), "0-61500 20000-34000");
        assert_eq!(Plays::read(&plays.write()), plays);
        assert_eq!(Plays::read("").spans(), []);
        assert_eq!(Plays::read("x 5- -7 9-3 1-2").spans(), [(1, 2)]);
    }
}
