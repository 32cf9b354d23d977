//! Uploading: one [`Upload`] per file, two at a time, straight from the browser to the bucket.
//!
//! Reading order: [`queue`] (which file is next) → [`run`] (one file's whole way) → [`parts`] (its pieces), with
//! [`pace`] (speed and time left), [`stop`] (pause) and [`fingerprint`] (going on after a closed tab) as helpers.

pub mod fingerprint;
pub mod pace;
pub mod parts;
pub mod queue;
pub mod run;
pub mod stop;

use crate::model::{AppError, Video, VideoId};
use leptos::prelude::*;
use stop::Stopper;
use web_sys::File;

/// Where one file is on its way.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// Others go first.
    Waiting,
    Uploading,
    /// Uploading, but the network is away.
    Offline,
    Paused,
    /// All is there; the server looks at it.
    Checking,
    /// `retry` says whether trying again can help.
    Failed { error: AppError, retry: bool },
    Done(Video),
}

impl Phase {
    /// The name in `data-state`, for styles and tests.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Waiting | Self::Uploading | Self::Offline => "uploading",
            Self::Paused => "paused",
            Self::Checking => "checking",
            Self::Failed { .. } => "failed",
            Self::Done(_) => "done",
        }
    }

    /// Whether it takes one of the two places.
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Uploading | Self::Offline | Self::Checking)
    }

    /// Whether leaving the page would cost something.
    pub fn is_unfinished(&self) -> bool {
        self.is_running() || *self == Self::Waiting
    }
}

/// One file on its way; a handle that can be copied around.
#[derive(Clone, Copy)]
pub struct Upload {
    /// Tells the cards apart.
    pub key: u32,
    pub name: StoredValue<String>,
    pub size: i64,
    pub phase: RwSignal<Phase>,
    /// Bytes the bucket has, those on the wire included.
    pub sent: RwSignal<i64>,
    /// Bytes per second.
    pub speed: RwSignal<Option<f64>>,
    /// Known as soon as the server has made a place for it.
    pub video_id: RwSignal<Option<VideoId>>,
    file: StoredValue<File, LocalStorage>,
    stopper: StoredValue<Stopper, LocalStorage>,
}

impl Upload {
    /// A file just chosen; `video_id` when a part of it is there already. Only ever called in the browser.
    pub fn new(key: u32, file: File, video_id: Option<VideoId>) -> Self {
        Self {
            key,
            name: StoredValue::new(file.name()),
            size: file.size() as i64,
            phase: RwSignal::new(Phase::Waiting),
            sent: RwSignal::new(0),
            speed: RwSignal::new(None),
            video_id: RwSignal::new(video_id),
            file: StoredValue::new_local(file),
            stopper: StoredValue::new_local(Stopper::default()),
        }
    }

    pub fn file(&self) -> File {
        self.file.get_value()
    }

    /// Puts it back in the queue, after a pause or a failure.
    pub fn resume(&self) {
        self.phase.set(Phase::Waiting);
    }

    /// Stops sending; what is there stays there.
    pub fn pause(&self) {
        self.stop();
        self.phase.set(Phase::Paused);
    }

    /// Ends whatever runs for it, at once.
    pub fn stop(&self) {
        self.speed.set(None);
        self.stopper.with_value(Stopper::stop);
    }
}
