//! A server that dies in the middle of what nobody waits for: transcripts, the pictures of the seek bar, changes of scene. Whoever
//! comes next ends the job. There is one result, and after the next daily look nothing else.

use crate::{
    clips::{self, Clip},
    crashes::wait_for_crash,
    figure,
    proc::orphans_with,
    process::Role,
    support::transcriber::TranscribingServer,
    viewer::Viewer,
    world::{Place, World},
};
use futures::StreamExt;
use notetaker::{
    model::Transcript,
    server::faults::{DRAWING, SEARCHING, TRANSCRIBING},
};
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    Transcribing,
    Drawing,
    Searching,
}

impl Work {
    fn points(self) -> &'static [&'static str] {
        match self {
            Self::Transcribing => &TRANSCRIBING,
            Self::Drawing => &DRAWING,
            Self::Searching => &SEARCHING,
        }
    }

    fn clip(self) -> &'static Clip {
        if self == Self::Transcribing { clips::spoken() } else { clips::dark() }
    }

    /// What asks for it. The pictures are asked for by the stream that gets ready.
    fn asked_by(self) -> Option<&'static str> {
        match self {
            Self::Transcribing => Some("transcription"),
            Self::Drawing => None,
            Self::Searching => Some("chapters/propose"),
        }
    }
}

/// In the middle of reading the original, with an ffmpeg at work. The stream reads it, too, and either may be the second.
const HALF_WAY: &str = "source:half#2";

/// One server crashes at `point`, the next takes over. How long it took from the crash until everything was done.
async fn crash((work, point): (Work, &'static str)) -> Result<Duration, String> {
    let transcriber = TranscribingServer::start(&[]).await;
    let mut world = World::new(Place::Laptop).await;
    world.set("TRANSCRIBE_URL", &transcriber.url);
    world.start_with("a", Role::Serve, &[("NOTETAKER_CRASH_AT", point)], &[]).await;
    let ana = world.viewer("a", "ana").await;
    let id = world.upload_and_view(&ana, "a", work.clip()).await;
    if let Some(what) = work.asked_by() {
        // It may die before it answers.
        let _ = world.ask(&ana, "a", &id, what).await;
    }
    let outcome = relieved(&mut world).await;
    let outcome = match (outcome, work) {
        (Ok(took), Work::Transcribing) => written_once(&world, &ana, &id, &transcriber, point).await.map(|()| took),
        (Ok(took), Work::Drawing) => drawn_once(&mut world).await.map(|()| took),
        (Ok(took), Work::Searching) => searched_once(&world).await.map(|()| took),
        (Err(why), _) => Err(why),
    };
    outcome.map_err(|why| format!("{work:?}, {point}: {why}\n{}", world.logs()))
}

async fn relieved(world: &mut World) -> Result<Duration, String> {
    wait_for_crash(world).await?;
    let crashed = Instant::now();
    world.kill("a");
    world.start("a", Role::Serve).await;
    let verdict = world.settle(Duration::from_secs(60)).await;
    let took = crashed.elapsed();
    if verdict.problems.is_empty() && verdict.ready == 1 { Ok(took) } else { Err(format!("{verdict:#?}")) }
}

fn right(what: &str, is: bool) -> Result<(), String> {
    if is { Ok(()) } else { Err(format!("it is not so that {what}")) }
}

async fn number(world: &World, sql: &str) -> Result<i64, String> {
    world.books.number(sql).await.map_err(|error| format!("{sql}: {error}"))
}

async fn written_once(world: &World, ana: &Viewer, id: &str, transcriber: &TranscribingServer, point: &str) -> Result<(), String> {
    right("nothing waits any more", number(world, "SELECT COUNT(*) FROM transcriptions").await? == 0)?;
    right("no piece is left", number(world, "SELECT COUNT(*) FROM transcription_pieces").await? == 0)?;
    right("there is one transcript", number(world, "SELECT COUNT(*) FROM transcripts").await? == 1)?;
    let transcript: Transcript = world.get(ana, "a", id, "transcript").await.map_err(|error| error.to_string())?;
    let begin: BTreeSet<i64> = transcript.sentences.iter().map(|sentence| (sentence.start_ms + 500) / 1_000).collect();
    let every_ten_seconds: BTreeSet<i64> = (0..i64::from(clips::spoken().secs)).step_by(10).collect();
    right("each beep is written down", begin == every_ten_seconds)?;
    right("none is written down twice", transcript.sentences.len() == begin.len())?;
    let heard: i64 = transcriber.heard().iter().map(|piece| piece.wav_ms).sum();
    let kept = matches!(point, "transcribe:kept" | "transcribe:joined" | "transcribe:committed");
    right("what was kept is not asked for again", !kept || heard <= i64::from(clips::spoken().secs) * 1_000 + 1_000)
}

async fn drawn_once(world: &mut World) -> Result<(), String> {
    // The daily look, which is the first thing that a server does after a day.
    right("the row was changed", number(world, "UPDATE videos SET hls_checked_at = 0 RETURNING hls_checked_at").await? == 0)?;
    world.kill("a");
    world.start("a", Role::Serve).await;
    right("there is one storyboard", number(world, "SELECT COUNT(*) FROM storyboards WHERE tiles > 0").await? == 1)?;
    let attempt = world.books.text("SELECT attempt FROM storyboards").await.map_err(|error| error.to_string())?;
    let bytes = number(world, "SELECT bytes FROM storyboards").await?;
    let poster = world.books.text("SELECT poster_key FROM videos").await.map_err(|error| error.to_string())?;
    right("the better poster counts", poster.ends_with(&format!("_poster_{attempt}.jpg")))?;
    let start = Instant::now();
    loop {
        let objects = world.bucket().list("videos/").await?;
        let sheets = objects.iter().filter(|(key, _)| key.contains(&format!("_storyboard/{attempt}/"))).map(|(_, size)| *size);
        right("every sheet is there", sheets.sum::<u64>() == bytes as u64)?;
        right("the poster is there", objects.contains_key(&poster))?;
        let of_others = |key: &&String| (key.contains("_storyboard/") || key.contains("_poster_")) && !key.contains(&attempt);
        let strays: Vec<&String> = objects.keys().filter(of_others).collect();
        match strays.is_empty() {
            true => return Ok(()),
            false if start.elapsed() > Duration::from_secs(10) => return Err(format!("stray objects: {strays:?}")),
            false => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn searched_once(world: &World) -> Result<(), String> {
    let over = "SELECT COUNT(*) FROM scene_searches WHERE outcome IS NOT NULL AND percent IS NULL";
    right("one search is over", number(world, over).await? == 1)?;
    right("it did not fail", number(world, "SELECT COUNT(*) FROM scene_searches WHERE outcome = 'failed'").await? == 0)?;
    let found = number(world, "SELECT COUNT(*) FROM scene_searches WHERE outcome = 'found'").await?;
    let chapters = number(world, "SELECT COUNT(*) FROM chapters WHERE origin = 'proposed'").await?;
    right("chapters are there if some were found", (found == 1) == (chapters > 0))?;
    // Nothing is written, so no folder of ours is in its command line.
    let start = Instant::now();
    while !orphans_with("scene_score").is_empty() {
        right("its ffmpeg died with the server", start.elapsed() < Duration::from_secs(5))?;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// Crashes at each of these, `together` at once.
async fn crash_at(runs: Vec<(Work, &'static str)>, together: usize) {
    let outcomes: Vec<_> = futures::stream::iter(runs).map(crash).buffer_unordered(together).collect().await;
    let slowest = outcomes.iter().flatten().max().copied().unwrap_or_default().as_secs_f64();
    let failures: Vec<&str> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).map(String::as_str).collect();
    let (count, recovered) = (outcomes.len(), outcomes.len() - failures.len());
    figure(format!("crash points of the background: {recovered} of {count} recovered; slowest {slowest:.1} s from crash to done"));
    assert!(failures.is_empty(), "{} of {count} failed:\n{}", failures.len(), failures.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_crashes_over_a_transcript_a_storyboard_or_a_search_is_relieved_by_the_next() {
    let runs = vec![(Work::Transcribing, "transcribe:kept"), (Work::Drawing, "storyboard:stored"), (Work::Searching, HALF_WAY)];
    crash_at(runs, 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn a_server_that_crashes_at_any_point_of_the_background_is_relieved_by_the_next() {
    let all = [Work::Transcribing, Work::Drawing, Work::Searching];
    let points = all.into_iter().flat_map(|work| work.points().iter().map(move |point| (work, *point)));
    let half_way = [(Work::Transcribing, HALF_WAY), (Work::Searching, HALF_WAY)];
    crash_at(points.chain(half_way).collect(), 2).await;
}
