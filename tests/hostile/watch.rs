//! What processes and folders use at their worst, looked at from outside while they do it.

use std::{
    collections::HashSet,
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// A process's own peak is remembered by the kernel, so only one that dies between two looks is missed.
const LOOK: Duration = Duration::from_millis(15);
/// Folders change more slowly, and looking at thousands of files takes time.
const WEIGH: Duration = Duration::from_millis(200);

#[derive(Default, Clone, Copy, Debug)]
pub struct Peak {
    /// Bytes of memory of all processes together.
    pub memory: u64,
    /// Bytes below the temporary folder.
    pub scratch: u64,
}

/// Watches every process with `mark` among its arguments, their descendants, and a folder, until told to end.
pub struct Watch {
    ending: Arc<AtomicBool>,
    looking: JoinHandle<Peak>,
}

impl Watch {
    pub fn over(mark: &Path, scratch: &Path) -> Self {
        let (mark, scratch, ending) = (mark.display().to_string(), scratch.to_path_buf(), Arc::new(AtomicBool::new(false)));
        let end = ending.clone();
        let looking = thread::spawn(move || {
            let (mut peak, mut weighed) = (Peak::default(), Instant::now());
            while !end.load(Ordering::SeqCst) {
                peak.memory = peak.memory.max(memory(|_, arguments| arguments.contains(&mark)));
                if weighed.elapsed() >= WEIGH {
                    peak.scratch = peak.scratch.max(weight(&scratch));
                    weighed = Instant::now();
                }
                thread::sleep(LOOK);
            }
            peak
        });
        Self { ending, looking }
    }

    pub fn end(self) -> Peak {
        self.ending.store(true, Ordering::SeqCst);
        self.looking.join().unwrap()
    }
}

/// The peaks of all processes that `begins` knows by number or arguments, and of their descendants, summed up.
pub fn memory(begins: impl Fn(u32, &str) -> bool) -> u64 {
    let mut group = HashSet::new();
    let mut rest = Vec::new();
    let ourselves = std::process::id();
    for pid in processes().filter(|pid| *pid != ourselves) {
        let arguments = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        if begins(pid, &String::from_utf8_lossy(&arguments)) {
            group.insert(pid);
        } else {
            rest.extend(parent(pid).map(|parent| (pid, parent)));
        }
    }
    // Children of children: as long as somebody joins.
    loop {
        let joined: Vec<u32> =
            rest.iter().filter(|(pid, parent)| group.contains(parent) && !group.contains(pid)).map(|(pid, _)| *pid).collect();
        if joined.is_empty() {
            return group.iter().map(|pid| own_peak(*pid)).sum();
        }
        group.extend(joined);
    }
}

fn processes() -> impl Iterator<Item = u32> {
    fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// The second field after the name, which may hold anything but ends with the last parenthesis.
fn parent(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

fn own_peak(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|text| text.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()).unwrap_or(0) << 10
}

/// Bytes of all files below a folder.
pub fn weight(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let weighed = entries.flatten().map(|entry| match entry.metadata() {
        Ok(about) if about.is_dir() => weight(&entry.path()),
        Ok(about) => about.len(),
        Err(_) => 0,
    });
    weighed.sum()
}

#[test]
fn a_grandchild_that_uses_memory_is_seen() {
    // 100 MB in a variable of a shell below a shell, until its input ends.
    let script = "sh -c 'x=$(head -c 100000000 /dev/zero | tr \"\\0\" x); read y'; true";
    let mut shell = std::process::Command::new("sh").args(["-c", script]).stdin(std::process::Stdio::piped()).spawn().unwrap();
    let asked = Instant::now();
    while memory(|pid, _| pid == shell.id()) < 95 << 20 {
        assert!(asked.elapsed() < Duration::from_secs(10), "the grandchild's memory is not seen");
        thread::sleep(LOOK);
    }
    drop(shell.stdin.take());
    shell.wait().unwrap();
}
