//! Storyboards from pictures of every shape.

use super::*;
use notetaker::server::media::{
    jpeg,
    storyboard::{Layout, Storyboard, draw},
};

/// Draws from a transport stream, as from the segments of a recording that lasts `secs`.
async fn drawn(tools: &Tools, clip: &Clip, secs: f64) -> Result<Storyboard, MediaError> {
    let (reader, mut writer) = std::io::pipe().unwrap();
    let bytes = clip.bytes();
    let feeding = tokio::task::spawn_blocking(move || drop(writer.write_all(&bytes)));
    let made = draw(tools, reader, Layout::of((secs * 1000.0) as i64), &clip.out(), &CancellationToken::new()).await;
    feeding.await.unwrap();
    made
}

fn ts(arguments: &str) -> Clip {
    Clip::made("film.ts", &format!("{arguments} {H264} -f mpegts"))
}

/// Brightness in the middle of each of the first tiles, as it is stored: 0 to 255.
fn tiles(sheet: &Path, count: usize) -> Vec<u8> {
    let (width, height) = jpeg::size(&fs::read(sheet).unwrap()).unwrap();
    let (width, height) = (width as usize, height as usize);
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(sheet)
        .args(["-vf", "extractplanes=y", "-f", "rawvideo", "pipe:1"])
        .output()
        .unwrap();
    (0..count).map(|n| output.stdout[(n / 5 * height / 5 + height / 10) * width + n % 5 * width / 5 + width / 10]).collect()
}

#[tokio::test]
async fn each_tile_shows_its_own_moment_in_every_sandbox() {
    // It gets brighter by ten each second, in steps.
    let film = ts("-f lavfi -i color=black:s=640x360:r=10:d=20,format=gray,geq=lum='10*floor(T)+10' -g 10");
    for tools in every_sandbox() {
        let board = drawn(&tools, &film, 20.0).await.unwrap();
        assert_eq!((board.tile_width, board.tile_height, board.sheets.len()), (320, 180, 1));
        // A tile stands for two seconds: the last key frame before their middle.
        for (n, seen) in tiles(&board.sheets[0], 10).into_iter().enumerate() {
            let second = i32::try_from(n).unwrap() * 2;
            let off = i32::from(seen) - (10 * second + 10);
            assert!((-4..=14).contains(&off), "tile {n} is {off} off in {}", tools.sandbox.describe());
        }
    }
}

#[tokio::test]
async fn pictures_of_every_shape_fit() {
    for (shape, tile) in [("608x1080", (180, 320)), ("638x358", (320, 180)), ("160x120", (320, 240)), ("1920x200", (320, 32))] {
        let film = ts(&format!("-f lavfi -i testsrc2=s={shape}:r=10:d=4"));
        let board = drawn(tools(), &film, 4.0).await.unwrap();
        let (width, height) = (i64::from(board.tile_width), i64::from(board.tile_height));
        assert!((width - tile.0).abs() <= 4 && (height - tile.1).abs() <= 4, "{shape}: {width}×{height}");
        let sheet = fs::read(&board.sheets[0]).unwrap();
        assert_eq!(jpeg::size(&sheet), Some((board.tile_width * 5, board.tile_height * 5)));
    }
}

#[tokio::test]
async fn one_frame_and_rare_key_frames_fill_their_sheets() {
    let one = ts("-f lavfi -i testsrc2=s=640x360:r=10 -frames:v 1");
    assert_eq!(drawn(tools(), &one, 0.1).await.unwrap().sheets.len(), 1);
    // Two key frames in eleven seconds, for eleven tiles.
    let rare = ts("-f lavfi -i testsrc2=s=640x360:r=10:d=11 -g 100 -keyint_min 100 -sc_threshold 0");
    let board = drawn(tools(), &rare, 11.0).await.unwrap();
    let seen = tiles(&board.sheets[0], 25);
    // The middle of the test picture is blue: 41 of 255.
    assert!(seen.iter().all(|tile| *tile > 30), "none is black: {seen:?}");
}

#[tokio::test]
async fn what_holds_no_picture_has_no_storyboard() {
    let sound = Clip::made("sound.ts", &format!("{TONE}:d=3 -c:a aac -f mpegts"));
    assert!(!drawn(tools(), &sound, 3.0).await.unwrap_err().transient);
    let noise = Clip::written("noise.ts", &[0x55; 100_000]);
    assert!(drawn(tools(), &noise, 3.0).await.is_err());
}
