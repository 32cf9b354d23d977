//! What this process works on right now, so that deleting a video stops its jobs at once.

use crate::{model::VideoId, server::db::jobs::Lease};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use tokio_util::sync::CancellationToken;

/// An attempt at a job (its lease's token) → of which video it is, and how to stop it. A video's stream may be made and its
/// pictures drawn at the same time.
#[derive(Debug, Default)]
pub struct Running(Mutex<HashMap<String, (VideoId, CancellationToken)>>);

impl Running {
    pub fn add(&self, lease: &Lease, cancel: CancellationToken) {
        self.map().insert(lease.token.clone(), (lease.video_id, cancel));
    }

    pub fn remove(&self, lease: &Lease) {
        self.map().remove(&lease.token);
    }

    /// Stops the jobs of a video that this process has. Others notice at their next heartbeat.
    pub fn cancel(&self, video: VideoId) {
        for (_, cancel) in self.map().values().filter(|(of, _)| *of == video) {
            cancel.cancel();
        }
    }

    fn map(&self) -> std::sync::MutexGuard<'_, HashMap<String, (VideoId, CancellationToken)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
