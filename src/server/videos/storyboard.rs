//! Small pictures along a recording, for whoever shows a seek bar: a list of moments, and the sheets that it points into.

use super::owned;
use crate::{
    model::{AppError, ErrorCode, VideoId, Viewer},
    server::{
        App, Result,
        db::storyboards::StoryboardRow,
        media::storyboard::{Layout, place},
        storage::{Key, presign::Signed},
    },
};
use std::fmt::Write;

/// The storyboard as WebVTT; `None` as long as there is none.
pub async fn storyboard(app: &App, viewer: &Viewer, id: VideoId) -> Result<Option<String>> {
    let row = owned(app, viewer, id).await?;
    let board = app.db.storyboard(id).await?.filter(|board| board.tiles > 0);
    Ok(board.map(|board| webvtt(&board, row.duration_ms)))
}

/// Where a sheet can be fetched right now. They count from 0.
pub async fn sheet(app: &App, viewer: &Viewer, id: VideoId, number: u32) -> Result<Signed> {
    let row = owned(app, viewer, id).await?;
    let board = app.db.storyboard(id).await?;
    let there = board.filter(|board| i64::from(number) < Layout { interval_ms: board.interval_ms, tiles: board.tiles }.sheets());
    let Some(board) = there else { return Err(AppError::new(ErrorCode::NotFound, "There is no such sheet of pictures.").into()) };
    let key = Key::Storyboard { user: row.user_id()?, video: id, attempt: board.attempt, sheet: number };
    Ok(app.bucket.presign_get(&key, app.config.segment_url_ttl).await?)
}

/// One cue a tile, each with an address relative to the list's and the tile's place on the sheet (a media fragment, as players
/// of all makes read it).
fn webvtt(board: &StoryboardRow, duration_ms: Option<i64>) -> String {
    let mut text = "WEBVTT\n".to_owned();
    let StoryboardRow { interval_ms, tiles, tile_width, tile_height, .. } = *board;
    for tile in 0..tiles {
        let (from, to) = (tile * interval_ms, (tile + 1) * interval_ms);
        // The last ends with the recording.
        let to = duration_ms.filter(|end| (from + 1..to).contains(end)).unwrap_or(to);
        let (sheet, column, row) = place(tile);
        let (x, y) = (column * tile_width, row * tile_height);
        // Writing to a String cannot fail.
        let _ = writeln!(text, "\n{} --> {}\nstoryboard/{sheet}.jpg#xywh={x},{y},{tile_width},{tile_height}", time(from), time(to));
    }
    text
}

fn time(ms: i64) -> String {
    let (h, m, s) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60);
    format!("{h:02}:{m:02}:{s:02}.{:03}", ms % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tile_has_its_stretch_and_its_place_on_a_sheet() {
        let board = StoryboardRow { attempt: "a".into(), interval_ms: 10_000, tiles: 27, tile_width: 320, tile_height: 180 };
        let text = webvtt(&board, Some(264_500));
        let cues: Vec<&str> = text.split("\n\n").collect();
        assert_eq!(cues[0], "WEBVTT");
        assert_eq!(cues[1], "00:00:00.000 --> 00:00:10.000\nstoryboard/0.jpg#xywh=0,0,320,180");
        assert_eq!(cues[8], "00:01:10.000 --> 00:01:20.000\nstoryboard/0.jpg#xywh=640,180,320,180");
        assert_eq!(cues[27], "00:04:20.000 --> 00:04:24.500\nstoryboard/1.jpg#xywh=320,0,320,180\n");
        assert_eq!(cues.len(), 28);
    }

    #[test]
    fn hours_are_told_as_such() {
        assert_eq!(time(90_061_001), "25:01:01.001");
    }
}
