//! Uploading: one [`Upload`] per file, two at a time, straight from the browser to the bucket.
//!
//! Reading order: [`queue`] (which file is next) → [`run`] (one file's whole way) → [`parts`] (its pieces), with
//! [`pace`] (speed and time left), [`stop`] (pause) and [`fingerprint`] (going on after a closed tab) as helpers.
//! What it looks like is the library's business: it hears of every change.

pub mod fingerprint;
pub mod pace;
pub mod parts;
pub mod queue;
pub mod run;
pub mod stop;

use crate::model::{AppError, Video, VideoId};
use std::{
    cell::{Cell, Ref, RefCell},
    rc::Rc,
};
use stop::Stopper;
use web_sys::File;

/// Where one file is on its way.
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
    Failed {
        error: AppError,
        retry: bool,
    },
    Done(Box<Video>),
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
        self.is_running() || matches!(self, Self::Waiting)
    }
}

/// One file on its way.
pub struct Upload {
    /// Tells the cards apart.
    pub key: u32,
    pub file: File,
    pub size: i64,
    phase: RefCell<Phase>,
    /// Bytes the bucket has, those on the wire included.
    pub sent: Cell<i64>,
    /// Bytes per second.
    pub speed: Cell<Option<f64>>,
    /// Known as soon as the server has made a place for it.
    pub video_id: Cell<Option<VideoId>>,
    stopper: Stopper,
    on_change: Rc<dyn Fn(&Upload)>,
}

impl Upload {
    /// A file just chosen; `video_id` when a part of it is there already.
    pub fn new(key: u32, file: File, video_id: Option<VideoId>, on_change: Rc<dyn Fn(&Upload)>) -> Self {
        Self {
            key,
            size: file.size() as i64,
            file,
            phase: RefCell::new(Phase::Waiting),
            sent: Cell::new(0),
            speed: Cell::new(None),
            video_id: Cell::new(video_id),
            stopper: Stopper::default(),
            on_change,
        }
    }

    pub fn phase(&self) -> Ref<'_, Phase> {
        self.phase.borrow()
    }

    pub fn is(&self, test: impl Fn(&Phase) -> bool) -> bool {
        test(&self.phase.borrow())
    }

    pub fn set_phase(&self, phase: Phase) {
        self.phase.replace(phase);
        self.changed();
    }

    pub fn set_progress(&self, sent: i64, speed: Option<f64>) {
        self.sent.set(sent);
        self.speed.set(speed);
        self.changed();
    }

    /// Stops sending; what is there stays there.
    pub fn pause(&self) {
        self.stop();
        self.set_phase(Phase::Paused);
    }

    /// Ends whatever runs for it, at once.
    pub fn stop(&self) {
        self.speed.set(None);
        self.stopper.stop();
    }

    fn changed(&self) {
        (self.on_change)(self);
    }
}
