//! Keeps a lease alive while its job runs, and stops the job the moment the lease is lost.

use crate::server::{App, db::jobs::Lease};
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// Renews the lease three times in its life until `done`. Cancels `work` when somebody else holds it, or when the
/// database has not answered for a whole life: by then somebody else may.
pub async fn keep(app: App, lease: Lease, work: CancellationToken, done: CancellationToken) {
    let life = app.config.lease;
    let mut renewed = Instant::now();
    loop {
        tokio::select! {
            () = done.cancelled() => return,
            () = tokio::time::sleep(life / 3) => {}
        }
        let asked = Instant::now();
        match tokio::time::timeout(life / 3, app.db.heartbeat(&lease, life)).await {
            Ok(Ok(true)) => renewed = asked,
            Ok(Ok(false)) => {
                tracing::info!(video = %lease.video_id, "lease lost; the job stops");
                return work.cancel();
            }
            Ok(Err(error)) => tracing::warn!(video = %lease.video_id, %error, "heartbeat failed"),
            Err(_) => tracing::warn!(video = %lease.video_id, "heartbeat timed out"),
        }
        if renewed.elapsed() >= life {
            tracing::warn!(video = %lease.video_id, "lease could not be renewed; the job stops");
            return work.cancel();
        }
    }
}
