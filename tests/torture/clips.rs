//! Recordings whose length and number of pictures are known, so that a missing second cannot hide.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// Pictures a second, in every clip.
const RATE: u32 = 15;

#[derive(Debug)]
pub struct Clip {
    pub path: PathBuf,
    pub secs: u32,
    pub pictures: u64,
}

const H264: &[&str] = &["-c:v", "libx264", "-preset", "ultrafast", "-g", "30"];
const HEVC: &[&str] = &["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:keyint=30", "-tag:v", "hvc1"];

/// Copied as it is: four segments.
pub fn copied() -> &'static Clip {
    static CLIP: OnceLock<Clip> = OnceLock::new();
    CLIP.get_or_init(|| make("copied", 20, "640x360", H264))
}

/// Copied, though nothing in it says where its key frames are.
pub fn unindexed() -> &'static Clip {
    static CLIP: OnceLock<Clip> = OnceLock::new();
    CLIP.get_or_init(|| remade(copied(), "unindexed.mkv"))
}

/// Copied and shown, until its key frames turn out to be too far apart; then converted.
pub fn breaking() -> &'static Clip {
    static CLIP: OnceLock<Clip> = OnceLock::new();
    CLIP.get_or_init(|| {
        let keys = ["-g", "9999", "-keyint_min", "1", "-sc_threshold", "0", "-force_key_frames", "expr:gte(t,n_forced*2)*lt(t,24)+gte(t,40)"];
        remade(&make("breaking", 48, "320x180", &[&["-c:v", "libx264", "-preset", "ultrafast"][..], &keys].concat()), "breaking.mkv")
    })
}

/// Copied, and read in another order than it is stored in: its index comes last.
pub fn index_last() -> &'static Clip {
    static CLIP: OnceLock<Clip> = OnceLock::new();
    CLIP.get_or_init(|| remade(copied(), "index-last.mp4"))
}

/// Every way of copying, the one in vain included.
pub fn copies() -> [&'static Clip; 4] {
    [copied(), unindexed(), index_last(), breaking()]
}

/// Copied, and small: for tests that need a hundred.
pub fn small() -> &'static Clip {
    static CLIP: OnceLock<Clip> = OnceLock::new();
    CLIP.get_or_init(|| make("small", 14, "320x180", H264))
}

/// Has to be converted, which takes a second or two: long enough to be interrupted, and watched while it is made.
pub fn converted() -> &'static Clip {
    static CLIP: OnceLock<Clip> = OnceLock::new();
    CLIP.get_or_init(|| make("converted", 30, "640x360", HEVC))
}

/// Has to be converted, and takes several seconds.
pub fn slowly_converted() -> &'static Clip {
    static CLIP: OnceLock<Clip> = OnceLock::new();
    CLIP.get_or_init(|| make("slowly-converted", 60, "854x480", HEVC))
}

/// A minute in the dark, then something to see: its poster is replaced when its storyboard is drawn.
pub fn dark() -> &'static Clip {
    static CLIP: OnceLock<Clip> = OnceLock::new();
    CLIP.get_or_init(|| make("dark", 72, "320x180", &[H264, &["-vf", "drawbox=c=black:t=fill:enable='lt(t,60)'"]].concat()))
}

/// Sound alone: a beep of one second every ten. Transcribed in two pieces.
pub fn spoken() -> &'static Clip {
    static CLIP: OnceLock<Clip> = OnceLock::new();
    CLIP.get_or_init(|| {
        const SECS: u32 = 320;
        let source = format!("aevalsrc=0.5*sin(2*PI*440*t)*lt(mod(t\\,10)\\,1):s=16000:d={SECS}");
        let path = kept("spoken-320.mp4", &["-f", "lavfi", "-i", &source, "-c:a", "aac", "-b:a", "32k", "-movflags", "+faststart"]);
        Clip { path, secs: SECS, pictures: 0 }
    })
}

fn make(name: &str, secs: u32, size: &str, codec: &[&str]) -> Clip {
    let (picture, length) = (format!("testsrc2=s={size}:r={RATE}"), secs.to_string());
    let sources = ["-f", "lavfi", "-i", &picture, "-f", "lavfi", "-i", "sine=frequency=330:sample_rate=48000", "-t", &length];
    let path = kept(
        &format!("{name}-{secs}-{size}.mp4"),
        &[&sources[..], &["-pix_fmt", "yuv420p"], codec, &["-c:a", "aac", "-movflags", "+faststart"]].concat(),
    );
    Clip { path, secs, pictures: u64::from(secs * RATE) }
}

/// The same in another container.
fn remade(from: &Clip, name: &str) -> Clip {
    let input = from.path.to_str().unwrap();
    Clip { path: kept(name, &["-i", input, "-c", "copy"]), secs: from.secs, pictures: from.pictures }
}

/// What ffmpeg makes of these arguments, kept between runs. Written aside and renamed, so that nobody uploads half a clip.
fn kept(name: &str, arguments: &[&str]) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("torture");
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join(name);
    if !path.exists() {
        let unfinished = dir.join(format!("{}.{name}", std::process::id()));
        let output = Command::new("ffmpeg").args(["-nostdin", "-v", "error", "-y"]).args(arguments).arg(&unfinished).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::rename(unfinished, &path).unwrap();
    }
    path
}
