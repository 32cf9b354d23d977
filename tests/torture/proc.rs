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
