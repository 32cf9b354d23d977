//! Chapters: made by hand, proposed from a transcript, proposed from the pictures.

use crate::support::{Backend, Person, TestApp, clips, eventually};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use sqlx::Connection;
use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// Blue for ten seconds, brown for twelve, a moving picture for fourteen, without a sound; a key frame every other second.
fn cuts() -> &'static Path {
    static CLIP: OnceLock<PathBuf> = OnceLock::new();
    CLIP.get_or_init(|| {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cuts-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let path = dir.join("cuts.mp4");
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg.args(["-nostdin", "-v", "error", "-y"]);
        for source in ["color=c=0x2040a0:s=320x180:r=15:d=10", "color=c=0x804020:s=320x180:r=15:d=12", "testsrc2=s=320x180:r=15:d=14"] {
            ffmpeg.args(["-f", "lavfi", "-i", source]);
        }
        let joined = "[0][1][2]concat=n=3:v=1,format=yuv420p";
        ffmpeg
            .args(["-filter_complex", joined, "-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-movflags", "+faststart"])
            .arg(&path);
        let output = ffmpeg.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        path
    })
}

async fn add(person: &Person, video: &str, start_ms: i64, title: &str) -> Response {
    person.post(&format!("/api/videos/{video}/chapters"), &json!({ "start_ms": start_ms, "title": title })).await
}

async fn added(person: &Person, video: &str, start_ms: i64, title: &str) -> String {
    let answer = add(person, video, start_ms, title).await;
    assert_eq!(answer.status(), 201);
    answer.json::<Value>().await.unwrap()["chapter"]["id"].as_str().unwrap().to_owned()
}

async fn all(person: &Person, video: &str) -> Value {
    person.get(&format!("/api/videos/{video}/chapters")).await.json().await.unwrap()
}

/// `(second, title, origin)` of each.
fn told(chapters: &Value) -> Vec<(i64, String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = chapters["chapters"].as_array().unwrap().iter();
    list.map(|chapter| (chapter["start_ms"].as_i64().unwrap() / 1000, text(&chapter["title"]), text(&chapter["origin"]))).collect()
}

fn seconds(chapters: &Value) -> Vec<i64> {
    told(chapters).into_iter().map(|(second, ..)| second).collect()
}

async fn edit(person: &Person, chapter: &str, changes: Value) -> Response {
    person.request(Method::PATCH, &format!("/api/chapters/{chapter}")).json(&changes).send().await.unwrap()
}

async fn propose(person: &Person, video: &str) -> (u16, Value) {
    let answer = person.post(&format!("/api/videos/{video}/chapters/propose"), &json!({})).await;
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// A talk of six minutes about three things, two minutes each.
fn talk() -> String {
    let subjects = [
        [
            "The budget for the venue is forty thousand.",
            "Catering takes a third of the budget.",
            "Can catering cost less than the venue?",
            "The venue wants a deposit before catering is booked.",
            "So budget and deposit first, catering later.",
            "Budget agreed: venue, catering, deposit.",
        ],
        [
            "Now the candidates for the design role.",
            "Two candidates sent a portfolio.",
            "The first portfolio was strong, the interview was weak.",
            "Another interview with both candidates then?",
            "A designer with that portfolio will not wait.",
            "Interview on Monday, both candidates, with portfolio.",
        ],
        [
            "Then the outage of the servers on Sunday.",
            "The database filled the disk and the servers stopped.",
            "A bigger disk, or archive the database?",
            "Archive the database, and alert before the disk is full.",
            "The alert has to wake somebody when servers stop.",
            "Alert, archive, disk: database team does it.",
        ],
    ];
    let mut vtt = "WEBVTT\n".to_owned();
    for (number, line) in subjects.iter().flat_map(|lines| lines.iter().chain(lines).chain(lines).take(15)).enumerate() {
        let clock = |secs: usize| format!("{:02}:{:02}.000", secs / 60, secs % 60);
        vtt.push_str(&format!("\n{} --> {}\n{line}\n", clock(number * 8), clock(number * 8 + 7)));
    }
    vtt
}

async fn transcribe(person: &Person, video: &str) {
    let arguments = [("video_id", video), ("file_name", "talk.vtt"), ("text", &*talk())];
    assert_eq!(person.call("import_transcript", &arguments).await.status(), 200);
}

async fn rows(app: &TestApp, table: &str) -> i64 {
    sqlx::any::install_default_drivers();
    let mut database = sqlx::AnyConnection::connect(&app.config.database_url).await.unwrap();
    let count = format!("SELECT COUNT(*) FROM {table}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(count)).fetch_one(&mut database).await.unwrap()
}

crate::on_every_backend! {
    async fn chapters_are_made_moved_renamed_and_deleted(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.upload(clips::long()).await;
        assert_eq!(all(&ana, &id).await, json!({ "chapters": [], "search": null }));
        let late = added(&ana, &id, 120_999, "  The\n budget ").await;
        let first = added(&ana, &id, -5, "Opening").await;
        let hand = |second, title: &str| (second, title.to_owned(), "hand".to_owned());
        assert_eq!(told(&all(&ana, &id).await), [hand(0, "Opening"), hand(120, "The budget")]);

        let taken = add(&ana, &id, 120_000, "Another").await;
        assert_eq!(taken.status(), 409);
        assert!(taken.text().await.unwrap().contains("2:00 already"));
        assert_eq!(add(&ana, &id, 5_000, " \n ").await.status(), 422);
        assert_eq!(add(&ana, &id, 5_000, &"x".repeat(121)).await.status(), 422);
        assert_eq!(edit(&ana, &late, json!({ "start_ms": 0 })).await.status(), 409);

        assert_eq!(edit(&ana, &late, json!({ "title": "Numbers" })).await.status(), 200);
        let moved: Value = edit(&ana, &late, json!({ "start_ms": 99_000_000 })).await.json().await.unwrap();
        assert!((399_000..=400_000).contains(&moved["chapter"]["start_ms"].as_i64().unwrap()), "inside of the recording: {moved}");
        assert_eq!(moved["chapter"]["title"], "Numbers");
        assert_eq!(edit(&ana, &late, json!({ "start_ms": 60_000 })).await.status(), 200);

        assert_eq!(ana.delete(&format!("/api/chapters/{first}")).await.status(), 204);
        assert_eq!(ana.delete(&format!("/api/chapters/{first}")).await.status(), 403);
        assert_eq!(told(&all(&ana, &id).await), [hand(60, "Numbers")]);
        assert_eq!(ana.delete(&format!("/api/videos/{id}")).await.status(), 204);
    }

    async fn chapters_are_the_owners_alone(app: TestApp) {
        let (ana, ben, stranger) = (app.person("ana").await, app.person("ben").await, app.stranger());
        let id = ana.upload(clips::long()).await;
        let chapter = added(&ana, &id, 1_000, "Opening").await;
        for (person, expected) in [(&ben, 403), (&stranger, 401)] {
            assert_eq!(person.get(&format!("/api/videos/{id}/chapters")).await.status(), expected);
            assert_eq!(person.get(&format!("/api/videos/{id}/chapters.vtt")).await.status(), expected);
            assert_eq!(add(person, &id, 5_000, "Mine").await.status(), expected);
            assert_eq!(propose(person, &id).await.0, expected);
            assert_eq!(edit(person, &chapter, json!({ "title": "Mine" })).await.status(), expected);
            assert_eq!(person.delete(&format!("/api/chapters/{chapter}")).await.status(), expected);
            assert_eq!(person.call("list_chapters", &[("video_id", &id)]).await.status(), expected);
            assert_eq!(person.call("delete_chapter", &[("id", &chapter)]).await.status(), expected);
        }
        assert_eq!(seconds(&all(&ana, &id).await), [1]);
        assert_eq!(ana.delete("/api/chapters/nonsense").await.status(), 403);
    }

    async fn what_is_said_proposes_chapters_and_leaves_those_made_by_hand(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.upload(clips::long()).await;
        transcribe(&ana, &id).await;
        let (status, proposed) = propose(&ana, &id).await;
        assert_eq!((status, proposed["search"]["status"].as_str()), (200, Some("found")), "{proposed}");
        let found = told(&proposed);
        assert_eq!(seconds(&proposed), [0, 120, 240], "{proposed}");
        assert!(found.iter().all(|(_, _, origin)| origin == "proposed"));
        for ((_, title, _), word) in found.iter().zip(["budget", "candidates", "database"]) {
            assert!(title.to_lowercase().contains(word), "{proposed}");
        }
        assert_eq!(all(&ana, &id).await["search"], Value::Null, "it is over");

        // One is renamed and is Ana's from then on; another is made close to where the third would be.
        let second = proposed["chapters"][1]["id"].as_str().unwrap().to_owned();
        assert_eq!(edit(&ana, &second, json!({ "title": "Hiring" })).await.status(), 200);
        added(&ana, &id, 243_000, "Sunday").await;
        let (_, again) = propose(&ana, &id).await;
        let titles: Vec<_> = told(&again).into_iter().map(|(second, title, origin)| (second, if origin == "hand" { title } else { origin })).collect();
        let expected = [(0, "proposed"), (120, "Hiring"), (243, "Sunday")];
        assert_eq!(titles, expected.map(|(second, title)| (second, title.to_owned())), "{again}");
    }

    async fn a_talk_about_one_thing_proposes_nothing_and_takes_nothing_away(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.upload(clips::long()).await;
        transcribe(&ana, &id).await;
        assert_eq!(propose(&ana, &id).await.0, 200);
        let short = [("video_id", &*id), ("file_name", "a.vtt"), ("text", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n")];
        assert_eq!(ana.call("import_transcript", &short).await.status(), 200);
        let (status, answer) = propose(&ana, &id).await;
        assert_eq!((status, answer["search"]["status"].as_str()), (200, Some("nothing")), "{answer}");
        assert_eq!(seconds(&answer), [0, 120, 240], "what was there stays");
    }

    async fn without_a_transcript_changes_of_scene_propose_chapters(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.upload(cuts()).await;
        added(&ana, &id, 30_000, "By hand").await;
        let (status, asked) = propose(&ana, &id).await;
        assert_eq!(status, 202, "{asked}");
        assert!(["waiting", "running"].contains(&asked["search"]["status"].as_str().unwrap()), "{asked}");
        let done = scenes(&ana, &id).await;
        assert_eq!(done["search"]["status"], "found", "{done}");
        let of = |second, title: &str, origin: &str| (second, title.to_owned(), origin.to_owned());
        let expected = [of(0, "Scene 1", "proposed"), of(10, "Scene 2", "proposed"), of(22, "Scene 3", "proposed"), of(30, "By hand", "hand")];
        assert_eq!(told(&done), expected, "{done}");
        // Again, with the same result; and a word of the person's own takes the sentence away.
        assert_eq!(propose(&ana, &id).await.0, 202);
        assert_eq!(told(&scenes(&ana, &id).await), expected);
        added(&ana, &id, 5_000, "Another").await;
        assert_eq!(all(&ana, &id).await["search"], Value::Null);
        // What belonged to it goes with the recording.
        assert_eq!(propose(&ana, &id).await.0, 202);
        assert_eq!(ana.delete(&format!("/api/videos/{id}")).await.status(), 204);
    }

    async fn of_a_sound_recording_there_are_no_pictures(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.upload(clips::long()).await;
        let (status, answer) = propose(&ana, &id).await;
        assert_eq!(status, 422);
        assert!(answer["error"]["message"].as_str().unwrap().contains("no pictures"), "{answer}");
        let empty = ana.begin("a.mp4", 1000).await["video"]["id"].as_str().unwrap().to_owned();
        assert_eq!(propose(&ana, &empty).await.0, 409, "it is still being uploaded");
    }

    async fn players_get_the_chapters_as_a_track(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.upload(clips::clip()).await;
        let track = async || ana.get(&format!("/api/videos/{id}/chapters.vtt")).await;
        assert_eq!(track().await.text().await.unwrap(), "WEBVTT\n");
        added(&ana, &id, 0, "Opening").await;
        added(&ana, &id, 12_000, "R&D <now>").await;
        let answer = track().await;
        assert_eq!(answer.headers()["content-type"], "text/vtt; charset=utf-8");
        assert_eq!(answer.headers()["cache-control"], "private, no-cache");
        let text = answer.text().await.unwrap();
        assert!(text.starts_with("WEBVTT\n\n00:00:00.000 --> 00:00:12.000\nOpening\n\n00:00:12.000 --> 00:00:20.0"), "{text}");
        assert!(text.ends_with("\nR&amp;D &lt;now&gt;\n"), "{text}");
    }
}

/// Waits until the search for changes of scene has come to its end.
async fn scenes(person: &Person, video: &str) -> Value {
    eventually("the pictures are looked through", || async move {
        let chapters = all(person, video).await;
        (!["waiting", "running"].contains(&chapters["search"]["status"].as_str()?)).then_some(chapters)
    })
    .await
}

#[tokio::test]
async fn a_recording_has_so_many_chapters_at_most() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::long()).await;
    let adding = (0..205).map(|second| add(&ana, &id, second * 1000, "One more"));
    let statuses: Vec<u16> = futures::future::join_all(adding).await.iter().map(|answer| answer.status().as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 200, "{statuses:?}");
    assert!(statuses.iter().all(|status| [201, 422].contains(status)), "{statuses:?}");
}

#[tokio::test]
async fn a_search_that_fails_is_told_and_leaves_the_chapters() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = ana.upload(cuts()).await;
    added(&ana, &id, 0, "By hand").await;
    let bucket = app.bucket();
    let source = app.original().await;
    bucket.delete_all(vec![source]).await.unwrap();
    assert_eq!(propose(&ana, &id).await.0, 202);
    let done = scenes(&ana, &id).await;
    assert_eq!(done["search"]["status"], "failed", "{done}");
    assert!(done["search"]["message"].as_str().unwrap().contains("gone from the storage"), "{done}");
    assert_eq!(seconds(&done), [0]);
    assert_eq!(rows(&app, "jobs WHERE kind = 'find_scenes'").await, 0);
}

#[tokio::test]
async fn chapters_and_searches_go_with_their_person() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = ana.upload(cuts()).await;
    added(&ana, &id, 0, "By hand").await;
    assert_eq!(propose(&ana, &id).await.0, 202);
    scenes(&ana, &id).await;
    assert!(rows(&app, "chapters").await > 1 && rows(&app, "scene_searches").await == 1);
    app.db()
        .await
        .delete_video(id.parse().unwrap(), uuid::Uuid::nil().to_string().parse().unwrap(), std::time::Duration::ZERO)
        .await
        .unwrap();
    assert_eq!((rows(&app, "chapters").await, rows(&app, "scene_searches").await), (0, 0));
}
