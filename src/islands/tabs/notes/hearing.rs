//! What comes from elsewhere: words written in another tab, notes of another device, drafts of an earlier visit.

use super::{panel::Panel, place};
use crate::{
    browser::{dom, drafts::Draft, page, reach, remote::notes::list_notes},
    model::Note,
};
use gloo_timers::future::TimeoutFuture;
use leptos::task::spawn_local;
use std::{cell::Cell, rc::Rc};
use web_sys::Event;

/// Several drafts are often done with at once: one look at the server is enough for all of them.
const GATHER_MS: u32 = 250;

/// What was heard.
#[derive(Default)]
pub struct News {
    /// Counts reasons to look at the server: only the last of a series does.
    looks: Cell<u32>,
}

impl Panel {
    pub(super) fn listen_around(self: &Rc<Self>) {
        let (Some(window), Some(document)) = (page::window(), page::document()) else { return };
        self.on(&window, "storage", Self::heard);
        self.on(&window, "online", |panel, _| panel.send_now());
        self.on(&document, "visibilitychange", |panel, _| {
            // Whoever leaves the page may not come back to it; who comes back may have written somewhere else.
            panel.send_now();
            if !page::hidden() {
                panel.look();
            }
        });
    }

    /// Another tab of this browser wrote, or is done.
    fn heard(self: &Rc<Self>, event: &Event) {
        let Some(key) = reach::get(event, "key").as_string() else { return };
        let Some(name) = self.drafts.named(&key).filter(|(video, _)| *video == self.video) else { return };
        // What was written then, and not what is there now: a draft that is done with says which version it became.
        match reach::get(event, "newValue").as_string().and_then(|text| Draft::decode(name, &text)) {
            Some(draft) => match self.find(draft.note) {
                // That tab sent what stood here a moment ago, and wrote it back: the words under somebody's fingers are newer.
                Some(place) if self.is_typed_in(&place) && place::source(&place) != draft.body => {
                    place::set_version(&place, draft.version.max(place::version(&place)));
                    self.keep(&place);
                }
                _ => {
                    self.show(&draft);
                    self.paint();
                }
            },
            None => self.look(),
        }
    }

    /// Shows what an earlier visit, or another tab, has not sent yet.
    pub(super) fn recall(self: &Rc<Self>) {
        for (video, note) in self.drafts.all() {
            if let Some(draft) = self.drafts.get(video, note).filter(|draft| draft.video == self.video) {
                self.show(&draft);
            }
        }
    }

    fn show(&self, draft: &Draft) {
        let item = match self.find(draft.note) {
            Some(item) if draft.deleted => return item.remove(),
            None if draft.deleted => return,
            Some(item) => item,
            None => {
                let Some(item) = dom::stamp(&self.root, "note") else { return };
                item
            }
        };
        place::show_draft(&item, draft);
        if !place::is_form(&item) {
            self.insert(&item);
        }
    }

    /// Looks at what the server has, soon.
    pub(super) fn look(self: &Rc<Self>) {
        let turn = self.news.looks.get().wrapping_add(1);
        self.news.looks.set(turn);
        let panel = self.clone();
        spawn_local(async move {
            TimeoutFuture::new(GATHER_MS).await;
            if panel.news.looks.get() != turn {
                return;
            }
            let taken = panel.post.taken.get();
            // Without an answer everything stays as it is; the next reason to look comes.
            let Ok(notes) = list_notes(panel.video).await else { return };
            if panel.post.taken.get() == taken {
                panel.reconcile(notes);
            } else {
                // Older than what was saved meanwhile.
                panel.look();
            }
        });
    }

    /// Makes the list what the server says, except where there are drafts: those are newer.
    pub(super) fn reconcile(&self, notes: Vec<Note>) {
        for item in self.items() {
            let Some(id) = place::id(&item) else { continue };
            let known = notes.iter().any(|note| note.id == id);
            // An open field is never taken away: what is written in it becomes a new note.
            if !known && self.drafts.get(self.video, id).is_none() && !place::is_open(&item) {
                item.remove();
            }
        }
        for note in &notes {
            if self.drafts.get(self.video, note.id).is_some() {
                continue;
            }
            match self.find(note.id) {
                Some(place) => {
                    // Words and version together: with the new version under the old words, the next letter would overwrite what
                    // nobody here has seen.
                    place::show_note(&place, note, false);
                    // What is in the field for new notes comes into the list with "Add note".
                    if !place::is_form(&place) {
                        self.insert(&place);
                    }
                }
                None => {
                    let Some(item) = dom::stamp(&self.root, "note") else { return };
                    place::show_note(&item, note, false);
                    self.insert(&item);
                }
            }
        }
        self.paint();
    }
}
