//! How often each sentence was watched again, for whoever shows sentences.

use std::cell::RefCell;

thread_local! {
    /// By the sentence's start, sorted.
    static HEAT: RefCell<Vec<(i64, u8)>> = const { RefCell::new(Vec::new()) };
    static FOLLOWERS: RefCell<Vec<Box<dyn Fn()>>> = const { RefCell::new(Vec::new()) };
}

/// 1 to 3 for a sentence that was watched again, the more the higher; else 0. It is named by its start.
pub fn of(start_ms: i64) -> u8 {
    HEAT.with_borrow(|heat| heat.binary_search_by_key(&start_ms, |(start, _)| *start).map_or(0, |i| heat[i].1))
}

/// Runs `f` whenever this may have changed.
pub fn follow(f: impl Fn() + 'static) {
    FOLLOWERS.with_borrow_mut(|all| all.push(Box::new(f)));
}

/// Takes it from where the server wrote it: `1200:3 45000:1`.
pub fn set(text: &str) {
    HEAT.set(read(text));
    FOLLOWERS.with_borrow(|all| all.iter().for_each(|f| f()));
}

fn read(text: &str) -> Vec<(i64, u8)> {
    let pair = |pair: &str| pair.split_once(':').and_then(|(start, heat)| Some((start.parse().ok()?, heat.parse().ok()?)));
    let mut all: Vec<(i64, u8)> = text.split_ascii_whitespace().filter_map(pair).collect();
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_found_by_its_start() {
        set("45000:1 1200:3 rubbish 7:x");
        assert_eq!((of(1_200), of(45_000), of(7), of(1_201)), (3, 1, 0, 0));
    }
}
