//! What runs on this machine, from /proc.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Command lines of processes that `path` is named by, or that were started in a folder below it: a sandbox stays where the server is, and
/// so does a tool without one. What runs inside dies with bubblewrap's first process.
pub fn processes_of(path: &Path) -> Vec<(u32, String)> {
    let command = |pid: u32| {
        let at = Path::new("/proc").join(pid.to_string());
        let line = String::from_utf8_lossy(&fs::read(at.join("cmdline")).ok()?).replace('\0', " ");
        let ours = line.contains(path.to_str()?) || fs::read_link(at.join("cwd")).is_ok_and(|cwd| cwd.starts_with(path));
        // A zombie has neither.
        (ours && !line.is_empty()).then_some((pid, line))
    };
    entries(Path::new("/proc")).iter().filter_map(|entry| entry.file_name()?.to_str()?.parse().ok()).filter_map(command).collect()
}

/// Command lines of processes whose parent is dead and that have `word` among their arguments: whoever is left alone becomes the
/// first process' child.
pub fn orphans_with(word: &str) -> Vec<String> {
    let parent = |pid: &Path| {
        let status = fs::read_to_string(pid.join("status")).ok()?;
        status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse::<u32>().ok()
    };
    let line = |pid: &Path| Some(String::from_utf8_lossy(&fs::read(pid.join("cmdline")).ok()?).replace('\0', " "));
    let orphans = entries(Path::new("/proc")).into_iter().filter(|pid| parent(pid) == Some(1));
    orphans.filter_map(|pid| line(&pid)).filter(|line| line.contains(word)).collect()
}

/// A path as process `pid` sees it, which may have mounts of its own.
pub fn as_seen_by(pid: u32, path: &Path) -> PathBuf {
    Path::new(&format!("/proc/{pid}/root")).join(path.strip_prefix("/").unwrap_or(path))
}

/// Entries of a folder; none if it cannot be read.
pub fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}
