//! Small pictures for the seek bar, and posters that show something.

use crate::support::{Backend, Person, TestApp, clips, eventually};
use notetaker::{
    model::VideoId,
    server::{
        db::{
            jobs::{JobKind, Lane},
            storyboards::Drawn,
        },
        storage::Key,
    },
};
use serde_json::Value;
use sqlx::{Connection, Executor};
use std::{
    io::Write,
    process::{Command, Stdio},
    time::Duration,
};

const LONG: Duration = Duration::from_secs(60);

/// The list, once there are pictures in it.
async fn storyboard(person: &Person, id: &str) -> String {
    eventually("there is a storyboard", || async {
        let list = person.get(&format!("/api/videos/{id}/storyboard.vtt")).await.text().await.unwrap();
        list.contains("-->").then_some(list)
    })
    .await
}

/// What an address of ours leads to.
async fn picture(person: &Person, path: &str) -> Vec<u8> {
    let redirect = person.get(path).await;
    assert_eq!(redirect.status(), 302, "{path}");
    assert!(redirect.headers()["cache-control"].to_str().unwrap().starts_with("private, max-age="));
    let got = reqwest::get(redirect.headers()["location"].to_str().unwrap()).await.unwrap();
    assert_eq!((got.status().as_u16(), got.headers()["content-type"].to_str().unwrap()), (200, "image/jpeg"));
    assert!(got.headers()["cache-control"].to_str().unwrap().contains("immutable"));
    got.bytes().await.unwrap().to_vec()
}

/// The mean brightness of a picture, 0 to 255, as ffmpeg decodes it.
fn brightness(jpeg: &[u8]) -> u8 {
    let arguments =
        ["-v", "error", "-f", "image2pipe", "-i", "pipe:0", "-vf", "scale=1:1:flags=area,format=gray", "-f", "rawvideo", "pipe:1"];
    let mut ffmpeg = Command::new("ffmpeg").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    ffmpeg.stdin.take().unwrap().write_all(jpeg).unwrap();
    ffmpeg.wait_with_output().unwrap().stdout[0]
}

async fn poster_url(person: &Person, id: &str) -> String {
    let one: Value = person.get(&format!("/api/videos/{id}")).await.json().await.unwrap();
    one["video"]["poster_url"].as_str().unwrap().to_owned()
}

/// As a recording is that was made ready before there were storyboards.
async fn forget_storyboards(app: &TestApp) {
    sqlx::any::install_default_drivers();
    let mut database = sqlx::AnyConnection::connect(&app.config.database_url).await.unwrap();
    database.execute("DELETE FROM storyboards").await.unwrap();
}

async fn view(person: &Person, id: &str) {
    assert_eq!(person.call("record_view", &[("id", id)]).await.status(), 200);
}

async fn sheets(app: &TestApp) -> Vec<String> {
    app.bucket().list("videos/").await.unwrap().into_iter().filter(|key| key.contains("_storyboard/")).collect()
}

crate::on_every_backend! {
    async fn a_stream_that_is_ready_gets_a_storyboard_which_is_its_owners_alone_and_goes_with_it(app: TestApp) {
        let (ana, ben) = (app.person("ana").await, app.person("ben").await);
        let id = ana.upload(clips::clip()).await;
        let list = ana.get(&format!("/api/videos/{id}/storyboard.vtt")).await;
        assert_eq!(list.status(), 200);
        assert!(!list.text().await.unwrap().contains("-->"), "nothing is drawn before somebody watches");
        assert_eq!(ana.stream_settled(&id).await.0, 200);

        let list = storyboard(&ana, &id).await;
        assert_eq!(list.matches("-->").count(), 10, "20 s have a picture every two:\n{list}");
        assert!(list.starts_with("WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nstoryboard/0.jpg#xywh=0,0,320,180\n"), "{list}");
        let sheet = picture(&ana, &format!("/api/videos/{id}/storyboard/0.jpg")).await;
        assert_eq!(notetaker::server::media::jpeg::size(&sheet), Some((1600, 900)));
        for (name, status) in [("1.jpg", 404), ("0.png", 404), ("-1.jpg", 404), ("99999999999.jpg", 404)] {
            assert_eq!(ana.get(&format!("/api/videos/{id}/storyboard/{name}")).await.status(), status, "{name}");
        }
        for path in ["storyboard.vtt", "storyboard/0.jpg"] {
            assert_eq!(ben.get(&format!("/api/videos/{id}/{path}")).await.status(), 403, "{path}");
            assert_eq!(app.stranger().get(&format!("/api/videos/{id}/{path}")).await.status(), 401, "{path}");
        }

        assert_eq!(sheets(&app).await.len(), 1);
        assert_eq!(ana.delete(&format!("/api/videos/{id}")).await.status(), 204);
        assert_eq!(app.bucket().list("videos/").await.unwrap(), Vec::<String>::new());
        assert_eq!(ana.get(&format!("/api/videos/{id}/storyboard.vtt")).await.status(), 403);
    }

    async fn a_recording_from_before_gets_its_storyboard_at_its_next_view(app: TestApp) {
        let ana = app.person("ana").await;
        let (id, _) = ana.ready_stream(clips::clip()).await;
        storyboard(&ana, &id).await;
        forget_storyboards(&app).await;
        view(&ana, &id).await;
        storyboard(&ana, &id).await;
    }

    async fn a_storyboard_whose_lease_was_lost_counts_for_nothing(app: TestApp) {
        let mut app = app;
        let ana = app.person("ana").await;
        let (id, _) = ana.ready_stream(clips::clip()).await;
        let first = storyboard(&ana, &id).await;
        app.config.workers = 0;
        app.restart().await;
        forget_storyboards(&app).await;
        view(&ana, &id).await;
        let db = app.db().await;
        let late = db.claim(Lane::Pictures, Duration::from_millis(1)).await.unwrap().unwrap();
        assert_eq!(late.kind, JobKind::Storyboard);
        let winner = eventually("the lease has run out", || async { db.claim(Lane::Pictures, LONG).await.unwrap() }).await;
        let of = |tiles| Drawn { interval_ms: 2_000, tiles, tile_width: 320, tile_height: 180, bytes: 1, poster: Some(("nowhere".into(), 1_000)) };
        assert!(!db.finish_storyboard(&late, &of(7)).await.unwrap());
        assert!(!db.no_storyboard(&late).await.unwrap(), "so it takes nothing away that the other one stored");
        assert!(!ana.get(&format!("/api/videos/{id}/storyboard.vtt")).await.text().await.unwrap().contains("-->"));
        assert!(!poster_url(&ana, &id).await.contains("?v="), "nor does its poster");
        assert!(db.finish_storyboard(&winner, &Drawn { poster: None, ..of(10) }).await.unwrap());
        assert_eq!(storyboard(&ana, &id).await, first);
        assert_eq!(db.count_jobs(JobKind::Storyboard).await.unwrap(), 0, "its job ended with it");
    }

    async fn a_bucket_that_lost_something_for_a_moment_is_asked_again(app: TestApp) {
        let ana = app.person("ana").await;
        let (id, _) = ana.ready_stream(clips::clip()).await;
        storyboard(&ana, &id).await;
        let bucket = app.bucket();
        let path = bucket.list("videos/").await.unwrap().into_iter().find(|key| key.ends_with("/segment2.ts")).unwrap();
        let mut parts = path.split(['/', '_']);
        let user = parts.nth(1).unwrap().parse().unwrap();
        let attempt = path.rsplit('/').nth(1).unwrap().to_owned();
        let segment = Key::Segment { user, video: id.parse::<VideoId>().unwrap(), attempt, name: "segment2.ts".into() };
        let bytes = bucket.get_bytes(&segment).await.unwrap();
        bucket.delete(&path).await.unwrap();
        forget_storyboards(&app).await;
        view(&ana, &id).await;
        let tried = || async {
            let mut database = sqlx::AnyConnection::connect(&app.config.database_url).await.unwrap();
            let waits: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM jobs WHERE kind = 'storyboard' AND attempts > 0 AND lease_token IS NULL")
                .fetch_one(&mut database).await.unwrap();
            (waits == 1).then_some(())
        };
        eventually("it has failed once", tried).await;
        bucket.put_bytes(&segment, bytes).await.unwrap();
        storyboard(&ana, &id).await;
        eventually("what the first left is gone", || async { (sheets(&app).await.len() == 1).then_some(()) }).await;
    }

    async fn a_recording_that_begins_in_the_dark_has_a_poster_that_shows_something(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.upload(clips::dark_start()).await;
        let url = poster_url(&ana, &id).await;
        assert!(brightness(&picture(&ana, &url).await) > 60, "the picture comes after 12 s");
        assert_eq!(ana.stream_settled(&id).await.0, 200);
        storyboard(&ana, &id).await;
        assert_eq!(poster_url(&ana, &id).await, url, "a good one stays");
    }
}

#[tokio::test]
async fn a_poster_that_shows_nothing_is_replaced_once_all_of_the_recording_was_seen() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::long_dark_start()).await;
    let dark = poster_url(&ana, &id).await;
    assert!(brightness(&picture(&ana, &dark).await) < 10, "what an upload looks at is dark");
    assert_eq!(ana.stream_settled(&id).await.0, 200);
    storyboard(&ana, &id).await;
    let better = poster_url(&ana, &id).await;
    assert!(better.starts_with(&format!("{dark}?v=")), "{better}: another address, since the old one is kept by browsers");
    assert!(brightness(&picture(&ana, &better).await) > 60);
    assert!(brightness(&picture(&ana, &dark).await) > 60, "the plain address leads to it, too");
    assert_eq!(ana.delete(&format!("/api/videos/{id}")).await.status(), 204);
    assert_eq!(app.bucket().list("videos/").await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn sound_has_nothing_to_show() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let (id, _) = ana.ready_stream(clips::long()).await;
    view(&ana, &id).await;
    assert_eq!(app.db().await.count_jobs(JobKind::Storyboard).await.unwrap(), 0);
    assert!(!ana.get(&format!("/api/videos/{id}/storyboard.vtt")).await.text().await.unwrap().contains("-->"));
}

#[tokio::test]
async fn what_cannot_be_drawn_is_not_tried_at_every_view() {
    let mut app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let (id, _) = ana.ready_stream(clips::clip()).await;
    storyboard(&ana, &id).await;
    app.config.workers = 0;
    app.restart().await;
    forget_storyboards(&app).await;
    view(&ana, &id).await;
    let db = app.db().await;
    let lease = db.claim(Lane::Pictures, LONG).await.unwrap().unwrap();
    assert!(db.no_storyboard(&lease).await.unwrap());
    db.finish_job(&lease).await.unwrap();
    view(&ana, &id).await;
    assert_eq!(db.count_jobs(JobKind::Storyboard).await.unwrap(), 0);
}
