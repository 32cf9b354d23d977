//! How drafts reach the server: after a pause, when the page is left, when the network is back; by whichever tab is there.
//!
//! One at a time, in the order in which they are found. A draft goes when the server has it; one that came too late, because
//! another device was faster, becomes a note of its own beside the other ([`super::outrun`]). So every text is somewhere,
//! always. And every way out of an attempt leads either to the end of the draft, to words beside it, or to a next attempt.

use super::{
    panel::Panel,
    place::{self, NO_ROOM, OFFLINE, SAVED, SAVING},
};
use crate::{
    browser::{dom, drafts::Draft, remote::notes::send_note},
    model::{AppError, ErrorCode, Note, NoteId, VideoId},
};
use gloo_timers::future::TimeoutFuture;
use leptos::task::spawn_local;
use std::{future::poll_fn, pin::pin, rc::Rc, task::Poll};
use web_sys::HtmlElement;

/// Who stops writing for so long has finished a thought.
const PAUSE_MS: u32 = 1_000;
/// The next attempt after one that failed, in seconds: twice as long each time, up to a minute.
const WAIT_SECS: (u32, u32) = (5, 60);
/// An answer that takes longer is not waited for: a connection that died in a laptop's sleep never says so, and all other
/// drafts stand behind this one. Sending twice does no harm.
const ANSWER_MS: u32 = 30_000;

/// How an attempt to send a draft ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The server has it, or does not want it: another attempt would change nothing.
    Settled,
    /// It is to be tried again after a while. The others may fare better.
    Later,
    /// So would all of them: there is no network, or nobody is signed in.
    Stop,
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
        let (mut stopped, mut fine) = (false, true);
        while !stopped && self.post.again.replace(false) {
            fine = true;
            for (video, note) in self.drafts.all() {
                let sent = self.send_one(video, note).await;
                fine &= sent == Sent::Settled;
                stopped = sent == Sent::Stop;
                if stopped {
                    break;
                }
            }
        }
        self.post.busy.set(false);
        self.tell(fine);
    }

    /// Says how it stands, and tries again later if there is reason to.
    fn tell(self: &Rc<Self>, fine: bool) {
        let mut words = String::new();
        if fine {
            self.post.wait.set(0);
            self.post.trouble.take();
            if !self.drafts.holds() {
                self.post.guard.take();
            }
        } else {
            let wait = (self.post.wait.get() * 2).clamp(WAIT_SECS.0, WAIT_SECS.1);
            self.post.wait.set(wait);
            self.send_after(wait * 1_000);
            let mut others = 0;
            for (video, note) in self.drafts.all() {
                match self.find(note).filter(|_| video == self.video) {
                    // Those on the page say it themselves.
                    Some(place) => self.say_why(&place, note),
                    None => others += 1,
                }
            }
            if others > 0 {
                words = ["Changes of notes that wait on this device until the server can be reached: ", &others.to_string()].concat();
            }
        }
        dom::write(&self.root, "[data-told]", &self.post.trouble.borrow());
        dom::write(&self.root, ".notes-away", &words);
        dom::show(&self.root, ".notes-away", !words.is_empty());
    }

    /// Says beside a draft why it is still one; what was refused says that already.
    fn say_why(&self, place: &HtmlElement, note: NoteId) {
        if self.drafts.is_held(note) {
            place::say(place, NO_ROOM);
        } else if !self.post.has_refused(note) {
            place::say(place, &self.post.trouble.borrow());
        }
    }

    async fn send_one(self: &Rc<Self>, video: VideoId, note: NoteId) -> Sent {
        // As it is by now: there were others to wait for.
        let Some(before) = self.drafts.get(video, note) else { return Sent::Settled };
        let say = |words: &str| {
            if let Some(place) = self.find(note) {
                place::say(&place, words);
            }
        };
        if let Some(words) = self.post.refusal(&before) {
            say(&words);
            return Sent::Settled;
        }
        if self.post.has_refused(note) {
            self.post.forget_refusal(note);
            dom::alert(&self.root, "");
        }
        let mut draft = before.clone();
        draft.sending();
        self.store(&draft);
        say(SAVING);
        let refused = match within(send_note(&draft)).await {
            Ok(answer) => {
                self.taken(&draft, answer);
                return Sent::Settled;
            }
            Err(refused) => refused,
        };
        match refused.code {
            ErrorCode::Forbidden if draft.deleted => self.drafts.remove(video, note),
            // Changed elsewhere meanwhile, or deleted there while somebody wrote here.
            ErrorCode::Conflict => return self.outrun(&before).await,
            ErrorCode::Forbidden if draft.version > 0 => return self.outrun(&before).await,
            ErrorCode::Invalid | ErrorCode::Forbidden | ErrorCode::BadRequest => self.refuse(&draft, &refused.message),
            _ => return self.trouble(&refused),
        }
        Sent::Settled
    }

    /// Signed out, too many at once, or an error of ours: it stays a draft, and the person is told why.
    pub(super) fn trouble(&self, refused: &AppError) -> Sent {
        let words = if refused.code == ErrorCode::Network { OFFLINE.to_owned() } else { not_saved(&refused.message) };
        self.post.trouble.replace(words);
        // What goes wrong with one of them must not hold back all others.
        if matches!(refused.code, ErrorCode::Internal | ErrorCode::NotFound) { Sent::Later } else { Sent::Stop }
    }

    /// The server will never want this text as it is. It stays here, and the person is told, on the page that it belongs to.
    pub(super) fn refuse(&self, draft: &Draft, why: &str) {
        let words = not_saved(why);
        if draft.video == self.video {
            if let Some(place) = self.find(draft.note) {
                place::say(&place, &words);
            }
            dom::alert(&self.root, &words);
        }
        self.post.forget_refusal(draft.note);
        self.post.refused.borrow_mut().push((draft.note, draft.mark(), words));
    }

    /// The server has what was sent; there may be more words by now.
    fn taken(self: &Rc<Self>, sent: &Draft, note: Option<Note>) {
        self.post.taken.set(self.post.taken.get().wrapping_add(1));
        if sent.deleted {
            // What had no room beside it may have some now.
            self.post.refused.take();
        }
        let mut done = true;
        if let Some(now) = self.drafts.get(sent.video, sent.note) {
            done = now.mark() == sent.mark() && now.deleted == sent.deleted;
            let version = note.as_ref().map_or(now.version, |note| note.version);
            // Also when it goes at once: so the other tabs hear of the version, and go on from there.
            self.store(&Draft { version, sent: Vec::new(), ..now });
            if done {
                self.drafts.remove(sent.video, sent.note);
            } else if sent.deleted || self.find(sent.note).is_none() {
                // Nobody on this page is going to make a pause after it.
                self.post.again.set(true);
            } else {
                // Nor perhaps here: the words may come from another tab, and that one may be gone.
                self.later();
            }
        }
        if let Some((place, note)) = self.find(sent.note).zip(note) {
            if place::is_form(&place) {
                place::set_version(&place, note.version);
            } else {
                place::show_note(&place, &note, !done || place::is_open(&place));
                self.paint();
            }
            if done {
                // Beyond the end of the recording there is nothing to be about.
                place::set_when(&place, note.at_ms, note.end_ms);
            }
            place::say(&place, if done { SAVED } else { "" });
        }
    }
}

fn not_saved(why: &str) -> String {
    ["Could not be saved: ", why, " It is kept on this device."].concat()
}

/// What the server answers, if it does so in time. What is dropped ends the request.
pub(super) async fn within<T>(asked: impl Future<Output = Result<T, AppError>>) -> Result<T, AppError> {
    let mut asked = pin!(asked);
    let mut end = pin!(TimeoutFuture::new(ANSWER_MS));
    poll_fn(|cx| match asked.as_mut().poll(cx) {
        Poll::Pending => end.as_mut().poll(cx).map(|()| Err(AppError::new(ErrorCode::Network, "There was no answer."))),
        answer => answer,
    })
    .await
}
