//! What stands in the JSON of transcribers.

use crate::{model::transcript::MAX_SENTENCES, server::subtitles::speakers};
use serde::{
    Deserialize, Deserializer,
    de::{SeqAccess, Visitor},
};
use std::{fmt, marker::PhantomData};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct File {
    /// whisper.cpp
    pub transcription: Option<List<CppSegment>>,
    pub result: Option<CppResult>,
    /// OpenAI
    pub segments: Option<List<Segment>>,
    /// Of the whole recording, when asked for with `timestamp_granularities[]=word`.
    pub words: Option<List<TimedWord>>,
    pub language: Option<String>,
    pub text: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct CppResult {
    pub language: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct CppSegment {
    pub timestamps: Option<Stamps>,
    pub offsets: Option<Offsets>,
    pub text: String,
    pub speaker: Option<Label>,
    pub tokens: List<CppToken>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct CppToken {
    pub text: String,
    pub offsets: Option<Offsets>,
}

/// Milliseconds.
#[derive(Clone, Copy, Deserialize)]
pub struct Offsets {
    pub from: i64,
    pub to: i64,
}

#[derive(Deserialize)]
pub struct Stamps {
    pub from: String,
    pub to: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Segment {
    /// Seconds.
    pub start: Option<f64>,
    pub end: Option<f64>,
    pub text: String,
    pub speaker: Option<Label>,
    /// Null from faster-whisper, when nobody asked for them.
    pub words: Option<List<TimedWord>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct TimedWord {
    #[serde(alias = "text")]
    pub word: String,
    /// Null where an aligner found none.
    pub start: Option<f64>,
    pub end: Option<f64>,
}

/// A list of what tells something. A file of `[{},{},{}…]` would take forty times its size in memory.
pub struct List<T>(pub Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

pub trait Telling {
    /// So many are kept: one more than are taken is enough to refuse them.
    const MOST: usize = usize::MAX;

    fn tells(&self) -> bool;
}

impl Telling for Segment {
    const MOST: usize = MAX_SENTENCES + 1;

    fn tells(&self) -> bool {
        !self.text.trim().is_empty()
    }
}

impl Telling for CppSegment {
    const MOST: usize = MAX_SENTENCES + 1;

    fn tells(&self) -> bool {
        !self.text.trim().is_empty()
    }
}

impl Telling for CppToken {
    fn tells(&self) -> bool {
        self.offsets.is_some() && !self.text.is_empty()
    }
}

impl Telling for TimedWord {
    fn tells(&self) -> bool {
        self.start.is_some() && self.end.is_some() && !self.word.is_empty()
    }
}

impl<'de, T: Deserialize<'de> + Telling> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Each(PhantomData))
    }
}

struct Each<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Telling> Visitor<'de> for Each<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<List<T>, A::Error> {
        let mut kept = Vec::new();
        while let Some(one) = list.next_element::<T>()? {
            if one.tells() && kept.len() < T::MOST {
                kept.push(one);
            }
        }
        Ok(List(kept))
    }
}

/// A name or a number.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Label {
    Name(String),
    Number(i64),
}

impl Label {
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Number(number) => Some(format!("Speaker {}", number.saturating_add(1))),
            Self::Name(name) => match name.trim().parse::<i64>() {
                Ok(number) => Some(format!("Speaker {}", number.saturating_add(1))),
                // whisper.cpp's word for "one of the two".
                Err(_) if name.trim() == "?" => None,
                Err(_) => speakers::clean(name),
            },
        }
    }
}
