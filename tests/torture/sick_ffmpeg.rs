//! An ffmpeg that loses bytes, lies about its end, dies or hangs: a script in front of the real one.

use crate::{
    clips::{self, Clip},
    figure,
    process::Role,
    world::{Place, World},
};
use std::{os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

/// A script in ffmpeg's place, which can be swapped for another while the server runs.
struct Script(PathBuf);

impl Script {
    /// Must be the server's ffmpeg from its start, and do no harm then: the server looks at its version.
    fn in_front_of_ffmpeg(world: &mut World) -> Self {
        let script = Self(world.path.join("ffmpeg"));
        script.run(HEALTHY);
        world.set("FFMPEG", script.0.display());
        script
    }

    /// `$real` is ffmpeg, `$@` are its arguments. Renamed into place: a script that begins is always a whole one.
    fn run(&self, body: &str) {
        let path = std::env::var_os("PATH").unwrap();
        let real = std::env::split_paths(&path).map(|folder| folder.join("ffmpeg")).find(|file| file.is_file()).unwrap();
        let next = self.0.with_extension("next");
        std::fs::write(&next, format!("#!/bin/sh\nreal='{}'\n{body}\n", real.display())).unwrap();
        std::fs::set_permissions(&next, std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::rename(next, &self.0).unwrap();
    }
}

const PATIENCE: Duration = Duration::from_secs(90);
const HEALTHY: &str = "exec \"$real\" \"$@\"";
const SILENT: &str = "exit 0";
const KILLED: &str = "\"$real\" \"$@\" & sleep 0.3; kill -9 $!; wait $!";
/// A terminated ffmpeg ends its stream as if all were well.
const TERMINATED: &str = "\"$real\" \"$@\" & sleep 0.3; kill -TERM $!; wait $!; exit 0";
const HANGING: &str = "exec sleep 600";
/// The end of the stream is missing, in the middle of a packet; then a packet out of its middle.
const CUT: &str = "\"$real\" \"$@\" | head -c 300001";
const HOLED: &str = "\"$real\" \"$@\" | { head -c 188000; head -c 188 >/dev/null; cat; }";

/// Makes a stream of `clip` by such an ffmpeg, which must not succeed, then by a healthy one, which must.
async fn recovers_from(body: &str, clip: &'static Clip) {
    let mut world = World::new(Place::Laptop).await;
    let script = Script::in_front_of_ffmpeg(&mut world);
    world.start("a", Role::Serve).await;
    let ana = world.viewer("a", "ana").await;
    let id = world.upload(&ana, "a", clip).await;
    script.run(body);
    assert_eq!(world.view(&ana, "a", &id).await.unwrap(), 202);
    let over = world.until("the first attempt is over", PATIENCE, |rows, jobs| {
        let handed_back = jobs.iter().any(|job| job.makes(&id) && job.attempts > 0 && job.lease_expires_at.is_none());
        handed_back || rows.iter().any(|row| !row.is("generating"))
    });
    over.await.unwrap();
    assert!(!world.books.rows().await.unwrap()[0].is("ready"), "ready, and made by: {body}");
    script.run(HEALTHY);
    world.until("the next attempts are over", PATIENCE, |rows, _| !rows[0].is("generating")).await.unwrap();
    if world.books.rows().await.unwrap()[0].is("failed") {
        assert_eq!(world.retry(&ana, "a", &id).await, 202);
    }
    world.settle(PATIENCE).await.all_ready(1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_lacks_its_end_or_a_packet_is_not_ready() {
    recovers_from(CUT, clips::copied()).await;
    recovers_from(HOLED, clips::copied()).await;
    recovers_from(CUT, clips::converted()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn an_ffmpeg_that_lies_dies_or_hangs_makes_nothing_ready() {
    for body in [SILENT, KILLED, TERMINATED, HANGING] {
        recovers_from(body, clips::slowly_converted()).await;
    }
    figure("sick ffmpeg: no output with exit code 0, killed, terminated with exit code 0, hanging: 0 false ready, all recovered");
}
