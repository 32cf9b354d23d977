//! A server that dies at a chosen point, and the one that finishes its work.

use crate::{
    LEASE,
    clips::{self, Clip},
    figure,
    process::Role,
    world::{Place, World},
};
use futures::StreamExt;
use notetaker::server::faults::POINTS;
use std::{
    os::unix::process::ExitStatusExt,
    time::{Duration, Instant},
};

/// What fetching, converting and storing takes at most, beside another crash on two cores.
const WORK: Duration = Duration::from_secs(20);
const PLACES: [Place; 3] = [Place::Laptop, Place::PostgresAndSwift, Place::SqliteAndSwift];

/// Only a conversion takes long enough to be seen half-way, and only one copy breaks off. Otherwise the rounds go through all ways of copying, each at every place.
fn clip_for(point: &str, round: usize) -> &'static Clip {
    match point {
        "cut:started" | "cut:first_segment" | "job:stored_segment" => clips::converted(),
        "job:before_playlist" | "job:published" | "job:told" => clips::converted(),
        "job:copy_failed" => clips::breaking(),
        _ => clips::copies()[round / PLACES.len() % 4],
    }
}

/// One server crashes at `point`, the next takes over. How long it took from the crash until the stream was ready.
async fn crash(point: &'static str, round: usize) -> Result<Duration, String> {
    let place = PLACES[round % PLACES.len()];
    // A job passes here once for each segment: the rounds die at different ones.
    let nth = if point == "job:stored_segment" { 1 + round % 5 } else { 1 };
    let at = format!("{point}#{nth}");
    let mut world = World::new(place).await;
    world.start_with("a", Role::Serve, &[("NOTETAKER_CRASH_AT", at.as_str())], &[]).await;
    let ana = world.viewer("a", "ana").await;
    let id = world.upload(&ana, "a", clip_for(point, round)).await;
    // It may die before it answers.
    let _ = world.view(&ana, "a", &id).await;
    relieved(&mut world, place).await.map_err(|why| format!("{at} on {place:?}: {why}\n{}", world.logs()))
}

async fn relieved(world: &mut World, place: Place) -> Result<Duration, String> {
    wait_for_crash(world).await?;
    let crashed = Instant::now();
    world.kill("a");
    // The embedded bucket died with its server.
    if place != Place::Laptop {
        let broken = world.broken_promises().await?;
        if !broken.is_empty() {
            return Err(format!("right after the crash: {broken:?}"));
        }
    }
    let next = if place == Place::Laptop { "a" } else { "b" };
    world.start(next, Role::Serve).await;
    let started = crashed.elapsed();
    let verdict = world.settle(Duration::from_secs(60)).await;
    let took = started + verdict.took;
    if !verdict.problems.is_empty() || verdict.ready != 1 {
        return Err(format!("{verdict:#?}"));
    }
    if took > LEASE * 2 + WORK { Err(format!("ready only after {took:?}")) } else { Ok(took) }
}

/// Until it is dead by its own hand. A job that ends without that never came by.
pub async fn wait_for_crash(world: &mut World) -> Result<(), String> {
    let start = Instant::now();
    loop {
        if let Some(status) = world.process("a").has_ended() {
            return if status.signal() == Some(9) { Ok(()) } else { Err(format!("it ended in another way: {status}")) };
        }
        let (rows, jobs) = (world.books.rows().await, world.books.jobs().await);
        let settled = rows.is_ok_and(|rows| rows.iter().all(|row| row.is("ready") || row.is("failed")));
        let over = settled && jobs.is_ok_and(|jobs| jobs.is_empty());
        // The process may have died over its last step, between the two looks.
        if over && world.process("a").ended(LEASE).await.is_none() {
            return Err("this point was never reached".into());
        }
        if start.elapsed() > Duration::from_secs(60) {
            return Err("it neither crashed nor finished".into());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Crashes at each of `points`, `rounds` times, `together` at once.
async fn crash_at(points: &[&'static str], rounds: usize, together: usize) {
    let runs: Vec<_> = (0..rounds).flat_map(|round| points.iter().enumerate().map(move |(n, point)| (*point, round + n))).collect();
    let count = runs.len();
    let outcomes: Vec<_> = futures::stream::iter(runs).map(|(point, round)| crash(point, round)).buffer_unordered(together).collect().await;
    let slowest = outcomes.iter().flatten().max().copied().unwrap_or_default();
    let failures: Vec<&str> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).map(String::as_str).collect();
    let (recovered, slowest) = (count - failures.len(), slowest.as_secs_f64());
    figure(format!(
        "crash points: {} × {rounds}; {recovered} of {count} recovered; slowest {slowest:.1} s from crash to ready",
        points.len()
    ));
    assert!(failures.is_empty(), "{} of {count} failed:\n{}", failures.len(), failures.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_crashes_at_one_of_four_points_is_relieved_by_the_next() {
    crash_at(&["job:claimed", "job:stored_segment", "job:final_playlist", "job:committed"], 1, 4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn a_server_that_crashes_at_any_point_is_relieved_by_the_next() {
    crash_at(&POINTS, 5, 2).await;
}
