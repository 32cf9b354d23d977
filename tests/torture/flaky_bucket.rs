//! A bucket that fails every fifth call, in every way it can.

use crate::{
    books::Row,
    bucket::{Bucket, Objects},
    clips, figure,
    process::Role,
    proxy::{Fault, Proxy, Rule},
    support::backend::fresh_swift_bucket,
    viewer::Viewer,
    world::{Place, World},
};
use futures::StreamExt;
use notetaker::server::storage::Endpoint;
use std::time::Duration;

const BUSY: Fault = Fault::Status(503);
const BROKEN: Fault = Fault::Status(500);
const FORBIDDEN: Fault = Fault::Status(403);
/// What passes. A hang costs the client's whole time-out, a minute: one in sixteen is plenty.
const PASSING: [Fault; 5] = [BUSY, BROKEN, Fault::Reset, Fault::LostAnswer, Fault::Truncate];
const PASSING_AND_HANGS: [Fault; 16] = [
    BUSY,
    BROKEN,
    Fault::Reset,
    Fault::LostAnswer,
    Fault::Truncate,
    BUSY,
    BROKEN,
    Fault::Reset,
    Fault::LostAnswer,
    Fault::Truncate,
    BUSY,
    BROKEN,
    Fault::Reset,
    Fault::LostAnswer,
    Fault::Truncate,
    Fault::Hang,
];

async fn uploaded(world: &World, people: &[Viewer], jobs: usize) -> Vec<(String, usize)> {
    let uploads = (0..jobs).map(move |n| {
        let person = n % people.len();
        let clip = match n % 10 {
            9 => clips::converted(),
            7 => clips::unindexed(),
            5 => clips::index_last(),
            3 => clips::breaking(),
            _ => clips::small(),
        };
        async move { (world.upload(&people[person], "a", clip).await, person) }
    });
    futures::stream::iter(uploads).buffer_unordered(4).collect().await
}

/// Makes `jobs` streams by `rule`; then the bucket is well again, and what failed is asked for once more. Returns how many
/// were ready before that.
async fn struggle(jobs: usize, rule: Rule, patience: Duration) -> usize {
    let mut world = World::with_failing_bucket(Place::SqliteAndSwift).await;
    world.set("WORKERS", 8);
    world.start("a", Role::Serve).await;
    let mut people = Vec::new();
    for name in ["ana", "ben", "cem"] {
        people.push(world.viewer("a", name).await);
    }
    let videos = uploaded(&world, &people, jobs).await;

    let calls = world.proxy().calls();
    world.proxy().spoil(rule);
    for (id, person) in &videos {
        assert_eq!(world.view(&people[*person], "a", id).await.unwrap(), 202);
    }
    let made = |rows: &[Row]| !rows.iter().any(|row| row.is("generating"));
    world.until("no stream is being made", patience, |rows, _| made(rows)).await.unwrap();
    let calls = world.proxy().calls() - calls;
    world.proxy().heal();
    let verdict = world.settle(Duration::from_secs(400)).await;
    let codes: Vec<&String> = verdict.failed.iter().map(|(_, code)| code).collect();
    let (ready, faults) = (verdict.ready, world.proxy().faults());
    figure(format!("flaky bucket: {ready} of {jobs} ready, {codes:?} failed, {calls} calls, faults {faults:?}"));
    verdict.holds();

    for (id, person) in videos.iter().filter(|(id, _)| verdict.failed.iter().any(|(failed, _)| failed == id)) {
        assert_eq!(world.retry(&people[*person], "a", id).await, 202);
    }
    world.settle(Duration::from_secs(120)).await.all_ready(jobs);
    verdict.ready
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_every_fifth_call_failing_six_streams_are_made() {
    let ready = struggle(6, Rule::any(20, &PASSING), Duration::from_secs(120)).await;
    assert!(ready >= 5, "{ready} of 6");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn with_every_fifth_call_failing_at_least_198_of_200_streams_are_made() {
    let ready = struggle(200, Rule::any(20, &PASSING_AND_HANGS), Duration::from_secs(3600)).await;
    assert!(ready >= 198, "{ready} of 200");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn no_single_kind_of_fault_leads_to_a_lie() {
    let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
    // A refusal is not worth a second try to the client, so few make many failures.
    struggle(10, Rule::any(5, &[FORBIDDEN]), minutes(10)).await;
    struggle(10, Rule::any(100, &[FORBIDDEN]), minutes(10)).await;
    struggle(10, Rule::any(100, &[Fault::Slow]), minutes(10)).await;
    struggle(4, Rule::any(5, &[Fault::Hang]), minutes(20)).await;
    for faults in [&[BUSY], &[BROKEN], &[Fault::Reset], &[Fault::LostAnswer], &[Fault::Truncate]] {
        struggle(10, Rule::any(30, faults), minutes(20)).await;
    }
    // Downloads work, nothing can be stored; and the other way round.
    struggle(4, Rule { percent: 100, faults: &[BUSY], only: |method, _| method == "PUT" }, minutes(10)).await;
    let downloads = |method: &str, path: &str| method == "GET" && path.contains(".mp4");
    struggle(4, Rule { percent: 100, faults: &[Fault::Truncate], only: downloads }, minutes(10)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_proxy_itself_does_no_harm_and_each_of_its_faults_reaches_the_client() {
    let direct = fresh_swift_bucket().await;
    let proxy = Proxy::before(&direct.internal).await;
    let through = Endpoint { internal: proxy.url.clone(), ..direct };
    let bucket = Bucket::new(&through);
    bucket.put("a/b c+d.ts", vec![7; 300_000]).await.unwrap();
    assert_eq!(bucket.list("a/").await.unwrap(), Objects::from([("a/b c+d.ts".to_owned(), 300_000)]));
    assert_eq!(bucket.get("a/b c+d.ts").await.unwrap(), vec![7; 300_000], "the signature held, and every byte came through");
    for faults in [&[BUSY], &[BROKEN], &[FORBIDDEN], &[Fault::Reset], &[Fault::LostAnswer], &[Fault::Truncate]] {
        proxy.spoil(Rule::any(100, faults));
        assert!(bucket.get("a/b c+d.ts").await.is_err(), "{faults:?}");
        assert!(proxy.faults()[&faults[0]] > 0);
    }
    proxy.spoil(Rule::any(100, &[Fault::Truncate]));
    assert!(bucket.put("a/half", vec![7; 300_000]).await.is_err());
    proxy.heal();
    assert_eq!(bucket.list("a/").await.unwrap().len(), 1, "half an upload is none");
}
