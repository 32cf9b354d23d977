//! The object store that comes with the application: S3 over a local directory.
//!
//! With nothing configured the same process that serves pages also answers S3 requests, so presigned URLs, expiry,
//! ranges and multipart uploads are as real on a laptop as they are in production. The crate `s3s` speaks the protocol
//! and verifies signatures; everything behind it is here. In reading order:
//!
//! * `router` mounts the service, with CORS and access rules;
//! * `service` maps each S3 operation to one method;
//! * `objects`, `reading`, `copy`, `listing`, `uploads`, `parts` and `complete` are those methods;
//! * `layout` maps keys to paths, `format` says what is in a file, `walk` visits files in key order;
//! * `receive`, `tmp` and `durable` turn a request body into a file that survives a crash;
//! * `sweep` removes what was abandoned.
//!
//! One object is one file: the data, then a JSON footer. There is no side-car that could disagree with the data, and a
//! rename replaces both at once, so a reader sees the old object or the new one and never a mixture.

mod complete;
mod conditions;
mod copy;
mod durable;
mod error;
mod format;
mod layout;
mod listing;
mod objects;
mod parts;
mod reading;
mod receive;
mod router;
mod service;
mod sweep;
mod tmp;
mod uploads;
mod walk;

use std::{io, path::Path, sync::Arc};

use tokio::sync::Mutex;
use uuid::Uuid;

use layout::Layout;
pub use router::router;

/// Size of every read and write buffer. Larger ones are not measurably faster, and each open download holds two.
const BUFFER: usize = 128 * 1024;

/// How many locks the multipart uploads share. Two uploads on one lock only wait for each other; sixteen is plenty
/// for one machine and needs no clean-up, unlike a map of locks.
const UPLOAD_LOCKS: usize = 16;

/// An S3 bucket in a directory. Cheap to clone; clones share their locks.
#[derive(Clone)]
pub struct EmbeddedStore {
    layout: Layout,
    /// Serialises completing, aborting and sweeping of one upload within this process.
    upload_locks: [Arc<Mutex<()>>; UPLOAD_LOCKS],
}

impl EmbeddedStore {
    /// Opens the store under `root`, creating its directories and `bucket` where they are missing, and removes
    /// temporary files that an earlier process left behind. Does blocking file work: call it at start-up.
    pub fn open(root: &Path, bucket: &str) -> io::Result<Self> {
        if !s3s::path::check_bucket_name(bucket) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("not a valid bucket name: {bucket}")));
        }
        let layout = Layout::new(root);
        for dir in [layout.tmp(), layout.uploads(), layout.bucket(bucket)] {
            durable::create_dirs(&dir)?;
        }
        let store = Self { layout, upload_locks: Default::default() };
        store.clear_old_tmp()?;
        Ok(store)
    }

    /// The lock that guards one upload against being completed, aborted or swept twice at the same time. Its guard goes
    /// into the blocking work: that continues when the client hangs up, and a retry has to wait for it.
    fn upload_lock(&self, id: Uuid) -> Arc<Mutex<()>> {
        let last_byte = usize::from(id.as_bytes()[15]);
        Arc::clone(&self.upload_locks[last_byte % UPLOAD_LOCKS])
    }
}
