//! The files of one page visit, and which of them may run.

use super::{Phase, Upload, fingerprint, run::run};
use crate::{
    api::delete_video,
    browser::dom,
    model::{Video, VideoState},
};
use leptos::{prelude::*, task::spawn_local};
use web_sys::File;

/// Two at a time: one keeps the line busy while the other is being checked.
const AT_ONCE: usize = 2;

/// A handle to the queue and to the list of recordings it feeds.
#[derive(Clone, Copy)]
pub struct Queue {
    pub uploads: RwSignal<Vec<Upload>>,
    pub videos: RwSignal<Vec<Video>>,
    next_key: StoredValue<u32>,
    /// Uploads belong to the island, not to the event handler they were made in.
    owner: StoredValue<Owner>,
}

impl Queue {
    /// An empty queue over the recordings of the page, which starts waiting uploads by itself.
    pub fn new(videos: RwSignal<Vec<Video>>) -> Self {
        let queue = Self {
            uploads: RwSignal::new(Vec::new()),
            videos,
            next_key: StoredValue::new(0),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        };
        Effect::new(move |_| queue.start_waiting());
        Effect::new(move |_| {
            let unfinished = queue.uploads.with(|all| all.iter().any(|u| u.phase.with(Phase::is_unfinished)));
            unfinished.then(dom::warn_before_leaving)
        });
        queue
    }

    /// Takes files a person chose or dropped.
    pub fn add(&self, files: Vec<File>) {
        for file in files {
            let (name, size) = (file.name(), file.size() as i64);
            let remembered = fingerprint::recall(&file);
            let known = self.videos.with_untracked(|videos| {
                let interrupted: Vec<Video> =
                    videos.iter().filter(|v| v.state == VideoState::Uploading).cloned().collect();
                fingerprint::interrupted_match(&interrupted, remembered, &name, size)
            });
            if known.is_some() && self.holds(known) {
                continue;
            }
            let key = self.next_key.get_value();
            self.next_key.set_value(key + 1);
            let upload = self.owner.get_value().with(|| Upload::new(key, file, known));
            // Its card takes the place of the interrupted one.
            self.videos.update(|videos| videos.retain(|v| Some(v.id) != known));
            self.uploads.update(|uploads| uploads.insert(0, upload));
        }
    }

    /// Gives an upload up, and what is there of it.
    pub fn cancel(&self, upload: Upload) {
        upload.stop();
        fingerprint::forget(&upload.file());
        self.uploads.update(|uploads| uploads.retain(|u| u.key != upload.key));
        let refused = matches!(upload.phase.get_untracked(), Phase::Failed { retry: false, .. });
        if let (Some(id), false) = (upload.video_id.get_untracked(), refused) {
            spawn_local(async move {
                // When this fails the place stays, and the list shows it as interrupted next time.
                let _ = delete_video(id).await;
            });
        }
    }

    fn holds(&self, id: Option<crate::model::VideoId>) -> bool {
        self.uploads.with_untracked(|all| all.iter().any(|u| u.video_id.get_untracked() == id))
    }

    fn start_waiting(&self) {
        let uploads = self.uploads.get();
        let running = uploads.iter().filter(|u| u.phase.with(Phase::is_running)).count();
        // The newest stand first on the page; the oldest go first.
        let waiting = uploads.iter().rev().filter(|u| u.phase.with(|phase| *phase == Phase::Waiting));
        for upload in waiting.take(AT_ONCE.saturating_sub(running)).copied() {
            // Said here already, so that this effect counts it at its next run.
            upload.phase.set(Phase::Uploading);
            spawn_local(run(upload));
        }
    }
}
