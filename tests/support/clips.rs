//! Recordings for tests, made by ffmpeg once a run.

use std::{path::{Path, PathBuf}, process::Command, sync::OnceLock};

/// 20 s of H.264 and AAC, 640×360, a keyframe every 2 s: four segments.
pub fn clip() -> &'static Path {
    static CLIP: OnceLock<PathBuf> = OnceLock::new();
    CLIP.get_or_init(|| make("clip.mp4", 20, &["-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-c:a", "aac", "-movflags", "+faststart"]))
}

/// The same with the index at the end.
pub fn index_at_end() -> &'static Path {
    static CLIP: OnceLock<PathBuf> = OnceLock::new();
    CLIP.get_or_init(|| make("index_at_end.mp4", 20, &["-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-c:a", "aac"]))
}

/// 20 s of HEVC.
pub fn hevc() -> &'static Path {
    static CLIP: OnceLock<PathBuf> = OnceLock::new();
    CLIP.get_or_init(|| make("hevc.mp4", 20, &["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-c:a", "aac"]))
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

/// Three parts' worth: 20 s at a constant 8 Mb/s, about 20 MB.
pub fn large() -> &'static Path {
    static CLIP: OnceLock<PathBuf> = OnceLock::new();
    CLIP.get_or_init(|| {
        let rate = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-b:v", "8M", "-minrate", "8M", "-maxrate", "8M", "-bufsize", "4M"];
        make("large.mp4", 20, &[&rate[..], &["-x264-params", "nal-hrd=cbr", "-c:a", "aac", "-movflags", "+faststart"]].concat())
    })
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
