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

/// Kept between runs. Written aside and renamed, so that nobody uploads half a clip.
fn make(name: &str, secs: u32, size: &str, codec: &[&str]) -> Clip {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("torture");
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join(format!("{name}-{secs}-{size}.mp4"));
    if !path.exists() {
        let unfinished = dir.join(format!("{name}.{}.mp4", std::process::id()));
        let output = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", &format!("testsrc2=s={size}:r={RATE}")])
            .args(["-f", "lavfi", "-i", "sine=frequency=330:sample_rate=48000", "-t", &secs.to_string(), "-pix_fmt", "yuv420p"])
            .args(codec)
            .args(["-c:a", "aac", "-movflags", "+faststart"])
            .arg(&unfinished)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::rename(unfinished, &path).unwrap();
    }
    Clip { path, secs, pictures: u64::from(secs * RATE) }
}
