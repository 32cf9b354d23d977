//! Transcripts as players want them. What is written as WebVTT is read back as it was: voices, languages and the times of words.
//! SubRip has no place for the language and the times of words, and of speakers only what a name before a colon tells.

use super::{entities, markup, time::clock};
use crate::model::{Sentence, Word};

/// Tells our own files: in them, no name before a colon is taken for a speaker, and no line said twice for a rolling caption.
pub const OURS: &str = "NOTE Written by Notetaker";

/// Browsers give a line a twentieth of the picture's height: two lines from the fourth on stand clear of the player's bar.
const ABOVE_THE_BAR: &str = " line:-4";

/// What the player shows: the sentences as cues, each speaker as the voice of one.
pub fn captions(sentences: &[Sentence], language: Option<&str>) -> String {
    let mut file = header(language);
    for Sentence { start_ms, end_ms, speaker, text, .. } in sentences {
        file.extend(["\n", &clock(*start_ms, '.'), " --> ", &clock(*end_ms, '.'), ABOVE_THE_BAR, "\n"]);
        file.extend([&*voice(speaker.as_deref()), &escaped(text), "\n"]);
    }
    file
}

/// A file to keep: all that is known.
pub fn webvtt(sentences: &[Sentence], language: Option<&str>) -> String {
    let mut file = header(language);
    file.extend(["\n", OURS, "\n"]);
    for sentence in sentences {
        file.extend(["\n", &clock(sentence.start_ms, '.'), " --> ", &clock(sentence.end_ms, '.'), "\n"]);
        file.push_str(&voice(sentence.speaker.as_deref()));
        match sentence.words.is_empty() {
            true => file.push_str(&escaped(&sentence.text)),
            false => file.push_str(&timed(&sentence.words, sentence.end_ms)),
        }
        file.push('\n');
    }
    file
}

pub fn subrip(sentences: &[Sentence]) -> String {
    let mut file = String::new();
    for (index, Sentence { start_ms, end_ms, speaker, text, .. }) in sentences.iter().enumerate() {
        let number = (index + 1).to_string();
        file.extend([if index == 0 { "" } else { "\n" }, &number, "\n", &clock(*start_ms, ','), " --> ", &clock(*end_ms, ','), "\n"]);
        let name = speaker.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
        file.extend([&*bare(&(name + text)), "\n"]);
    }
    file
}

fn header(language: Option<&str>) -> String {
    language.map_or_else(|| "WEBVTT\n".into(), |language| format!("WEBVTT\nLanguage: {language}\n"))
}

fn voice(speaker: Option<&str>) -> String {
    speaker.map(|name| format!("<v {}>", escaped(name))).unwrap_or_default()
}

/// Each word behind the time it begins at (WebVTT, 4.2.2: "cue timestamp"); behind it the time it ends at, where the next one
/// does not begin there.
fn timed(words: &[Word], end_ms: i64) -> String {
    let mut line = String::new();
    for (index, word) in words.iter().enumerate() {
        let next = words.get(index + 1).map_or(end_ms, |next| next.start_ms);
        line.extend([if index == 0 { "<" } else { " <" }, &clock(word.start_ms, '.'), ">", &escaped(&word.text)]);
        if word.end_ms != next {
            line.extend(["<", &clock(word.end_ms, '.'), ">"]);
        }
    }
    line
}

/// A line break would end the sentence, or begin a cue of its own making.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace(['\n', '\r'], " ")
}

/// SubRip is shown as it stands, so only what would be read back as something else is escaped.
fn bare(text: &str) -> String {
    let mut line = text.replace(['\n', '\r'], " ");
    if entities::resolved(&line) != line {
        line = line.replace('&', "&amp;");
    }
    let read = markup::read(&line, markup::Tags::Known, 0, 0);
    let stays = read.len() == 1 && read[0].text == entities::resolved(&line) && !line.contains("-->");
    if stays { line } else { line.replace('<', "&lt;").replace('>', "&gt;").replace('{', "&#123;") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_are_what_browsers_expect() {
        let said = [Sentence {
            start_ms: 3_661_042,
            end_ms: 3_662_000,
            speaker: Some("Ana".into()),
            text: "R&D\n\nfirst".into(),
            words: Vec::new(),
        }];
        assert_eq!(captions(&said, None), "WEBVTT\n\n01:01:01.042 --> 01:01:02.000 line:-4\n<v Ana>R&amp;D  first\n");
        assert!(captions(&said, Some("pt-BR")).starts_with("WEBVTT\nLanguage: pt-BR\n\n01:01:01.042"));
    }

    #[test]
    fn subrip_is_written_as_it_is_shown() {
        let said =
            |text: &str| subrip(&[Sentence { end_ms: 1_500, speaker: Some("Ana".into()), text: text.into(), ..Sentence::default() }]);
        assert_eq!(said("R&D says a < b"), "1\n00:00:00,000 --> 00:00:01,500\nAna: R&D says a < b\n");
        assert!(said("<b>bold</b>").ends_with("Ana: &lt;b&gt;bold&lt;/b&gt;\n"));
        assert!(said("a --> b").ends_with("Ana: a --&gt; b\n"));
        assert!(said("&amp;").ends_with("Ana: &amp;amp;\n"));
    }
}
