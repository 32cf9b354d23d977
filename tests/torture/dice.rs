//! Chance that can be repeated: the same seed rolls the same faults.

pub struct Dice(u64);

impl Dice {
    /// Seeded by `TORTURE_SEED`, so that a run can be repeated; `make test` always rolls the same.
    pub fn new() -> Self {
        Self(std::env::var("TORTURE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(7))
    }

    /// SplitMix64: good enough for choosing victims, and five lines long.
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to but not with `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.roll() % limit.max(1)
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}
