//! Where the sending of drafts is.

use crate::{
    browser::{dom::Listener, drafts::Draft},
    model::NoteId,
};
use std::cell::{Cell, RefCell};

#[derive(Default)]
pub struct Post {
    /// Counts what was written: a pause that was broken by more words is none.
    pub written: Cell<u32>,
    pub busy: Cell<bool>,
    /// Somebody asked for it while it was under way.
    pub again: Cell<bool>,
    /// The wait before the next attempt, in seconds; 0 when the last one succeeded.
    pub wait: Cell<u32>,
    /// What is said of all drafts while they cannot be sent; nothing when they can.
    pub trouble: RefCell<String>,
    /// Asks whoever leaves the page, while there is something that exists on it alone.
    pub guard: RefCell<Option<Listener>>,
    /// Texts that the server does not want as they are (their marks), and what it said.
    pub refused: RefCell<Vec<(NoteId, u32, String)>>,
    /// Counts what the server has taken.
    pub taken: Cell<u32>,
}

impl Post {
    /// What the server said of this very text. A deletion is another matter.
    pub fn refusal(&self, draft: &Draft) -> Option<String> {
        let refused = self.refused.borrow();
        let this = refused.iter().find(|(note, mark, _)| !draft.deleted && *note == draft.note && *mark == draft.mark());
        this.map(|(.., words)| words.clone())
    }

    /// Whether this note was refused.
    pub fn has_refused(&self, this: NoteId) -> bool {
        self.refused.borrow().iter().any(|(note, ..)| *note == this)
    }

    pub fn forget_refusal(&self, of: NoteId) {
        self.refused.borrow_mut().retain(|(note, ..)| *note != of);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::VideoId;
    use uuid::Uuid;

    #[test]
    fn what_was_refused_is_not_sent_again_but_may_be_changed_and_deleted() {
        let draft = Draft {
            video: VideoId(Uuid::from_u128(1)),
            note: NoteId(Uuid::from_u128(2)),
            version: 0,
            at_ms: 5,
            end_ms: None,
            copy_of: None,
            deleted: false,
            sent: Vec::new(),
            body: "too much".into(),
        };
        let post = Post::default();
        post.refused.borrow_mut().push((draft.note, draft.mark(), "no room".into()));
        assert_eq!(post.refusal(&draft).as_deref(), Some("no room"));
        assert_eq!(post.refusal(&Draft { body: "less".into(), ..draft.clone() }), None);
        assert_eq!(post.refusal(&Draft { deleted: true, ..draft.clone() }), None);
        post.forget_refusal(draft.note);
        assert_eq!((post.refusal(&draft), post.has_refused(draft.note)), (None, false));
    }
}
