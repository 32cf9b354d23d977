//! JSON of transcribers: whisper.cpp's (`-oj`, `-ojf`), and the `verbose_json` that OpenAI began and others took up (Whisper,
//! faster-whisper, WhisperX with its speakers, OpenAI's own diarized variant).

use super::{Script, SubtitleError, language, speakers, time, words};
use crate::model::{Sentence, Word, transcript::MAX_SENTENCES};
use serde::Deserialize;
use serde_json::error::Category;

/// Does a text that begins with a bracket look like JSON? A cue of a sloppy subtitle file may begin with one, too.
pub fn is_likely(text: &str) -> bool {
    let mut rest = text.trim_start().chars().skip(1).skip_while(|c| c.is_whitespace());
    rest.next().is_none_or(|next| matches!(next, '"' | '{' | '}' | ']'))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct File {
    /// whisper.cpp
    transcription: Option<Vec<CppSegment>>,
    result: Option<CppResult>,
    /// OpenAI
    segments: Option<Vec<Segment>>,
    /// Of the whole recording, when asked for with `timestamp_granularities[]=word`.
    words: Option<Vec<TimedWord>>,
    language: Option<String>,
    text: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CppResult {
    language: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CppSegment {
    timestamps: Option<Stamps>,
    offsets: Option<Offsets>,
    text: String,
    speaker: Option<Label>,
    tokens: Vec<CppToken>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CppToken {
    text: String,
    offsets: Option<Offsets>,
}

/// Milliseconds.
#[derive(Clone, Copy, Deserialize)]
struct Offsets {
    from: i64,
    to: i64,
}

#[derive(Deserialize)]
struct Stamps {
    from: String,
    to: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Segment {
    /// Seconds.
    start: Option<f64>,
    end: Option<f64>,
    text: String,
    speaker: Option<Label>,
    /// Null from faster-whisper, when nobody asked for them.
    words: Option<Vec<TimedWord>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TimedWord {
    #[serde(alias = "text")]
    word: String,
    /// Null where an aligner found none.
    start: Option<f64>,
    end: Option<f64>,
}

/// A name or a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Label {
    Name(String),
    Number(i64),
}

impl Label {
    fn name(&self) -> Option<String> {
        match self {
            Self::Number(number) => Some(format!("Speaker {}", number + 1)),
            Self::Name(name) => match name.trim().parse::<i64>() {
                Ok(number) => Some(format!("Speaker {}", number + 1)),
                // whisper.cpp's word for "one of the two".
                Err(_) if name.trim() == "?" => None,
                Err(_) => speakers::clean(name),
            },
        }
    }
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
    let sentences = match (file.transcription, file.segments, file.words) {
        (Some(segments), ..) => of_cpp(segments)?,
        (None, Some(segments), words) => of_segments(segments, words.unwrap_or_default())?,
        (None, None, Some(words)) if !words.is_empty() => of_words(words),
        _ if file.text.is_some() => return Err(SubtitleError::Untimed),
        _ => return Err(SubtitleError::OtherJson),
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
    bounded(segments.len())?;
    let mut sentences = Vec::new();
    for segment in segments {
        let stamps = || segment.timestamps.as_ref().and_then(|at| Some(Offsets { from: time::parse(&at.from)?, to: time::parse(&at.to)? }));
        let text = one_line(&segment.text);
        // What whisper.cpp writes for silence and noise stays: "[MUSIC]" is worth a line, an empty one is not.
        if let (Some(at), false) = (segment.offsets.or_else(stamps), text.is_empty()) {
            let words = of_tokens(&segment.tokens);
            let speaker = segment.speaker.as_ref().and_then(Label::name);
            sentences.push(Sentence { start_ms: at.from, end_ms: at.to, speaker, text, words });
        }
    }
    Ok(sentences)
}

/// Tokens to words: one that begins with a blank begins a word. Those in brackets are whisper's own marks.
fn of_tokens(tokens: &[CppToken]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for CppToken { text, offsets } in tokens {
        let (Some(at), false) = (offsets, text.starts_with("[_")) else { continue };
        let said = text.trim();
        match words.last_mut() {
            _ if said.is_empty() => {}
            Some(word) if !text.starts_with(' ') => {
                word.text.push_str(said);
                word.end_ms = at.to;
            }
            _ => words.push(Word { start_ms: at.from, end_ms: at.to, text: said.to_owned() }),
        }
    }
    words
}

fn of_segments(segments: Vec<Segment>, told: Vec<TimedWord>) -> Result<Vec<Sentence>, SubtitleError> {
    bounded(segments.len())?;
    let told: Vec<Word> = told.iter().filter_map(word).collect();
    let mut next = 0;
    let mut sentences = Vec::new();
    for segment in segments {
        let text = one_line(&segment.text);
        let (Some(start), Some(end), false) = (segment.start, segment.end, text.is_empty()) else { continue };
        let (start_ms, end_ms) = (ms(start), ms(end));
        // The words of the whole recording are in order: those that begin before this segment ends are its own.
        let upto = next + told[next..].iter().take_while(|word| (word.start_ms + word.end_ms) / 2 < end_ms).count();
        let own: Vec<Word> = match &segment.words {
            Some(words) if !words.is_empty() => words.iter().filter_map(word).collect(),
            _ => told[next..upto].to_vec(),
        };
        next = upto;
        let words = words::aligned(&own, &text);
        sentences.push(Sentence { start_ms, end_ms, speaker: segment.speaker.as_ref().and_then(Label::name), text, words });
    }
    Ok(sentences)
}

/// A pause that ends a sentence, in milliseconds, and the most words of one: only for answers that have words and nothing else.
const PAUSE_MS: i64 = 700;
const MOST_WORDS: usize = 40;

fn of_words(told: Vec<TimedWord>) -> Vec<Sentence> {
    let mut sentences: Vec<Sentence> = Vec::new();
    for word in told.iter().filter_map(word) {
        let goes_on = sentences.last_mut().filter(|sentence| {
            word.start_ms - sentence.end_ms < PAUSE_MS
                && sentence.words.len() < MOST_WORDS
                && !sentence.text.ends_with(['.', '!', '?', '。'])
        });
        match goes_on {
            Some(sentence) => {
                sentence.text.extend([" ", &word.text]);
                sentence.end_ms = word.end_ms;
                sentence.words.push(word);
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

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Seconds to milliseconds. A hundred hours are more than any recording has.
fn ms(secs: f64) -> i64 {
    if secs.is_finite() { (secs.clamp(0.0, 360_000.0) * 1000.0).round() as i64 } else { 0 }
}

fn bounded(count: usize) -> Result<(), SubtitleError> {
    if count > MAX_SENTENCES { Err(SubtitleError::TooMany) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Sentence {
        read(text).unwrap().sentences[0].clone()
    }

    fn words_of(sentence: &Sentence) -> Vec<(i64, i64, &str)> {
        sentence.words.iter().map(|word| (word.start_ms, word.end_ms, word.text.as_str())).collect()
    }

    #[test]
    fn tokens_of_whisper_cpp_are_put_together_to_words() {
        let file = r#"{"systeminfo":"AVX = 1","model":{"type":"base"},"params":{"language":"en"},"result":{"language":"en"},"transcription":[
            {"timestamps":{"from":"00:00:00,000","to":"00:00:02,000"},"offsets":{"from":0,"to":2000},"text":" Fellow Americans!","speaker":"0","tokens":[
              {"text":"[_BEG_]","timestamps":{"from":"00:00:00,000","to":"00:00:00,000"},"offsets":{"from":0,"to":0},"id":50363,"p":0.9},
              {"text":" Fellow","offsets":{"from":10,"to":600},"id":1,"p":0.9},
              {"text":" Americ","offsets":{"from":600,"to":1100},"id":2},
              {"text":"ans","offsets":{"from":1100,"to":1500},"id":3},
              {"text":"!","offsets":{"from":1500,"to":1600},"id":4},
              {"text":"[_TT_100]","offsets":{"from":2000,"to":2000},"id":5}]}]}"#;
        let script = read(file).unwrap();
        let sentence = &script.sentences[0];
        assert_eq!(
            (script.language.as_deref(), sentence.speaker.as_deref(), sentence.text.as_str()),
            (Some("en"), Some("Speaker 1"), "Fellow Americans!")
        );
        assert_eq!(words_of(sentence), [(10, 600, "Fellow"), (600, 1600, "Americans!")]);
    }

    #[test]
    fn timestamps_do_where_there_are_no_offsets() {
        let sentence = first(r#"{"transcription":[{"timestamps":{"from":"00:01:00,250","to":"00:01:02,000"},"text":" So"}]}"#);
        assert_eq!((sentence.start_ms, sentence.end_ms), (60_250, 62_000));
    }

    #[test]
    fn words_beside_the_segments_find_their_segment_and_its_punctuation() {
        let file = r#"{"task":"transcribe","language":"english","duration":4.0,"text":"Hello there. Good.",
            "segments":[{"id":0,"start":0.0,"end":2.0,"text":" Hello there."},{"id":1,"start":2.0,"end":4.0,"text":" Good."}],
            "words":[{"word":"Hello","start":0.1,"end":0.5},{"word":"there","start":0.5,"end":1.9},{"word":"Good","start":2.5,"end":3.25}]}"#;
        let script = read(file).unwrap();
        assert_eq!(script.language.as_deref(), Some("en"));
        assert_eq!(words_of(&script.sentences[0]), [(100, 500, "Hello"), (500, 1_900, "there.")]);
        assert_eq!(words_of(&script.sentences[1]), [(2_500, 3_250, "Good.")]);
    }

    #[test]
    fn speakers_of_whisperx_and_of_openai_are_kept() {
        let sentence = first(
            r#"{"segments":[{"start":1.0,"end":2.0,"text":" In 2024 we","speaker":"SPEAKER_00",
            "words":[{"word":"In","start":1.0,"end":1.2,"score":0.9,"speaker":"SPEAKER_00"},{"word":"2024"},{"word":"we","start":1.8,"end":2.0}]}],"language":"en"}"#,
        );
        assert_eq!(sentence.speaker.as_deref(), Some("SPEAKER_00"));
        assert_eq!(words_of(&sentence), [(1_000, 1_200, "In"), (1_200, 1_800, "2024"), (1_800, 2_000, "we")]);
        let sentence = first(
            r#"{"task":"transcribe","duration":2.0,"text":"Hi","segments":[{"type":"transcript.text.segment","id":"seg_1","start":0.0,"end":2.0,"text":"Hi","speaker":"A"}]}"#,
        );
        assert_eq!(sentence.speaker.as_deref(), Some("A"));
        assert_eq!(first(r#"[{"start":0,"end":1,"text":"Hi","speaker":2}]"#).speaker.as_deref(), Some("Speaker 3"));
    }

    #[test]
    fn words_alone_become_sentences_at_pauses_and_full_stops() {
        let file = r#"{"text":"x","words":[{"word":"So.","start":0.0,"end":0.4},{"word":"Then","start":0.5,"end":0.8},{"word":"on","start":3.0,"end":3.2}]}"#;
        let texts: Vec<String> = read(file).unwrap().sentences.into_iter().map(|s| s.text).collect();
        assert_eq!(texts, ["So.", "Then", "on"]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let cut = "{\n\"segments\": [\n{\"start\": 0.0,";
        assert_eq!(read(cut), Err(SubtitleError::BadJson { line: 3, reason: "it ends before it is complete".into() }));
        let Err(SubtitleError::BadJson { line: 2, reason }) = read("{\n\"segments\": 5}") else { panic!() };
        assert!(reason.starts_with("a value is of another kind than expected"), "{reason}");
        assert_eq!(read(r#"{"text":"Hello"}"#), Err(SubtitleError::Untimed));
        assert_eq!(read(r#"{"name":"package"}"#), Err(SubtitleError::OtherJson));
    }

    #[test]
    fn times_that_make_no_sense_are_bounded() {
        let sentence = first(r#"{"segments":[{"start":-3.5,"end":1e300,"text":"So"}]}"#);
        assert_eq!((sentence.start_ms, sentence.end_ms), (0, 360_000_000));
    }
}
