//! Still pictures: the arguments for posters and for the sheets of a storyboard.

use std::ffi::OsString;
use std::path::Path;

use super::{list, only_media, opening};
use crate::server::media::looks;
use crate::server::media::storyboard::{COLUMNS, Layout, ROWS, TILE};

pub const POSTER: &str = "poster.jpg";

/// Widest a poster gets, in pixels. It is shown for a moment and lies on the line before the first frame, so half the bytes
/// count for more than the last pixel: the player is up to 1200 wide.
const POSTER_WIDTH: u32 = 960;
/// ffmpeg's quality of it, 2 (best) to 31.
const POSTER_QUALITY: &str = "5";

/// Frames among which the poster is chosen: half a second, enough to step past a black or blurred one.
const POSTER_CHOICE: u32 = 12;

/// Key frames that are looked at when the first choice shows nothing: a minute or two of them.
const CANDIDATES: usize = 24;

/// Where the poster is looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PosterAt {
    /// The most typical of a few frames from this second on.
    Seconds(f64),
    /// The very first frame, when the file has no later one or the sparse copy ends before it.
    FirstFrame,
}

/// A tenth of the way in, at most 3 s: past a fade-in, and still inside the first 16 MiB that a sparse copy holds.
pub fn poster_at(duration_secs: Option<f64>) -> PosterAt {
    match duration_secs {
        Some(secs) if secs > 0.0 => PosterAt::Seconds((secs / 10.0).min(3.0)),
        _ => PosterAt::FirstFrame,
    }
}

/// `ffmpeg` writing one JPEG, upright and with square pixels, at most [`POSTER_WIDTH`] wide, and how much there is to see in it
/// on stdout. Frames are made small before they are compared, so that a dozen 4K frames fit the memory limit. `tone`: filters for
/// HDR ([`crate::server::media::tone`]).
pub fn poster(input: &Path, demuxer: &str, at: PosterAt, tone: Option<&str>) -> Vec<OsString> {
    let mut args = opening(input, demuxer);
    args.push("-xerror".into());
    let mut filter = poster_size();
    if let PosterAt::Seconds(from) = at {
        args.extend(list(&["-ss", &format!("{from:.3}")]));
        filter.push_str(&format!(",thumbnail={POSTER_CHOICE}"));
    }
    args.push("-i".into());
    args.push(input.into());
    args.extend(list(&["-map", "0:V:0", "-an"]));
    args.extend(only_media());
    let filter = finished(&filter, tone);
    args.extend(list(&["-vf", &filter, "-frames:v", "1", "-q:v", POSTER_QUALITY, "-f", "mjpeg", "-protocol_whitelist", "file", POSTER]));
    args
}

/// `ffmpeg` writing the first key frames as JPEGs like posters, and how much there is to see in each on stdout. It ends at the
/// first that cannot be read, as they are where a sparse copy ends: what was written until then counts.
pub fn candidates(input: &Path, demuxer: &str, tone: Option<&str>) -> Vec<OsString> {
    let mut args = opening(input, demuxer);
    args.extend(list(&["-xerror", "-skip_frame", "nokey", "-i"]));
    args.push(input.into());
    args.extend(list(&["-map", "0:V:0", "-an"]));
    args.extend(only_media());
    let filter = finished(&poster_size(), tone);
    args.extend(list(&["-vf", &filter, "-vsync", "passthrough", "-frames:v", &CANDIDATES.to_string(), "-q:v", POSTER_QUALITY]));
    args.extend(list(&["-f", "image2", "-protocol_whitelist", "file", "candidate%d.jpg"]));
    args
}

/// The name of a candidate; they count from 1.
pub fn candidate(number: usize) -> String {
    format!("candidate{number}.jpg")
}

/// After `filter`, ordinary colours as JPEG has them, and measured.
fn finished(filter: &str, tone: Option<&str>) -> String {
    [filter, tone.unwrap_or("null"), "format=yuvj420p", looks::FILTERS].join(",")
}

fn poster_size() -> String {
    format!("scale=w='max(2,trunc(min({POSTER_WIDTH},iw*sar)/2)*2)':h='max(2,trunc(ow/dar/2)*2)',setsar=1")
}

/// `ffmpeg` drawing the tiles of `layout` from key frames alone, on numbered sheets, and how much there is to see in each on
/// stdout. `input` is a stream of HLS segments that need not follow each other: its time stamps are kept (`-copyts`), or
/// ffmpeg would close the gaps. Where key frames are rare a tile is repeated (`fps`), and so is the last until its sheet is
/// full (`tpad`). One thread: nobody waits for it.
pub fn storyboard(input: &Path, demuxer: &str, layout: Layout) -> Vec<OsString> {
    let mut args = opening(input, demuxer);
    args.extend(list(&["-threads", "1", "-copyts", "-start_at_zero", "-skip_frame", "nokey", "-i"]));
    args.push(input.into());
    args.extend(list(&["-map", "0:V:0", "-an"]));
    args.extend(only_media());
    let filter = format!(
        "fps=fps=1000/{}:start_time=0:round=near:eof_action=pass,\
         scale=w='if(gte(dar,1),{TILE},max(2,trunc({TILE}*dar/2)*2))':h='if(gte(dar,1),max(2,trunc({TILE}/dar/2)*2),{TILE})',\
         setsar=1,format=yuvj420p,{},tpad=stop=-1:stop_mode=clone,tile={COLUMNS}x{ROWS}",
        layout.interval_ms,
        looks::FILTERS
    );
    args.extend(list(&["-vf", &filter, "-vsync", "passthrough", "-frames:v", &layout.sheets().to_string(), "-q:v", "5"]));
    args.extend(list(&["-f", "image2", "-protocol_whitelist", "file", "sheet%d.jpg"]));
    args
}

/// The name of a sheet; they count from 1.
pub fn sheet(number: i64) -> String {
    format!("sheet{number}.jpg")
}

#[cfg(test)]
mod tests {
    use super::super::tests::joined;
    use super::*;

    #[test]
    fn the_poster_is_looked_for_early() {
        assert_eq!(poster_at(Some(3600.0)), PosterAt::Seconds(3.0));
        assert_eq!(poster_at(Some(5.0)), PosterAt::Seconds(0.5));
        assert_eq!(poster_at(None), PosterAt::FirstFrame);
    }

    #[test]
    fn the_first_frame_is_taken_without_seeking() {
        let line = joined(&poster(Path::new("/in"), "mov", PosterAt::FirstFrame, None));
        assert!(!line.contains("-ss") && !line.contains("thumbnail") && line.ends_with("-f mjpeg -protocol_whitelist file poster.jpg"));
    }

    #[test]
    fn tiles_are_drawn_from_key_frames_with_their_own_times_and_no_more_sheets_than_are_wanted() {
        let line = joined(&storyboard(Path::new("pipe:0"), "mpegts", Layout { interval_ms: 2_000, tiles: 26 }));
        let input = line.find("-i pipe:0").unwrap();
        for before in ["-protocol_whitelist pipe -format_whitelist mpegts -f mpegts", "-copyts -start_at_zero -skip_frame nokey"] {
            assert!(line.find(before).unwrap() < input, "{line}");
        }
        assert!(line.contains("fps=fps=1000/2000:") && line.contains("tile=5x5 ") && line.contains("-frames:v 2 "), "{line}");
    }
}
