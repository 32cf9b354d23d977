//! Notes that the server does not have yet: written a moment ago, without a network, or in a tab that was closed.
//!
//! Every letter is here before anything else happens to it. One entry of `localStorage` a note, so all tabs of this browser
//! see the same drafts, and whichever tab is there sends them. An entry goes only when the server has answered that it has
//! what it says.

use super::{memory, reach};
use crate::model::{Note, NoteId, VideoId};
use js_sys::Uint8Array;
use std::cell::RefCell;
use uuid::Builder;

/// More drafts a person than anybody leaves behind by accident; a few hundred KB.
const MAX_DRAFTS: usize = 200;
/// The last attempts that are remembered of a draft.
const MAX_SENT: usize = 16;

/// What somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub video: VideoId,
    pub note: NoteId,
    /// The version of the note it began with; 0 when the server never had it.
    pub version: i64,
    pub at_ms: i64,
    pub end_ms: Option<i64>,
    pub copy_of: Option<NoteId>,
    /// The note is to be deleted.
    pub deleted: bool,
    /// The marks of what was sent without an answer that arrived. If one of them is what the server has now, nobody else
    /// wrote it: its answer got lost.
    pub sent: Vec<u32>,
    pub body: String,
}

impl Draft {
    /// Tells texts apart, with their places.
    pub fn mark(&self) -> u32 {
        mark(self.at_ms, self.end_ms, &self.body)
    }

    /// Remembers that it is being sent.
    pub fn sending(&mut self) {
        let mark = self.mark();
        if !self.sent.contains(&mark) {
            if self.sent.len() == MAX_SENT {
                self.sent.remove(1);
            }
            self.sent.push(mark);
        }
    }

    /// Whether the server's note is something this browser sent.
    pub fn wrote(&self, note: &Note) -> bool {
        self.sent.contains(&mark(note.at_ms, note.end_ms, &note.body))
    }

    /// One line of numbers, then the text.
    fn encode(&self) -> String {
        let none = || "-".to_owned();
        let mut text = [
            &*self.version.to_string(),
            " ",
            &self.at_ms.to_string(),
            " ",
            &self.end_ms.map_or_else(none, |end| end.to_string()),
            " ",
            &self.copy_of.map_or_else(none, |note| note.to_string()),
            if self.deleted { " x" } else { " -" },
        ]
        .concat();
        for mark in &self.sent {
            text.extend([" ", &*mark.to_string()]);
        }
        text.extend(["\n", &self.body]);
        text
    }

    /// What stands under a key that is [named](Drafts::named) so.
    pub fn decode((video, note): (VideoId, NoteId), text: &str) -> Option<Self> {
        let (line, body) = text.split_once('\n')?;
        let mut words = line.split(' ');
        let mut next = || words.next();
        Some(Self {
            video,
            note,
            version: next()?.parse().ok()?,
            at_ms: next()?.parse().ok()?,
            end_ms: next()?.parse().ok(),
            copy_of: next()?.parse().ok(),
            deleted: next()? == "x",
            sent: words.filter_map(|mark| mark.parse::<i64>().ok()).map(|mark| mark as u32).collect(),
            body: body.to_owned(),
        })
    }
}

/// An id for a note that begins here. Not `crypto.randomUUID`: browsers have that only with https.
pub fn fresh_id() -> NoteId {
    let random = Uint8Array::new_with_length(16);
    reach::call(&reach::get(&js_sys::global(), "crypto"), "getRandomValues", &[&random]);
    let mut bytes = [0; 16];
    random.copy_to(&mut bytes);
    NoteId(Builder::from_random_bytes(bytes).into_uuid())
}

/// FNV-1a, 32 bits (Fowler, Noll, Vo): small, and good enough to know one's own words again.
fn mark(at_ms: i64, end_ms: Option<i64>, body: &str) -> u32 {
    let place = at_ms.to_le_bytes().into_iter().chain(end_ms.unwrap_or(-1).to_le_bytes());
    place.chain(body.trim().bytes()).fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The drafts of one person in this browser.
pub struct Drafts {
    prefix: String,
    /// Those that the browser has no room for, or may not keep: they live as long as the page.
    held: RefCell<Vec<Draft>>,
}

impl Drafts {
    pub fn of(person: &str) -> Self {
        Self { prefix: ["note.", person, "."].concat(), held: RefCell::default() }
    }

    fn key(&self, video: VideoId, note: NoteId) -> String {
        [&*self.prefix, &video.to_string(), ".", &note.to_string()].concat()
    }

    /// What a key of ours is about.
    pub fn named(&self, key: &str) -> Option<(VideoId, NoteId)> {
        let (video, note) = key.strip_prefix(&*self.prefix)?.split_once('.')?;
        Some((video.parse().ok()?, note.parse().ok()?))
    }

    /// All that wait, whatever the recording.
    pub fn all(&self) -> Vec<(VideoId, NoteId)> {
        let mut all: Vec<_> = memory::keys(&self.prefix).iter().filter_map(|key| self.named(key)).collect();
        for draft in &*self.held.borrow() {
            // Of a text that no longer fits, an earlier one may lie there.
            if !all.contains(&(draft.video, draft.note)) {
                all.push((draft.video, draft.note));
            }
        }
        all
    }

    pub fn get(&self, video: VideoId, note: NoteId) -> Option<Draft> {
        let held = self.held.borrow().iter().find(|draft| draft.note == note).cloned();
        held.or_else(|| Draft::decode((video, note), &memory::get(&self.key(video, note))?))
    }

    /// Keeps a draft in the place of the one before. False when there is no room: then it is only on the page.
    pub fn put(&self, draft: &Draft) -> bool {
        let key = self.key(draft.video, draft.note);
        let kept = (memory::get(&key).is_some() || memory::keys(&self.prefix).len() < MAX_DRAFTS) && memory::keep(&key, &draft.encode());
        self.let_go(draft.note);
        if !kept {
            self.held.borrow_mut().push(draft.clone());
        }
        kept
    }

    pub fn remove(&self, video: VideoId, note: NoteId) {
        memory::remove(&self.key(video, note));
        self.let_go(note);
    }

    /// Whether there is something that this page alone knows.
    pub fn holds(&self) -> bool {
        !self.held.borrow().is_empty()
    }

    /// Whether this note's draft is one of those.
    pub fn is_held(&self, note: NoteId) -> bool {
        self.held.borrow().iter().any(|draft| draft.note == note)
    }

    fn let_go(&self, note: NoteId) {
        self.held.borrow_mut().retain(|draft| draft.note != note);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn draft(body: &str) -> Draft {
        Draft {
            video: VideoId(Uuid::from_u128(1)),
            note: NoteId(Uuid::from_u128(2)),
            version: 3,
            at_ms: 12_345,
            end_ms: None,
            copy_of: None,
            deleted: false,
            sent: Vec::new(),
            body: body.into(),
        }
    }

    fn note(body: &str) -> Note {
        let id = NoteId(Uuid::from_u128(2));
        let body = body.to_owned();
        Note { id, at_ms: 12_345, end_ms: None, body, html: String::new(), version: 4, copy_of: None, created_at: 0, updated_at: 0 }
    }

    #[test]
    fn a_draft_comes_back_as_it_was() {
        let whole = Draft {
            end_ms: Some(20_000),
            copy_of: Some(NoteId(Uuid::from_u128(9))),
            deleted: true,
            sent: vec![5, u32::MAX],
            ..draft("a\n\nb - 1")
        };
        for draft in [draft(""), draft("one\ntwo"), whole] {
            assert_eq!(Draft::decode((draft.video, draft.note), &draft.encode()), Some(draft));
        }
    }

    #[test]
    fn what_somebody_else_put_there_is_no_draft() {
        for text in ["", "3 1", "a b c d e\n", "3 1 - -\nbody"] {
            assert_eq!(Draft::decode((VideoId(Uuid::nil()), NoteId(Uuid::nil())), text), None, "{text}");
        }
    }

    #[test]
    fn ones_own_words_are_known_again_whatever_was_sent_after_them() {
        let mut draft = draft("first ");
        draft.sending();
        draft.body = "second".into();
        draft.sending();
        assert!(draft.wrote(&note("first")) && draft.wrote(&note("second")));
        assert!(!draft.wrote(&note("third")) && !draft.wrote(&Note { at_ms: 1, ..note("first") }));
    }

    #[test]
    fn of_many_attempts_the_first_and_the_last_are_remembered() {
        let mut draft = draft("");
        for n in 0..100 {
            draft.body = n.to_string();
            draft.sending();
            draft.sending();
        }
        assert_eq!(draft.sent.len(), MAX_SENT);
        assert!(draft.wrote(&note("0")) && draft.wrote(&note("99")) && !draft.wrote(&note("50")));
    }

    #[test]
    fn keys_name_recording_and_note() {
        let drafts = Drafts::of("ana");
        let (video, note) = (VideoId(Uuid::from_u128(1)), NoteId(Uuid::from_u128(2)));
        assert_eq!(drafts.named(&drafts.key(video, note)), Some((video, note)));
        assert_eq!(drafts.named(&Drafts::of("ben").key(video, note)), None);
        assert_eq!(drafts.named("note.ana.nonsense"), None);
    }
}
