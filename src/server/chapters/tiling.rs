//! Where a talk turns to another subject, by the words alone.
//!
//! TextTiling: M. A. Hearst, "TextTiling: Segmenting Text into Multi-paragraph Subtopic Passages", Computational Linguistics
//! 23(1), 1997. Between any two stretches of talk of equal length it is asked how much of their vocabulary they share; where
//! that falls into a valley, the subject changes. Hearst's steps, and where we differ because this is speech and not print:
//!
//! 1. *Pseudo-sentences* of about equal length. Ours are whole lines, so that every gap is a place where somebody begins.
//! 2. *Blocks* of `k` of them on either side of a gap, compared by the cosine of their term counts. Function words are left
//!    out: those of a list, and in any language those that come nearly everywhere.
//! 3. *Smoothing* over three gaps, where there are enough of them.
//! 4. *Depth* of a valley: how far it lies below the peaks on either side. It counts if it is deeper than mean − σ/2 of all.
//!    That measure is relative and finds valleys in any noise, so ours must also be half as deep as its peaks are high:
//!    a talk that keeps to its subject then has none.
//! 5. Boundaries go to the nearest *pause or turn*: within a few lines, where the vocabulary is parted best, where it was
//!    quiet, or where another person begins.
//!
//! Time is linear in the number of lines.

use super::words::{Line, Words};

/// Words in a pseudo-sentence, function words not counted: Hearst's twenty words of print have about ten.
const PSEUDO: usize = 10;
/// Pseudo-sentences in a block: at most Hearst's ten, and in a short talk a fifth of it.
const BLOCK: usize = 10;
/// Fewer of them have no subject to turn from.
const FEWEST: usize = 6;
/// A term that comes in more of them than one in so many says nothing, once there are enough to judge by.
const COMMON: usize = 3;
const ENOUGH: usize = 12;
/// How deep a valley must be, measured by the height of its peaks. In talks made up at random one in sixty has a valley like
/// that without a change of subject; changes reach 0.8.
const DEEP: f64 = 0.5;
/// The same in a talk so short that blocks are smaller than this, which is not smoothed: one in fifteen.
const ROUGH: usize = 5;
const DEEPER: f64 = 0.75;
/// A chapter lasts at least a fifteenth of the whole, in milliseconds within these bounds: an hour has fifteen at most.
const SHARE: i64 = 15;
const SHORTEST_MS: i64 = 20_000;
const LONGEST_MS: i64 = 600_000;
/// How far a boundary may move, in words that mean something: about two pseudo-sentences.
const REACH: usize = 16;
/// How much talk is compared then, in the same words, and in lines where there are none.
const NEAR: usize = 60;
const NEAR_LINES: usize = 120;
/// What two seconds of quiet, and another speaker, are worth beside a shared vocabulary of nothing (0) to all (1).
const PAUSE: f64 = 0.03;
const PAUSE_MS: f64 = 2_000.0;
const TURN: f64 = 0.02;

/// The shortest chapter of a recording of this length.
pub fn shortest_ms(duration_ms: i64) -> i64 {
    (duration_ms / SHARE).clamp(SHORTEST_MS, LONGEST_MS)
}

/// The lines with which another subject begins, in order, never the first.
pub fn boundaries(lines: &[Line<'_>], words: &Words, duration_ms: i64) -> Vec<usize> {
    let pseudo = pseudo_sentences(words);
    if pseudo.len() < FEWEST {
        return Vec::new();
    }
    let common = common(words, &pseudo);
    let block = (pseudo.len() / 5).clamp(3, BLOCK);
    let rough = similarities(words, &pseudo, &common, block);
    // Over three gaps a short talk would be smoothed until nothing is left; as it is it must be clearer.
    let (similar, deep) = if block < ROUGH { (rough, DEEPER) } else { (smooth(&rough), DEEP) };
    let depths = depths(&similar);
    let floor = cut_off(&depths);
    let mut valleys: Vec<(f64, usize)> = valleys(&similar, &depths, floor, deep).map(|(depth, gap)| (depth, pseudo[gap].0)).collect();
    // The deepest first; of two that are too close to each other it stays.
    valleys.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let shortest = shortest_ms(duration_ms);
    let mut bag = Bag::new(words.terms);
    let mut found: Vec<usize> = Vec::new();
    for (_, line) in valleys {
        let line = nearest(lines, words, &common, line, &mut bag);
        let at = lines[line].start_ms;
        let apart = |other: i64| (other - at).abs() >= shortest;
        if apart(0) && apart(duration_ms) && found.iter().all(|other| apart(lines[*other].start_ms)) {
            found.push(line);
        }
    }
    found.sort_unstable();
    found
}

/// Ranges of lines, each with about [`PSEUDO`] words.
fn pseudo_sentences(words: &Words) -> Vec<(usize, usize)> {
    let (mut all, mut from, mut held) = (Vec::new(), 0, 0);
    for (line, tokens) in words.tokens.iter().enumerate() {
        if held >= PSEUDO {
            all.push((from, line));
            (from, held) = (line, 0);
        }
        held += tokens.len();
    }
    match all.last_mut() {
        Some(last) if held < PSEUDO / 2 => last.1 = words.tokens.len(),
        _ => all.push((from, words.tokens.len())),
    }
    all
}

/// Which terms come nearly everywhere.
fn common(words: &Words, pseudo: &[(usize, usize)]) -> Vec<bool> {
    let mut seen = vec![(0_usize, usize::MAX); words.terms];
    for (number, (from, to)) in pseudo.iter().enumerate() {
        for token in words.tokens[*from..*to].iter().flatten() {
            let (count, last) = &mut seen[token.term as usize];
            if *last != number {
                (*count, *last) = (*count + 1, number);
            }
        }
    }
    seen.into_iter().map(|(count, _)| pseudo.len() >= ENOUGH && count * COMMON > pseudo.len()).collect()
}

/// How much vocabulary is shared across each gap: entry `i` is the gap before pseudo-sentence `i + 1`. From one gap to the next only
/// three pseudo-sentences change sides, so a long block costs no more than a short one.
fn similarities(words: &Words, pseudo: &[(usize, usize)], common: &[bool], block: usize) -> Vec<f64> {
    let terms = |number: usize| {
        let (from, to) = pseudo[number];
        words.tokens[from..to].iter().flatten().map(|token| token.term).filter(move |term| !common[*term as usize])
    };
    let mut bag = Bag::new(words.terms);
    for number in 0..pseudo.len().min(block) {
        terms(number).for_each(|term| bag.put(term, AFTER));
    }
    (1..pseudo.len())
        .map(|gap| {
            terms(gap - 1).for_each(|term| {
                bag.take(term, AFTER);
                bag.put(term, BEFORE);
            });
            if gap > block {
                terms(gap - 1 - block).for_each(|term| bag.take(term, BEFORE));
            }
            if gap - 1 + block < pseudo.len() {
                terms(gap - 1 + block).for_each(|term| bag.put(term, AFTER));
            }
            bag.cosine()
        })
        .collect()
}

fn smooth(values: &[f64]) -> Vec<f64> {
    (0..values.len())
        .map(|i| {
            let around = &values[i.saturating_sub(1)..values.len().min(i + 2)];
            around.iter().sum::<f64>() / around.len() as f64
        })
        .collect()
}

/// For each gap the depth of its valley and the height of the peaks on both sides together.
fn depths(similar: &[f64]) -> Vec<(f64, f64)> {
    // The peak that one climbs to from a place is that of its neighbour, as long as the way goes up.
    let mut left = similar.to_vec();
    for i in 1..left.len() {
        if similar[i - 1] >= similar[i] {
            left[i] = left[i - 1];
        }
    }
    let mut right = similar.to_vec();
    for i in (1..right.len()).rev() {
        if similar[i] >= similar[i - 1] {
            right[i - 1] = right[i];
        }
    }
    (0..similar.len()).map(|i| (left[i] + right[i] - 2.0 * similar[i], left[i] + right[i])).collect()
}

/// Mean − σ/2.
fn cut_off(depths: &[(f64, f64)]) -> f64 {
    let count = depths.len().max(1) as f64;
    let mean = depths.iter().map(|(depth, _)| depth).sum::<f64>() / count;
    let variance = depths.iter().map(|(depth, _)| (depth - mean).powi(2)).sum::<f64>() / count;
    mean - variance.sqrt() / 2.0
}

/// Depth, and the pseudo-sentence behind the gap, of each bottom that is deep enough. The outermost gaps have too little on one
/// side to be judged by.
fn valleys<'a>(similar: &'a [f64], depths: &'a [(f64, f64)], floor: f64, deep: f64) -> impl Iterator<Item = (f64, usize)> + 'a {
    (1..similar.len().saturating_sub(1))
        .filter(move |&i| similar[i] <= similar[i - 1] && similar[i] < similar[i + 1])
        .map(move |i| (depths[i], i + 1))
        .filter(move |((depth, peaks), _)| *depth > floor && *depth > *peaks * deep)
        .map(|((depth, _), gap)| (depth, gap))
}

/// The line near `line` where a listener would say that it begins.
fn nearest(lines: &[Line<'_>], words: &Words, common: &[bool], line: usize, bag: &mut Bag) -> usize {
    let weight = |line: usize| words.tokens[line].len().max(1);
    let (mut first, mut held) = (line, 0);
    while first > 1 && held < REACH {
        first -= 1;
        held += weight(first);
    }
    let (mut last, mut held) = (line, 0);
    while last + 1 < lines.len() && held < REACH {
        held += weight(last);
        last += 1;
    }
    let mut best = (f64::INFINITY, line);
    for here in first..=last {
        let around = [&words.tokens[here.saturating_sub(NEAR_LINES)..here], &words.tokens[here..lines.len().min(here + NEAR_LINES)]];
        let before = around[BEFORE].iter().rev().flatten().map(|token| token.term).filter(|term| !common[*term as usize]).take(NEAR);
        let after = around[AFTER].iter().flatten().map(|token| token.term).filter(|term| !common[*term as usize]).take(NEAR);
        let put: Vec<(u32, usize)> = before.map(|term| (term, BEFORE)).chain(after.map(|term| (term, AFTER))).collect();
        put.iter().for_each(|(term, side)| bag.put(*term, *side));
        let shared = bag.cosine();
        put.iter().for_each(|(term, side)| bag.take(*term, *side));
        let quiet = (lines[here].start_ms - lines[here - 1].end_ms).max(0) as f64;
        let turn = if lines[here].speaker == lines[here - 1].speaker { 0.0 } else { TURN };
        let score = shared - PAUSE * (quiet / PAUSE_MS).min(1.0) - turn;
        if score < best.0 {
            best = (score, here);
        }
    }
    best.1
}

const BEFORE: usize = 0;
const AFTER: usize = 1;

/// Term counts of two stretches, with what their angle is made of.
struct Bag {
    counts: Vec<[i64; 2]>,
    /// Σ a·b, and Σ a² and Σ b².
    shared: i64,
    squares: [i64; 2],
}

impl Bag {
    fn new(terms: usize) -> Self {
        Self { counts: vec![[0, 0]; terms], shared: 0, squares: [0, 0] }
    }

    fn put(&mut self, term: u32, side: usize) {
        let counts = &mut self.counts[term as usize];
        self.shared += counts[1 - side];
        self.squares[side] += 2 * counts[side] + 1;
        counts[side] += 1;
    }

    fn take(&mut self, term: u32, side: usize) {
        let counts = &mut self.counts[term as usize];
        self.shared -= counts[1 - side];
        self.squares[side] -= 2 * counts[side] - 1;
        counts[side] -= 1;
    }

    /// Cosine of the angle between the two: 0 shares nothing, 1 is the same.
    fn cosine(&self) -> f64 {
        let [before, after] = self.squares.map(|sum| sum as f64);
        if before > 0.0 && after > 0.0 { self.shared as f64 / (before * after).sqrt() } else { 0.0 }
    }
}

#[cfg(test)]
pub(super) mod tests;
