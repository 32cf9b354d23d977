//! What runs on this machine, from /proc.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Command lines of processes that have `path` among their arguments. The sandbox around ffmpeg names the job's folder,
/// and so does ffmpeg itself where there is no sandbox; what runs inside dies with bubblewrap's first process.
pub fn processes_naming(path: &Path) -> Vec<String> {
    let path = path.to_str().unwrap();
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().bytes().all(|byte| byte.is_ascii_digit()))
        .filter_map(|entry| fs::read(entry.path().join("cmdline")).ok())
        .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
        .filter(|line| line.contains(path))
        .collect()
}

/// A path as process `pid` sees it, which may have mounts of its own.
pub fn as_seen_by(pid: u32, path: &Path) -> PathBuf {
    Path::new(&format!("/proc/{pid}/root")).join(path.strip_prefix("/").unwrap_or(path))
}

/// Entries of a folder; none if it cannot be read.
pub fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}
