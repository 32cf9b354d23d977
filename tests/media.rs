//! Media work against the real ffmpeg, on clips that ffmpeg makes on the spot.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{OnceLock, atomic::AtomicI64};
use std::time::{Duration, Instant};

use notetaker::server::media::boxes::{HEADER_WINDOW, Mp4Layout, Walk};
use notetaker::server::media::hls::{self, CutError, Input, Order};
use notetaker::server::media::ranges::{head_and_tail, ranges_to_fetch};
use notetaker::server::media::run::RunError;
use notetaker::server::media::sandbox::{CommandLine, Job, Limits};
use notetaker::server::media::sniff::sniff;
use notetaker::server::media::{FileKind, Hls, MediaError, Plan, Probe, SNIFF_LEN, Sandbox, SandboxMode, Segment, Tools, Track, ffmpeg, plan, poster, probe, run};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

fn tools() -> &'static Tools {
    static TOOLS: OnceLock<Tools> = OnceLock::new();
    TOOLS.get_or_init(|| Tools::locate(None, None, SandboxMode::Auto).unwrap())
}

/// Every sandbox that works on this machine, so that the same promises are checked in each.
fn every_sandbox() -> Vec<Tools> {
    let prlimit = PathBuf::from("/usr/bin/prlimit");
    let because = || "the test says so".to_owned();
    let lesser = [Sandbox::RlimitsOnly { prlimit, because: because() }, Sandbox::None { because: because() }];
    std::iter::once(tools().clone()).chain(lesser.map(|sandbox| Tools { sandbox, ..tools().clone() })).collect()
}

/// A folder with one clip in it, made by ffmpeg from `arguments`.
struct Clip {
    folder: TempDir,
    path: PathBuf,
}

impl Clip {
    fn made(name: &str, arguments: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let made = Command::new("ffmpeg").args(["-nostdin", "-v", "error"]).args(arguments.split_whitespace()).arg(&path).status().unwrap();
        assert!(made.success(), "ffmpeg {arguments}");
        Self { folder, path }
    }

    fn written(name: &str, bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        Self { folder, path }
    }

    /// 12 s of a test card with a tone: what an ordinary recording looks like.
    fn ordinary() -> Self {
        Self::made("source.mp4", &format!("{CARD}:d=12 {TONE}:d=12 {H264} -g 50 -c:a aac"))
    }

    /// The same streams in another wrapping.
    fn again(&self, name: &str, options: &str) -> Self {
        Self::made(name, &format!("-i {} -c copy {options}", self.path.display()))
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(&self.path).unwrap()
    }

    fn kind(&self) -> FileKind {
        let mut head = Vec::new();
        File::open(&self.path).unwrap().take(SNIFF_LEN as u64).read_to_end(&mut head).unwrap();
        sniff(&head)
    }

    fn walk(&self) -> Walk {
        let mut file = File::open(&self.path).unwrap();
        let mut walk = Walk::new(file.metadata().unwrap().len());
        while let Some(offset) = walk.next_offset() {
            file.seek(SeekFrom::Start(offset)).unwrap();
            let mut window = Vec::new();
            Read::by_ref(&mut file).take(HEADER_WINDOW as u64).read_to_end(&mut window).unwrap();
            walk.push(&window);
        }
        walk
    }

    /// The same file with only `ranges` filled in.
    fn sparse(&self, ranges: &[Range<u64>]) -> Self {
        let (folder, whole) = (tempfile::tempdir().unwrap(), self.bytes());
        let path = folder.path().join("sparse");
        let mut file = File::create(&path).unwrap();
        file.set_len(whole.len() as u64).unwrap();
        for range in ranges {
            file.seek(SeekFrom::Start(range.start)).unwrap();
            file.write_all(&whole[range.start as usize..range.end as usize]).unwrap();
        }
        Self { folder, path }
    }

    async fn probe(&self) -> Result<Probe, MediaError> {
        probe::probe(tools(), &self.path, &self.kind(), &CancellationToken::new()).await
    }

    async fn plan(&self) -> Plan {
        plan::plan(&self.probe().await.unwrap()).unwrap()
    }

    /// Cuts it as planned. The second value is what was handed on, in order.
    async fn cut(&self, tools: &Tools) -> (Result<Hls, CutError>, Vec<Segment>) {
        let (probe, kind, out, plan) = (self.probe().await.unwrap(), self.kind(), self.out(), self.plan().await);
        let hold = plan.picture == Track::Copy;
        let order = Order { tools, kind: &kind, probe: &probe, plan: &plan, out: &out, hold };
        let (send, mut coming) = tokio::sync::mpsc::channel(64);
        let (made, cancel, mut handed_on) = (AtomicI64::new(0), CancellationToken::new(), Vec::new());
        let cut = hls::cut(&order, Input::File(&self.path), send, &made, &cancel);
        let collect = async {
            while let Some(segment) = coming.recv().await {
                handed_on.push(segment);
            }
        };
        let (ended, ()) = tokio::join!(cut, collect);
        (ended, handed_on)
    }

    /// What is wrong with it, when no stream comes out.
    async fn fault(&self) -> MediaError {
        match self.cut(tools()).await.0 {
            Err(CutError::Media(error)) => error,
            other => panic!("{other:?}"),
        }
    }

    /// The stream that comes out, when all goes well.
    async fn stream(&self) -> Hls {
        match self.cut(tools()).await {
            (Ok(hls), _) => hls,
            (Err(CutError::Media(error)), _) => panic!("{}: {error} {}", self.path.display(), error.detail),
            (Err(CutError::CopyWillNotDo(because)), _) => panic!("{}: {because}", self.path.display()),
        }
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }
}

const CARD: &str = "-f lavfi -i testsrc2=s=640x360:r=25";
/// A picture that does not compress, to make large files quickly.
const NOISE: &str = "-f rawvideo -s 1280x720 -pix_fmt yuv420p -r 10 -t 8 -i /dev/urandom";
const TONE: &str = "-f lavfi -i sine=r=48000";
const H264: &str = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p";

#[tokio::test]
async fn an_ordinary_recording_is_copied_and_verified_in_every_sandbox() {
    let clip = Clip::ordinary();
    let probe = clip.probe().await.unwrap();
    let copy = Plan { picture: Track::Copy, sound: Track::Copy, reason: None };
    assert_eq!((clip.plan().await, probe.duration_ms, probe.size_bytes), (copy, 12_000, clip.bytes().len() as i64));
    for tools in every_sandbox() {
        let (ended, handed_on) = clip.cut(&tools).await;
        let hls = ended.unwrap_or_else(|e| panic!("{}: {e:?}", tools.sandbox.describe()));
        let names: Vec<_> = hls.segments.iter().map(|s| s.name.as_str()).collect();
        assert_eq!((names, hls.duration_s.round()), (vec!["segment0.ts", "segment1.ts"], 12.0));
        assert_eq!(hls.total_bytes, hls.segments.iter().map(|s| fs::metadata(clip.out().join(&s.name)).unwrap().len()).sum::<u64>());
        assert_eq!(handed_on, hls.segments);
        fs::remove_dir_all(clip.out()).unwrap();
    }
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
    assert_eq!(longer.stream().await.duration_s.round(), 10.0);
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
        ("a.mp4", format!("{CARD}:d=8 {TONE}:d=8 -c:v libx265 -preset ultrafast -x265-params log-level=none -c:a aac"), Track::Convert, Track::Copy, "from HEVC (H.265)"),
        ("a.webm", format!("{CARD}:d=8 {TONE}:d=8 -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus"), Track::Convert, Track::Convert, "from VP9"),
        ("a.mov", format!("{CARD}:d=8 {TONE}:d=8 {H264} -c:a pcm_s16le"), Track::Copy, Track::Convert, "The sound was converted from PCM"),
        ("b.mp4", format!("{CARD}:d=8 -c:v libx264 -preset ultrafast -pix_fmt yuv444p"), Track::Convert, Track::None, "High 4:4:4 Predictive"),
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
    assert_eq!(lengths, [6.0, 6.0, 6.0, 6.0, 6.0, 1.0]);
    assert_eq!(handed_on, ended.unwrap().segments);
}

#[tokio::test]
async fn a_copy_that_players_could_not_jump_in_will_not_do() {
    let says = async |options: &str| {
        let clip = Clip::made("a.mp4", &format!("{CARD}:d=40 {H264} {options}"));
        let (ended, handed_on) = clip.cut(tools()).await;
        assert_eq!(handed_on, [], "nobody is shown what will be made in another way");
        match ended {
            Err(CutError::CopyWillNotDo(because)) => because,
            other => panic!("{other:?}"),
        }
    };
    assert!(says("-g 1000 -keyint_min 1000").await.contains("twelve seconds apart"));
    assert!(says("-g 375 -keyint_min 375 -sc_threshold 0").await.contains("twelve seconds apart"));
    assert!(says("-bf 2 -x264-params keyint=50:open-gop=1:bframes=2").await.contains("could not jump"));
}

#[tokio::test]
async fn sound_alone_becomes_a_stream() {
    for (name, codec, sound) in [("a.m4a", "aac", Track::Copy), ("a.mp3", "libmp3lame", Track::Convert), ("a.wav", "pcm_s16le", Track::Convert), ("a.flac", "flac", Track::Convert), ("a.ogg", "libvorbis", Track::Convert)] {
        let clip = Clip::made(name, &format!("{TONE}:d=20 -c:a {codec}"));
        assert_eq!((clip.plan().await.picture, clip.plan().await.sound), (Track::None, sound), "{name}");
        let hls = clip.stream().await;
        assert_eq!((hls.duration_s.round(), hls.segments.len()), (20.0, 4), "{name}");
    }
}

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
    let clips = [end.again("fast.mp4", "-movflags +faststart"), end.again("a.mkv", ""), end.again("frag.mp4", "-movflags frag_keyframe+empty_moov"), end];
    for clip in clips {
        let size = clip.bytes().len() as u64;
        assert!(size > 40 << 20, "the clip is too small to leave holes: {size}");
        let ranges = match clip.kind() {
            FileKind::Matroska { .. } => head_and_tail(size),
            _ => ranges_to_fetch(clip.walk().boxes(), size),
        };
        let fetched: u64 = ranges.iter().map(|r| r.end - r.start).sum();
        let fragmented = clip.walk().layout() == Mp4Layout::Complete { fragmented: true };
        assert_eq!(fetched < 24 << 20, !fragmented, "{ranges:?}");

        let sparse = clip.sparse(&ranges);
        let probe = sparse.probe().await.unwrap();
        assert_eq!(probe, clip.probe().await.unwrap());
        let picture = poster::poster(tools(), &sparse.path, &sparse.kind(), &probe, &sparse.out(), &CancellationToken::new()).await;
        assert!(fs::read(picture.unwrap()).unwrap().len() > 10_000);
    }
}

#[tokio::test]
async fn a_poster_is_an_upright_jpeg_of_bounded_width() {
    let wide = Clip::made("wide.mp4", &format!("-f lavfi -i testsrc2=s=1920x1080:r=25:d=2 {H264}"));
    let turned = wide.again("turned.mp4", "-metadata:s:v rotate=270");
    assert!(turned.plan().await.reason.unwrap().contains("stored turned by 90°"));
    for (clip, size) in [(&wide, (1280, 720)), (&turned, (1080, 1920))] {
        let probe = clip.probe().await.unwrap();
        let path = poster::poster(tools(), &clip.path, &clip.kind(), &probe, &clip.out(), &CancellationToken::new()).await.unwrap();
        let bytes = fs::read(path).unwrap();
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

#[tokio::test]
async fn a_playlist_forced_upon_ffmpeg_is_refused_by_its_flags_in_every_sandbox() {
    let victim = Clip::ordinary();
    let probe = victim.probe().await.unwrap();
    let list = format!("#EXTM3U\n#EXT-X-TARGETDURATION:12\n#EXTINF:12,\n{}\n#EXT-X-ENDLIST\n", victim.path.display());
    let script = format!("ffconcat version 1.0\nfile '{}'\n", victim.path.display());
    for hostile in [list, script] {
        let clip = Clip::written("upload.mp4", hostile.as_bytes());
        for tools in every_sandbox() {
            for demuxer in ["mov", "matroska"] {
                fs::create_dir_all(clip.out()).unwrap();
                let job = Job::new(&clip.path, Some(&clip.out()), Limits::COPY);
                let plan = Plan { picture: Track::Copy, sound: Track::Copy, reason: None };
                let arguments = ffmpeg::hls(&tools.sandbox.input(&job), demuxer, &plan, &probe, 60);
                let command = tools.sandbox.command(&job, &tools.ffmpeg, arguments);
                let ended = run::run(&command, &CancellationToken::new(), Duration::from_secs(20)).await;
                assert!(matches!(ended, Err(RunError::Failed { .. })), "{ended:?}");
                assert_eq!(fs::read_dir(clip.out()).unwrap().count(), 0);
            }
        }
    }
}

/// What `program` prints when it runs where ffmpeg would.
async fn inside(program: &str, arguments: &[&str]) -> Result<String, RunError> {
    let source = Clip::written("source", b"seen");
    let job = Job::new(&source.path, None, Limits::PROBE);
    let command = tools().sandbox.command(&job, Path::new(program), arguments.iter().map(Into::into).collect());
    let output = run::run(&command, &CancellationToken::new(), Duration::from_secs(10)).await?;
    Ok(String::from_utf8(output.stdout).unwrap())
}

#[tokio::test]
async fn the_sandbox_shows_the_source_and_no_other_file_process_or_network() {
    if !matches!(tools().sandbox, Sandbox::Bubblewrap { .. }) {
        eprintln!("skipped: {}", tools().sandbox.describe());
        return;
    }
    assert_eq!(inside("/usr/bin/cat", &["/in"]).await.unwrap(), "seen");
    for hidden in ["/etc/passwd", "/root", "/home", "/work", "/var", "/out"] {
        assert!(inside("/usr/bin/ls", &[hidden]).await.is_err(), "{hidden} can be seen");
    }
    assert!(inside("/usr/bin/touch", &["/in"]).await.is_err());
    assert!(inside("/usr/bin/touch", &["/usr/x"]).await.is_err());
    let interfaces = inside("/usr/bin/cat", &["/proc/net/dev"]).await.unwrap();
    assert!(interfaces.lines().skip(2).all(|line| line.trim_start().starts_with("lo:")), "{interfaces}");
    let processes = inside("/usr/bin/ls", &["/proc"]).await.unwrap();
    assert!(processes.lines().filter(|name| name.parse::<u32>().is_ok()).count() <= 3, "{processes}");
    assert_eq!(inside("/usr/bin/id", &["-u"]).await.unwrap().trim(), "65534");
    let environment = inside("/usr/bin/env", &[]).await.unwrap();
    assert!(!environment.contains("HOME") && !environment.contains("CARGO"), "{environment}");
}

#[test]
fn a_tool_outside_usr_works_in_the_sandbox() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = folder.path().join("ffmpeg");
    fs::copy(&tools().ffmpeg, &elsewhere).unwrap();
    let found = Tools::locate(Some(&elsewhere), None, SandboxMode::Auto).unwrap();
    assert_eq!(found.sandbox, tools().sandbox);
}

/// Processes on the whole machine whose arguments hold `text`.
fn processes_with(text: &str) -> usize {
    let lines = fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    lines.filter(|line| String::from_utf8_lossy(line).contains(text)).count()
}

/// A job that would take hours: noise encoded for ever. The mark, in the arguments, finds its processes.
fn endless(tools: &Tools, mark: &str, folder: &Clip) -> CommandLine {
    let job = Job::new(&folder.path, None, Limits::PROBE);
    let title = format!("comment={mark}");
    let arguments = ["-v", "error", "-re", "-f", "lavfi", "-i", "testsrc2", "-metadata", &title, "-f", "null", "-"];
    tools.sandbox.command(&job, &tools.ffmpeg, arguments.iter().map(Into::into).collect())
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(10), "{what} did not come about");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn cancelling_kills_the_whole_tree_before_it_returns() {
    let source = Clip::written("source", b"x");
    for (n, tools) in every_sandbox().into_iter().enumerate() {
        let mark = format!("cancel-mark-{}-{n}", std::process::id());
        let (command, cancel) = (endless(&tools, &mark, &source), CancellationToken::new());
        let task = tokio::spawn({
            let cancel = cancel.clone();
            async move { run::run(&command, &cancel, Duration::from_secs(60)).await }
        });
        until("the start", || processes_with(&mark) > 0).await;
        cancel.cancel();
        let ended = task.await.unwrap();
        assert!(matches!(ended, Err(RunError::Cancelled)), "{ended:?}");
        assert_eq!(processes_with(&mark), 0, "{}", tools.sandbox.describe());
        assert!(matches!(run::run(&endless(&tools, &mark, &source), &cancel, Duration::from_secs(60)).await, Err(RunError::Cancelled)));
    }
}

#[tokio::test]
async fn dropping_the_future_kills_the_whole_tree() {
    let source = Clip::written("source", b"x");
    for (n, tools) in every_sandbox().into_iter().enumerate() {
        let mark = format!("drop-mark-{}-{n}", std::process::id());
        let command = endless(&tools, &mark, &source);
        let task = tokio::spawn(async move { run::run(&command, &CancellationToken::new(), Duration::from_secs(60)).await });
        until("the start", || processes_with(&mark) > 0).await;
        task.abort();
        until("the end", || processes_with(&mark) == 0).await;
    }
}

#[tokio::test]
async fn a_job_that_takes_too_long_is_ended_and_leaves_no_zombie() {
    let source = Clip::written("source", b"x");
    for (n, tools) in every_sandbox().into_iter().enumerate() {
        let mark = format!("time-mark-{}-{n}", std::process::id());
        let ended = run::run(&endless(&tools, &mark, &source), &CancellationToken::new(), Duration::from_millis(700)).await;
        assert!(matches!(ended, Err(RunError::TimedOut)), "{ended:?}");
        assert_eq!(processes_with(&mark), 0);
    }
    assert_eq!(zombies_of_ours(), 0);
}

#[tokio::test]
async fn a_spent_cpu_allowance_ends_the_job() {
    let source = Clip::written("source", b"x");
    for tools in every_sandbox().into_iter().take(2) {
        let job = Job::new(&source.path, None, Limits { cpu_secs: 1, ..Limits::PROBE });
        let arguments = ["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=1920x1080", "-f", "null", "-"];
        let command = tools.sandbox.command(&job, &tools.ffmpeg, arguments.iter().map(Into::into).collect());
        let error = MediaError::from(run::run(&command, &CancellationToken::new(), Duration::from_secs(30)).await.unwrap_err());
        assert_eq!((error.code, error.transient), ("killed", true), "{}", error.detail);
    }
}

/// Children of this process that have ended and were not waited for. Other tests run beside this one and their children
/// may be zombies for the blink before they are reaped, so only those that stay are counted.
fn zombies_of_ours() -> usize {
    let now = || -> std::collections::HashSet<String> {
        let parent = std::process::id().to_string();
        let stats = fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
        let dead = stats.filter(|stat| {
            let mut fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
            fields.next() == Some("Z") && fields.next() == Some(&parent)
        });
        dead.filter_map(|stat| stat.split(' ').next().map(str::to_owned)).collect()
    };
    let before = now();
    std::thread::sleep(Duration::from_millis(500));
    now().intersection(&before).count()
}
