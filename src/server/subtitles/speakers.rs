//! Names before a colon: how Zoom, Meet, Otter and people write who speaks, where a format has no place for it.

use crate::model::{Sentence, transcript::MAX_SPEAKER_CHARS};

/// A name as it is kept: one line, no control characters, not endless.
pub fn clean(name: &str) -> Option<String> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let name: String = name.chars().filter(|c| !c.is_control()).take(MAX_SPEAKER_CHARS).collect();
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// Takes the names out of the texts where the file is consistent about it: half of its cues or more begin with one, and the
/// names come again. "Note: …" here and there stays what it is.
pub fn from_colons(sentences: &mut [Sentence]) {
    let names: Vec<Option<&str>> = sentences.iter().map(|sentence| name_of(&sentence.text)).collect();
    let count = names.iter().flatten().count();
    let different = names.iter().flatten().collect::<std::collections::BTreeSet<_>>().len();
    let consistent = count >= 2 && count * 2 >= sentences.len() && (different * 3 <= count * 2 || count == sentences.len());
    if !consistent {
        return;
    }
    for sentence in sentences {
        let Some(name) = name_of(&sentence.text) else { continue };
        let (speaker, length) = (clean(name), sentence.text.find(':').map_or(0, |at| at + 1));
        let rest = sentence.text[length..].trim_start().to_owned();
        if rest.is_empty() {
            continue;
        }
        let gone = name.split_whitespace().count() + usize::from(sentence.text.starts_with(MARK));
        sentence.words.drain(..gone.min(sentence.words.len()));
        (sentence.speaker, sentence.text) = (speaker, rest);
    }
}

/// How broadcasters mark another speaker.
const MARK: &str = ">> ";
/// Longer ones are the beginnings of sentences.
const LONGEST: usize = 40;
const MOST_WORDS: usize = 5;

/// What could be a name before the first colon.
fn name_of(text: &str) -> Option<&str> {
    let (before, after) = text.split_once(':')?;
    let name = before.strip_prefix(MARK).unwrap_or(before).trim();
    let mut letters = name.chars();
    let first = letters.next()?;
    let begins = first.is_alphabetic() && !first.is_lowercase();
    let plain = letters.all(|c| c.is_alphanumeric() || matches!(c, ' ' | '\'' | '’' | '-' | '.' | '_' | '(' | ')' | '&' | '@' | '/'));
    // A point ends an initial or a title, but not a sentence: "Dr. J. Smith".
    let points = name.split_whitespace().all(|word| !word.ends_with('.') || word.chars().count() <= 4);
    let short = name.chars().count() <= LONGEST && name.split_whitespace().count() <= MOST_WORDS;
    (begins && plain && points && short && (after.is_empty() || after.starts_with(char::is_whitespace))).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(texts: &[&str]) -> Vec<(Option<String>, String)> {
        let mut sentences: Vec<Sentence> = texts.iter().map(|text| Sentence { text: (*text).into(), ..Sentence::default() }).collect();
        from_colons(&mut sentences);
        sentences.into_iter().map(|s| (s.speaker, s.text)).collect()
    }

    #[test]
    fn names_that_come_again_are_speakers() {
        let said = read(&["Ana Müller: Shall we?", "Ben: Yes.", "and so on", "Ana Müller: Good: then go."]);
        assert_eq!(said[0], (Some("Ana Müller".into()), "Shall we?".into()));
        assert_eq!(said[2], (None, "and so on".into()));
        assert_eq!(said[3], (Some("Ana Müller".into()), "Good: then go.".into()));
    }

    #[test]
    fn a_colon_here_and_there_makes_no_speaker() {
        for texts in [
            &["Note: this is new", "and goes on", "and on", "so there"][..],
            &["One thing: this", "Another thing: that", "Last thing: those", "and", "so"],
            &["at 12:30 we met", "see https://example.com", "then: nothing"],
        ] {
            assert!(read(texts).iter().all(|(speaker, _)| speaker.is_none()), "{texts:?}");
        }
    }

    #[test]
    fn broadcasters_marks_and_titles_are_understood() {
        let said = read(&[">> DR. J. SMITH: Hello.", ">> DR. J. SMITH: Again.", "SPEAKER_01: Yes"]);
        assert_eq!(said[0], (Some("DR. J. SMITH".into()), "Hello.".into()));
        assert_eq!(said[2].0.as_deref(), Some("SPEAKER_01"));
    }

    #[test]
    fn a_name_is_one_line_of_a_bounded_length() {
        assert_eq!(clean("  Ana \n Müller\u{7} "), Some("Ana Müller".into()));
        assert_eq!(clean(" \t"), None);
        assert_eq!(clean(&"x".repeat(1000)).unwrap().len(), MAX_SPEAKER_CHARS);
    }
}
