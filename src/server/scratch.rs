//! Temporary files: one directory per process under `DATA_DIR/tmp`, held by a file lock, so that whatever a killed
//! process left behind is known to be nobody's and removed.

use anyhow::{Context, Result};
use std::{
    fs::File,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};
use tempfile::TempDir;

const LOCK: &str = "lock";

/// This process's own temporary directory. Dropped, it is gone; killed, the next process removes it.
pub struct Scratch {
    dir: TempDir,
    _lock: File,
    /// Bytes that running jobs were promised.
    promised: Arc<Mutex<u64>>,
}

/// Left free for everybody else: database, bucket, logs.
const MARGIN: u64 = 256 << 20;

/// Room on the disk, kept until dropped.
#[derive(Debug)]
pub struct Room {
    bytes: u64,
    promised: Arc<Mutex<u64>>,
}

impl Drop for Room {
    fn drop(&mut self) {
        *self.promised.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
    }
}

/// There is not enough of it.
#[derive(Debug, thiserror::Error)]
#[error("{wanted} bytes are needed on the disk, {free} are free")]
pub struct NoRoom {
    pub wanted: u64,
    pub free: u64,
}

impl Scratch {
    /// Removes what dead processes left, and opens a directory of our own.
    pub fn open(data_dir: &Path) -> Result<Self> {
        let root = data_dir.join("tmp");
        std::fs::create_dir_all(&root).with_context(|| format!("cannot create {}", root.display()))?;
        sweep(&root);
        let dir = TempDir::with_prefix_in("process-", &root).with_context(|| format!("cannot write to {}", root.display()))?;
        let lock = File::create(dir.path().join(LOCK))?;
        lock.lock()?;
        Ok(Self { dir, _lock: lock, promised: Arc::default() })
    }

    /// Promises room for one job before it begins: several that each find the disk half empty would fill it together.
    /// What running jobs have written already is counted twice, which errs on the side of waiting.
    pub fn reserve(&self, bytes: u64) -> std::io::Result<Result<Room, NoRoom>> {
        let disk = nix::sys::statvfs::statvfs(self.dir.path())?;
        let mut promised = self.promised.lock().unwrap_or_else(PoisonError::into_inner);
        let free = (disk.blocks_available() * disk.fragment_size()).saturating_sub(MARGIN + *promised);
        if bytes > free {
            return Ok(Err(NoRoom { wanted: bytes, free }));
        }
        *promised += bytes;
        Ok(Ok(Room { bytes, promised: self.promised.clone() }))
    }

    /// A fresh directory for one piece of work; it vanishes with the returned value.
    pub fn job_dir(&self) -> std::io::Result<TempDir> {
        TempDir::with_prefix_in("job-", self.dir.path())
    }
}

/// Removes every directory whose owner no longer holds its lock.
fn sweep(root: &Path) {
    let Ok(entries) = std::fs::read_dir(root) else { return };
    for path in entries.flatten().map(|entry| entry.path()).filter(|path| abandoned(path)) {
        if let Err(error) = std::fs::remove_dir_all(&path) {
            tracing::warn!(path = %path.display(), %error, "a left-over temporary directory could not be removed");
        }
    }
}

fn abandoned(dir: &Path) -> bool {
    match File::open(dir.join(LOCK)) {
        Ok(file) => file.try_lock().is_ok(),
        // No lock yet: either it is being opened this moment, or its owner died in between. Young ones are left alone.
        Err(_) => dir.metadata().and_then(|m| m.modified()).is_ok_and(|at| at.elapsed().is_ok_and(|age| age.as_secs() > 60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_promised_once_and_given_back() {
        let data = tempfile::tempdir().unwrap();
        let scratch = Scratch::open(data.path()).unwrap();
        let all = scratch.reserve(u64::MAX).unwrap().unwrap_err().free;
        let most = scratch.reserve(all - (64 << 20)).unwrap().unwrap();
        assert!(scratch.reserve(1 << 30).unwrap().is_err());
        drop(most);
        assert!(scratch.reserve(1 << 20).unwrap().is_ok());
    }

    #[test]
    fn a_dead_process_leaves_nothing_and_a_living_one_keeps_its_files() {
        let data = tempfile::tempdir().unwrap();
        let dead = data.path().join("tmp/process-dead");
        std::fs::create_dir_all(dead.join("job-1")).unwrap();
        std::fs::write(dead.join(LOCK), "").unwrap();
        let living = Scratch::open(data.path()).unwrap();
        let job = living.job_dir().unwrap();
        assert!(!dead.exists());
        let _other = Scratch::open(data.path()).unwrap();
        assert!(job.path().exists());
    }
}
