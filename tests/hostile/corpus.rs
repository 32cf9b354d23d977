//! The collection: every file that means harm, with what may become of it.

use std::collections::HashSet;

use super::{bait::Bait, boxes, crowds, matroska, pictures, polyglots, references, scripts, sounds, transport};

/// One file that means harm.
pub struct Hostile {
    /// What it calls itself.
    pub name: &'static str,
    pub bytes: Vec<u8>,
    /// It holds something that can be played within all bounds, so being played is no harm.
    pub may_play: bool,
    /// `make test` sends it, too.
    pub quick: bool,
}

/// A file that must be refused.
pub fn never(name: &'static str, bytes: impl Into<Vec<u8>>) -> Hostile {
    Hostile { name, bytes: bytes.into(), may_play: false, quick: false }
}

/// A file that may be refused, or played within all bounds.
pub fn bounded(name: &'static str, bytes: impl Into<Vec<u8>>) -> Hostile {
    Hostile { may_play: true, ..never(name, bytes) }
}

impl Hostile {
    pub fn quick(self) -> Self {
        Self { quick: true, ..self }
    }
}

pub fn corpus(bait: &Bait) -> Vec<Hostile> {
    let families = [
        scripts::all(bait),
        references::all(bait),
        pictures::all(),
        crowds::all(),
        boxes::all(),
        matroska::all(),
        transport::all(),
        sounds::all(),
        polyglots::all(),
    ];
    families.into_iter().flatten().collect()
}

#[test]
fn the_corpus_is_large_small_and_the_same_every_time() {
    let bait = Bait::laid();
    let (first, second) = (corpus(&bait), corpus(&bait));
    let names: HashSet<_> = first.iter().map(|file| file.name).collect();
    assert_eq!(names.len(), first.len(), "two files have one name");
    assert!(first.len() >= 100, "{}", first.len());
    assert!((40..=60).contains(&first.iter().filter(|file| file.quick).count()));
    for (one, other) in first.iter().zip(&second) {
        assert!(one.bytes == other.bytes, "{} differs from itself", one.name);
        // What is small and does much is what an attacker sends.
        assert!(!one.bytes.is_empty() && one.bytes.len() <= 5 << 20, "{} has {} bytes", one.name, one.bytes.len());
    }
}
