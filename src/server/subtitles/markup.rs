//! What stands in a cue: voices, tags, and times between words.

use super::{entities, speakers, words};
use crate::model::{Sentence, Word};

/// Which tags there are. In WebVTT every `<…>` is one; in SubRip, where nobody escapes anything, only those that players know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tags {
    All,
    Known,
}

const KNOWN: [&str; 14] = ["b", "i", "u", "s", "c", "v", "font", "span", "p", "br", "ruby", "rt", "lang", "em"];

/// The sentences of one cue: one for each voice in it. A cue without text has none.
pub fn read(raw: &str, tags: Tags, start_ms: i64, end_ms: i64) -> Vec<Sentence> {
    let mut cue = Cue::default();
    // What is text goes from here to the next tag.
    let (mut from, mut at) = (0, 0);
    while let Some(found) = raw[at..].find(['<', '{']) {
        let open = at + found;
        at = open + 1;
        if let Some((inside, after)) = tag(&raw[open..], tags) {
            cue.text(&raw[from..open]);
            cue.tag(inside);
            from = raw.len() - after.len();
            at = from;
        }
    }
    cue.text(&raw[from..]);
    cue.sentences(start_ms, end_ms)
}

/// What is inside of the tag that `text` begins with, and what follows it.
fn tag(text: &str, tags: Tags) -> Option<(&str, &str)> {
    if tags == Tags::Known
        && let Some(rest) = text.strip_prefix("{\\")
    {
        // `{\an8}`: where SubStation programs put a line on the screen.
        let (_, after) = until(rest, b'}', LONGEST_TAG)?;
        return Some(("", after));
    }
    let (inside, after) = until(text.strip_prefix('<')?, b'>', LONGEST_TAG)?;
    let name = inside.strip_prefix('/').unwrap_or(inside);
    let name = name.split([' ', '.', '\t', '/']).next().unwrap_or_default();
    let begins = inside.starts_with(|c: char| c.is_alphanumeric() || c == '/');
    let known = KNOWN.iter().any(|known| name.eq_ignore_ascii_case(known)) || super::time::parse(inside).is_some();
    (begins && (tags == Tags::All || known)).then_some((inside, after))
}

/// Bytes of a tag with the longest of names in it, each of its characters an entity.
const LONGEST_TAG: usize = 520;

/// What stands before and after an ASCII character, if it is among the first `most` bytes and no other tag or entity begins
/// before it. Without these bounds, a file of nothing but `<` would be read again and again.
pub(super) fn until(text: &str, end: u8, most: usize) -> Option<(&str, &str)> {
    let at = text.bytes().take(most).position(|byte| byte == end || byte == b'<' || (byte == b'{' && end == b'}'))?;
    (text.as_bytes()[at] == end).then(|| (&text[..at], &text[at + 1..]))
}

/// One voice's words so far.
#[derive(Default)]
struct Voice {
    speaker: Option<String>,
    words: Vec<Draft>,
}

struct Draft {
    text: String,
    start: Option<i64>,
    end: Option<i64>,
}

#[derive(Default)]
struct Cue {
    voices: Vec<Voice>,
    /// The last character belongs to a word that may go on.
    open: bool,
    /// The time that the next word begins at.
    stamp: Option<i64>,
    timed: bool,
}

impl Cue {
    fn voice(&mut self) -> &mut Voice {
        if self.voices.is_empty() {
            self.voices.push(Voice::default());
        }
        let last = self.voices.len() - 1;
        &mut self.voices[last]
    }

    fn text(&mut self, raw: &str) {
        for c in entities::resolved(raw).chars() {
            if c.is_whitespace() {
                self.open = false;
            } else if !c.is_control() {
                if !self.open {
                    let start = self.stamp.take();
                    self.voice().words.push(Draft { text: String::new(), start, end: None });
                    self.open = true;
                }
                // A time in the middle of a word was that of a syllable.
                self.stamp = None;
                if let Some(word) = self.voice().words.last_mut() {
                    word.text.push(c);
                    word.end = None;
                }
            }
        }
    }

    fn tag(&mut self, inside: &str) {
        if let Some(at) = super::time::parse(inside) {
            self.timed = true;
            self.stamp = Some(at.max(0));
            if self.open
                && let Some(word) = self.voice().words.last_mut()
            {
                word.end = Some(at.max(0));
            }
            return;
        }
        // `<v Ana>` or `<v.loud Ana>`
        if let Some((name, person)) = inside.split_once([' ', '\t'])
            && (name == "v" || name.starts_with("v."))
        {
            let speaker = speakers::clean(&entities::resolved(person));
            self.open = false;
            match self.voices.last_mut() {
                Some(voice) if voice.words.is_empty() => voice.speaker = speaker,
                _ => self.voices.push(Voice { speaker, words: Vec::new() }),
            }
        } else if matches!(inside, "br" | "br/" | "br /") {
            self.open = false;
        }
    }

    fn sentences(self, start_ms: i64, end_ms: i64) -> Vec<Sentence> {
        let timed = self.timed;
        let spoken = self.voices.into_iter().filter(|voice| !voice.words.is_empty());
        spoken
            .map(|Voice { speaker, words: drafts }| {
                let text = drafts.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
                let words = if timed { timed_words(&drafts, start_ms, end_ms) } else { Vec::new() };
                words::tidy(Sentence { start_ms, end_ms, speaker, text, words })
            })
            .collect()
    }
}

/// A time begins a group of words that lasts until the next one; they share its time.
fn timed_words(drafts: &[Draft], start_ms: i64, end_ms: i64) -> Vec<Word> {
    let mut timed = Vec::with_capacity(drafts.len());
    while timed.len() < drafts.len() {
        let at = timed.len();
        let until = (at + 1..drafts.len()).find(|next| drafts[*next].start.is_some()).unwrap_or(drafts.len());
        let group = &drafts[at..until];
        let from = group[0].start.unwrap_or(start_ms);
        let to = group[group.len() - 1].end.or_else(|| drafts.get(until).and_then(|next| next.start)).unwrap_or(end_ms);
        let texts: Vec<&str> = group.iter().map(|word| word.text.as_str()).collect();
        timed.extend(words::spread(&texts, from, to.max(from)));
    }
    timed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(raw: &str, tags: Tags) -> Sentence {
        let all = read(raw, tags, 1_000, 2_000);
        assert_eq!(all.len(), 1, "{raw}");
        all[0].clone()
    }

    fn times(raw: &str) -> Vec<(i64, i64, String)> {
        one(raw, Tags::All).words.into_iter().map(|word| (word.start_ms, word.end_ms, word.text)).collect()
    }

    #[test]
    fn an_angle_bracket_that_opens_no_tag_stays() {
        assert_eq!(one("a < b", Tags::All).text, "a < b");
        assert_eq!(one("if x<y and z>1", Tags::Known).text, "if x<y and z>1");
        assert_eq!(one("a <b", Tags::All).text, "a <b");
    }

    #[test]
    fn tags_and_screen_places_are_no_text() {
        assert_eq!(one("{\\an8}<font color=\"#fff\">So</font> <i>it</i><br/>goes", Tags::Known).text, "So it goes");
        assert_eq!(one("<c.yellow.bg_blue>So</c>", Tags::All).text, "So");
    }

    #[test]
    fn each_voice_is_a_sentence_of_its_own() {
        let both = read("<v Ana Müller>Shall we?</v>\n<v.loud R&amp;D>Yes!</v>", Tags::All, 0, 9);
        let said: Vec<_> = both.iter().map(|s| (s.speaker.as_deref().unwrap(), s.text.as_str())).collect();
        assert_eq!(said, [("Ana Müller", "Shall we?"), ("R&D", "Yes!")]);
    }

    #[test]
    fn times_between_words_are_theirs() {
        assert_eq!(times("<00:01.000>So <00:01.400>it"), [(1_000, 1_400, "So".into()), (1_400, 2_000, "it".into())]);
        assert_eq!(times("<00:01.000>So<00:01.200> <00:01.400>it<00:01.900>"), [(1_000, 1_200, "So".into()), (1_400, 1_900, "it".into())]);
        // As YouTube writes it: the first word without a time, blanks inside of the tags.
        assert_eq!(
            times("So<00:00:01.400><c> it</c><00:00:01.800><c> goes</c>").iter().map(|w| w.0).collect::<Vec<_>>(),
            [1_000, 1_400, 1_800]
        );
    }

    #[test]
    fn words_without_a_time_of_their_own_share_one() {
        assert_eq!(
            times("so it <00:01.600>goes"),
            [(1_000, 1_300, "so".into()), (1_300, 1_600, "it".into()), (1_600, 2_000, "goes".into())]
        );
        assert_eq!(times("ka<00:01.500>ra<00:01.700>oke"), [(1_000, 2_000, "karaoke".into())]);
    }
}
