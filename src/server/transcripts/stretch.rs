//! A few sentences out of the JSON of many. What is not wanted is passed over at the speed of reading, and never becomes words,
//! texts and names in memory: the page shows a hundred of ten thousand.

use crate::model::Sentence;
use serde::{
    Deserializer,
    de::{IgnoredAny, SeqAccess, Visitor},
};
use std::fmt;

/// `count` sentences from `from` on, and how many there are altogether.
pub fn of(json: &str, from: usize, count: usize) -> serde_json::Result<(Vec<Sentence>, usize)> {
    serde_json::Deserializer::from_str(json).deserialize_seq(Stretch { from, count })
}

struct Stretch {
    from: usize,
    count: usize,
}

impl<'de> Visitor<'de> for Stretch {
    type Value = (Vec<Sentence>, usize);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of sentences")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let (mut sentences, mut total) = (Vec::new(), 0);
        loop {
            let wanted = total >= self.from && sentences.len() < self.count;
            let more = if wanted {
                list.next_element()?.map(|sentence| sentences.push(sentence))
            } else {
                list.next_element::<IgnoredAny>()?.map(drop)
            };
            match more {
                Some(()) => total += 1,
                None => return Ok((sentences, total)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_what_it_would_be_of_the_whole() {
        let all: Vec<Sentence> = (0..10).map(|n| Sentence { start_ms: n, text: format!("sentence {n}"), ..Sentence::default() }).collect();
        let json = serde_json::to_string(&all).unwrap();
        for (from, count) in [(0, 3), (4, 2), (8, 100), (10, 1), (50, 5), (0, 0)] {
            let expected: Vec<Sentence> = all.iter().skip(from).take(count).cloned().collect();
            assert_eq!(of(&json, from, count).unwrap(), (expected, 10), "{from} {count}");
        }
        assert_eq!(of("[]", 0, 5).unwrap(), (Vec::new(), 0));
    }
}
