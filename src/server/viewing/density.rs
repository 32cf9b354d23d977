//! How often each moment of a recording was played.

use super::plays::Span;

/// A step function over the recording, with its integral: any stretch can be asked about, in the time of a binary search, exactly.
#[derive(Debug, Default)]
pub struct Density(Vec<Step>);

#[derive(Debug)]
struct Step {
    at: i64,
    /// So many play it from here on.
    level: i64,
    /// So many milliseconds were played before.
    before: i64,
}

impl Density {
    pub fn of(spans: impl Iterator<Item = Span>) -> Self {
        let mut edges: Vec<(i64, i64)> = spans.flat_map(|(from, to)| [(from, 1), (to, -1)]).collect();
        edges.sort_unstable();
        let mut steps: Vec<Step> = Vec::new();
        let (mut level, mut before, mut last) = (0, 0, 0);
        for (at, change) in edges {
            before += level * (at - last);
            (last, level) = (at, level + change);
            match steps.last_mut() {
                Some(step) if step.at == at => step.level = level,
                _ => steps.push(Step { at, level, before }),
            }
        }
        Self(steps)
    }

    /// Milliseconds played between two moments, over all plays.
    pub fn between(&self, from: i64, to: i64) -> i64 {
        self.until(to) - self.until(from)
    }

    fn until(&self, ms: i64) -> i64 {
        let steps = self.0.partition_point(|step| step.at <= ms);
        steps.checked_sub(1).map_or(0, |last| {
            let step = &self.0[last];
            step.before + step.level * (ms - step.at)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stretch_knows_how_much_of_it_was_played() {
        let density = Density::of([(0, 10), (5, 15), (5, 6), (20, 30)].into_iter());
        assert_eq!(density.between(0, 100), 31);
        assert_eq!(density.between(0, 5), 5);
        assert_eq!(density.between(5, 6), 3);
        assert_eq!(density.between(15, 20), 0);
        assert_eq!(density.between(18, 25), 5);
        assert_eq!(Density::default().between(0, 9), 0);
    }

    #[test]
    fn it_agrees_with_counting_each_millisecond() {
        // A few hundred spans from a fixed sequence (Knuth's MMIX generator).
        let mut seed = 1_u64;
        let mut next = |below: i64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as i64 % below
        };
        let spans: Vec<Span> = (0..300).map(|_| (next(900), 1 + next(99))).map(|(from, length)| (from, from + length)).collect();
        let density = Density::of(spans.iter().copied());
        for (from, to) in [(0, 1_000), (100, 101), (333, 700), (999, 1_000)] {
            let counted = (from..to).map(|ms| spans.iter().filter(|(a, b)| (*a..*b).contains(&ms)).count() as i64).sum::<i64>();
            assert_eq!(density.between(from, to), counted, "{from}–{to}");
        }
    }
}
