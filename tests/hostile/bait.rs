//! What hostile files reach for: somebody else's recording, a secret, and a door on this machine. Each tells when it was
//! touched.

use std::{
    fs::{self, File, FileTimes},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

use tempfile::TempDir;

use super::{bytes::cat, h264, ts};

/// Who copies the neighbour's recording takes this along, in each of its pictures; who reads the secret, too.
pub const MARK: &str = "CANARY-7f3a91c4d2e8";

pub struct Bait {
    pub folder: TempDir,
    /// A neighbour's recording, 12 s.
    pub clip: PathBuf,
    /// A file of secrets.
    pub secret: PathBuf,
    pub port: u16,
    visits: Arc<AtomicUsize>,
    closing: Arc<AtomicBool>,
}

impl Bait {
    pub fn laid() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (clip, secret) = (folder.path().join("neighbour.ts"), folder.path().join("secret.txt"));
        fs::write(&clip, recording()).unwrap();
        fs::write(&secret, format!("password={MARK}\n")).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (visits, closing) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (count, end) = (visits.clone(), closing.clone());
        thread::spawn(move || {
            // A visitor is counted and the connection closed: the request fails, and nobody waits.
            for _ in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        let bait = Self { folder, clip, secret, port, visits, closing };
        bait.untouched();
        bait
    }

    /// A file beside the neighbour's, as somebody might have put it there.
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// An address behind the door.
    pub fn url(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}/{name}", self.port)
    }

    /// How often somebody came to the door.
    pub fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }

    /// Makes the files look as if nobody had read them for a year; `relatime` then notes the next reader.
    pub fn untouched(&self) {
        let long_ago = SystemTime::now() - Duration::from_secs(365 * 24 * 3600);
        for file in [&self.clip, &self.secret] {
            File::options().write(true).open(file).unwrap().set_times(FileTimes::new().set_accessed(long_ago)).unwrap();
        }
    }

    /// Whether somebody has read one of the files since. Always no where the file system notes no reading.
    pub fn was_read(&self) -> bool {
        let yesterday = SystemTime::now() - Duration::from_secs(24 * 3600);
        [&self.clip, &self.secret].iter().any(|file| fs::metadata(file).unwrap().accessed().is_ok_and(|at| at > yesterday))
    }

    /// The first file below `folder` that holds the mark.
    pub fn leaked_into(&self, folder: &Path) -> Option<PathBuf> {
        fs::read_dir(folder).ok()?.flatten().find_map(|entry| {
            let path = entry.path();
            match entry.file_type().ok()?.is_dir() {
                true => self.leaked_into(&path),
                false => holds_mark(&fs::read(&path).unwrap_or_default()).then_some(path),
            }
        })
    }
}

impl Drop for Bait {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::SeqCst);
        // One last visitor wakes the doorkeeper.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// 24 grey pictures, each with the mark. Enough packets for ffmpeg to know a transport stream by itself.
fn recording() -> Vec<u8> {
    let note = [h264::note(MARK)];
    let pictures: Vec<u8> = (0..24).flat_map(|n| ts::grey(90_000 + 45_000 * n, &note)).collect();
    ts::counted(cat!(ts::lists(), pictures, ts::lists()))
}

/// Whether bytes hold the mark, also across two packets of a transport stream.
pub fn holds_mark(bytes: &[u8]) -> bool {
    let found = |bytes: &[u8]| bytes.windows(MARK.len()).any(|window| window == MARK.as_bytes());
    found(bytes) || (bytes.first() == Some(&0x47) && found(&ts::payloads(bytes)))
}

#[test]
fn touching_the_bait_is_noticed() {
    let bait = Bait::laid();
    assert_eq!((bait.visits(), bait.was_read()), (0, false));
    assert!(holds_mark(&fs::read(&bait.clip).unwrap()) && holds_mark(&fs::read(&bait.secret).unwrap()));
    if !bait.was_read() {
        eprintln!("this file system notes no reading: only marks and visits are watched");
    }
    assert!(bait.leaked_into(bait.folder.path()).is_some());
    drop(TcpStream::connect(("127.0.0.1", bait.port)).unwrap());
    let asked = std::time::Instant::now();
    while bait.visits() == 0 {
        assert!(asked.elapsed() < Duration::from_secs(10), "nobody is at the door");
        thread::yield_now();
    }
}

#[test]
fn a_mark_across_two_packets_is_found() {
    let text = [&[0; 180][..], MARK.as_bytes()].concat();
    let packets = cat!(ts::packet(0x100, true, 0, &text[..184]), ts::packet(0x100, false, 1, &text[184..]));
    assert!(holds_mark(&packets) && !holds_mark(&packets[..188]));
}
