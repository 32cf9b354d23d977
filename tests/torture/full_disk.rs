//! A disk that is full: a tmpfs in the server's own mount namespace, shrunk between upload and view.
//!
//! Of a stream nothing lies in a working folder, so a full one keeps nobody from watching. Where the bucket is the server's own and the
//! disk under it has room for a tenth of the output, for two tenths and so on, no stream counts until there is room for all of it.

use crate::{
    clips::{self, Clip},
    figure,
    proc::as_seen_by,
    process::Role,
    world::{Place, World},
};
use std::{
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// More than the server wants to keep free.
const ROOMY: u64 = 2 << 30;
const PATIENCE: Duration = Duration::from_secs(90);

struct Disk {
    pid: u32,
    /// As the server sees it.
    path: PathBuf,
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

impl Disk {
    /// Starts a server with a disk of its own for a folder below its data.
    async fn under(world: &mut World, folder: &str) -> Self {
        let path = world.path.join("a").join(folder);
        world.start_with("a", Role::Serve, &[("WORKERS", "1")], &Self::launcher(&path)).await;
        Self { pid: world.process("a").pid(), path }
    }

    /// The command that runs a server with such a disk.
    fn launcher(folder: &Path) -> Vec<String> {
        // Whoever is not root becomes it in a user namespace, where mounting a tmpfs is allowed.
        let user: &[&str] = if is_root() { &[] } else { &["--user", "--map-root-user"] };
        let script = format!("mkdir -p \"$0\" && mount -t tmpfs -o size={ROOMY} tmpfs \"$0\" && exec \"$@\"");
        let words = ["unshare", "--mount"].iter().chain(user).map(|word| (*word).to_owned());
        words.chain(["sh".into(), "-c".into(), script, folder.display().to_string()]).collect()
    }

    /// Fails with a sentence where no such disk can be made: a test that is skipped proves nothing.
    fn can_be_made() {
        let dir = tempfile::tempdir().unwrap();
        let mut line = Self::launcher(&dir.path().join("disk"));
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

    fn used(&self) -> u64 {
        let disk = nix::sys::statvfs::statvfs(&as_seen_by(self.pid, &self.path)).unwrap();
        (disk.blocks() - disk.blocks_free()) * disk.fragment_size()
    }

    /// Takes all room away but so much.
    fn leave(&self, bytes: u64) {
        // A size of nothing would be no bound at all, and what is used has to stay.
        self.resize((self.used() + bytes).max(4096));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn a_full_working_folder_keeps_no_stream_from_being_made() {
    Disk::can_be_made();
    let mut world = World::new(Place::SqliteAndSwift).await;
    let disk = Disk::under(&mut world, "tmp").await;
    let ana = world.viewer("a", "ana").await;
    let clips = [clips::copied(), clips::converted()];
    let mut ids = Vec::new();
    for clip in clips {
        ids.push(world.upload(&ana, "a", clip).await);
    }
    disk.leave(0);
    for id in &ids {
        assert_eq!(world.view(&ana, "a", id).await.unwrap(), 202);
    }
    world.until("both are ready", PATIENCE, |rows, _| rows.iter().all(|row| row.is("ready"))).await.unwrap();
    // What is made in the background needs room, and waits for it.
    disk.resize(ROOMY);
    world.settle(PATIENCE).await.all_ready(clips.len());
    figure("full working folder: a copy and a conversion ready all the same");
}

/// Tells how many of ten streams met a full disk under their bucket, when it has room for so many tenths of their output.
async fn fill(clip: &'static Clip) -> usize {
    Disk::can_be_made();
    let mut world = World::new(Place::Laptop).await;
    let disk = Disk::under(&mut world, "bucket").await;
    let ana = world.viewer("a", "ana").await;

    // What comes out when there is room.
    world.upload_and_view(&ana, "a", clip).await;
    world.settle(PATIENCE).await.all_ready(1);
    let objects = world.bucket().list("videos/").await.unwrap();
    let output: u64 = objects.iter().filter(|(key, _)| key.ends_with(".ts")).map(|(_, size)| *size).sum();

    let mut struck = 0;
    for tenth in 0..10 {
        let id = world.upload(&ana, "a", clip).await;
        disk.leave(output * tenth / 10);
        assert_eq!(world.view(&ana, "a", &id).await.unwrap(), 202);
        let over = world.until("the attempt is over", PATIENCE, |rows, jobs| {
            rows.iter().any(|row| row.id == id && !row.is("generating"))
                || jobs.iter().any(|job| job.makes(&id) && (job.attempts > 1 || job.lease_expires_at.is_none()))
        });
        over.await.unwrap();
        let row = world.books.rows().await.unwrap().into_iter().find(|row| row.id == id).unwrap();
        struck += usize::from(!row.is("ready"));
        let blames_itself = row.hls_error_code.as_deref().is_none_or(|code| code == "temporary");
        assert!(blames_itself, "a full disk is not the recording's fault: {:?}", row.hls_error_code);
        disk.resize(ROOMY);
        world.until("the next attempts are over", PATIENCE, |rows, _| !rows.iter().any(|row| row.is("generating"))).await.unwrap();
        if world.books.rows().await.unwrap().iter().any(|row| row.id == id && row.is("failed")) {
            assert_eq!(world.retry(&ana, "a", &id).await, 202);
        }
        // What was ready in spite of all is judged like everything else.
        world.settle(PATIENCE).await.all_ready(2 + tenth as usize);
    }
    struck
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn a_copy_for_any_tenth_of_which_there_is_room_is_not_ready_until_there_is_more() {
    let struck = fill(clips::copied()).await;
    figure(format!("full disk under the bucket, copy: {struck} of 10 met it, 0 false ready, all ready once there was room"));
    assert!(struck >= 9, "only {struck} of 10 met the full disk");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn a_conversion_for_any_tenth_of_which_there_is_room_is_not_ready_until_there_is_more() {
    let struck = fill(clips::converted()).await;
    figure(format!("full disk under the bucket, conversion: {struck} of 10 met it, 0 false ready, all ready once there was room"));
    assert!(struck >= 9, "only {struck} of 10 met the full disk");
}
