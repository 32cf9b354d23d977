//! White stays white: what a phone recorded for an HDR screen, on an ordinary one.

use super::*;

/// 203 candela a square metre, which ITU-R BT.2408 calls white, as PQ writes it: 58 % of its range, a light grey where nobody
/// knows that it is PQ.
fn white(tags: &str) -> Clip {
    let source = "-f lavfi -i color=c=0x949494:s=320x180:r=25:d=3,format=yuv420p10le";
    Clip::made("hdr.mp4", &format!("{source} -c:v libx264 -preset ultrafast {tags}"))
}

/// Of the first picture, 0 to 255.
fn brightness(file: &Path) -> u8 {
    let mut decode = Command::new("ffmpeg");
    decode.args(["-nostdin", "-v", "error", "-i"]).arg(file);
    decode.args("-frames:v 1 -vf scale=1:1:out_range=pc,format=gray -f rawvideo -".split_whitespace());
    decode.output().unwrap().stdout[0]
}

async fn converted(clip: &Clip, tools: &Tools) -> u8 {
    assert_eq!(clip.plan().await.picture, Track::Convert);
    clip.cut(tools).await.0.unwrap();
    brightness(&clip.out().join("segment0.ts"))
}

const TOLD: &str = "-color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc";
const TOLD_IN_PART: [&str; 3] = [
    "-color_trc smpte2084",
    "-color_trc smpte2084 -color_primaries bt2020 -colorspace bt2020c",
    "-color_trc smpte2084 -color_primaries smpte432 -colorspace bt2020nc",
];

#[tokio::test]
async fn hdr_is_brought_to_an_ordinary_screen_however_much_it_tells_of_its_colours() {
    for tags in [TOLD].into_iter().chain(TOLD_IN_PART) {
        let bright = converted(&white(tags), tools()).await;
        assert!(bright > 190, "{tags}: {bright}");
    }
}

/// HLG is made to look right on ordinary screens, too.
#[tokio::test]
async fn hlg_stays_as_bright_as_it_is() {
    for tags in ["-color_trc arib-std-b67", "-color_trc arib-std-b67 -color_primaries bt2020 -colorspace bt2020nc"] {
        let bright = converted(&white(tags), tools()).await;
        assert!((140..=160).contains(&bright), "{tags}: {bright}");
    }
}

#[tokio::test]
async fn its_poster_is_too() {
    for tags in [TOLD, TOLD_IN_PART[0]] {
        let clip = white(tags);
        let probe = clip.probe().await.unwrap();
        let picture = poster::poster(tools(), &clip.path, &clip.kind(), &probe, &clip.out(), &CancellationToken::new()).await.unwrap();
        assert!(brightness(&picture.file) > 190, "{tags}");
    }
}

#[tokio::test]
async fn where_ffmpeg_cannot_it_is_pale_and_plays() {
    let mut tools = tools().clone();
    tools.able.tone_maps = false;
    let bright = converted(&white(TOLD), &tools).await;
    assert!((140..=170).contains(&bright), "{bright}");
}
