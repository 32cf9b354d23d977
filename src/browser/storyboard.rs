//! The small pictures of a recording, as the server lists them: WebVTT, a tile for each stretch.

/// One picture on a sheet of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Where its stretch begins, in milliseconds.
    pub at_ms: i64,
    /// The sheet's address, relative to the list.
    pub sheet: String,
    /// Left, top, width, height on the sheet, in its pixels.
    pub area: [i64; 4],
}

/// The tiles of a list, in order. Cues that make no sense are passed over.
pub fn parse(vtt: &str) -> Vec<Tile> {
    let mut tiles = Vec::new();
    let mut at = None;
    for line in vtt.lines() {
        if let Some((from, _)) = line.split_once(" --> ") {
            at = millis(from);
        } else if let (Some(at_ms), Some((sheet, area))) = (at.take(), line.split_once("#xywh=")) {
            let mut numbers = area.split(',').map(|number| number.parse().unwrap_or(-1));
            let area = [(); 4].map(|()| numbers.next().unwrap_or(-1));
            if area.iter().all(|number| *number >= 0) {
                tiles.push(Tile { at_ms, sheet: sheet.to_owned(), area });
            }
        }
    }
    tiles
}

/// The tile of a moment: the last that began before it.
pub fn at(tiles: &[Tile], ms: i64) -> Option<&Tile> {
    tiles.get(tiles.partition_point(|tile| tile.at_ms <= ms).checked_sub(1)?)
}

/// `00:01:10.500` in milliseconds.
fn millis(time: &str) -> Option<i64> {
    let (clock, thousandths) = time.split_once('.')?;
    let mut secs = 0;
    for part in clock.split(':') {
        secs = secs * 60 + part.parse::<i64>().ok()?;
    }
    Some(secs * 1_000 + thousandths.parse::<i64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "WEBVTT\n\n00:00:00.000 --> 00:00:10.000\nstoryboard/0.jpg#xywh=0,0,320,180\n\n\
                        01:00:10.500 --> 01:00:20.000\nstoryboard/14.jpg#xywh=640,180,320,180\n";

    #[test]
    fn a_list_is_read_cue_by_cue() {
        let tiles = parse(LIST);
        assert_eq!(tiles.len(), 2);
        assert_eq!(tiles[1], Tile { at_ms: 3_610_500, sheet: "storyboard/14.jpg".into(), area: [640, 180, 320, 180] });
    }

    #[test]
    fn where_there_is_none_there_are_no_tiles() {
        assert_eq!(parse("WEBVTT\n\nNOTE There are no pictures of this recording, or not yet.\n"), []);
        assert_eq!(parse(""), []);
    }

    #[test]
    fn a_cue_that_makes_no_sense_is_passed_over() {
        assert_eq!(parse("soon --> later\n0.jpg#xywh=0,0,1,1\n\n00:00:01.000 --> 00:00:02.000\n0.jpg#xywh=0,0,1\n"), []);
    }

    #[test]
    fn a_moment_has_the_tile_that_began_last() {
        let tiles = parse(LIST);
        let begin = |ms| at(&tiles, ms).map(|tile| tile.at_ms);
        assert_eq!(
            [begin(0), begin(9_999), begin(3_610_499), begin(3_610_500), begin(i64::MAX)],
            [0, 0, 0, 3_610_500, 3_610_500].map(Some)
        );
        assert_eq!(at(&[], 5), None);
    }
}
