//! Changes to directories that survive a power cut, and that can race with each other. Blocking.
//!
//! A file is complete and on disk before it gets its final name, and the name is on disk before the client hears of it.
//! Putting an object creates directories and deleting one removes the empty ones, without a lock: whoever finds his
//! directory gone creates it again.

use std::{
    collections::HashMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, LazyLock, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use super::tmp::TmpFile;

/// How often to re-create a directory that a concurrent delete keeps removing. Each lost round needs another delete to
/// hit a window of microseconds.
const ATTEMPTS: usize = 64;

/// What to do when the target exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Existing {
    Replace,
    /// Fail with [`io::ErrorKind::AlreadyExists`].
    Keep,
}

/// Gives a finished temporary file its place, creating the directories on the way.
pub(super) fn publish(mut tmp: TmpFile, target: &Path, existing: Existing) -> io::Result<()> {
    let dir = parent(target)?;
    for _ in 0..ATTEMPTS {
        match create_dirs(dir).and_then(|()| place(&mut tmp, target, existing)) {
            Ok(()) => return sync_together(dir),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other("the object's directory kept disappearing"))
}

/// Like [`publish`], but a missing directory is an error: the upload it belonged to is over.
pub(super) fn publish_beside(mut tmp: TmpFile, target: &Path) -> io::Result<()> {
    place(&mut tmp, target, Existing::Replace)?;
    sync_dir(parent(target)?)
}

fn place(tmp: &mut TmpFile, target: &Path, existing: Existing) -> io::Result<()> {
    match existing {
        Existing::Replace => tmp.rename(target),
        // Linking refuses to overwrite, in one step; the temporary name goes away when `tmp` is dropped.
        Existing::Keep => fs::hard_link(tmp.path(), target),
    }
}

/// Creates a directory and its parents, each of them on disk before the next.
pub(super) fn create_dirs(dir: &Path) -> io::Result<()> {
    match fs::create_dir(dir) {
        Ok(()) => sync_dir(parent(dir)?),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            create_dirs(parent(dir)?)?;
            match fs::create_dir(dir) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
                _ => sync_dir(parent(dir)?),
            }
        }
        Err(error) => Err(error),
    }
}

/// Removes a file and the directories that are now empty, up to but not including `keep`. Returns the directory to
/// [`sync_dir`], which lets a batch of deletions pay for that once. A missing file counts as removed, as in S3.
pub(super) fn remove(file: &Path, keep: &Path) -> io::Result<PathBuf> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut dir = parent(file)?;
    while dir != keep {
        match fs::remove_dir(dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => break,
            _ => dir = parent(dir)?,
        }
    }
    Ok(dir.to_owned())
}

/// Makes changes to a directory's entries last. One that has been removed meanwhile has nothing left to lose.
pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    match File::open(dir) {
        Ok(dir) => dir.sync_all(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Those who want one directory on disk.
#[derive(Default)]
struct Crowd {
    /// How many have asked.
    arrived: AtomicU64,
    /// How many of them are served.
    served: Mutex<u64>,
}

/// [`sync_dir`], once for all whose change was made before it began: six segments of a stream that arrive side by side cost two
/// writes of their directory and not six.
fn sync_together(dir: &Path) -> io::Result<()> {
    static CROWDS: LazyLock<Mutex<HashMap<PathBuf, Arc<Crowd>>>> = LazyLock::new(Mutex::default);
    let crowd = locked(&CROWDS).entry(dir.to_owned()).or_default().clone();
    let mine = crowd.arrived.fetch_add(1, Ordering::SeqCst) + 1;
    let result = {
        let mut served = locked(&crowd.served);
        if *served >= mine {
            Ok(())
        } else {
            let all = crowd.arrived.load(Ordering::SeqCst);
            sync_dir(dir).inspect(|_| *served = all)
        }
    };
    let mut crowds = locked(&CROWDS);
    // The map's and ours: nobody else waits.
    if Arc::strong_count(&crowd) == 2 {
        crowds.remove(dir);
    }
    // Before somebody else counts.
    drop(crowd);
    result
}

/// What is locked here is whole after every statement, whatever its last holder died of.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The directory of a path; for a relative path of one name, the current directory.
fn parent(path: &Path) -> io::Result<&Path> {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Ok(Path::new(".")),
        Some(parent) => Ok(parent),
        None => Err(io::Error::from(io::ErrorKind::NotFound)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_served_and_nobody_is_remembered() {
        let dir = tempfile::tempdir().expect("a directory");
        std::thread::scope(|scope| {
            for n in 0..16 {
                let path = dir.path().join(n.to_string());
                scope.spawn(move || {
                    for _ in 0..20 {
                        fs::write(&path, "x").expect("written");
                        sync_together(path.parent().expect("the directory")).expect("synced");
                    }
                });
            }
        });
        assert_eq!(fs::read_dir(dir.path()).expect("listed").count(), 16);
        let gone = dir.path().join("gone");
        assert!(sync_together(&gone).is_ok(), "what is not there has nothing to lose");
    }
}
