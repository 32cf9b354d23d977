//! A database that goes away in the middle of jobs.

use crate::{
    LEASE, clips,
    dice::Dice,
    figure,
    postgres::Postgres,
    process::Role,
    world::{Place, World},
};
use sqlx::{Connection, Executor};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(120);

/// Kills PostgreSQL `times` in the middle of jobs.
async fn lose_postgres(times: usize) {
    let (postgres, mut dice) = (Postgres::start().await, Dice::new());
    let mut world = World::on(&postgres.url).await;
    world.start("a", Role::Serve).await;
    world.start("b", Role::Worker).await;
    let ana = world.viewer("a", "ana").await;
    for _ in 0..times {
        for clip in [clips::small(), clips::converted(), clips::copied()] {
            world.upload_and_view(&ana, "a", clip).await;
        }
        world.until("a job runs", PATIENCE, |_, jobs| jobs.iter().any(|job| job.lease_expires_at.is_some())).await.unwrap();
        tokio::time::sleep(Duration::from_millis(dice.below(800))).await;
        postgres.kill();
        // From a blink to longer than every lease: the outage is the fault.
        tokio::time::sleep(Duration::from_millis(dice.below(6000))).await;
        postgres.start_again();
        world.until("the streams are made", PATIENCE, |rows, _| rows.iter().all(|row| row.is("ready"))).await.unwrap();
    }
    world.settle(PATIENCE).await.all_ready(3 * times);
    figure(format!("PostgreSQL killed {times} times during jobs: {} of {} ready", 3 * times, 3 * times));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_are_made_although_postgres_was_killed() {
    lose_postgres(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn streams_are_made_although_postgres_was_killed_twenty_times() {
    lose_postgres(20).await;
}

/// Somebody else keeps SQLite's write lock for `time` in the middle of a job.
async fn lock_sqlite(time: Duration) {
    let mut world = World::new(Place::Laptop).await;
    world.start("a", Role::Serve).await;
    let ana = world.viewer("a", "ana").await;
    for clip in [clips::converted(), clips::copied()] {
        world.upload_and_view(&ana, "a", clip).await;
    }
    world.until("a job runs", PATIENCE, |_, jobs| jobs.iter().any(|job| job.lease_expires_at.is_some())).await.unwrap();
    let mut other = sqlx::AnyConnection::connect(&format!("sqlite://{}", world.path.join("torture.db").display())).await.unwrap();
    other.execute("PRAGMA busy_timeout = 10000").await.unwrap();
    other.execute("BEGIN EXCLUSIVE").await.unwrap();
    let locked = Instant::now();
    tokio::time::sleep(time).await;
    other.execute("ROLLBACK").await.unwrap();
    let locked = locked.elapsed();
    other.close().await.unwrap();
    world.settle(PATIENCE).await.all_ready(2);
    figure(format!("SQLite locked for {:.0} s during jobs: 2 of 2 ready", locked.as_secs_f64()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_are_made_although_sqlite_was_locked() {
    lock_sqlite(LEASE * 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn streams_are_made_although_sqlite_was_locked_for_long() {
    for secs in [1, 3, 8, 20] {
        lock_sqlite(Duration::from_secs(secs)).await;
    }
}
