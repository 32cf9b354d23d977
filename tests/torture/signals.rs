//! A worker that is frozen and wakes up too late, and a server that is asked to stop.

use crate::{
    clips, figure,
    process::Role,
    world::{Place, World},
};
use nix::sys::signal::Signal;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);

/// A world whose process "a" has begun to store segments of a conversion, and a server "s" that only serves. Gives the
/// recording's id.
async fn in_the_middle(world: &mut World) -> String {
    world.start("s", Role::ServeOnly).await;
    world.start("a", Role::Worker).await;
    let ana = world.viewer("s", "ana").await;
    let id = world.upload_and_view(&ana, "s", clips::slowly_converted()).await;
    let (bucket, start) = (world.bucket(), Instant::now());
    while !bucket.list("videos/").await.unwrap().keys().any(|key| key.contains("_hls/")) {
        assert!(start.elapsed() < PATIENCE, "no segment was stored");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    id
}

/// Freezes a worker, lets another finish, and wakes it: at once, or when everything has been cleared up as well.
async fn wake_too_late(after_clearing_up: bool) {
    let mut world = World::new(Place::PostgresAndSwift).await;
    let id = in_the_middle(&mut world).await;
    world.process("a").signal(Signal::SIGSTOP);
    let at_work = world.books.rows().await.unwrap()[0].is("generating");
    assert!(at_work, "it was over before it could be frozen: the clip is too short for this machine");
    world.start("b", Role::Worker).await;
    world.until("another has made it", PATIENCE, |rows, _| rows.iter().any(|row| row.is("ready"))).await.unwrap();
    if after_clearing_up {
        world.until("every job is done", PATIENCE, |_, jobs| jobs.is_empty()).await.unwrap();
    }
    let winner = world.books.rows().await.unwrap().remove(0);
    world.process("a").signal(Signal::SIGCONT);
    // It says so when it is done with it: handed back, or failed on the way.
    let (over, start) = (|world: &World| world.logged("job handed back", &id) + world.logged("job failed", &id), Instant::now());
    while over(&world) == 0 {
        assert!(start.elapsed() < PATIENCE, "the woken worker goes on and on");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    world.settle(PATIENCE).await.all_ready(1);
    let now = world.books.rows().await.unwrap().remove(0);
    assert_eq!((now.hls_attempt, now.hls_segments), (winner.hls_attempt, winner.hls_segments), "the late one changed something");
    assert_eq!(world.logged("stream ready", &id), 1, "one attempt counts");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_worker_does_that_was_frozen_does_not_count() {
    wake_too_late(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn what_a_worker_does_that_was_frozen_never_counts() {
    for round in 0..10 {
        wake_too_late(round % 2 == 0).await;
    }
    figure("frozen worker, woken after another had finished: 10 of 10 times nothing of it counted");
}

/// Asks the working process to stop, as an update does. Tells how long that took.
async fn stop_politely() -> Duration {
    let mut world = World::new(Place::PostgresAndSwift).await;
    let id = in_the_middle(&mut world).await;
    let start = Instant::now();
    world.process("a").signal(Signal::SIGTERM);
    let status = world.process("a").ended(Duration::from_secs(20)).await;
    let took = start.elapsed();
    assert!(status.is_some_and(|status| status.success()) && took < Duration::from_secs(10), "{status:?} after {took:?}");
    world.kill("a");
    let jobs = world.books.jobs().await.unwrap();
    assert!(jobs.iter().any(|job| job.makes(&id) && job.lease_expires_at.is_none()), "the job was not handed back: {jobs:?}");
    world.start("b", Role::Worker).await;
    world.settle(PATIENCE).await.all_ready(1);
    took
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_told_to_stop_ends_within_ten_seconds_and_another_finishes() {
    stop_politely().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn a_process_told_to_stop_always_ends_within_ten_seconds_and_another_finishes() {
    let mut slowest = Duration::ZERO;
    for _ in 0..10 {
        slowest = slowest.max(stop_politely().await);
    }
    figure(format!("SIGTERM during a job: 10 of 10 finished by another process, slowest exit {:.1} s", slowest.as_secs_f64()));
}
