//! Meeting-like recordings, kept between runs: one minute, repeated.

use super::{Anyhow, ffmpeg, text};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// H.264 at 15 frames a second and AAC, 720p, 245 kb/s: what `-c copy` handles.
pub fn h264(dir: &Path, minutes: u32) -> Anyhow<PathBuf> {
    let encoder = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "31", "-maxrate", "190k", "-bufsize", "400k"];
    repeated(dir, "h264", &encoder, minutes)
}

/// The same in Matroska, as OBS records: nothing tells beforehand where its key frames are.
pub fn matroska(dir: &Path, minutes: u32) -> Anyhow<PathBuf> {
    let (whole, unfinished) = (dir.join(format!("bench_h264_{minutes}.mkv")), dir.join("bench_unfinished.mkv"));
    if !whole.exists() {
        ffmpeg(&["-i", text(&h264(dir, minutes)?), "-c", "copy", text(&unfinished)])?;
        fs::rename(unfinished, &whole)?;
    }
    Ok(whole)
}

/// The same picture in HEVC, as a phone would store it: it has to be converted.
pub fn hevc(dir: &Path, minutes: u32) -> Anyhow<PathBuf> {
    let encoder = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-tag:v", "hvc1"];
    repeated(dir, "hevc", &encoder, minutes)
}

fn repeated(dir: &Path, name: &str, encoder: &[&str], minutes: u32) -> Anyhow<PathBuf> {
    let (minute, whole) = (dir.join(format!("bench_{name}_1.mp4")), dir.join(format!("bench_{name}_{minutes}.mp4")));
    if whole.exists() {
        return Ok(whole);
    }
    let picture =
        "color=c=0x30343c:s=1280x720:r=15[bg];testsrc2=s=640x360:r=15[a];[bg][a]overlay=100:100[v];sine=frequency=330:sample_rate=48000[s]";
    let picture = ["-filter_complex", picture, "-map", "[v]", "-map", "[s]", "-t", "60"];
    let sound = ["-pix_fmt", "yuv420p", "-g", "30", "-c:a", "aac", "-b:a", "48k", "-ac", "2", text(&minute)];
    if !minute.exists() {
        ffmpeg(&[&picture[..], encoder, &sound].concat())?;
    }
    let (unfinished, secs) = (dir.join("bench_unfinished.mp4"), (minutes * 60).to_string());
    ffmpeg(&["-stream_loop", "-1", "-i", text(&minute), "-t", &secs, "-c", "copy", "-movflags", "+faststart", text(&unfinished)])?;
    fs::rename(unfinished, &whole)?;
    Ok(whole)
}
