//! How pictures and sound are encoded when they cannot be copied.

use super::probe::VideoTrack;

/// H.264 that every decoder in a browser takes, at about nine times real time a core for 720p.
///
/// A key frame at the first frame of every two seconds, counted from the start, so that the six-second segments fall on
/// them. No B-frames: a transport stream has no times below zero, so with them the picture would begin late by as much as they
/// are out of order, and WebKit waits for ever in front of such a gap. (`gte(t,n_forced*2)` would make every frame a key frame after a gap.) The rate is bounded so that the output is:
/// `veryfast` at 23 stays far below it for anything but noise.
pub const X264: [&str; 20] = [
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-crf",
    "23",
    "-maxrate",
    "8M",
    "-bufsize",
    "16M",
    "-profile:v",
    "high",
    "-bf",
    "0",
    "-g",
    "600",
    "-sc_threshold",
    "0",
    "-force_key_frames",
    "expr:if(isnan(prev_forced_t),1,gt(floor(t/2),floor(prev_forced_t/2)))",
];

/// Bytes a second that [`X264`] and [`AAC`] can reach, containers included.
pub const MAX_BYTES_PER_SEC: u64 = 1_200_000;

/// Stereo AAC. `async` fills gaps with silence and trims overlaps beyond 30 ms, and `first_pts=0` fills the time before
/// sound that starts late, which would otherwise come early.
pub const AAC: [&str; 10] =
    ["-af", "aresample=48000:async=1:min_hard_comp=0.03:first_pts=0", "-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "48000"];

/// Long side of a converted picture, in pixels: 1080p in either direction. Larger costs more CPU than a meeting is worth.
const LONG_SIDE: u32 = 1920;

/// Frames a second of a converted picture.
const MAX_FPS: f64 = 60.0;
/// Below this a segment may hold too few frames to be cut or jumped to.
const MIN_FPS: f64 = 10.0;
/// What a recording gets whose frames come as they please and whose clock tells nothing.
const USUAL_FPS: f64 = 30.0;

/// ffmpeg's filter graph for a picture: whole frames, an even size with square pixels, ordinary colours, steady times. `tone` brings
/// HDR to them ([`super::tone`]); `even` lays out what seems to be steady, too.
pub fn filters(video: &VideoTrack, tone: Option<String>, even: bool) -> String {
    let mut chain = Vec::new();
    if video.interlaced {
        chain.push("bwdif=mode=send_frame:deint=interlaced".to_owned());
    }
    // Square pixels first, then into the box; both sides even, as 4:2:0 wants them.
    chain.push(format!(
        "scale=w='max(2,trunc(iw*sar*min(1,{LONG_SIDE}/max(iw*sar,ih))/2)*2)':h='max(2,trunc(ih*min(1,{LONG_SIDE}/max(iw*sar,ih))/2)*2)'"
    ));
    chain.push("setsar=1".to_owned());
    chain.extend(tone);
    if let Some(rate) = steady_rate(video).or(even.then_some(video.fps)) {
        chain.push(format!("fps={rate}"));
    }
    chain.push("format=yuv420p".to_owned());
    chain.join(",")
}

/// The rate to lay the frames out at; none when they are steady already and need no other.
///
/// HLS cuts at key frames, so a still of forty seconds must be repeated to be cut: screen recorders write one frame for it.
fn steady_rate(video: &VideoTrack) -> Option<f64> {
    let (average, grid) = (video.fps, video.grid_fps);
    let steady = average > 0.0 && (grid - average).abs() <= average * 0.02;
    match steady {
        true if average > MAX_FPS + 0.5 => Some(MAX_FPS),
        true if average < MIN_FPS => Some(MIN_FPS),
        true => None,
        false if (MIN_FPS..=MAX_FPS).contains(&grid) => Some(grid),
        false => Some(USUAL_FPS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(fps: f64, grid_fps: f64) -> Option<f64> {
        steady_rate(&VideoTrack { fps, grid_fps, ..VideoTrack::default() })
    }

    #[test]
    fn steady_pictures_keep_their_rate_within_bounds() {
        assert_eq!([rate(29.97, 29.97), rate(25.0, 25.0), rate(240.0, 240.0), rate(1.0, 1.0)], [None, None, Some(60.0), Some(10.0)]);
    }

    #[test]
    fn pictures_that_come_as_they_please_are_laid_out_evenly() {
        assert_eq!([rate(7.3, 15.0), rate(22.0, 90_000.0), rate(0.0, 0.0)], [Some(15.0), Some(30.0), Some(30.0)]);
    }

    #[test]
    fn filters_are_named_only_where_they_are_needed() {
        let plain = filters(&VideoTrack { fps: 30.0, grid_fps: 30.0, ..VideoTrack::default() }, None, false);
        assert!(plain.starts_with("scale=") && plain.ends_with("setsar=1,format=yuv420p"), "{plain}");
        let even = filters(&VideoTrack { fps: 30.0, grid_fps: 30.0, ..VideoTrack::default() }, None, true);
        assert!(even.ends_with("setsar=1,fps=30,format=yuv420p"), "{even}");
        let tv = VideoTrack { interlaced: true, fps: 25.0, grid_fps: 25.0, ..VideoTrack::default() };
        let tv = filters(&tv, Some("tonemap".into()), false);
        assert!(tv.starts_with("bwdif") && tv.ends_with("setsar=1,tonemap,format=yuv420p"), "{tv}");
    }
}
