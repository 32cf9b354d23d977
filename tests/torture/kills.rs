//! kill -9, at any moment.

use crate::{
    books::Job,
    clips,
    dice::Dice,
    figure,
    process::Role,
    world::{Place, World},
};
use std::time::Duration;

/// The program gives up what was claimed ten times. That is a rule of its own: nothing is killed as often in here.
const CLAIMS: i64 = 5;

/// Kills one of `names` at random while something is being made, `kills` times, and starts it again each time.
async fn kill_at_random(place: Place, names: &[(&'static str, Role)], kills: usize) {
    let (mut world, mut dice) = (World::new(place).await, Dice::new());
    for &(name, role) in names {
        world.start(name, role).await;
    }
    let ana = world.viewer("a", "ana").await;
    let (mut struck, mut videos) = (0, 0);
    while struck < kills {
        // Copies last a moment, conversions a second.
        let (clip, moment) = if dice.below(3) == 0 { (dice.pick(&clips::copies()), 400) } else { (clips::converted(), 1500) };
        world.upload_and_view(&ana, "a", clip).await;
        videos += 1;
        assert!(videos < kills * 3 + 20, "only {struck} of {videos} jobs were caught at work");
        // Not a wait for something: the moment is what chance decides.
        tokio::time::sleep(Duration::from_millis(dice.below(moment))).await;
        let (victim, role) = dice.pick(names);
        let at_work = world.books.rows().await.unwrap().iter().any(|row| row.is("generating"));
        struck += usize::from(at_work);
        world.kill(victim);
        world.start(victim, role).await;
        let rested = |jobs: &[Job]| jobs.iter().all(|job| job.attempts < CLAIMS);
        world.until("no job was taken five times", Duration::from_secs(60), |_, jobs| rested(jobs)).await.unwrap();
    }
    let verdict = world.settle(Duration::from_secs(180)).await;
    figure(format!("random kill -9 on {place:?}: {struck} during generation, {} of {videos} recordings ready", verdict.ready));
    verdict.all_ready(videos);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_laptop_killed_five_times_finishes_everything() {
    kill_at_random(Place::Laptop, &[("a", Role::Serve)], 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn a_laptop_killed_a_hundred_times_finishes_everything() {
    kill_at_random(Place::Laptop, &[("a", Role::Serve)], 100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn a_server_and_a_worker_killed_a_hundred_times_finish_everything() {
    kill_at_random(Place::PostgresAndSwift, &[("a", Role::Serve), ("b", Role::Worker)], 100).await;
}
