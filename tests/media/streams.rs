//! From a recording to a stream.

use super::*;

#[tokio::test]
async fn an_ordinary_recording_is_copied_and_verified_in_every_sandbox() {
    let clip = Clip::ordinary();
    let probe = clip.probe().await.unwrap();
    let copy = Plan { picture: Track::Copy, sound: Track::Copy, reason: None, even: false };
    assert_eq!((clip.plan().await, probe.duration_ms, probe.size_bytes), (copy, 12_000, clip.bytes().len() as i64));
    for tools in every_sandbox() {
        let (ended, handed_on) = clip.cut(&tools).await;
        let hls = ended.unwrap_or_else(|e| panic!("{}: {e:?}", tools.sandbox.describe()));
        let names: Vec<_> = hls.segments.iter().map(|s| s.name.as_str()).collect();
        assert_eq!((names, hls.duration_s.round()), (vec!["segment0.ts", "segment1.ts", "segment2.ts"], 12.0));
        let on_disk = |name: &str| fs::metadata(clip.out().join(name)).unwrap().len();
        assert_eq!(hls.total_bytes, ["segment0.ts", "segment1.ts", "segment2.ts"].map(on_disk).iter().sum::<u64>());
        assert_eq!(handed_on, hls.segments);
        fs::remove_dir_all(clip.out()).unwrap();
    }
}

#[tokio::test]
async fn the_first_segment_is_short_and_both_its_parts_can_be_decoded_alone_and_together() {
    let converted = format!("{CARD}:d=13 {TONE}:d=13 -c:v libx265 -preset ultrafast -x265-params log-level=none -c:a aac");
    for (clip, picture) in [(Clip::ordinary(), Track::Copy), (Clip::made("a.mp4", &converted), Track::Convert)] {
        assert_eq!(clip.plan().await.picture, picture);
        let hls = clip.stream().await;
        let lengths: Vec<f64> = hls.segments.iter().take(3).map(|s| s.duration_s).collect();
        assert!((lengths[0] - 2.0).abs() < 0.05 && (lengths[1] - 4.0).abs() < 0.05 && lengths[2] >= 5.9, "{lengths:?}");
        let parts = ["segment0.ts", "segment1.ts"].map(|name| fs::read(clip.out().join(name)).unwrap());
        let complaints = |bytes: &[u8]| {
            let part = Clip::written("part.ts", bytes);
            let decoding = Command::new("ffmpeg")
                .args(["-nostdin", "-v", "error", "-xerror", "-i"])
                .arg(&part.path)
                .args(["-f", "null", "-"])
                .output();
            String::from_utf8(decoding.unwrap().stderr).unwrap()
        };
        assert_eq!([complaints(&parts[0]), complaints(&parts[1]), complaints(&parts.concat())], ["", "", ""]);
    }
}

#[tokio::test]
async fn a_first_segment_without_another_key_frame_stays_whole() {
    let clip = Clip::made("a.mp4", &format!("{CARD}:d=20 {TONE}:d=20 {H264} -g 200 -keyint_min 200 -sc_threshold 0 -c:a aac"));
    let hls = clip.stream().await;
    let lengths: Vec<f64> = hls.segments.iter().map(|s| s.duration_s.round()).collect();
    assert_eq!(lengths, [8.0, 8.0, 4.0]);
}

#[tokio::test]
async fn matroska_fragmented_quicktime_transport_stream_and_silent_recordings_are_copied() {
    let ordinary = Clip::ordinary();
    for (clip, container) in [
        (ordinary.again("a.mkv", ""), "Matroska"),
        (ordinary.again("a.mp4", "-movflags frag_keyframe+empty_moov"), "MP4"),
        (ordinary.again("a.mov", ""), "QuickTime"),
        (ordinary.again("a.ts", ""), "MPEG-TS"),
        (ordinary.again("b.mp4", "-an"), "MP4"),
    ] {
        assert_eq!(clip.probe().await.unwrap().container, container);
        assert_eq!((clip.plan().await.picture, clip.plan().await.reason), (Track::Copy, None), "{container}");
        assert_eq!(clip.stream().await.duration_s.round(), 12.0);
    }
}

#[tokio::test]
async fn a_trimmed_recording_is_converted_and_begins_where_it_was_trimmed() {
    let ordinary = Clip::ordinary();
    let trimmed = Clip::made("trim.mp4", &format!("-ss 3.3 -i {} -c copy", ordinary.path.display()));
    let plan = trimmed.plan().await;
    assert_eq!((plan.picture, plan.sound), (Track::Convert, Track::Convert));
    let reason = plan.reason.unwrap();
    assert!(reason.contains("between two key frames") && reason.contains("trimmed off"), "{reason}");
    assert_eq!(trimmed.stream().await.duration_s.round(), 9.0);
}

#[tokio::test]
async fn a_stream_lasts_as_long_as_the_sound_when_that_goes_on() {
    let longer = Clip::made("long.mp4", &format!("{CARD}:d=4 {TONE}:d=10 {H264} -c:a aac"));
    assert_eq!(longer.probe().await.unwrap().duration_ms, 10_000);
    let hls = longer.stream().await;
    assert_eq!(hls.duration_s.round(), 10.0);
    assert_eq!(hls.segments.iter().map(|segment| segment.duration_s).sum::<f64>().round(), 10.0, "the last one of the list does, too");
}

#[tokio::test]
async fn cover_art_in_front_of_the_picture_is_passed_over() {
    let ordinary = Clip::ordinary();
    let cover = Clip::made("cover.png", "-f lavfi -i color=red:s=300x300 -frames:v 1");
    let options = "-map 1:v -map 0 -c copy -disposition:v:0 attached_pic";
    let clip = Clip::made("covered.mp4", &format!("-i {} -i {} {options}", ordinary.path.display(), cover.path.display()));
    assert_eq!(clip.probe().await.unwrap().video.unwrap().width, 640);
    assert_eq!(clip.stream().await.duration_s.round(), 12.0);
}

#[tokio::test]
async fn what_browsers_do_not_play_is_converted_with_its_reason() {
    for (name, arguments, picture, sound, says) in [
        (
            "a.mp4",
            format!("{CARD}:d=8 {TONE}:d=8 -c:v libx265 -preset ultrafast -x265-params log-level=none -c:a aac"),
            Track::Convert,
            Track::Copy,
            "from HEVC (H.265)",
        ),
        (
            "a.webm",
            format!("{CARD}:d=8 {TONE}:d=8 -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus"),
            Track::Convert,
            Track::Convert,
            "from VP9",
        ),
        ("a.mov", format!("{CARD}:d=8 {TONE}:d=8 {H264} -c:a pcm_s16le"), Track::Copy, Track::Convert, "The sound was converted from PCM"),
        (
            "b.mp4",
            format!("{CARD}:d=8 -c:v libx264 -preset ultrafast -pix_fmt yuv444p"),
            Track::Convert,
            Track::None,
            "High 4:4:4 Predictive",
        ),
    ] {
        let clip = Clip::made(name, &arguments);
        let plan = clip.plan().await;
        assert_eq!((plan.picture, plan.sound), (picture, sound), "{name}");
        assert!(plan.reason.as_ref().unwrap().contains(says), "{plan:?}");
        assert_eq!(clip.stream().await.duration_s.round(), 8.0, "{name}");
    }
}

#[tokio::test]
async fn a_conversion_hands_on_segments_of_six_seconds_while_it_goes_on() {
    let clip = Clip::made("a.mp4", &format!("{CARD}:d=31 -c:v libx265 -preset ultrafast -x265-params log-level=none"));
    let (ended, handed_on) = clip.cut(tools()).await;
    let lengths: Vec<f64> = handed_on.iter().map(|s| s.duration_s.round()).collect();
    assert_eq!(lengths, [2.0, 4.0, 6.0, 6.0, 6.0, 6.0, 1.0]);
    assert_eq!(handed_on, ended.unwrap().segments);
}

#[tokio::test]
async fn a_copy_that_players_could_not_jump_in_will_not_do() {
    let says = async |options: &str, most: f64| {
        let clip = Clip::made("a.mp4", &format!("{CARD}:d=40 {H264} {options}"));
        let (ended, handed_on) = clip.cut(tools()).await;
        let secs: f64 = handed_on.iter().map(|segment| segment.duration_s).sum();
        assert!(secs <= most && most < 12.0, "nobody is shown what will be made in another way: {secs} s");
        match ended {
            Err(CutError::CopyWillNotDo(because)) => because,
            other => panic!("{other:?}"),
        }
    };
    assert!(says("-g 1000 -keyint_min 1000", 0.0).await.contains("twelve seconds apart"));
    assert!(says("-g 375 -keyint_min 375 -sc_threshold 0", 0.0).await.contains("twelve seconds apart"));
    assert!(says("-bf 2 -x264-params keyint=50:open-gop=1:bframes=2", 6.0).await.contains("could not jump"));
}

#[tokio::test]
async fn a_copy_whose_key_frames_get_rare_is_handed_on_until_then() {
    // Two seconds apart, and from 30 s to 50 s none.
    let options = format!("{CARD}:d=60 {H264} -g 9999 -keyint_min 1 -sc_threshold 0 -force_key_frames expr:gte(t,n_forced*2)*lt(t,30)+gte(t,50)");
    let clip = Clip::made("a.mkv", &options);
    let (ended, handed_on) = clip.cut(tools()).await;
    assert!(matches!(&ended, Err(CutError::CopyWillNotDo(because)) if because.contains("twelve seconds apart")), "{ended:?}");
    let lengths: Vec<f64> = handed_on.iter().map(|s| s.duration_s.round()).collect();
    // The last good one may still have waited for its successor.
    assert!(matches!(lengths[..], [2.0, 4.0, 6.0, 6.0] | [2.0, 4.0, 6.0, 6.0, 6.0]), "{lengths:?}");
}

/// Pictures at these seconds, each of them a key frame, and sound for 36 s unless `options` say otherwise.
fn slides(name: &str, at: &[f64], options: &str) -> Clip {
    let shown = at.iter().map(|secs| format!("eq(n,{})", secs * 25.0)).collect::<Vec<_>>().join("+");
    let sources = format!("{CARD}:d=36 {TONE}:d=36 -vf select='{shown}' -fps_mode vfr");
    Clip::made(name, &format!("{sources} {H264} -x264-params keyint=1 -c:a aac {options}"))
}

#[tokio::test]
async fn the_last_picture_stands_until_the_end() {
    let busy = [0.0, 0.04, 0.08, 6.0, 12.0, 18.0, 24.0, 30.0];
    let still = [0.0, 8.0, 14.0, 20.0, 26.0, 30.0];
    for (at, options) in [(&busy[..], ""), (&still[..], ""), (&busy, "-an -t 33"), (&still, "-an -t 33")] {
        for name in ["a.mp4", "a.mkv"] {
            let (clip, sound) = (slides(name, at, options), options.is_empty());
            let probe = clip.probe().await.unwrap();
            let secs = clip.stream().await.duration_s;
            let last = if sound { 36.0 } else { probe.duration_ms as f64 / 1000.0 };
            assert!((secs - last).abs() < 0.6, "{name} {options}: {secs} s of {last} s");
        }
    }
}

#[tokio::test]
async fn sound_that_comes_before_the_sound_in_front_of_it_is_over_is_copied_all_the_same() {
    // As where recordings were joined: from the hundredth packet on eleven milliseconds early.
    let clip = Clip::ordinary().again("a.mkv", r"-bsf:a setts=ts=TS-if(gte(N\,100)\,0.011/TB\,0)");
    assert_eq!(clip.plan().await.sound, Track::Copy);
    assert_eq!(clip.stream().await.duration_s.round(), 12.0);
}

#[tokio::test]
async fn pictures_that_come_before_the_ones_in_front_of_them_are_converted() {
    let clip = Clip::ordinary().again("a.mkv", r"-bsf:v setts=ts=TS-if(gte(N\,100)\,0.2/TB\,0)");
    let (ended, _) = clip.cut(tools()).await;
    assert!(matches!(&ended, Err(CutError::CopyWillNotDo(because)) if because.contains("without faults")), "{ended:?}");
    let plan = clip.plan().await.converted("it could not be copied without faults");
    assert_eq!(clip.cut_as(tools(), &plan).await.0.unwrap().duration_s.round(), 12.0);
}

#[tokio::test]
async fn twenty_seconds_without_any_picture_are_filled_when_they_are_converted() {
    // A camera that was off, in a stream that says it has 25 pictures a second.
    let gap = "-vf select='lt(t,10)+gt(t,30)' -fps_mode passthrough -g 50 -f mpegts";
    let clip = Clip::made("a.ts", &format!("{CARD}:d=40 {TONE}:d=40 {H264} {gap} -c:a aac"));
    let (ended, _) = clip.cut(tools()).await;
    assert!(matches!(&ended, Err(CutError::CopyWillNotDo(because)) if because.contains("twelve seconds apart")), "{ended:?}");
    let plan = clip.plan().await.converted("its key frames are rare");
    let hls = clip.cut_as(tools(), &plan).await.0.unwrap();
    let longest = hls.segments.iter().map(|segment| segment.duration_s).fold(0.0, f64::max);
    assert!(longest < 6.5 && (hls.duration_s - 40.0).abs() < 1.0, "{longest} {}", hls.duration_s);
}

#[tokio::test]
async fn a_segment_may_be_longer_than_twelve_seconds_where_no_key_frames_are_so_far_apart() {
    // As of x264 with a change of scene: one more key frame just before six seconds, and the next its 250 pictures later.
    let clip = Clip::made("a.mkv", &format!("{CARD}:d=30 {H264} -g 9999 -sc_threshold 0 -force_key_frames 5.8,15.8,25.8"));
    let lengths: Vec<f64> = clip.stream().await.segments.iter().map(|s| (s.duration_s * 10.0).round() / 10.0).collect();
    assert_eq!(lengths, [5.8, 10.0, 10.0, 4.2]);
}

#[tokio::test]
async fn where_every_picture_is_a_key_frame_segments_are_as_long_as_elsewhere() {
    let clip = Clip::made("a.mp4", &format!("{CARD}:d=20 {TONE}:d=20 {H264} -g 1 -c:a aac"));
    let lengths: Vec<f64> = clip.stream().await.segments.iter().map(|s| s.duration_s).collect();
    assert!(lengths.len() == 5 && lengths[0] < 2.3 && lengths[1..4].iter().all(|secs| (3.9..6.6).contains(secs)), "{lengths:?}");
}

/// 1.3 MB a picture that does not compress, as many a second as are asked for, ten seconds.
fn noise(rate: u32, options: &str) -> Clip {
    let noise = format!("-f rawvideo -s 1280x720 -pix_fmt yuv420p -r {rate} -t 10 -i /dev/urandom");
    Clip::made("a.mp4", &format!("{noise} {H264} -qp 2 -sc_threshold 0 {options}"))
}

#[tokio::test]
async fn a_copy_with_too_much_between_two_key_frames_is_converted() {
    let (ended, handed_on) = noise(15, "-g 150").cut(tools()).await;
    assert!(matches!(&ended, Err(CutError::CopyWillNotDo(because)) if because.contains("128 MB")), "{ended:?}");
    assert!(handed_on.is_empty());
}

#[tokio::test]
async fn ffmpeg_waits_while_64_mb_of_segments_wait_for_the_bucket() {
    let clip = noise(12, "-g 3");
    let (probe, kind, plan) = (clip.probe().await.unwrap(), clip.kind(), clip.plan().await);
    let order = Order { tools: tools(), kind: &kind, probe: &probe, plan: &plan };
    let (send, mut coming) = tokio::sync::mpsc::channel(64);
    let (made, cancel) = (AtomicI64::new(0), CancellationToken::new());
    let cut = hls::cut(&order, Input::File(&clip.path), send, &made, &cancel);
    let slow = async {
        let mut held = vec![coming.recv().await.unwrap()];
        // Until nothing came for a second.
        while let Ok(Some(more)) = tokio::time::timeout(Duration::from_secs(1), coming.recv()).await {
            held.push(more);
        }
        let waiting: u64 = held.iter().map(|made| made.segment.size).sum();
        assert!(waiting <= 64 << 20 && waiting > 32 << 20, "{waiting}");
        drop(held);
        let mut sizes = waiting;
        while let Some(made) = coming.recv().await {
            sizes += made.segment.size;
        }
        sizes
    };
    let (hls, bytes) = tokio::join!(cut, slow);
    let hls = hls.unwrap();
    assert_eq!(hls.total_bytes, bytes);
    assert!(hls.segments.iter().all(|segment| segment.size < 64 << 20 && segment.duration_s < 2.5), "{:?}", hls.segments);
}

/// When the first and the last packet of a track in this segment are shown or heard, in seconds.
fn span(segment: &Path, track: &str) -> Option<(f64, f64)> {
    let packets = ["-v", "error", "-select_streams", track, "-show_entries", "packet=pts_time", "-of", "csv=p=0"];
    let output = Command::new("ffprobe").args(packets).arg(segment).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let times: Vec<f64> = text.lines().filter_map(|line| line.trim_end_matches(',').parse().ok()).collect();
    Some((times.iter().copied().reduce(f64::min)?, times.iter().copied().reduce(f64::max)?))
}

#[tokio::test]
async fn every_segment_has_the_sound_of_its_pictures_and_no_other() {
    let whole = format!("{CARD}:d=30 {TONE}:d=30 {H264} -g 50 -c:a aac");
    // Sound that ends early, and that pauses: the muxer would keep its last tenths until there is more.
    let short = format!("{CARD}:d=30 {TONE}:d=9.5 {H264} -g 50 -c:a aac -b:a 24k");
    let paused = format!("{CARD}:d=30 {TONE}:d=30 {H264} -g 50 -c:a aac -af aselect='lt(t,5)+gt(t,24)'");
    let heavy = format!("{CARD}:d=20 {TONE}:d=20 -c:v libx265 -preset ultrafast -x265-params log-level=none -c:a aac");
    for (name, options) in [("a.mp4", &whole), ("b.mp4", &short), ("c.mp4", &paused), ("d.mp4", &heavy)] {
        let clip = Clip::made(name, options);
        for segment in clip.stream().await.segments {
            let path = clip.out().join(&segment.name);
            let (from, to) = span(&path, "v").unwrap();
            let Some((first, last)) = span(&path, "a") else { continue };
            assert!(first > from - 0.1 && last < to + 0.15, "{name} {}: pictures {from} to {to}, sound {first} to {last}", segment.name);
            assert!(name != "a.mp4" || last > to - 0.1, "{}: pictures to {to}, sound to {last}", segment.name);
        }
    }
}

#[tokio::test]
async fn sound_that_comes_back_at_the_end_makes_nothing_longer() {
    let paused = format!("{CARD}:d=30 {TONE}:d=30 {H264} -g 50 -c:a aac -af aselect='lt(t,5)+gt(t,29.8)'");
    assert!((Clip::made("a.mkv", &paused).stream().await.duration_s - 30.0).abs() < 0.2);
}

#[tokio::test]
async fn sound_may_go_on_for_long_after_the_last_picture() {
    let clip = Clip::made("a.mp4", &format!("{CARD}:d=5 {TONE}:d=45 {H264} -g 50 -c:a aac"));
    assert_eq!(clip.stream().await.duration_s.round(), 45.0);
}

#[tokio::test]
async fn sound_alone_becomes_a_stream() {
    for (name, codec, sound) in [
        ("a.m4a", "aac", Track::Copy),
        ("a.mp3", "libmp3lame", Track::Convert),
        ("a.wav", "pcm_s16le", Track::Convert),
        ("a.flac", "flac", Track::Convert),
        ("a.ogg", "libvorbis", Track::Convert),
    ] {
        let clip = Clip::made(name, &format!("{TONE}:d=20 -c:a {codec}"));
        assert_eq!((clip.plan().await.picture, clip.plan().await.sound), (Track::None, sound), "{name}");
        let hls = clip.stream().await;
        assert_eq!((hls.duration_s.round(), hls.segments.len()), (20.0, 5), "{name}");
    }
}
