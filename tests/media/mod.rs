//! Media work against the real ffmpeg, on clips that ffmpeg makes on the spot.

mod files;
mod hdr;
mod storyboards;
mod streams;
mod walls;

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{OnceLock, atomic::AtomicI64};
use std::time::{Duration, Instant};

use notetaker::server::media::boxes::{HEADER_WINDOW, Mp4Layout, Walk};
use notetaker::server::media::hls::{self, CutError, Input, Made, Order};
use notetaker::server::media::ranges::{fragmented, head_and_tail, ranges_to_fetch};
use notetaker::server::media::run::RunError;
use notetaker::server::media::sandbox::{CommandLine, Job, Limits};
use notetaker::server::media::sniff::sniff;
use notetaker::server::media::{
    FileKind, Hls, MediaError, Plan, Probe, SNIFF_LEN, Sandbox, SandboxMode, Segment, Tools, Track, ffmpeg, fragments, plan, poster, probe,
    run,
};
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
        self.cut_as(tools, &self.plan().await).await
    }

    async fn cut_as(&self, tools: &Tools, plan: &Plan) -> (Result<Hls, CutError>, Vec<Segment>) {
        let (probe, kind) = (self.probe().await.unwrap(), self.kind());
        let order = Order { tools, kind: &kind, probe: &probe, plan };
        let (send, mut coming) = tokio::sync::mpsc::channel(64);
        let (made, cancel, mut handed_on) = (AtomicI64::new(0), CancellationToken::new(), Vec::new());
        let cut = hls::cut(&order, Input::File(&self.path), send, &made, &cancel);
        fs::create_dir_all(self.out()).unwrap();
        let collect = async {
            while let Some(Made { segment, bytes, .. }) = coming.recv().await {
                // Some tests look at the files.
                fs::write(self.out().join(&segment.name), bytes).unwrap();
                handed_on.push(segment);
            }
        };
        let (ended, ()) = tokio::join!(cut, collect);
        (ended, handed_on)
    }

    /// What is wrong with it, when no stream comes out: neither copied nor, where a copy will not do, converted.
    async fn fault(&self) -> MediaError {
        let mut ended = self.cut(tools()).await.0;
        if let Err(CutError::CopyWillNotDo(because)) = ended {
            ended = self.cut_as(tools(), &self.plan().await.converted(because)).await.0;
        }
        match ended {
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
