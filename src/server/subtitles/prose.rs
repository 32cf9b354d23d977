//! Transcripts for people: plain text, and Markdown whose times lead into the recording. Ends and times of words are left out.

use crate::model::{Sentence, clock::timecode};

/// A line for each sentence: `[1:02] Ana: So the plan`.
pub fn plain(sentences: &[Sentence]) -> String {
    let mut file = String::new();
    for Sentence { start_ms, speaker, text, .. } in sentences {
        file.extend(["[", &timecode(*start_ms), "] "]);
        if let Some(name) = speaker {
            file.extend([name, ": "]);
        }
        file.extend([text.as_str(), "\n"]);
    }
    file
}

/// One paragraph says at most this much when nobody takes turns, in milliseconds.
const LONGEST: i64 = 60_000;
/// A pause that begins another paragraph.
const PAUSE: i64 = 3_000;

/// Paragraphs by speaker and pause, each with its time as a link into the recording at `address`.
pub fn markdown(title: &str, address: &str, sentences: &[Sentence]) -> String {
    let mut file = format!("# {}\n", escaped(title));
    let mut paragraph: Option<&Sentence> = None;
    let mut until = 0;
    for sentence in sentences {
        let goes_on = paragraph.is_some_and(|first| {
            first.speaker == sentence.speaker && sentence.start_ms - until < PAUSE && sentence.start_ms - first.start_ms < LONGEST
        });
        if !goes_on {
            let (moment, secs) = (timecode(sentence.start_ms), (sentence.start_ms / 1000).to_string());
            file.extend([if paragraph.is_some() { "\n" } else { "" }, "\n[", &moment, "](", address, "?t=", &secs, ")"]);
            if let Some(name) = &sentence.speaker {
                file.extend([" **", &*escaped(name), ":**"]);
            }
            paragraph = Some(sentence);
        }
        file.extend([" ", &*escaped(&sentence.text)]);
        until = sentence.end_ms;
    }
    file.push('\n');
    file
}

/// Text that Markdown shows as it is. It never stands at the beginning of a line, where more would mean something.
fn escaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&') {
            plain.push('\\');
        }
        plain.push(if c.is_control() { ' ' } else { c });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(start_ms: i64, speaker: Option<&str>, text: &str) -> Sentence {
        Sentence { start_ms, end_ms: start_ms + 2_000, speaker: speaker.map(Into::into), text: text.into(), words: Vec::new() }
    }

    #[test]
    fn plain_text_has_a_line_for_each_sentence() {
        let file = plain(&[said(62_000, Some("Ana"), "Shall we?"), said(3_723_000, None, "Yes.")]);
        assert_eq!(file, "[1:02] Ana: Shall we?\n[1:02:03] Yes.\n");
    }

    #[test]
    fn markdown_has_a_paragraph_for_each_turn_and_leads_to_its_moment() {
        let all = [
            said(1_500, Some("Ana"), "Shall we?"),
            said(3_500, Some("Ana"), "Now."),
            said(5_500, Some("Ben"), "Yes."),
            said(20_000, Some("Ben"), "So."),
        ];
        let file = markdown("Weekly", "https://notes.example.com/videos/7", &all);
        assert_eq!(
            file,
            "# Weekly\n\n[0:01](https://notes.example.com/videos/7?t=1) **Ana:** Shall we? Now.\n\n\
             [0:05](https://notes.example.com/videos/7?t=5) **Ben:** Yes.\n\n[0:20](https://notes.example.com/videos/7?t=20) **Ben:** So.\n"
        );
    }

    #[test]
    fn nothing_that_was_said_becomes_markup() {
        let file = markdown("a*b", "x", &[said(0, Some("<b>"), "![x](javascript:1) <script> `c` # |")]);
        assert!(file.contains("# a\\*b\n") && file.contains("**\\<b\\>:** !\\[x\\](javascript:1) \\<script\\> \\`c\\` \\# \\|"), "{file}");
    }
}
