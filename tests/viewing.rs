//! What was really watched, and the numbers made of it.

use crate::support::{Backend, Person, TestApp, clips};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sqlx::Connection;
use uuid::Uuid;

/// What a page says it has played.
async fn tell(person: &Person, id: &str, viewing: Uuid, seq: i64, plays: &[(i64, i64)]) -> StatusCode {
    person.post(&format!("/api/videos/{id}/watched"), &json!({ "viewing": viewing, "seq": seq, "plays": plays })).await.status()
}

async fn watched(person: &Person, id: &str) -> Value {
    let numbers: Value = person.get(&format!("/api/videos/{id}/stats")).await.json().await.unwrap();
    numbers["watched"].clone()
}

async fn rows(app: &TestApp, table: &str) -> i64 {
    sqlx::any::install_default_drivers();
    let mut database = sqlx::AnyConnection::connect(&app.config.database_url).await.unwrap();
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"))).fetch_one(&mut database).await.unwrap()
}

/// Numbers from a fixed sequence (Knuth's MMIX generator), the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as i64 % n
    }
}

crate::on_every_backend! {
    async fn batches_that_come_twice_late_or_in_any_order_count_once(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.upload(clips::clip()).await;
        let viewing = Uuid::new_v4();
        let batches: [(i64, &[(i64, i64)]); 4] = [
            (1, &[(0, 2_000)]),
            (2, &[(0, 5_000)]),
            (7, &[(0, 5_000), (12_000, 14_000)]),
            (9, &[(0, 5_000), (12_000, 15_000), (1_000, 2_000)]),
        ];
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
            for i in order {
                let (seq, plays) = batches[i];
                assert_eq!(tell(&ana, &id, viewing, seq, plays).await, 204);
            }
        }
        let numbers = watched(&ana, &id).await;
        assert_eq!((&numbers["viewings"], &numbers["viewers"], &numbers["watched_ms"]), (&json!(1), &json!(1), &json!(9_000)), "{numbers}");
        assert_eq!(numbers["completion"], 0.4);
        let retention: Vec<f64> = serde_json::from_value(numbers["retention"].clone()).unwrap();
        let seen: Vec<f64> = (0..20).map(|second| if second < 5 || (12..15).contains(&second) { 1.0 } else { 0.0 }).collect();
        assert_eq!(retention, seen);
        assert_eq!(numbers["replays"][1], 1.0);
        assert_eq!(rows(&app, "viewings").await, 1);
    }

    async fn many_at_once_lose_nothing(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.upload(clips::clip()).await;
        let viewings: Vec<Uuid> = (0..8).map(|_| Uuid::new_v4()).collect();
        // Each viewing's twelve batches all at the same time, twice.
        let sent = viewings.iter().flat_map(|viewing| (1..=12).chain(1..=12).map(move |seq| (*viewing, seq)));
        let told = futures::future::join_all(sent.map(|(viewing, seq)| {
            let (ana, id) = (&ana, &id);
            async move { tell(ana, id, viewing, seq, &[(0, seq * 1_000)]).await }
        }));
        assert!(told.await.iter().all(|status| *status == 204));
        let numbers = watched(&ana, &id).await;
        assert_eq!((&numbers["viewings"], &numbers["watched_ms"]), (&json!(8), &json!(8 * 12_000)), "{numbers}");
    }

    async fn viewings_are_the_persons_own_and_go_with_their_recording(app: TestApp) {
        let (ana, ben) = (app.person("ana").await, app.person("ben").await);
        let (id, other) = (ana.upload(clips::clip()).await, ana.upload(clips::clip()).await);
        let bens = ben.upload(clips::clip()).await;
        let viewing = Uuid::new_v4();
        assert_eq!(tell(&ana, &id, viewing, 5, &[(0, 4_000)]).await, 204);
        assert_eq!(tell(&app.stranger(), &id, viewing, 9, &[(0, 1_000)]).await, 401);
        assert_eq!(tell(&ben, &id, viewing, 9, &[(0, 1_000)]).await, 403);
        assert_eq!(tell(&ana, &Uuid::new_v4().to_string(), viewing, 9, &[(0, 1_000)]).await, 403);
        // Neither somebody else nor another recording takes a viewing over.
        assert_eq!(tell(&ben, &bens, viewing, 9, &[(0, 1_000)]).await, 204);
        assert_eq!(tell(&ana, &other, viewing, 9, &[(0, 1_000)]).await, 204);
        assert_eq!(watched(&ana, &id).await["watched_ms"], 4_000);
        assert_eq!(watched(&ben, &bens).await["viewings"], 0);
        for path in [format!("/api/videos/{id}/stats"), format!("/videos/{id}/stats/panel")] {
            assert_eq!(app.stranger().get(&path).await.status(), 401, "{path}");
            assert_eq!(ben.get(&path).await.status(), 403, "{path}");
        }
        assert_eq!(app.stranger().get("/api/stats").await.status(), 401);
        assert_eq!(ana.delete(&format!("/api/videos/{id}")).await.status(), 204);
        assert_eq!(rows(&app, "viewings").await, 0);
        assert_eq!(tell(&ana, &id, viewing, 20, &[(0, 4_000)]).await, 403);
    }

    async fn numbers_equal_a_simulated_audience_to_the_second(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.upload(clips::long()).await;
        let whole = watched_duration(&ana, &id).await;
        let seconds = (whole / 1_000) as usize;
        let mut dice = Dice(11);
        let (mut seen, mut played) = (vec![0_i64; seconds], vec![0_i64; seconds]);
        for _ in 0..12 {
            let viewing = Uuid::new_v4();
            let mut plays: Vec<(i64, i64)> = Vec::new();
            let (mut once, mut sent) = (vec![false; seconds], Vec::new());
            for seq in 1..=10 {
                // Whole seconds, so that what is expected can be counted one by one.
                let from = dice.below(seconds as i64 - 40);
                let to = from + 1 + dice.below(30);
                plays.push((from * 1_000, to * 1_000));
                for second in from as usize..to as usize {
                    played[second] += 1;
                    once[second] = true;
                }
                sent.push((seq, plays.clone()));
            }
            once.iter().zip(&mut seen).for_each(|(once, seen)| *seen += i64::from(*once));
            // The network loses some, repeats some, and turns the order round; the last one arrives.
            let mut lossy: Vec<_> = sent.iter().filter(|_| dice.below(3) > 0).cloned().collect();
            lossy.extend(sent.iter().filter(|_| dice.below(4) == 0).cloned());
            lossy.push(sent[9].clone());
            lossy.reverse();
            for (seq, plays) in &lossy {
                assert_eq!(tell(&ana, &id, viewing, *seq, plays).await, 204);
            }
        }
        let numbers = watched(&ana, &id).await;
        assert_eq!(numbers["watched_ms"], played.iter().sum::<i64>() * 1_000);
        let close = |a: f64, b: f64| (a - b).abs() < 0.002;
        let completion = seen.iter().sum::<i64>() as f64 * 1_000.0 / (12.0 * whole as f64);
        assert!(close(numbers["completion"].as_f64().unwrap(), completion), "{numbers}");
        let series = |name: &str| -> Vec<f64> { serde_json::from_value(numbers[name].clone()).unwrap() };
        let (retention, replays) = (series("retention"), series("replays"));
        assert_eq!(retention.len(), 200);
        // A slice has two seconds and a bit: what is expected is what its seconds say, each by its share in it.
        let share = |counts: &[i64], slice: i64| {
            let (from, to) = (whole * slice / 200, whole * (slice + 1) / 200);
            let of = |second: usize| (to.min((second as i64 + 1) * 1_000) - from.max(second as i64 * 1_000)).max(0) as f64;
            counts.iter().enumerate().map(|(second, count)| *count as f64 * of(second)).sum::<f64>() / (to - from) as f64
        };
        let again: Vec<i64> = played.iter().zip(&seen).map(|(played, seen)| played - seen).collect();
        for slice in 0..200 {
            let at = slice as usize;
            assert!(close(retention[at], share(&seen, slice) / 12.0), "slice {slice}: {} and not {}", retention[at], share(&seen, slice) / 12.0);
            assert!(close(replays[at], share(&again, slice)), "slice {slice}: {} and not {}", replays[at], share(&again, slice));
        }
    }

    async fn an_owner_sees_how_generations_ended_and_what_it_all_costs(app: TestApp) {
        let ana = app.person("ana").await;
        let empty: Value = ana.get("/api/stats").await.json().await.unwrap();
        assert_eq!((&empty["recordings"], &empty["generations"]["success"], &empty["viewings"]), (&json!(0), &Value::Null, &json!(0)));
        let (good, _) = ana.ready_stream(clips::clip()).await;
        let bad = ana.upload(clips::cut_short()).await;
        let (status, _) = ana.stream_settled(&bad).await;
        assert_eq!(status, 500);
        assert_eq!(tell(&ana, &good, Uuid::new_v4(), 1, &[(0, 10_000)]).await, 204);
        let all: Value = ana.get("/api/stats").await.json().await.unwrap();
        let made = &all["generations"];
        assert_eq!((&made["ended"], &made["ready"], &made["success"]), (&json!(2), &json!(1), &json!(0.5)), "{all}");
        assert_eq!(made["errors"].as_array().unwrap().len(), 1, "{made}");
        assert_eq!(made["errors"][0]["count"], 1);
        assert!(made["median_ms"].as_i64().unwrap() > 0 && made["median_ms"] == made["p95_ms"], "{made}");
        assert!(made["playable_median_ms"].as_i64().unwrap() <= made["median_ms"].as_i64().unwrap());
        assert_eq!((&all["recordings"], &all["watched_ms"], &all["days"][29]["viewings"]), (&json!(2), &json!(10_000), &json!(1)));
        assert_eq!((&all["top"][0]["id"], all["top"].as_array().unwrap().len()), (&json!(good), 1));
        let numbers: Value = ana.get(&format!("/api/videos/{good}/stats")).await.json().await.unwrap();
        let stored: i64 = ["source_bytes", "hls_bytes"].iter().map(|name| numbers[name].as_i64().unwrap()).sum();
        assert_eq!(numbers["cost"]["stored_bytes"].as_i64().unwrap(), stored + numbers["storyboard_bytes"].as_i64().unwrap_or(0));
        // One part, all segments, and what else an upload writes; half of it was watched, which is half of the segments or one more.
        let (segments, reads) = (numbers["segments"].as_i64().unwrap(), numbers["cost"]["reads"].as_i64().unwrap());
        assert_eq!(numbers["cost"]["writes"], 1 + segments + 4, "{numbers}");
        assert!((segments / 2..=segments / 2 + 1).contains(&reads), "{numbers}");
        assert_eq!(all["cost"]["reads"], reads, "the one that was never prepared makes no segment longer");
        // Somebody else's numbers are their own.
        let ben: Value = app.person("ben").await.get("/api/stats").await.json().await.unwrap();
        assert_eq!((&ben["generations"]["ended"], &ben["viewings"], &ben["source_bytes"]), (&json!(0), &json!(0), &json!(0)));
        for id in [&good, &bad] {
            assert_eq!(ana.delete(&format!("/api/videos/{id}")).await.status(), 204);
        }
    }

    async fn what_lies_in_the_trash_is_no_recording_but_costs_all_the_same(app: TestApp) {
        let ana = app.person("ana").await;
        let (kept, trashed) = (ana.upload(clips::clip()).await, ana.upload(clips::long()).await);
        let before: Value = ana.get("/api/stats").await.json().await.unwrap();
        assert_eq!(ana.call("trash_videos", &[("ids", &trashed)]).await.status(), 200);
        let after: Value = ana.get("/api/stats").await.json().await.unwrap();
        assert_eq!((&before["recordings"], &after["recordings"]), (&json!(2), &json!(1)));
        assert_eq!(after["duration_ms"], watched_duration(&ana, &kept).await, "{after}");
        assert_eq!((&after["source_bytes"], &after["cost"]), (&before["source_bytes"], &before["cost"]));
    }
}

async fn watched_duration(person: &Person, id: &str) -> i64 {
    let numbers: Value = person.get(&format!("/api/videos/{id}/stats")).await.json().await.unwrap();
    numbers["duration_ms"].as_i64().unwrap()
}

#[tokio::test]
async fn what_lies_outside_of_the_recording_is_not_watched() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::clip()).await;
    let whole = watched_duration(&ana, &id).await;
    assert_eq!(
        tell(&ana, &id, Uuid::new_v4(), 1, &[(-5_000, 1_000), (whole - 1_000, i64::MAX), (9_000, 3_000), (5_000, 5_000)]).await,
        204
    );
    assert_eq!(watched(&ana, &id).await["watched_ms"], 2_000);
    // Nothing played is no viewing.
    assert_eq!(tell(&ana, &id, Uuid::new_v4(), 1, &[]).await, 204);
    assert_eq!(tell(&ana, &id, Uuid::new_v4(), 1, &[(whole + 5, whole + 9_000)]).await, 204);
    assert_eq!(watched(&ana, &id).await["viewings"], 1);
}

#[tokio::test]
async fn a_body_that_makes_no_sense_is_told_so_and_changes_nothing() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::clip()).await;
    let path = format!("/api/videos/{id}/watched");
    let send = async |body: String| {
        let answer =
            ana.request(reqwest::Method::POST, &path).header("content-type", "text/plain;charset=UTF-8").body(body).send().await.unwrap();
        answer.status()
    };
    let batch = |plays: &str| format!(r#"{{"viewing":"{}","seq":1,"plays":{plays}}}"#, Uuid::new_v4().simple());
    for bad in ["", "[]", "{", r#"{"seq":1,"plays":[]}"#, r#"{"viewing":"x","seq":1,"plays":[]}"#] {
        assert_eq!(send(bad.into()).await, 400, "{bad}");
    }
    for plays in ["[[1]]", "[[0,1,2]]", "[[0,1e99]]", "[\"0-1\"]"] {
        assert_eq!(send(batch(plays)).await, 400, "{plays}");
    }
    let many = |n: usize| format!("[{}]", vec!["[0,1000]"; n].join(","));
    assert_eq!(send(batch(&many(601))).await, 422);
    assert_eq!(send(batch(&many(100_000))).await, 400, "larger than any page sends");
    assert_eq!(watched(&ana, &id).await["viewings"], 0);
    // A beacon can only say that it is a text.
    assert_eq!(send(batch("[[0,3000]]")).await, 204);
    assert_eq!(watched(&ana, &id).await["watched_ms"], 3_000);
}

#[tokio::test]
async fn what_is_told_days_later_belongs_to_its_day() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::clip()).await;
    for age_ms in [3 * 86_400_000_i64, -5, i64::MAX] {
        let body = json!({ "viewing": Uuid::new_v4(), "seq": 1, "age_ms": age_ms, "plays": [[0, 1_000]] });
        assert_eq!(ana.post(&format!("/api/videos/{id}/watched"), &body).await.status(), 204);
    }
    let numbers = watched(&ana, &id).await;
    let days = numbers["days"].as_array().unwrap();
    assert_eq!(days.len(), 30);
    assert_eq!((&days[29]["viewings"], &days[26]["viewings"], &numbers["viewings"]), (&json!(1), &json!(1), &json!(3)));
}

#[tokio::test]
async fn the_panel_reads_as_a_table_and_runs_nobodys_script() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::clip()).await;
    let empty = ana.get(&format!("/videos/{id}/stats/panel")).await.text().await.unwrap();
    assert!(empty.contains("Nobody has watched this yet") && !empty.contains("<svg"), "{empty}");
    let vtt = "WEBVTT\n\n00:02.000 --> 00:04.000\nSay &lt;script&gt;alert(1)&lt;/script&gt; again\n";
    assert_eq!(ana.call("import_transcript", &[("video_id", &id), ("file_name", "a.vtt"), ("text", vtt)]).await.status(), 200);
    assert_eq!(tell(&ana, &id, Uuid::new_v4(), 1, &[(0, 8_000), (2_000, 4_000), (2_000, 4_000)]).await, 204);
    let answer = ana.get(&format!("/videos/{id}/stats/panel")).await;
    assert_eq!(answer.headers()["cache-control"], "private, no-store");
    let html = answer.text().await.unwrap();
    for part in [
        "id=\"retention\"",
        "id=\"replays\"",
        "id=\"days\"",
        "Show as table",
        "<th scope=\"row\"",
        "role=\"img\"",
        "played 2 times more",
        "data-hot=\"2000:3\"",
        "ana@example.com",
        "An estimate",
        "data-go=\"2000\"",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert!(!html.contains("<script") && !html.contains(" style="), "{html}");
    // The same without JavaScript, and the page of all recordings.
    let page = ana.request(reqwest::Method::GET, &format!("/videos/{id}/stats")).header("accept", "text/html").send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("id=\"retention\""));
    let all = ana.request(reqwest::Method::GET, "/stats").header("accept", "text/html").send().await.unwrap();
    assert_eq!(all.status(), 200);
    let all = all.text().await.unwrap();
    assert!(all.contains("Watched most") && all.contains(&format!("/videos/{id}")) && !all.contains(" style=\""));
}

#[tokio::test]
async fn as_long_as_nobody_knows_how_long_it_is_there_is_no_curve() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = ana.begin("a.webm", 1_000).await["video"]["id"].as_str().unwrap().to_owned();
    assert_eq!(tell(&ana, &id, Uuid::new_v4(), 1, &[(0, 8_000), (2_000, 4_000)]).await, 204);
    let html = ana.get(&format!("/videos/{id}/stats/panel")).await.text().await.unwrap();
    assert!(html.contains("data-stat=\"viewings\"") && html.contains("id=\"days\""), "{html}");
    assert!(!html.contains("id=\"retention\"") && !html.contains("id=\"replays\"") && !html.contains("To the end"), "{html}");
}

#[tokio::test]
async fn prices_are_the_servers_settings() {
    let app = TestApp::start_with(Backend::LAPTOP, |config| {
        config.prices = notetaker::server::viewing::Prices { gb_month: 1_000.0, writes_million: 1_000_000.0, reads_million: 0.0 };
    })
    .await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::clip()).await;
    let numbers: Value = ana.get(&format!("/api/videos/{id}/stats")).await.json().await.unwrap();
    let cost = &numbers["cost"];
    let expected = numbers["source_bytes"].as_f64().unwrap() / 1e6;
    assert!((cost["storage_usd"].as_f64().unwrap() - expected).abs() < 1e-5, "{cost}");
    assert_eq!((&cost["writes_usd"], &cost["reads_usd"], &cost["month_usd"]), (&json!(5.0), &json!(0.0), &cost["storage_usd"]));
}
