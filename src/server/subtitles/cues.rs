//! The blocks of WebVTT, SubRip and YouTube's SBV. One reader for the three: people rename one into another, and their
//! programs take what they like of each.

use super::{
    Script, SubtitleError, language,
    markup::{self, Tags},
    rolling, speakers, time, words,
    write::OURS,
};
use crate::model::transcript::MAX_SENTENCES;

/// A block with its times, as it stands in the file.
#[derive(Clone, Debug)]
pub struct Cue<'a> {
    pub start_ms: i64,
    pub end_ms: i64,
    pub lines: Vec<&'a str>,
}

/// A cue has three lines, and a few more where it is long. A file of nothing but line breaks is no subtitles, and each of its
/// lines would take sixteen times its size.
const MAX_LINES: usize = 20 * MAX_SENTENCES;

/// All that the file says. Cues without text are left out.
pub fn read(text: &str) -> Result<Script, SubtitleError> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if text.bytes().filter(|byte| *byte == b'\n').count() > MAX_LINES {
        return Err(SubtitleError::TooMany);
    }
    let lines: Vec<&str> = text.split('\n').collect();
    let vtt = lines[0].trim_start().starts_with("WEBVTT");
    let tags = if vtt { Tags::All } else { Tags::Known };
    // The blank line behind it is often missing, and the first cue is none of its own.
    let header = if vtt { lines.iter().take_while(|line| !line.is_empty() && !line.contains("-->")).count() } else { 0 };
    let named = lines[..header].iter().find_map(|line| line.strip_prefix("Language:"));
    let mut cues = blocks(&lines, header, vtt)?;
    let ours = lines.iter().skip(header).take(3).any(|line| *line == OURS);
    if !ours {
        rolling::undo(&mut cues, tags);
    }
    let spoken = |cue: &Cue<'_>| markup::read(&cue.lines.join("\n"), tags, cue.start_ms, cue.end_ms);
    let mut sentences: Vec<_> = cues.iter().flat_map(spoken).collect();
    // A file that has voices says with them who speaks.
    if !ours && sentences.iter().all(|sentence| sentence.speaker.is_none()) {
        speakers::from_colons(&mut sentences);
    }
    Ok(Script { language: named.and_then(language::tag), sentences: sentences.into_iter().map(words::tidy).collect() })
}

fn blocks<'a>(lines: &[&'a str], header: usize, vtt: bool) -> Result<Vec<Cue<'a>>, SubtitleError> {
    let mut cues: Vec<Cue<'a>> = Vec::new();
    let mut at = header;
    // YouTube's lines of one blank are lines of the cue; in the other formats nobody can see the difference.
    let blank = |line: &&str| if vtt { line.is_empty() } else { line.trim().is_empty() };
    while let Some(&line) = lines.get(at) {
        if vtt && is_aside(line) {
            at += lines[at..].iter().take_while(|line| !blank(line)).count();
            continue;
        }
        match timing(line, vtt) {
            Some(times) => {
                let (start_ms, end_ms) = times.map_err(|text| bad_time(at, text))?;
                let mut cue = Cue { start_ms, end_ms, lines: Vec::new() };
                at += 1;
                while let Some(&line) = lines.get(at).filter(|line| !blank(line)) {
                    if let Some(times) = timing(line, vtt) {
                        times.map_err(|text| bad_time(at, text))?;
                        // The blank line between two cues is missing; the number of the second is no text of the first.
                        cue.lines.pop_if(|line| is_number(line));
                        break;
                    }
                    cue.lines.push(line);
                    at += 1;
                }
                cues.push(cue);
                if cues.len() > MAX_SENTENCES {
                    return Err(SubtitleError::TooMany);
                }
            }
            None => {
                let names_the_next = lines.get(at + 1).is_some_and(|next| timing(next, vtt).is_some());
                // SubRip has no rule about blank lines in a text, so it is not lost behind one.
                if !vtt
                    && !blank(&line)
                    && !is_number(line)
                    && !names_the_next
                    && let Some(cue) = cues.last_mut()
                {
                    cue.lines.push(line);
                }
                at += 1;
            }
        }
    }
    Ok(cues)
}

/// A block of WebVTT that is no cue.
fn is_aside(line: &str) -> bool {
    let word = line.split([' ', '\t']).next().unwrap_or_default();
    word == "NOTE" || matches!(line.trim_end(), "STYLE" | "REGION")
}

fn is_number(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
}

/// The times of a line that has any, or what of it is none.
fn timing(line: &str, vtt: bool) -> Option<Result<(i64, i64), &str>> {
    // No cue is without digits, and most lines are text.
    if !line.bytes().any(|byte| byte.is_ascii_digit()) && !line.contains("-->") {
        return None;
    }
    if let Some((start, rest)) = line.split_once("-->") {
        // Cue settings such as `align:start` may follow the end.
        let end = rest.split_whitespace().next().unwrap_or_default();
        let times = (time::parse(start), time::parse(end).or_else(|| time::parse(rest)));
        return match times {
            (Some(start), Some(end)) => Some(Ok((start, end))),
            (Some(_), None) => Some(Err(rest)),
            (None, Some(_)) => Some(Err(start)),
            // An arrow in a text.
            (None, None) if !start.trim_start().starts_with(|c: char| c.is_ascii_digit()) => None,
            (None, None) => Some(Err(start)),
        };
    }
    if vtt {
        return None;
    }
    // Arrows that word processors made, SBV's comma, and no arrow at all: only where both are times beyond doubt.
    let sure = |text: &str| (text.contains(':') && text.contains(['.', ','])).then(|| time::parse(text)).flatten();
    let parted = ["->", "–>", "—>", "→", ","].iter().filter_map(|arrow| line.split_once(arrow)).chain(line.trim().split_once(' '));
    parted.into_iter().find_map(|(start, end)| Some((sure(start)?, sure(end)?))).map(Ok)
}

fn bad_time(at: usize, text: &str) -> SubtitleError {
    SubtitleError::BadTime { line: at + 1, text: text.trim().chars().take(40).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_of(file: &str) -> SubtitleError {
        read(file).unwrap_err()
    }

    #[test]
    fn a_bad_time_is_told_with_its_line() {
        assert_eq!(line_of("WEBVTT\n\n00:01.000 --> soon\nhello\n"), SubtitleError::BadTime { line: 3, text: "soon".into() });
        assert_eq!(
            line_of("1\n00:00:01,000 --> 00:00:02,000\nhi\n\n2\n0:zero --> 00:00:04,000\nho\n"),
            SubtitleError::BadTime { line: 6, text: "0:zero".into() }
        );
        assert_eq!(line_of("1\r\n00:00:61,000 -->\r\nhi\r\n"), SubtitleError::BadTime { line: 2, text: "00:00:61,000".into() });
        // Inside of a cue, where a blank line is missing.
        assert_eq!(
            line_of("WEBVTT\n\n00:01.000 --> 00:02.000\nhi\n00:03.000 --> never\n"),
            SubtitleError::BadTime { line: 5, text: "never".into() }
        );
    }

    #[test]
    fn an_arrow_in_a_text_is_text() {
        let said = read("1\n00:00:01,000 --> 00:00:02,000\nfrom a --> b\n").unwrap().sentences;
        assert_eq!(said[0].text, "from a --> b");
    }

    #[test]
    fn what_people_do_to_arrows_is_understood() {
        for arrow in ["-->", "->", "–>", "→", "  -->  ", " "] {
            let file = format!("1\n00:00:01,000{arrow}00:00:02,500\nhello\n");
            let said = read(&file).unwrap().sentences;
            assert_eq!(said.first().map(|s| (s.start_ms, s.end_ms)), Some((1_000, 2_500)), "{arrow}");
        }
    }
}
