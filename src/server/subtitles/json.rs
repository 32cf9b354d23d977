//! JSON of transcribers: whisper.cpp's (`-oj`, `-ojf`), and the `verbose_json` that OpenAI began and others took up (Whisper,
//! faster-whisper, WhisperX with its speakers, OpenAI's own diarized variant).

mod file;
#[cfg(test)]
mod tests;

use super::{
    Script, SubtitleError, language, time,
    words::{self, one_line},
};
use crate::model::{Sentence, Word, transcript::MAX_SENTENCES};
use file::{CppSegment, CppToken, File, Label, List, Offsets, Segment, Stamps, TimedWord};
use serde_json::error::Category;

/// Does a text that begins with a bracket look like JSON? A cue of a sloppy subtitle file may begin with one, too.
pub fn is_likely(text: &str) -> bool {
    let mut rest = text.trim_start().chars().skip(1).skip_while(|c| c.is_whitespace());
    rest.next().is_none_or(|next| matches!(next, '"' | '{' | '}' | ']'))
}

/// The sentences as they stand, in the order of the file.
pub fn read(text: &str) -> Result<Script, SubtitleError> {
    let text = text.trim_end_matches(['\0', '\n', ' ']);
    let file = match text.trim_start().starts_with('[') {
        true => File { segments: Some(serde_json::from_str(text).map_err(|error| bad_json(&error))?), ..File::default() },
        false => serde_json::from_str::<File>(text).map_err(|error| bad_json(&error))?,
    };
    let cpp_language = file.result.and_then(|result| result.language);
    let language = cpp_language.or(file.language).as_deref().and_then(language::tag);
    let said = file.text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let sentences = match (file.transcription, file.segments, file.words.unwrap_or_default().0) {
        (Some(List(segments)), ..) => of_cpp(segments)?,
        (None, Some(List(segments)), words) if !segments.is_empty() => of_segments(segments, words)?,
        (None, _, words) if !words.is_empty() => of_words(words),
        // A text beside an empty list is no silence.
        (None, segments, _) if said || segments.is_none() && file.text.is_some() => return Err(SubtitleError::Untimed),
        (None, Some(_), _) => Vec::new(),
        (None, None, _) => return Err(SubtitleError::OtherJson),
    };
    Ok(Script { language, sentences: sentences.into_iter().map(words::tidy).collect() })
}

fn bad_json(error: &serde_json::Error) -> SubtitleError {
    let told = error.to_string();
    let told = told.split(" at line ").next().unwrap_or_default();
    let reason = match error.classify() {
        Category::Eof => "it ends before it is complete".to_owned(),
        Category::Data => format!("a value is of another kind than expected ({told})"),
        Category::Syntax | Category::Io => told.to_owned(),
    };
    SubtitleError::BadJson { line: error.line(), reason: reason.chars().take(200).collect() }
}

fn of_cpp(segments: Vec<CppSegment>) -> Result<Vec<Sentence>, SubtitleError> {
    let stamps = |at: &Stamps| Some(Offsets { from: time::parse(&at.from)?, to: time::parse(&at.to)? });
    let times = |segment: &CppSegment| segment.offsets.or_else(|| segment.timestamps.as_ref().and_then(stamps));
    timed(segments.len(), segments.iter().any(|segment| times(segment).is_some()))?;
    let (mut sentences, mut before) = (Vec::new(), 0);
    for segment in segments {
        // What whisper.cpp writes for silence and noise stays: "[MUSIC]" is worth a line, an empty one is not.
        let text = one_line(&segment.text);
        if text.is_empty() {
            continue;
        }
        let at = times(&segment).unwrap_or(Offsets { from: before, to: before });
        before = at.to;
        let words = of_tokens(&segment.tokens.0);
        let speaker = segment.speaker.as_ref().and_then(Label::name);
        sentences.push(Sentence { start_ms: at.from, end_ms: at.to, speaker, text, words });
    }
    Ok(sentences)
}

/// Tokens to words: one that begins with a blank begins a word. Those in brackets are whisper's own marks.
fn of_tokens(tokens: &[CppToken]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for CppToken { text, offsets } in tokens {
        let (Some(at), false) = (offsets, text.starts_with("[_")) else { continue };
        let said = one_line(text);
        match words.last_mut() {
            _ if said.is_empty() => {}
            Some(word) if !text.starts_with(' ') => {
                word.text.push_str(&said);
                word.end_ms = at.to;
            }
            _ => words.push(Word { start_ms: at.from, end_ms: at.to, text: said }),
        }
    }
    words
}

fn of_segments(segments: Vec<Segment>, told: Vec<TimedWord>) -> Result<Vec<Sentence>, SubtitleError> {
    timed(segments.len(), segments.iter().any(|segment| segment.start.is_some()))?;
    let told: Vec<Word> = told.iter().filter_map(word).collect();
    let (mut next, mut before) = (0, 0);
    let mut sentences = Vec::new();
    for segment in segments {
        let text = one_line(&segment.text);
        if text.is_empty() {
            continue;
        }
        // What an aligner found no time for was said all the same: behind what stands before it.
        let start_ms = segment.start.map_or(before, ms);
        let end_ms = segment.end.map_or(start_ms, ms);
        before = end_ms;
        // The words of the whole recording are in order: those that begin before this segment ends are its own.
        let upto = next + told[next..].iter().take_while(|word| (word.start_ms + word.end_ms) / 2 < end_ms).count();
        let own: Vec<Word> = match &segment.words {
            Some(List(words)) if !words.is_empty() => words.iter().filter_map(word).collect(),
            _ => told[next..upto].to_vec(),
        };
        next = upto;
        let words = words::aligned(&own, &text);
        sentences.push(Sentence { start_ms, end_ms, speaker: segment.speaker.as_ref().and_then(Label::name), text, words });
    }
    Ok(sentences)
}

/// A pause that ends a sentence, in milliseconds, and the most words and bytes of one: only for answers that have words and
/// nothing else.
const PAUSE_MS: i64 = 700;
const MOST_WORDS: usize = 40;
const MOST_BYTES: usize = 600;

fn of_words(told: Vec<TimedWord>) -> Vec<Sentence> {
    let mut sentences: Vec<Sentence> = Vec::new();
    for word in told.iter().filter_map(word) {
        let goes_on = sentences.last_mut().filter(|sentence| {
            word.start_ms - sentence.end_ms < PAUSE_MS
                && sentence.words.len() < MOST_WORDS
                && sentence.text.len() < MOST_BYTES
                && !sentence.text.ends_with(['.', '!', '?', '…', '。', '！', '？'])
        });
        match goes_on {
            Some(sentence) => {
                sentence.end_ms = word.end_ms;
                let glued = sentence.text.ends_with(words::is_unspaced) && word.text.starts_with(words::is_unspaced);
                match sentence.words.last_mut().filter(|_| glued) {
                    // Without blanks in between, they are one word of the text.
                    Some(last) => {
                        sentence.text.push_str(&word.text);
                        last.text.push_str(&word.text);
                        last.end_ms = word.end_ms;
                    }
                    None => {
                        sentence.text.extend([" ", &word.text]);
                        sentence.words.push(word);
                    }
                }
            }
            None => {
                let Word { start_ms, end_ms, text } = word.clone();
                sentences.push(Sentence { start_ms, end_ms, speaker: None, text, words: vec![word] });
            }
        }
    }
    sentences
}

fn word(told: &TimedWord) -> Option<Word> {
    let text = one_line(&told.word);
    let (start_ms, end_ms) = (ms(told.start?), ms(told.end?));
    // Without blanks inside, or it would be two words of the text.
    (!text.is_empty() && !text.contains(' ')).then_some(Word { start_ms, end_ms, text })
}

/// Seconds to milliseconds. A hundred hours are more than any recording has.
fn ms(secs: f64) -> i64 {
    if secs.is_finite() { (secs.clamp(0.0, 360_000.0) * 1000.0).round() as i64 } else { 0 }
}

/// So many segments, any of which has a time?
fn timed(count: usize, any: bool) -> Result<(), SubtitleError> {
    match count {
        0 => Ok(()),
        _ if count > MAX_SENTENCES => Err(SubtitleError::TooMany),
        _ if any => Ok(()),
        _ => Err(SubtitleError::Untimed),
    }
}
