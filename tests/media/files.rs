//! What is not a whole recording, probing with less than the file, posters.

use super::*;

#[tokio::test]
async fn files_that_are_no_video_are_named_and_never_opened() {
    for (name, bytes, said) in [
        ("empty.mp4", &b""[..], "an empty file"),
        ("notes.mp4", b"Minutes of Monday\n", "plain text"),
        ("list.mp4", b"#EXTM3U\n#EXTINF:6,\nother.mp4\n", "a playlist (text)"),
    ] {
        let error = Clip::written(name, bytes).probe().await.unwrap_err();
        assert_eq!((error.code, error.transient), ("wrong_format", false));
        assert!(error.message.starts_with(&format!("This is {said}, not a recording")), "{}", error.message);
    }
}

#[tokio::test]
async fn truncated_files_are_told_from_whole_ones() {
    let ordinary = Clip::ordinary();
    let whole = ordinary.bytes();
    let cut = Clip::written("cut.mp4", &whole[..whole.len() / 2]);
    assert!(matches!(cut.walk().layout(), Mp4Layout::Truncated { .. }));
    assert!(cut.probe().await.is_err());

    // The index is in front and whole, so only the walk or the exit code can tell.
    let fast = ordinary.again("fast.mp4", "-movflags +faststart");
    let cut = Clip::written("cut.mp4", &fast.bytes()[..whole.len() / 2]);
    assert_eq!(cut.walk().layout().refusal().unwrap().code, "cut_short");
    assert!(!cut.fault().await.transient);

    let mkv = ordinary.again("a.mkv", "").bytes();
    let error = Clip::written("cut.mkv", &mkv[..mkv.len() / 3]).fault().await;
    assert_eq!((error.code, error.message.contains("of 0:12 of this video could be read")), ("cut_short", true));
}

#[tokio::test]
async fn a_sparse_copy_is_probed_and_pictured_like_the_whole_file() {
    let options = format!("{TONE}:d=8 {H264} -qp 10 -g 10 -c:a aac");
    let end = Clip::made("end.mp4", &format!("{NOISE} {options}"));
    let clips = [end.again("fast.mp4", "-movflags +faststart"), end.again("a.mkv", ""), end];
    for clip in clips {
        let size = clip.bytes().len() as u64;
        assert!(size > 40 << 20, "the clip is too small to leave holes: {size}");
        let ranges = match clip.kind() {
            FileKind::Matroska { .. } => head_and_tail(size),
            _ => ranges_to_fetch(clip.walk().boxes(), size),
        };
        let fetched: u64 = ranges.iter().map(|r| r.end - r.start).sum();
        assert!(fetched < 24 << 20, "{ranges:?}");

        let sparse = clip.sparse(&ranges);
        let probe = sparse.probe().await.unwrap();
        assert_eq!(probe, clip.probe().await.unwrap());
        let picture = poster::poster(tools(), &sparse.path, &sparse.kind(), &probe, &sparse.out(), &CancellationToken::new()).await;
        assert!(fs::read(picture.unwrap().file).unwrap().len() > 10_000);
    }
}

#[tokio::test]
async fn of_a_large_fragmented_file_the_two_ends_tell_all() {
    let clip = Clip::made("frag.mp4", &format!("{NOISE} {TONE}:d=8 {H264} -qp 32 -g 5 -c:a aac -movflags frag_keyframe+empty_moov"));
    let (bytes, walk) = (clip.bytes(), clip.walk());
    let size = bytes.len() as u64;
    assert!(size > 40 << 20, "the clip is too small to leave a hole: {size}");
    let parts = fragmented(walk.boxes(), size).unwrap();
    assert_eq!(ranges_to_fetch(walk.boxes(), size), vec![0..parts.first.end]);
    let piece = |range: &Range<u64>| &bytes[range.start as usize..range.end as usize];
    let after = size - parts.first.start;
    let (moov, first, last) = (piece(&parts.index), piece(&parts.first), piece(&parts.last));

    let beginning = |there: usize| {
        let end = parts.first.start + fragments::kept(&first[..there], after);
        clip.sparse(std::slice::from_ref(&(0..end)))
    };

    // Wherever the beginning ends, as if so much of it had been fetched: inside the second fragment's index, too.
    let second = first.windows(4).enumerate().filter(|(_, name)| *name == b"moof").nth(1).unwrap().0 - 4;
    let whole = clip.probe().await.unwrap();
    for there in [second - 9, second, second + 4, second + 150, second + 300, first.len()] {
        let seen = beginning(there).probe().await.unwrap();
        assert!(seen.duration_ms < whole.duration_ms, "only the beginning was seen");
        let mut probe = seen.lasting(fragments::length(moov, &first[..there], last, after));
        // The average of a part is that of the whole almost.
        let (fps, all) = (&mut probe.video.as_mut().unwrap().fps, whole.video.as_ref().unwrap().fps);
        assert!((*fps - all).abs() < 1.0, "{fps} of {all}");
        *fps = all;
        assert_eq!(probe, whole, "{there} bytes");
    }

    let guess = fragments::length(moov, first, b"", after);
    assert!(guess.guessed && (6_000..10_000).contains(&guess.whole_ms), "{guess:?}");
    let sparse = beginning(first.len());
    let picture = poster::poster(tools(), &sparse.path, &sparse.kind(), &whole, &sparse.out(), &CancellationToken::new()).await;
    assert!(fs::read(picture.unwrap().file).unwrap().len() > 10_000);
}

#[tokio::test]
async fn a_poster_is_an_upright_jpeg_of_bounded_width() {
    let wide = Clip::made("wide.mp4", &format!("-f lavfi -i testsrc2=s=1920x1080:r=25:d=2 {H264}"));
    let turned = wide.again("turned.mp4", "-metadata:s:v rotate=270");
    assert!(turned.plan().await.reason.unwrap().contains("stored turned by 90°"));
    for (clip, size) in [(&wide, (960, 540)), (&turned, (960, 1706))] {
        let probe = clip.probe().await.unwrap();
        let picture = poster::poster(tools(), &clip.path, &clip.kind(), &probe, &clip.out(), &CancellationToken::new()).await.unwrap();
        let bytes = fs::read(picture.file).unwrap();
        assert_eq!(jpeg_size(&bytes), Some(size));
        assert!(bytes.len() < 400_000);
    }
}

/// Width and height from the frame header of a baseline JPEG.
fn jpeg_size(bytes: &[u8]) -> Option<(u16, u16)> {
    let at = bytes.windows(2).position(|w| w == [0xFF, 0xC0])?;
    let number = |i: usize| Some(u16::from_be_bytes(bytes.get(at + i..at + i + 2)?.try_into().ok()?));
    Some((number(7)?, number(5)?))
}
