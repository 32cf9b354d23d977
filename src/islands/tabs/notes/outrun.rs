//! Drafts that the server did not take, because another tab or device was faster. Both texts stay.

use super::{
    panel::Panel,
    place,
    sending::{Sent, within},
};
use crate::{
    browser::{
        dom,
        drafts::{Draft, fresh_id},
        remote::notes::list_notes,
    },
    model::{ErrorCode, Note, NoteId},
};
use std::rc::Rc;

/// What becomes of such a draft.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// What the server has came from this browser, and the answer got lost: on from that version.
    Ours(i64),
    /// It begins with what the server has now: another tab brought it that far. It is only to be sent again.
    Again,
    /// It was to be deleted, and says something by now that nobody here has read.
    Spared,
    /// It was to be deleted, and is.
    Gone,
    /// It becomes a note of its own; another version of this one, unless that is gone.
    Beside(Option<NoteId>),
}

/// `before` is the draft without the attempt that failed, `draft` as it is by now, `there` what the server has under its id.
fn verdict(before: &Draft, draft: &Draft, there: Option<&Note>) -> Verdict {
    match there {
        Some(note) if draft.version == note.version => Verdict::Again,
        Some(note) if before.wrote(note) => Verdict::Ours(note.version),
        Some(_) if draft.deleted => Verdict::Spared,
        None if draft.deleted => Verdict::Gone,
        other => Verdict::Beside(other.map(|note| note.id)),
    }
}

impl Panel {
    pub(super) async fn outrun(self: &Rc<Self>, before: &Draft) -> Sent {
        let (video, id) = (before.video, before.note);
        let notes = match within(list_notes(video)).await {
            Ok(notes) => notes,
            // The recording is in the trash, or somebody else is signed in by now: the change waits for better times.
            Err(refused) if refused.code == ErrorCode::Forbidden => {
                self.refuse(before, &refused.message);
                return Sent::Settled;
            }
            Err(refused) => return self.trouble(&refused),
        };
        let Some(draft) = self.drafts.get(video, id) else { return Sent::Settled };
        let there = notes.iter().find(|note| note.id == id);
        let verdict = verdict(before, &draft, there);
        match &verdict {
            Verdict::Ours(version) => {
                self.store(&Draft { version: *version, sent: Vec::new(), ..draft });
            }
            // Not at once: whatever goes on there, it must not go round and round.
            Verdict::Again => {}
            Verdict::Gone => self.drafts.remove(video, id),
            Verdict::Spared => {
                self.drafts.remove(video, id);
                self.deleted.take();
                dom::alert(
                    &self.root,
                    "This note was changed elsewhere after you last saw it, so it was not deleted. Delete it again if you mean it.",
                );
            }
            Verdict::Beside(copy_of) => self.beside(draft, *copy_of),
        }
        if video == self.video {
            self.reconcile(notes);
        }
        if verdict == Verdict::Again {
            return Sent::Later;
        }
        self.post.again.set(true);
        Sent::Settled
    }

    /// Makes a draft a note of its own, in the very place where it is being written.
    fn beside(&self, draft: Draft, copy_of: Option<NoteId>) {
        let (video, id) = (draft.video, draft.note);
        let own = Draft { note: fresh_id(), version: 0, copy_of, sent: Vec::new(), ..draft };
        // First the new one, then the old one goes: in between there are two, and never none.
        self.store(&own);
        self.drafts.remove(video, id);
        if let Some(place) = self.find(id) {
            place::set_id(&place, &own.note.to_string());
            place::set_version(&place, 0);
            dom::set_attr(&place, "data-copy", &copy_of.map(|note| note.to_string()).unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::VideoId;
    use uuid::Uuid;

    const ID: NoteId = NoteId(Uuid::from_u128(2));

    fn draft(version: i64, body: &str) -> Draft {
        Draft {
            video: VideoId(Uuid::from_u128(1)),
            note: ID,
            version,
            at_ms: 5,
            end_ms: None,
            copy_of: None,
            deleted: false,
            sent: Vec::new(),
            body: body.into(),
        }
    }

    fn note(version: i64, body: &str) -> Note {
        Note {
            id: ID,
            at_ms: 5,
            end_ms: None,
            body: body.into(),
            html: String::new(),
            version,
            copy_of: None,
            created_at: 0,
            updated_at: 0,
        }
    }

    #[test]
    fn what_two_devices_wrote_stays_twice() {
        let mine = draft(1, "mine");
        assert_eq!(verdict(&mine, &mine, Some(&note(2, "theirs"))), Verdict::Beside(Some(ID)));
        assert_eq!(verdict(&mine, &mine, None), Verdict::Beside(None), "it was deleted there");
    }

    #[test]
    fn ones_own_words_whose_answer_got_lost_are_no_other_version() {
        let mut before = draft(1, "first");
        before.sending();
        let now = Draft { body: "first, and more".into(), ..before.clone() };
        assert_eq!(verdict(&before, &now, Some(&note(2, "first"))), Verdict::Ours(2));
    }

    #[test]
    fn what_another_tab_goes_on_with_is_left_to_it() {
        let (late, now) = (draft(1, "first"), draft(3, "third"));
        assert_eq!(verdict(&late, &now, Some(&note(3, "second"))), Verdict::Again);
    }

    #[test]
    fn a_deletion_spares_what_nobody_here_has_read() {
        let gone = Draft { deleted: true, ..draft(1, "old") };
        assert_eq!(verdict(&gone, &gone, Some(&note(2, "new"))), Verdict::Spared);
        assert_eq!(verdict(&gone, &gone, None), Verdict::Gone);
    }
}
