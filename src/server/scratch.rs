//! Temporary files: one directory per process under `DATA_DIR/tmp`, held by a file lock, so that whatever a killed
//! process left behind is known to be nobody's and removed.

use anyhow::{Context, Result};
use std::{fs::File, path::Path};
use tempfile::TempDir;

const LOCK: &str = "lock";

/// This process's own temporary directory. Dropped, it is gone; killed, the next process removes it.
pub struct Scratch {
    dir: TempDir,
    _lock: File,
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
        Ok(Self { dir, _lock: lock })
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
