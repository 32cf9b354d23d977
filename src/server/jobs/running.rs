//! What this process works on right now, so that deleting a video stops its job at once.

use crate::model::VideoId;
use std::{collections::HashMap, sync::{Mutex, PoisonError}};
use tokio_util::sync::CancellationToken;

/// Video → how to stop its job.
#[derive(Debug, Default)]
pub struct Running(Mutex<HashMap<VideoId, CancellationToken>>);

impl Running {
    pub fn add(&self, video: VideoId, cancel: CancellationToken) {
        self.map().insert(video, cancel);
    }

    pub fn remove(&self, video: VideoId) {
        self.map().remove(&video);
    }

    /// Stops the job of a video, if this process has it. Others notice at their next heartbeat.
    pub fn cancel(&self, video: VideoId) {
        if let Some(cancel) = self.map().get(&video) {
            cancel.cancel();
        }
    }

    fn map(&self) -> std::sync::MutexGuard<'_, HashMap<VideoId, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
