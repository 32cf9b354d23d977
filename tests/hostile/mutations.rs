//! Honest clips with a few bytes changed by chance, through everything the server would call for them: nothing hangs,
//! nothing grows.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use notetaker::server::media::{
    FileKind, SNIFF_LEN, SandboxMode, Tools,
    boxes::{HEADER_WINDOW, Walk},
    sandbox::Limits,
    sniff::sniff,
};

use super::{
    bytes::Chance,
    invocation::{Invocation, of},
    verdict::MEMORY,
};

/// What the issue allows one call.
const HANG: Duration = Duration::from_secs(10);

const PICTURE: &str = "-f lavfi -i testsrc2=s=160x96:r=15:d=2";
const TONE: &str = "-f lavfi -i sine=r=48000:d=2";
const H264: &str = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 15";

/// Name and how it is made. The first three are those of `make test`.
fn clips() -> Vec<(&'static str, String)> {
    let both = format!("{PICTURE} {TONE} {H264}");
    vec![
        ("clip.mp4", format!("{both} -c:a aac")),
        ("clip.mkv", format!("{both} -c:a libopus")),
        ("clip.ts", format!("{both} -c:a aac")),
        ("fragments.mp4", format!("{both} -c:a aac -movflags frag_keyframe+empty_moov")),
        ("pcm.mov", format!("{both} -c:a pcm_s16le")),
        ("hevc.mp4", format!("{PICTURE} -c:v libx265 -preset ultrafast -x265-params log-level=error")),
        ("vp9.webm", format!("{PICTURE} {TONE} -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus")),
        ("tone.wav", TONE.to_owned()),
        ("tone.mp3", format!("{TONE} -c:a libmp3lame")),
        ("tone.flac", TONE.to_owned()),
        ("tone.ogg", format!("{TONE} -c:a libvorbis")),
        ("tone.aac", format!("{TONE} -c:a aac")),
    ]
}

/// An honest clip and all calls the server makes for it.
struct Clip {
    name: &'static str,
    bytes: Vec<u8>,
    calls: Vec<Invocation>,
}

impl Clip {
    async fn made(folder: &Path, name: &'static str, options: &str) -> Self {
        let path = folder.join(name);
        let words = ["-nostdin", "-v", "error", "-y"].into_iter().chain(options.split(' '));
        assert!(Command::new("ffmpeg").args(words).arg(&path).status().unwrap().success(), "{name}");
        Self { name, bytes: fs::read(&path).unwrap(), calls: of(&path).await }
    }

    /// Where its containers keep what they say about themselves: an MP4's index, elsewhere the beginning.
    fn heads(&self) -> std::ops::Range<usize> {
        let index = self.bytes.windows(4).position(|name| name == b"moov");
        match index {
            Some(at) => at..(at + 4096).min(self.bytes.len()),
            None => 0..self.bytes.len().min(2048),
        }
    }

    /// The same with one to eight things changed.
    fn changed(&self, chance: &mut Chance) -> Vec<u8> {
        const TELLING: [u32; 8] = [0, 1, 0x7F, 0xFF, 0x7FFF_FFFF, 0x8000_0000, u32::MAX, 0xFFFF];
        let (mut bytes, heads) = (self.bytes.clone(), self.heads());
        for _ in 0..1 + chance.below(8) {
            // Every fourth change may be anywhere.
            let range = if chance.below(4) == 0 { 0..bytes.len() } else { heads.start.min(bytes.len())..heads.end.min(bytes.len()) };
            let at = (range.start + chance.below(range.len())).min(bytes.len() - 1);
            let end = (at + 1 + chance.below(16)).min(bytes.len());
            match chance.below(6) {
                0 => bytes[at] ^= 1 << chance.below(8),
                1 => bytes[at] = chance.draw() as u8,
                2 => {
                    let telling = TELLING[chance.below(TELLING.len())].to_be_bytes();
                    bytes.iter_mut().skip(at).zip(telling).for_each(|(byte, new)| *byte = new);
                }
                3 => drop(bytes.drain(at..end)),
                4 => {
                    let piece = bytes[at..end].to_vec();
                    drop(bytes.splice(at..at, piece));
                }
                _ => bytes[at..end].reverse(),
            }
            if bytes.is_empty() {
                bytes.push(0);
            }
        }
        bytes
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_clips_changed_by_chance_neither_hang_nor_grow() {
    survive(3, 40).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn two_thousand_clips_changed_by_chance_neither_hang_nor_grow() {
    survive(usize::MAX, 2000).await;
}

/// What became of all of them.
#[derive(Default)]
struct Tally {
    ends: BTreeMap<&'static str, usize>,
    longest: Duration,
    memory: u64,
    faults: Vec<String>,
}

async fn survive(kinds: usize, count: usize) {
    let seed = std::env::var("TORTURE_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1u64);
    let (folder, tools) = (tempfile::tempdir().unwrap(), Tools::locate(None, None, SandboxMode::Auto).unwrap());
    let mut honest = Vec::new();
    for (name, options) in clips().into_iter().take(kinds) {
        honest.push(Clip::made(folder.path(), name, &options).await);
    }
    let (next, tally) = (AtomicUsize::new(0), Mutex::new(Tally::default()));
    // Threads of their own, that stay until their children have ended: bubblewrap dies with the thread that started it.
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::SeqCst);
                    if n >= count {
                        return;
                    }
                    one(&tools, &honest[n % honest.len()], folder.path(), (seed, n), &tally);
                }
            });
        }
    });
    let Tally { ends, longest, memory, faults } = tally.into_inner().unwrap();
    let ends: Vec<String> = ends.iter().map(|(end, times)| format!("{times} {end}")).collect();
    println!(
        "\nfigure: {count} clips changed by chance (seed {seed}): {}; longest call {:.1} s, at most {} MB of memory, {} at fault",
        ends.join(", "),
        longest.as_secs_f64(),
        memory >> 20,
        faults.len()
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn one(tools: &Tools, clip: &Clip, folder: &Path, (seed, n): (u64, usize), tally: &Mutex<Tally>) {
    let bytes = clip.changed(&mut Chance::seeded(seed.wrapping_mul(1_000_003).wrapping_add(n as u64)));
    let path = folder.join(format!("changed-{n}"));
    fs::write(&path, &bytes).unwrap();
    let (mut longest, mut memory, mut faults) = (Duration::ZERO, 0, Vec::new());
    let kind = sniff(&bytes[..bytes.len().min(SNIFF_LEN)]);
    let end = match kind.demuxer() {
        None => "refused by their first bytes",
        Some(_) if kind == FileKind::Mp4 && boxes_refuse(&bytes) => "refused by their boxes",
        Some(demuxer) => {
            let stopped = clip.calls.iter().position(|call| {
                let probes = call.tool.ends_with("ffprobe");
                let limits = if probes { Limits::PROBE } else { Limits::COPY };
                let ran = call.clone().demuxed_as(demuxer).walled(&tools.sandbox, limits, &path, HANG);
                (longest, memory) = (longest.max(ran.took), memory.max(ran.memory));
                if ran.status.is_none() {
                    faults.push(format!("hangs: {:?}", call.args));
                }
                if ran.memory >= MEMORY {
                    faults.push(format!("{} MB: {:?}", ran.megabytes(), call.args));
                }
                // A poster may fail, and a tool may find nothing: what a probe refuses ends the way.
                probes && !ran.succeeded()
            });
            if stopped.is_some() { "refused by the probe" } else { "taken to the end" }
        }
    };
    if !faults.is_empty() {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("changed-{seed}-{n}-{}", clip.name));
        fs::copy(&path, &kept).unwrap();
        faults.iter_mut().for_each(|fault| *fault = format!("{}: {fault}", kept.display()));
    }
    fs::remove_file(&path).unwrap();
    let mut tally = tally.lock().unwrap();
    *tally.ends.entry(end).or_default() += 1;
    tally.longest = tally.longest.max(longest);
    tally.memory = tally.memory.max(memory);
    tally.faults.append(&mut faults);
}

fn boxes_refuse(bytes: &[u8]) -> bool {
    let mut walk = Walk::new(bytes.len() as u64);
    while let Some(offset) = walk.next_offset() {
        let start = offset as usize;
        walk.push(&bytes[start..bytes.len().min(start + HEADER_WINDOW)]);
    }
    walk.layout().refusal().is_some()
}

#[test]
fn the_same_seed_changes_the_same_bytes() {
    let clip = Clip { name: "x", bytes: (0..=255).collect(), calls: Vec::new() };
    let changed = |seed| clip.changed(&mut Chance::seeded(seed));
    assert_eq!(changed(7), changed(7));
    assert!((0..50).filter(|seed| changed(*seed) != clip.bytes).count() >= 45);
}
