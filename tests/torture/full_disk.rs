//! A disk that is full at every tenth of what lies on it, which is two segments. A tmpfs in the server's own mount namespace, shrunk
//! while the job waits for its original, when room has been promised already. The bucket is slow to take segments, so that they pile
//! up.
//! (`sick_ffmpeg` has the short form, which needs no mount.)

use crate::{
    clips::{self, Clip},
    figure,
    proc::entries,
    process::Role,
    proxy::{Fault, Rule},
    world::{Place, World},
};
use std::{
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

/// More than the server wants to keep free.
const ROOMY: u64 = 2 << 30;

struct Disk {
    pid: u32,
    /// `DATA_DIR/tmp`, as the server sees it.
    path: PathBuf,
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

impl Disk {
    /// The command that runs a server with a disk of its own for temporary files.
    fn launcher(tmp: &Path) -> Vec<String> {
        // Whoever is not root becomes it in a user namespace, where mounting a tmpfs is allowed.
        let user: &[&str] = if is_root() { &[] } else { &["--user", "--map-root-user"] };
        let script = format!("mkdir -p \"$0\" && mount -t tmpfs -o size={ROOMY} tmpfs \"$0\" && exec \"$@\"");
        let words = ["unshare", "--mount"].iter().chain(user).map(|word| (*word).to_owned());
        words.chain(["sh".into(), "-c".into(), script, tmp.display().to_string()]).collect()
    }

    /// Fails with a sentence where no such disk can be made: a test that is skipped proves nothing.
    fn can_be_made() {
        let dir = tempfile::tempdir().unwrap();
        let mut line = Self::launcher(&dir.path().join("tmp"));
        line.push("true".into());
        let output = Command::new(&line[0]).args(&line[1..]).output().unwrap();
        let why = String::from_utf8_lossy(&output.stderr).into_owned();
        let advice = "Run this as root, or allow user namespaces.";
        assert!(output.status.success(), "A full disk needs a tmpfs, and none can be mounted here ({why}). {advice}");
    }

    fn resize(&self, bytes: u64) {
        let user: &[&str] = if is_root() { &[] } else { &["--user", "--preserve-credentials"] };
        let output = Command::new("nsenter")
            .args(["--target", &self.pid.to_string(), "--mount"])
            .args(user)
            .args(["mount", "-o", &format!("remount,size={bytes}")])
            .arg(&self.path)
            .output()
            .unwrap();
        assert!(output.status.success(), "the disk cannot be resized: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Waits until a job has its folder, which it gets after it was promised room.
    async fn job_has_begun(&self) {
        let seen = crate::proc::as_seen_by(self.pid, &self.path);
        let start = Instant::now();
        while !entries(&seen).iter().flat_map(|process| entries(process)).any(|path| path.is_dir()) {
            assert!(start.elapsed() < Duration::from_secs(30), "no job began");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Tells how many of ten jobs met a full disk, when it has room for one to ten tenths of two segments: those that are in
/// memory or stored lie there no more.
async fn fill(clip: &'static Clip) -> usize {
    Disk::can_be_made();
    let mut world = World::with_failing_bucket(Place::SqliteAndSwift).await;
    let tmp = world.path.join("a/tmp");
    world.start_with("a", Role::Serve, &[("WORKERS", "1")], &Disk::launcher(&tmp)).await;
    let disk = Disk { pid: world.process("a").pid(), path: tmp };
    let ana = world.viewer("a", "ana").await;

    // What comes out when there is room.
    world.upload_and_view(&ana, "a", clip).await;
    world.settle(Duration::from_secs(90)).await.all_ready(1);
    let objects = world.bucket().list("videos/").await.unwrap();
    let two = 2 * objects.iter().filter(|(key, _)| key.ends_with(".ts")).map(|(_, size)| *size).max().unwrap();

    let mut struck = 0;
    for tenth in 1..=10 {
        let id = world.upload(&ana, "a", clip).await;
        // The original comes late: time enough to take the room away after it was promised. Segments are stored late: the
        // output lies on the disk, and not in the bucket.
        let only = |method: &str, path: &str| (method == "GET" && path.contains(".mp4")) || (method == "PUT" && path.contains(".ts"));
        world.proxy().spoil(Rule { percent: 100, faults: &[Fault::Slow], only });
        assert_eq!(world.view(&ana, "a", &id).await.unwrap(), 202);
        disk.job_has_begun().await;
        disk.resize(two * tenth / 10);
        let over = world.until("the attempt is over", Duration::from_secs(90), |rows, jobs| {
            rows.iter().any(|row| row.id == id && !row.is("generating"))
                || jobs.iter().any(|job| job.makes(&id) && (job.attempts > 1 || job.lease_expires_at.is_none()))
        });
        over.await.unwrap();
        let row = world.books.rows().await.unwrap().into_iter().find(|row| row.id == id).unwrap();
        struck += usize::from(!row.is("ready"));
        let blames_itself = row.hls_error_code.as_deref().is_none_or(|code| matches!(code, "temporary" | "no_room"));
        assert!(blames_itself, "a full disk is not the recording's fault: {:?}", row.hls_error_code);
        world.proxy().heal();
        disk.resize(ROOMY);
        if row.is("failed") {
            assert_eq!(world.retry(&ana, "a", &id).await, 202);
        }
        // What was ready in spite of all is judged like everything else.
        world.settle(Duration::from_secs(120)).await.all_ready(1 + tenth as usize);
    }
    struck
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn a_copy_whose_disk_is_full_at_any_tenth_is_not_ready_until_there_is_room() {
    let struck = fill(clips::copied()).await;
    figure(format!("full disk, copy: {struck} of 10 met it, 0 false ready, all ready once there was room"));
    assert!(struck >= 4, "only {struck} of 10 jobs met the full disk");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn a_conversion_whose_disk_is_full_at_any_tenth_is_not_ready_until_there_is_room() {
    let struck = fill(clips::slowly_converted()).await;
    figure(format!("full disk, conversion: {struck} of 10 met it, 0 false ready, all ready once there was room"));
    assert!(struck >= 4, "only {struck} of 10 jobs met the full disk");
}
