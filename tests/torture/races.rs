//! Several processes over the same recordings.

use crate::{
    clips, figure,
    process::Role,
    viewer::Viewer,
    world::{Place, World},
};
use futures::StreamExt;
use std::time::Duration;

/// `videos` recordings of four people, each viewed at every server at once.
async fn race(processes: &[(&'static str, Role)], videos: usize) {
    let mut world = World::new(Place::PostgresAndSwift).await;
    for &(name, role) in processes {
        world.start(name, role).await;
    }
    let servers: Vec<&str> = processes.iter().filter(|(_, role)| *role != Role::Worker).map(|(name, _)| *name).collect();
    let mut people = Vec::new();
    for name in ["ana", "ben", "cem", "dia"] {
        people.push(world.viewer("a", name).await);
    }
    // Every tenth has to be converted.
    let uploads = (0..videos).map(|n| {
        let (world, person) = (&world, &people[n % people.len()]);
        async move { (world.upload(person, "a", if n % 10 == 9 { clips::converted() } else { clips::small() }).await, person) }
    });
    let uploaded: Vec<(String, &Viewer)> = futures::stream::iter(uploads).buffer_unordered(4).collect().await;

    let views: Vec<_> = uploaded.iter().flat_map(|video| servers.iter().flat_map(move |server| [(*server, video); 2])).collect();
    let world_ref = &world;
    let answers = futures::stream::iter(views).map(|(server, (id, person))| async move { world_ref.view(person, server, id).await });
    let answers: Vec<_> = answers.buffer_unordered(32).collect().await;
    assert!(answers.iter().all(|answer| matches!(answer, Ok(200 | 202))), "{answers:?}");

    let verdict = world.settle(Duration::from_secs(60 + 5 * videos as u64)).await;
    let commits: Vec<usize> = uploaded.iter().map(|(id, _)| world.logged("stream ready", id)).collect();
    let once = commits.iter().filter(|count| **count == 1).count();
    let (count, ready, took) = (processes.len(), verdict.ready, verdict.took.as_secs_f64());
    figure(format!("race: {count} processes, {videos} recordings, {ready} ready, {once} of them made once, {took:.0} s"));
    verdict.all_ready(videos);
    assert_eq!(once, videos, "each is committed by one attempt: {commits:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_make_each_of_eight_recordings_once() {
    race(&[("a", Role::Serve), ("b", Role::Serve)], 8).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn four_processes_make_each_of_a_hundred_recordings_once() {
    race(&[("a", Role::Serve), ("b", Role::Serve), ("c", Role::Worker), ("d", Role::Worker)], 100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn a_server_without_workers_leaves_everything_to_the_workers() {
    race(&[("a", Role::ServeOnly), ("b", Role::Worker)], 12).await;
}
