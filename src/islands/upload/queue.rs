//! The files of one page visit, and which of them may run.

use super::{Phase, Upload, fingerprint, run::run};
use crate::{
    browser::{dom::Listener, page, remote::delete_video},
    model::VideoId,
};
use leptos::task::spawn_local;
use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};
use web_sys::File;

/// Two at a time: one keeps the line busy while the other is being checked.
const AT_ONCE: usize = 2;

pub struct Queue {
    me: Weak<Self>,
    uploads: RefCell<Vec<Rc<Upload>>>,
    next_key: Cell<u32>,
    /// Hears of every change of every upload.
    on_change: Box<dyn Fn(&Upload)>,
    /// "Leave this page?" is asked as long as anything is unfinished.
    warning: RefCell<Option<Listener>>,
}

impl Queue {
    pub fn new(on_change: impl Fn(&Upload) + 'static) -> Rc<Self> {
        Rc::new_cyclic(|me| Self {
            me: me.clone(),
            uploads: RefCell::default(),
            next_key: Cell::new(1),
            on_change: Box::new(on_change),
            warning: RefCell::default(),
        })
    }

    /// Takes a file a person chose or dropped; `known` when a part of it is there. `None` when it is on its way already.
    pub fn add(&self, file: File, known: Option<VideoId>) -> Option<Rc<Upload>> {
        if known.is_some() && self.uploads.borrow().iter().any(|upload| upload.video_id.get() == known) {
            return None;
        }
        let key = self.next_key.replace(self.next_key.get() + 1);
        let me = self.me.clone();
        let heard = move |upload: &Upload| {
            if let Some(me) = me.upgrade() {
                (me.on_change)(upload);
                if !upload.is(|phase| matches!(phase, Phase::Uploading)) {
                    me.look();
                }
            }
        };
        let upload = Rc::new(Upload::new(key, file, known, Rc::new(heard)));
        self.uploads.borrow_mut().push(upload.clone());
        Some(upload)
    }

    pub fn get(&self, key: u32) -> Option<Rc<Upload>> {
        self.uploads.borrow().iter().find(|upload| upload.key == key).cloned()
    }

    /// Starts what may start, and asks before the page is left as long as that would cost something.
    pub fn look(&self) {
        let uploads = self.uploads.borrow().clone();
        let running = uploads.iter().filter(|upload| upload.is(Phase::is_running)).count();
        let waiting = uploads.iter().filter(|upload| upload.is(|phase| matches!(phase, Phase::Waiting)));
        for upload in waiting.take(AT_ONCE.saturating_sub(running)) {
            upload.set_phase(Phase::Uploading);
            spawn_local(run(upload.clone()));
        }
        let unfinished = uploads.iter().any(|upload| upload.is(Phase::is_unfinished));
        let warned = self.warning.borrow().is_some();
        if unfinished != warned {
            self.warning.replace(if unfinished { page::warn_before_leaving() } else { None });
        }
    }

    /// Puts an upload back in the queue, after a pause or a failure.
    pub fn resume(&self, upload: &Upload) {
        upload.set_phase(Phase::Waiting);
    }

    /// Gives an upload up, and what is there of it.
    pub fn cancel(&self, upload: &Upload) {
        upload.stop();
        fingerprint::forget(&upload.file);
        self.uploads.borrow_mut().retain(|other| other.key != upload.key);
        self.look();
        // What was refused is gone from the server already.
        let refused = upload.is(|phase| matches!(phase, Phase::Failed { retry: false, .. }));
        if let (Some(id), false) = (upload.video_id.get(), refused) {
            spawn_local(async move {
                // When this fails the place stays, and the list shows it as interrupted next time.
                let _ = delete_video(id).await;
            });
        }
    }

    /// Forgets an upload whose recording was deleted.
    pub fn forget(&self, id: VideoId) {
        self.uploads.borrow_mut().retain(|upload| upload.video_id.get() != Some(id));
    }
}
