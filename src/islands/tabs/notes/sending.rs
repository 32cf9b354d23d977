//! How drafts reach the server: after a pause, when the page is left, when the network is back; by whichever tab is there.
//!
//! One at a time, in the order in which they are found. A draft goes when the server has it; one that came too late, because
//! another device was faster, becomes a note of its own beside the other. So every text is somewhere, always.

use super::{
    panel::Panel,
    place::{self, OFFLINE, SAVED, SAVING},
};
use crate::{
    browser::{
        dom::{self, Listener},
        drafts::{Draft, fresh_id},
        remote::notes::{list_notes, send_note},
    },
    model::{ErrorCode, Note, NoteId, VideoId},
};
use gloo_timers::future::TimeoutFuture;
use leptos::task::spawn_local;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

/// Who stops writing for so long has finished a thought.
const PAUSE_MS: u32 = 1_000;
/// The next attempt after one that failed, in seconds: twice as long each time, up to a minute.
const WAIT_SECS: (u32, u32) = (5, 60);

/// Where the sending is.
#[derive(Default)]
pub struct Post {
    /// Counts what was written: a pause that was broken by more words is none.
    written: Cell<u32>,
    busy: Cell<bool>,
    /// Somebody asked for it while it was under way.
    again: Cell<bool>,
    /// The wait before the next attempt, in seconds; 0 when the last one succeeded.
    wait: Cell<u32>,
    /// What is said of all drafts while they cannot be sent; nothing when they can.
    pub(super) trouble: RefCell<String>,
    /// Asks whoever leaves the page, while there is something that exists on it alone.
    pub(super) guard: RefCell<Option<Listener>>,
    /// Texts that the server does not want as they are.
    refused: RefCell<Vec<(NoteId, u32)>>,
    /// Counts what the server has taken.
    pub(super) taken: Cell<u32>,
}

impl Panel {
    /// Sends after a pause.
    pub(super) fn later(self: &Rc<Self>) {
        self.send_after(PAUSE_MS);
    }

    pub(super) fn send_now(self: &Rc<Self>) {
        self.send_after(0);
    }

    fn send_after(self: &Rc<Self>, ms: u32) {
        let turn = self.post.written.get().wrapping_add(1);
        self.post.written.set(turn);
        let panel = self.clone();
        spawn_local(async move {
            if ms > 0 {
                TimeoutFuture::new(ms).await;
            }
            if panel.post.written.get() == turn {
                panel.send().await;
            }
        });
    }

    async fn send(self: &Rc<Self>) {
        self.post.again.set(true);
        if self.post.busy.replace(true) {
            return;
        }
        let mut reached = true;
        while reached && self.post.again.replace(false) {
            for (video, note) in self.drafts.all() {
                reached = self.send_one(video, note).await;
                if !reached {
                    break;
                }
            }
        }
        self.post.busy.set(false);
        self.tell(reached);
    }

    /// Says how it stands, and tries again later if the server was not to be reached.
    fn tell(self: &Rc<Self>, reached: bool) {
        let mut words = String::new();
        if reached {
            self.post.wait.set(0);
            self.post.trouble.take();
        } else {
            let wait = (self.post.wait.get() * 2).clamp(WAIT_SECS.0, WAIT_SECS.1);
            self.post.wait.set(wait);
            self.send_after(wait * 1_000);
            let (count, mut here) = (self.drafts.all(), 0);
            for (video, note) in &count {
                if let Some(place) = self.find(*note).filter(|_| *video == self.video) {
                    place::say(&place, &self.post.trouble.borrow());
                    here += 1;
                }
            }
            // Those on the page say it themselves.
            if count.len() > here {
                let others = (count.len() - here).to_string();
                words = ["Changes of notes that wait on this device until the server can be reached: ", &others].concat();
            }
        }
        if reached && !self.drafts.holds() {
            self.post.guard.take();
        }
        dom::write(&self.root, "[data-told]", &self.post.trouble.borrow());
        dom::write(&self.root, ".notes-away", &words);
        dom::show(&self.root, ".notes-away", !words.is_empty());
    }

    /// False when there is no use in sending the others now.
    async fn send_one(self: &Rc<Self>, video: VideoId, note: NoteId) -> bool {
        // As it is by now: there were others to wait for.
        let Some(before) = self.drafts.get(video, note) else { return true };
        if self.post.refused.borrow().contains(&(note, before.mark())) {
            return true;
        }
        let mut draft = before.clone();
        draft.sending();
        self.drafts.put(&draft);
        let say = |words: &str| {
            if let Some(place) = self.find(note) {
                place::say(&place, words);
            }
        };
        say(SAVING);
        let refused = match send_note(&draft).await {
            Ok(answer) => {
                self.taken(&draft, answer);
                return true;
            }
            Err(refused) => refused,
        };
        match refused.code {
            ErrorCode::Conflict => return self.outrun(&before).await,
            ErrorCode::Forbidden if draft.deleted => self.drafts.remove(video, note),
            // Deleted elsewhere, while somebody wrote here: what was written is a note.
            ErrorCode::Forbidden if draft.version > 0 => self.beside(video, note, None),
            ErrorCode::Invalid | ErrorCode::Forbidden => {
                self.post.refused.borrow_mut().push((note, draft.mark()));
                let words = ["Could not be saved: ", &refused.message].concat();
                say(&words);
                dom::alert(&self.root, &words);
            }
            code => {
                // Signed out, too many at once, or an error of ours: it stays a draft, and the person is told why.
                let told = ["Could not be saved: ", &*refused.message, " It is kept on this device."].concat();
                self.post.trouble.replace(if code == ErrorCode::Network { OFFLINE.to_owned() } else { told });
                return false;
            }
        }
        true
    }

    /// The server has what was sent; there may be more words by now.
    fn taken(self: &Rc<Self>, sent: &Draft, note: Option<Note>) {
        self.post.taken.set(self.post.taken.get().wrapping_add(1));
        let mut done = true;
        if let Some(now) = self.drafts.get(sent.video, sent.note) {
            done = now.mark() == sent.mark() && now.deleted == sent.deleted;
            let version = note.as_ref().map_or(now.version, |note| note.version);
            // Also when it goes at once: so the other tabs hear of the version, and go on from there.
            self.drafts.put(&Draft { version, sent: Vec::new(), ..now });
            if done {
                self.drafts.remove(sent.video, sent.note);
            } else if sent.deleted || self.find(sent.note).is_none() {
                // Nobody on this page is going to make a pause after it.
                self.post.again.set(true);
            }
        }
        if let Some((place, note)) = self.find(sent.note).zip(note) {
            if place::is_form(&place) {
                place::set_version(&place, note.version);
            } else {
                place::show_note(&place, &note, !done || place::is_open(&place));
                self.paint();
            }
            place::say(&place, if done { SAVED } else { "" });
        }
    }

    /// Somebody was faster. Both texts stay.
    async fn outrun(self: &Rc<Self>, before: &Draft) -> bool {
        let Ok(notes) = list_notes(before.video).await else {
            self.post.trouble.replace(OFFLINE.to_owned());
            return false;
        };
        let (video, id) = (before.video, before.note);
        let Some(draft) = self.drafts.get(video, id) else { return true };
        match notes.iter().find(|note| note.id == id) {
            // It was this browser, and the answer got lost on the way.
            Some(note) if before.wrote(note) => {
                self.drafts.put(&Draft { version: note.version, sent: Vec::new(), ..draft });
            }
            Some(_) if draft.deleted => {
                self.drafts.remove(video, id);
                self.deleted.take();
                dom::alert(
                    &self.root,
                    "This note was changed elsewhere after you last saw it, so it was not deleted. Delete it again if you mean it.",
                );
            }
            other => self.beside(video, id, other.map(|note| note.id)),
        }
        self.post.again.set(true);
        if video == self.video {
            self.reconcile(notes);
        }
        true
    }

    /// Makes a draft a note of its own, in the very place where it is being written.
    fn beside(&self, video: VideoId, id: NoteId, copy_of: Option<NoteId>) {
        let Some(draft) = self.drafts.get(video, id) else { return };
        let own = Draft { note: fresh_id(), version: 0, copy_of, sent: Vec::new(), ..draft };
        // First the new one, then the old one goes: in between there are two, and never none.
        self.drafts.put(&own);
        self.drafts.remove(video, id);
        if let Some(place) = self.find(id) {
            place::set_id(&place, &own.note.to_string());
            place::set_version(&place, 0);
            dom::set_attr(&place, "data-copy", &copy_of.map(|note| note.to_string()).unwrap_or_default());
        }
        self.post.again.set(true);
    }
}
