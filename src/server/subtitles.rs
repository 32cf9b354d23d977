//! Reads WebVTT and SubRip, and writes WebVTT. It reads them as people have them: a byte-order mark, CRLF, hours left out, comma or point, cue settings,
//! tags inside the text. (The crates for these formats accept only what the specifications allow.)

use crate::model::Sentence;

/// Why a subtitle file cannot be read: the line, counted from 1, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubtitleError {
    #[error("This file has no subtitles in it. A .vtt or .srt file has lines like 00:01:02.000 --> 00:01:05.000.")]
    Empty,
    #[error("Line {line}: “{text}” is not a time. Times look like 00:01:02.000 --> 00:01:05.000.")]
    BadTime { line: usize, text: String },
}

/// The cues of a .vtt or .srt file, ordered by start. Cues without text are left out.
pub fn parse(text: &str) -> Result<Vec<Sentence>, SubtitleError> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let mut lines = text.lines().enumerate().peekable();
    let mut sentences = Vec::new();
    while let Some((number, line)) = lines.next() {
        let Some((start, rest)) = line.split_once("-->") else { continue };
        let bad = |text: &str| SubtitleError::BadTime { line: number + 1, text: text.trim().chars().take(40).collect() };
        let start_ms = time(start).ok_or_else(|| bad(start))?;
        // Cue settings such as `align:start` may follow the end time.
        let end = rest.split_whitespace().next().unwrap_or_default();
        let end_ms = time(end).ok_or_else(|| bad(rest))?;
        let mut body = Vec::new();
        while let Some((_, line)) = lines.next_if(|(_, line)| !line.trim().is_empty()) {
            body.push(line);
        }
        let (speaker, text) = spoken(&body.join(" "));
        if !text.is_empty() {
            sentences.push(Sentence { start_ms, end_ms: end_ms.max(start_ms), speaker, text });
        }
    }
    if sentences.is_empty() {
        return Err(SubtitleError::Empty);
    }
    sentences.sort_by_key(|sentence| sentence.start_ms);
    Ok(sentences)
}

/// `[h:]mm:ss[.,]mmm` in milliseconds.
fn time(text: &str) -> Option<i64> {
    let (clock, fraction) = text.trim().split_once(['.', ',']).unwrap_or((text.trim(), "0"));
    let parts: Vec<i64> = clock.split(':').map(|part| part.parse::<u32>().ok().map(i64::from)).collect::<Option<_>>()?;
    let seconds = match parts[..] {
        [h, m, s] if m < 60 && s < 60 => h * 3600 + m * 60 + s,
        [m, s] if s < 60 => m * 60 + s,
        _ => return None,
    };
    if fraction.is_empty() || fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let millis: i64 = format!("{fraction:0<3}")[..3].parse().ok()?;
    Some(seconds * 1000 + millis)
}

/// The speaker of a `<v Ana>` tag, and the text without any tags and with its entities resolved.
fn spoken(raw: &str) -> (Option<String>, String) {
    let (mut speaker, mut text, mut rest) = (None, String::new(), raw);
    while let Some(open) = rest.find('<') {
        text.push_str(&rest[..open]);
        let Some(close) = rest[open..].find('>') else {
            rest = &rest[open..];
            break;
        };
        let tag = &rest[open + 1..open + close];
        // `<v Ana>` or `<v.loud Ana>`
        if let Some((name, person)) = tag.split_once(' ')
            && (name == "v" || name.starts_with("v."))
            && speaker.is_none()
        {
            speaker = Some(entities(person).trim().to_owned()).filter(|name| !name.is_empty());
        }
        rest = &rest[open + close + 1..];
    }
    text.push_str(rest);
    (speaker, entities(&text).split_whitespace().collect::<Vec<_>>().join(" "))
}

fn entities(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ").replace("&lrm;", "").replace("&rlm;", "").replace("&amp;", "&")
}

/// Browsers give a line a twentieth of the picture's height: two lines from the fourth on stand clear of the player's bar.
const ABOVE_THE_BAR: &str = " line:-4";

/// The sentences as a WebVTT file, each speaker as the voice of a cue. [`parse`] reads the same sentences out of it.
pub fn webvtt(sentences: &[Sentence]) -> String {
    let mut file = "WEBVTT\n".to_owned();
    for Sentence { start_ms, end_ms, speaker, text } in sentences {
        file.extend(["\n", &clock(*start_ms), " --> ", &clock(*end_ms), ABOVE_THE_BAR, "\n"]);
        if let Some(speaker) = speaker {
            file.extend(["<v ", &escaped(speaker), ">"]);
        }
        file.extend([&*escaped(text), "\n"]);
    }
    file
}

/// `hh:mm:ss.mmm`, with as many digits for the hours as it takes.
fn clock(ms: i64) -> String {
    let (secs, millis) = (ms.max(0) / 1000, ms.max(0) % 1000);
    format!("{:02}:{:02}:{:02}.{millis:03}", secs / 3600, secs / 60 % 60, secs % 60)
}

/// A line break would end the sentence, or begin a cue of its own making.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webvtt_with_settings_speakers_and_tags_is_read() {
        let vtt = "\u{feff}WEBVTT - a meeting\r\n\r\nNOTE nothing\r\n\r\n1\r\n00:01.500 --> 00:04.000 align:start\r\n<v.loud Ana>So the <i>plan</i>\r\nis &lt;this&gt; &amp; that</v>\r\n";
        let cues = parse(vtt).unwrap();
        assert_eq!(cues, [Sentence { start_ms: 1500, end_ms: 4000, speaker: Some("Ana".into()), text: "So the plan is <this> & that".into() }]);
    }

    #[test]
    fn subrip_with_commas_and_numbers_is_read_in_order_of_time() {
        let srt = "2\n01:00:05,000 --> 01:00:06,250\nlater\n\n1\n00:00:01,000 --> 00:00:02,000\nfirst\n";
        let cues = parse(srt).unwrap();
        assert_eq!(cues.iter().map(|cue| (cue.start_ms, cue.text.as_str())).collect::<Vec<_>>(), [(1000, "first"), (3_605_000, "later")]);
    }

    #[test]
    fn a_bad_time_is_told_with_its_line() {
        let error = parse("WEBVTT\n\n00:01.000 --> soon\nhello\n").unwrap_err();
        assert_eq!(error, SubtitleError::BadTime { line: 3, text: "soon".into() });
    }

    #[test]
    fn a_file_without_cues_is_refused() {
        assert_eq!(parse("hello\nworld"), Err(SubtitleError::Empty));
        assert_eq!(parse(""), Err(SubtitleError::Empty));
    }

    #[test]
    fn what_is_written_is_read_back_as_it_was() {
        let sentence = |start_ms, end_ms, speaker: Option<&str>, text: &str| {
            let speaker = speaker.map(Into::into);
            Sentence { start_ms, end_ms, speaker, text: text.into() }
        };
        let stored = [
            sentence(0, 999, None, "Good morning."),
            sentence(61_500, 64_000, Some("Ana Müller"), "if a < b && b > c --> <i>then</i> &lt; stays &amp;lt;"),
            sentence(61_500, 61_500, Some("<R&D>"), "NOTE nothing"),
            sentence(3_605_007, 403_605_250, None, "00:01.000 --> 00:02.000"),
        ];
        assert_eq!(parse(&webvtt(&stored)).unwrap(), stored);
    }

    #[test]
    fn a_file_of_captions_is_what_browsers_expect() {
        let file = webvtt(&[Sentence { start_ms: 3_661_042, end_ms: 3_662_000, speaker: Some("Ana".into()), text: "R&D\n\nfirst".into() }]);
        assert_eq!(file, "WEBVTT\n\n01:01:01.042 --> 01:01:02.000 line:-4\n<v Ana>R&amp;D  first\n");
    }

    #[test]
    fn an_angle_bracket_that_opens_no_tag_stays() {
        assert_eq!(spoken("a < b").1, "a < b");
    }
}
