//! Files of subtitles and transcripts, as people have them: reading and writing.
//!
//! Reading: [`decode`] (which characters?) → [`cues`] (blocks of WebVTT, SubRip and SBV) → [`rolling`] (captions that say
//! everything twice) → [`markup`] (voices, tags, times of words; [`entities`]) → [`speakers`] (names before a colon); [`json`] for
//! whisper.cpp and what OpenAI began. Writing: [`write`] for players, [`prose`] for people.
//!
//! The crates for these formats (subtp, fasrt, title_parser, the older subparse) accept what the specifications allow, know no
//! voices or times of words, and name no line when they refuse; what people have is seldom so clean.

pub mod cues;
pub mod decode;
pub mod entities;
pub mod json;
pub mod language;
pub mod markup;
pub mod prose;
pub mod rolling;
pub mod speakers;
pub mod time;
pub mod words;
pub mod write;

pub use prose::{markdown, plain};
pub use write::{captions, subrip, webvtt};

use crate::model::{Sentence, transcript::MAX_SENTENCES};

/// Why a file cannot be read: the line, counted from 1, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubtitleError {
    #[error("This file is empty.")]
    Nothing,
    #[error("This is not a text file. A transcript comes as .vtt, .srt, .sbv or .json.")]
    NotText,
    #[error("This file has no subtitles in it. A .vtt or .srt file has lines like 00:01:02.000 --> 00:01:05.000.")]
    Empty,
    #[error("Line {line}: “{text}” is not a time. Times look like 00:01:02.000 --> 00:01:05.000.")]
    BadTime { line: usize, text: String },
    #[error("Line {line}: the JSON cannot be read: {reason}.")]
    BadJson { line: usize, reason: String },
    #[error("This JSON has a text without times. Ask for verbose_json (OpenAI and servers like it) or use -oj (whisper.cpp).")]
    Untimed,
    #[error("This JSON is not a transcript: it has neither “segments” (OpenAI, Whisper) nor “transcription” (whisper.cpp).")]
    OtherJson,
    #[error("A sentence of this file has more than {LONGEST} characters. Is it a transcript with times?")]
    Endless,
    #[error("This file has more than {MAX_SENTENCES} sentences. Is it the right one?")]
    TooMany,
}

/// The most characters of one sentence: half an hour of talk. What has more has lost its times.
pub const LONGEST: usize = 20_000;

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// A BCP 47 tag, where it names one.
    pub language: Option<String>,
    pub sentences: Vec<Sentence>,
}

/// A file of any of the kinds, told apart by what is in it: names and endings are often wrong.
pub fn read(bytes: &[u8]) -> Result<Script, SubtitleError> {
    read_text(&decode::text_of(bytes)?)
}

/// The same, from what was decoded already.
pub fn read_text(text: &str) -> Result<Script, SubtitleError> {
    let text = text.trim_start_matches('\u{feff}');
    let script = match text.trim_start().chars().next() {
        None => return Err(SubtitleError::Nothing),
        Some('{' | '[') if json::is_likely(text) => json::read(text)?,
        Some(_) => cues::read(text)?,
    };
    Ok(Script { language: script.language, sentences: in_order(script.sentences)? })
}

/// The sentences alone.
pub fn parse(text: &str) -> Result<Vec<Sentence>, SubtitleError> {
    read_text(text).map(|script| script.sentences)
}

/// By their starts; those that start together stay as they were.
fn in_order(mut sentences: Vec<Sentence>) -> Result<Vec<Sentence>, SubtitleError> {
    match sentences.len() {
        0 => return Err(SubtitleError::Empty),
        count if count > MAX_SENTENCES => return Err(SubtitleError::TooMany),
        _ if sentences.iter().any(|sentence| sentence.text.chars().nth(LONGEST).is_some()) => return Err(SubtitleError::Endless),
        _ => {}
    }
    sentences.sort_by_key(|sentence| sentence.start_ms);
    Ok(sentences)
}

#[cfg(test)]
mod dialects;
#[cfg(test)]
mod round_trips;
