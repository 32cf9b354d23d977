//! Recordings for tests, made by ffmpeg once a run.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// 20 s of H.264 and AAC, 640×360, a keyframe every 2 s: five segments, the first of them short.
pub fn clip() -> &'static Path {
    static CLIP: OnceLock<PathBuf> = OnceLock::new();
    CLIP.get_or_init(|| {
        make("clip.mp4", 20, &["-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-c:a", "aac", "-movflags", "+faststart"])
    })
}

/// The same with the index at the end.
pub fn index_at_end() -> &'static Path {
    static CLIP: OnceLock<PathBuf> = OnceLock::new();
    CLIP.get_or_init(|| make("index_at_end.mp4", 20, &["-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-c:a", "aac"]))
}

/// 20 s of HEVC.
pub fn hevc() -> &'static Path {
    static CLIP: OnceLock<PathBuf> = OnceLock::new();
    CLIP.get_or_init(|| {
        make("hevc.mp4", 20, &["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-c:a", "aac"])
    })
}

/// A minute of Matroska without an index, whose key frames are two seconds apart but for twenty in the middle.
pub fn rare_in_the_middle() -> &'static Path {
    static CLIP: OnceLock<PathBuf> = OnceLock::new();
    CLIP.get_or_init(|| {
        let keys = ["-g", "9999", "-keyint_min", "1", "-sc_threshold", "0", "-force_key_frames", "expr:gte(t,n_forced*2)*lt(t,30)+gte(t,50)"];
        make("rare.mkv", 60, &[&["-c:v", "libx264", "-preset", "ultrafast"][..], &keys, &["-c:a", "aac"]].concat())
    })
}

/// Half of a Matroska file whose header tells the length of the whole.
pub fn cut_short() -> &'static Path {
    static CLIP: OnceLock<PathBuf> = OnceLock::new();
    CLIP.get_or_init(|| {
        let path = make("cut_short.mkv", 20, &["-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-c:a", "aac"]);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        path
    })
}

/// 400 s of sound: long enough to be gone on with later.
pub fn long() -> &'static Path {
    static CLIP: OnceLock<PathBuf> = OnceLock::new();
    CLIP.get_or_init(|| make("long.mp4", 400, &["-vn", "-c:a", "aac", "-b:a", "24k", "-movflags", "+faststart"]))
}

/// A minute of sound: a beep of one second at 0 s, 3 s, 6 s, … 57 s, and nothing in between.
pub fn beeps() -> &'static Path {
    static CLIP: OnceLock<PathBuf> = OnceLock::new();
    CLIP.get_or_init(|| sounding("beeps.m4a", "aevalsrc=0.5*sin(2*PI*440*t)*lt(mod(t\\,3)\\,1):s=48000:d=60"))
}

/// Ten seconds in which nothing is heard.
pub fn silence() -> &'static Path {
    static CLIP: OnceLock<PathBuf> = OnceLock::new();
    CLIP.get_or_init(|| sounding("silence.m4a", "anullsrc=r=48000:cl=mono:d=10"))
}

fn sounding(name: &str, source: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("clips-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join(name);
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", source, "-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart"])
        .arg(&path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    path
}

/// Three parts' worth: 20 s at a constant 8 Mb/s, about 20 MB.
pub fn large() -> &'static Path {
    static CLIP: OnceLock<PathBuf> = OnceLock::new();
    CLIP.get_or_init(|| {
        let rate =
            ["-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-b:v", "8M", "-minrate", "8M", "-maxrate", "8M", "-bufsize", "4M"];
        make("large.mp4", 20, &[&rate[..], &["-x264-params", "nal-hrd=cbr", "-c:a", "aac", "-movflags", "+faststart"]].concat())
    })
}

/// Twelve seconds of black, and then the usual picture.
pub fn dark_start() -> &'static Path {
    static CLIP: OnceLock<PathBuf> = OnceLock::new();
    CLIP.get_or_init(|| make("dark_start.mp4", 20, &dark(12)))
}

/// More black than an upload looks through: 80 s of it, with a key frame every two seconds.
pub fn long_dark_start() -> &'static Path {
    static CLIP: OnceLock<PathBuf> = OnceLock::new();
    CLIP.get_or_init(|| make("long_dark_start.mp4", 100, &dark(80)))
}

fn dark(secs: u32) -> Vec<&'static str> {
    // Leaked once a run.
    let filter: &'static str = format!("drawbox=c=black:t=fill:enable='lt(t,{secs})'").leak();
    vec!["-vf", filter, "-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-c:a", "aac", "-movflags", "+faststart"]
}

fn make(name: &str, secs: u32, codecs: &[&str]) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("clips-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join(name);
    let secs = secs.to_string();
    let sources = ["-f", "lavfi", "-i", "testsrc2=s=640x360:r=15", "-f", "lavfi", "-i", "sine=frequency=330:sample_rate=48000"];
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-y"])
        .args(sources)
        .args(["-t", &secs, "-pix_fmt", "yuv420p"])
        .args(codecs)
        .arg(&path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    path
}
