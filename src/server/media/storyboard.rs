//! Small pictures along a recording, on sheets of 5 × 5: what the seek bar shows under the pointer.
//!
//! They are made from the HLS segments, whatever the original was: upright, H.264, and never more than twelve seconds from
//! one key frame to the next, so that only key frames are decoded and only the segments that are needed are read.

use std::io::PipeReader;
use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

use super::error::MediaError;
use super::looks::Looks;
use super::sandbox::{Job, Limits};
use super::{FileKind, Tools, ffmpeg, jpeg, run};

/// Tiles beside and below each other on a sheet: at 8 KB a tile a sheet is about 200 KB, and lasts for four minutes.
pub const COLUMNS: i64 = 5;
pub const ROWS: i64 = 5;
const TILES_A_SHEET: i64 = COLUMNS * ROWS;
/// The longer side of a tile, in pixels.
pub const TILE: u32 = 320;
/// The most tiles that any recording gets: one each ten seconds up to two hours, further apart beyond.
const MOST_TILES: i64 = 720;
/// Distances that people can count in. The last ones are for short recordings only.
const STEPS_MS: [i64; 3] = [10_000, 5_000, 2_000];
const LEAST_MS: i64 = 1_000;
/// Below this many tiles a short recording gets them closer together.
const FEW_TILES: i64 = 10;
/// Which moment of its stretch a tile's segment is taken from, in tenths: ffmpeg then shows the last key frame before the middle.
const WANTED_TENTHS: i64 = 3;

/// Which pictures a recording gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// The stretch that each tile stands for.
    pub interval_ms: i64,
    pub tiles: i64,
}

impl Layout {
    pub fn of(duration_ms: i64) -> Self {
        let duration = duration_ms.max(1);
        let tiles = |interval: i64| (duration + interval - 1) / interval;
        let interval_ms = if tiles(STEPS_MS[0]) > MOST_TILES {
            // Whole steps of ten seconds, so that times stay round.
            (duration + MOST_TILES * STEPS_MS[0] - 1) / (MOST_TILES * STEPS_MS[0]) * STEPS_MS[0]
        } else {
            STEPS_MS.into_iter().find(|step| tiles(*step) >= FEW_TILES).unwrap_or(LEAST_MS)
        };
        Self { interval_ms, tiles: tiles(interval_ms) }
    }

    pub fn sheets(self) -> i64 {
        (self.tiles + TILES_A_SHEET - 1) / TILES_A_SHEET
    }

    /// Which segments have to be read, given how long each lasts in seconds: in order, and always the first, since times are
    /// counted from it.
    pub fn segments(self, durations: &[f64]) -> Vec<usize> {
        if durations.is_empty() {
            return Vec::new();
        }
        let ends = ends_ms(durations);
        let wanted = (0..self.tiles).map(|tile| self.segment_at(tile, &ends));
        let mut all: Vec<usize> = std::iter::once(0).chain(wanted).collect();
        all.dedup();
        all
    }

    /// The segment that a tile is taken from.
    pub fn segment_of(self, tile: i64, durations: &[f64]) -> usize {
        self.segment_at(tile, &ends_ms(durations))
    }

    fn segment_at(self, tile: i64, ends: &[f64]) -> usize {
        let at = (tile * self.interval_ms + self.interval_ms * WANTED_TENTHS / 10) as f64;
        // What lies beyond the end belongs to the last.
        ends.partition_point(|end| *end <= at).min(ends.len().saturating_sub(1))
    }
}

/// Where each segment ends, in milliseconds.
fn ends_ms(durations: &[f64]) -> Vec<f64> {
    let mut end = 0.0;
    let mut add = |secs: &f64| {
        end += secs * 1000.0;
        end
    };
    durations.iter().map(&mut add).collect()
}

/// A storyboard that lies in a folder of ours, and was verified.
#[derive(Debug)]
pub struct Storyboard {
    pub sheets: Vec<PathBuf>,
    /// Of a tile, in pixels.
    pub tile_width: u32,
    pub tile_height: u32,
    /// Of all sheets.
    pub bytes: u64,
    /// How much there is to see in each tile, as far as ffmpeg told.
    pub scores: Vec<i64>,
}

/// Draws the sheets into the folder `out` (ours; made if missing) from the segments that come through the pipe.
pub async fn draw(
    tools: &Tools,
    reader: PipeReader,
    layout: Layout,
    out: &Path,
    cancel: &CancellationToken,
) -> Result<Storyboard, MediaError> {
    tokio::fs::create_dir_all(out).await.map_err(|e| MediaError::io("making the output folder", &e))?;
    let job = Job::of_stdin(Some(out), Limits::STORYBOARD);
    let demuxer = FileKind::TransportStream.require_demuxer()?;
    let arguments = ffmpeg::storyboard(&tools.sandbox.input(&job), demuxer, layout);
    let mut looks = Looks::default();
    let command = tools.sandbox.command(&job, &tools.ffmpeg, arguments).gently();
    run::watch(&command, reader.into(), cancel, job.limits.wall, |line| looks.hear(line)).await?;
    verified(layout, out, looks.scores).await
}

/// An exit code of 0 proves nothing: every sheet is there, is a whole JPEG, and as large as the others.
async fn verified(layout: Layout, out: &Path, scores: Vec<i64>) -> Result<Storyboard, MediaError> {
    let (mut sheets, mut bytes, mut size) = (Vec::new(), 0, None);
    for number in 1..=layout.sheets() {
        let file = out.join(ffmpeg::sheet(number));
        let picture = tokio::fs::read(&file).await.unwrap_or_default();
        let found = jpeg::size(&picture).filter(|_| jpeg::is_whole(&picture));
        if found.is_none() || size.is_some_and(|size| found != Some(size)) {
            let detail = format!("sheet {number} of {}: {} bytes, {found:?} after {size:?}", layout.sheets(), picture.len());
            return Err(MediaError::permanent("no_storyboard", "No small pictures could be made of this recording.", detail));
        }
        size = found;
        bytes += picture.len() as u64;
        sheets.push(file);
    }
    let (width, height) = size.unwrap_or_default();
    let (tile_width, tile_height) = (width / COLUMNS as u32, height / ROWS as u32);
    let whole =
        width % COLUMNS as u32 == 0 && height % ROWS as u32 == 0 && tile_width.max(tile_height) == TILE && tile_width.min(tile_height) > 0;
    if !whole {
        let detail = format!("sheets of {width}×{height}");
        return Err(MediaError::permanent("no_storyboard", "No small pictures could be made of this recording.", detail));
    }
    Ok(Storyboard { sheets, tile_width, tile_height, bytes, scores })
}

/// Where a tile lies: its sheet, and left and top on it in tiles.
pub fn place(tile: i64) -> (i64, i64, i64) {
    let on_sheet = tile % TILES_A_SHEET;
    (tile / TILES_A_SHEET, on_sheet % COLUMNS, on_sheet / COLUMNS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000;
    const HOUR: i64 = 3600 * SECOND;

    #[test]
    fn an_hour_has_a_picture_every_ten_seconds() {
        assert_eq!(Layout::of(HOUR), Layout { interval_ms: 10 * SECOND, tiles: 360 });
        assert_eq!(Layout::of(HOUR).sheets(), 15);
    }

    #[test]
    fn however_long_it_is_the_tiles_are_bounded_and_their_times_are_round() {
        for hours in 1..=48 {
            let layout = Layout::of(hours * HOUR + 7);
            assert!(layout.tiles <= MOST_TILES && layout.interval_ms % (10 * SECOND) == 0, "{hours} h: {layout:?}");
            assert!(layout.tiles * layout.interval_ms >= hours * HOUR);
        }
        assert_eq!(Layout::of(24 * HOUR), Layout { interval_ms: 120 * SECOND, tiles: 720 });
    }

    #[test]
    fn a_short_recording_has_them_closer_together() {
        assert_eq!(Layout::of(95 * SECOND), Layout { interval_ms: 10 * SECOND, tiles: 10 });
        assert_eq!(Layout::of(60 * SECOND), Layout { interval_ms: 5 * SECOND, tiles: 12 });
        assert_eq!(Layout::of(20 * SECOND), Layout { interval_ms: 2 * SECOND, tiles: 10 });
        assert_eq!(Layout::of(4 * SECOND), Layout { interval_ms: SECOND, tiles: 4 });
    }

    #[test]
    fn one_frame_is_one_tile() {
        assert_eq!(Layout::of(40), Layout { interval_ms: LEAST_MS, tiles: 1 });
        assert_eq!(Layout::of(0), Layout { interval_ms: LEAST_MS, tiles: 1 });
    }

    #[test]
    fn only_the_segments_that_hold_a_wanted_moment_are_read() {
        let six = vec![6.0; 20];
        // 3 s, 13 s, 23 s, 33 s …
        let ten = Layout { interval_ms: 10 * SECOND, tiles: 4 };
        assert_eq!(ten.segments(&six), [0, 2, 3, 5]);
        // 18 s, 78 s: and the first, from which times are counted.
        let minute = Layout { interval_ms: 60 * SECOND, tiles: 2 };
        assert_eq!(minute.segments(&six), [0, 3, 13]);
        // A moment beyond the end of the last belongs to the last.
        assert_eq!(Layout { interval_ms: SECOND, tiles: 9 }.segments(&[2.0, 2.0]), [0, 1]);
        assert_eq!(ten.segments(&[]), Vec::<usize>::new());
    }

    #[test]
    fn tiles_fill_a_sheet_row_by_row() {
        assert_eq!([0, 4, 5, 24, 25, 51].map(place), [(0, 0, 0), (0, 4, 0), (0, 0, 1), (0, 4, 4), (1, 0, 0), (2, 1, 0)]);
    }

    async fn judged(files: &[(&str, &[u8])], layout: Layout) -> Result<Storyboard, MediaError> {
        let dir = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            std::fs::write(dir.path().join(name), bytes).unwrap();
        }
        verified(layout, dir.path(), Vec::new()).await
    }

    /// As much of a JPEG as is looked at.
    fn sheet(width: u16, height: u16) -> Vec<u8> {
        let mut jpeg = vec![0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8];
        jpeg.extend(height.to_be_bytes());
        jpeg.extend(width.to_be_bytes());
        jpeg.extend([1, 1, 0x11, 0, 0xFF, 0xD9]);
        jpeg
    }

    #[tokio::test]
    async fn sheets_count_when_all_are_there_whole_and_alike() {
        let two = Layout { interval_ms: SECOND, tiles: 26 };
        let (good, other) = (sheet(1600, 900), sheet(1600, 800));
        let made = judged(&[("sheet1.jpg", &good), ("sheet2.jpg", &good)], two).await.unwrap();
        assert_eq!((made.sheets.len(), made.tile_width, made.tile_height, made.bytes), (2, 320, 180, 2 * good.len() as u64));
        let half = &good[..good.len() - 1];
        for second in [&other[..], half, b""] {
            assert_eq!(judged(&[("sheet1.jpg", &good), ("sheet2.jpg", second)], two).await.unwrap_err().code, "no_storyboard");
        }
        assert_eq!(judged(&[("sheet1.jpg", &good)], two).await.unwrap_err().code, "no_storyboard");
        assert_eq!(
            judged(&[("sheet1.jpg", &sheet(1601, 900))], Layout { interval_ms: SECOND, tiles: 1 }).await.unwrap_err().code,
            "no_storyboard"
        );
    }
}
