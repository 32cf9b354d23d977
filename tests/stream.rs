//! The main job: first view → job → playlist → segments, and who may not.

use crate::support::{Backend, TestApp, clips, eventually, person::beside};
use reqwest::Method;
use serde_json::{Value, json};
use std::{collections::HashSet, time::Duration};

crate::on_every_backend! {
    async fn the_first_view_makes_the_stream_and_every_later_one_finds_it(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.upload(clips::clip()).await;
        let (status, first) = ana.stream(&id).await;
        assert_eq!((status, &first), (202, &json!({ "status": "generating", "hls_url": null, "retry_after": 2, "error_message": null })));
        let (status, ready) = ana.stream_settled(&id).await;
        assert_eq!((status, ready["status"].as_str()), (200, Some("ready")));

        let url = ready["hls_url"].as_str().unwrap();
        let playlist = ana.get(url).await;
        assert_eq!(playlist.headers()["content-type"], "application/vnd.apple.mpegurl");
        assert_eq!(playlist.headers()["cache-control"], "private, no-store");
        let playlist = playlist.text().await.unwrap();
        assert!(playlist.contains("#EXT-X-ENDLIST"), "{playlist}");
        let names: Vec<&str> = playlist.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(names, ["segment0.ts", "segment1.ts", "segment2.ts", "segment3.ts", "segment4.ts"]);
        let lengths: Vec<&str> = playlist.lines().filter_map(|line| line.strip_prefix("#EXTINF:")).collect();
        assert_eq!(lengths, ["2.000000,", "4.000000,", "6.000000,", "6.000000,", "2.000000,"], "the first comes at once");
        for name in names {
            let redirect = app.stranger().get(&beside(url, name)).await;
            assert_eq!(redirect.status(), 302);
            let segment = reqwest::get(redirect.headers()["location"].to_str().unwrap()).await.unwrap();
            assert_eq!((segment.status().as_u16(), segment.headers()["content-type"].to_str().unwrap()), (200, "video/mp2t"));
            assert_eq!(segment.bytes().await.unwrap()[0], 0x47, "an MPEG-TS packet");
        }
        let made = |video: Value| video["video"]["hls_generated_at"].as_i64().unwrap();
        let video = || async { ana.get(&format!("/api/videos/{id}")).await.json().await.unwrap() };
        let before = made(video().await);
        assert_eq!(ana.stream(&id).await.0, 200);
        assert_eq!(made(video().await), before, "nothing was made again");
    }

    async fn a_hundred_viewers_start_one_job(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.upload(clips::clip()).await;
        let views = futures::future::join_all((0..100).map(|_| ana.stream(&id))).await;
        assert!(views.iter().all(|(status, _)| matches!(status, 200 | 202)));
        ana.stream_settled(&id).await;
        let keys = app.bucket().list("videos/").await.unwrap();
        let attempts: HashSet<&str> = keys.iter().filter_map(|key| key.split_once("_hls/")?.1.split_once('/')).map(|(attempt, _)| attempt).collect();
        assert_eq!(attempts.len(), 1, "{keys:?}");
        eventually("the queue is empty", || async { (app.db().await.count_jobs(notetaker::server::db::jobs::JobKind::GenerateHls).await.unwrap() == 0).then_some(()) }).await;
    }

    async fn somebody_else_is_refused_everywhere_and_a_stranger_is_asked_to_sign_in(app: TestApp) {
        let (ana, ben) = (app.person("ana").await, app.person("ben").await);
        let (id, url) = ana.ready_stream(clips::clip()).await;
        let mine = |tail: &str| format!("/api/videos/{id}{tail}");
        let unknown = uuid::Uuid::new_v4();
        for (method, path) in [
            (Method::GET, mine("")), (Method::PATCH, mine("")), (Method::DELETE, mine("")), (Method::GET, mine("/upload")),
            (Method::POST, mine("/upload/complete")), (Method::GET, mine("/stream")), (Method::POST, mine("/stream/retry")),
            (Method::GET, mine("/poster")), (Method::GET, format!("/api/videos/{unknown}/stream")), (Method::GET, "/api/videos/nonsense/stream".into()),
        ] {
            let body = json!({ "title": "x" });
            let answer = ben.request(method.clone(), &path).json(&body).send().await.unwrap();
            assert_eq!(answer.status(), 403, "{method} {path}");
            assert_eq!(app.stranger().request(method.clone(), &path).json(&body).send().await.unwrap().status(), 401, "{method} {path}");
        }
        for function in ["get_video", "get_video_stream", "retry_video_stream", "rename_video", "delete_video", "get_upload", "complete_upload", "record_view", "get_video_stats", "get_video_numbers"] {
            let arguments = [("id", id.as_str()), ("title", "x")];
            assert_eq!(ben.call(function, &arguments).await.status(), 403, "{function}");
            assert_eq!(app.stranger().call(function, &arguments).await.status(), 401, "{function}");
        }
        for function in ["list_notes", "add_note", "get_transcript", "import_transcript", "delete_transcript"] {
            let arguments = [("video_id", id.as_str()), ("at_ms", "0"), ("body", "x"), ("file_name", "a.vtt"), ("text", "x")];
            assert_eq!(ben.call(function, &arguments).await.status(), 403, "{function}");
            assert_eq!(app.stranger().call(function, &arguments).await.status(), 401, "{function}");
        }
        // Even with the address in hand.
        assert_eq!(ben.get(&url).await.status(), 403);
        assert_eq!(ben.get(&beside(&url, "segment0.ts")).await.status(), 403);
        assert_eq!(ben.get(&format!("/videos/{id}")).await.status(), 403);
        assert_eq!(ana.get(&format!("/api/videos/{id}")).await.status(), 200, "it is all still there");
    }

    async fn the_bucket_gives_nothing_without_a_good_signature(app: TestApp) {
        let ana = app.person("ana").await;
        let (_, url) = ana.ready_stream(clips::clip()).await;
        let redirect = ana.get(&beside(&url, "segment0.ts")).await;
        let signed = redirect.headers()["location"].to_str().unwrap().to_owned();
        let (bare, query) = signed.split_once('?').unwrap();
        // Swift says 400 or 412 to a request without any signature; ours, like R2, says 403.
        let unsigned = reqwest::get(bare).await.unwrap().status().as_u16();
        assert!(matches!(unsigned, 400 | 401 | 403 | 412), "{unsigned}");
        let (start, signature) = query.rsplit_once("X-Amz-Signature=").unwrap();
        let forged = format!("{bare}?{start}X-Amz-Signature={}", signature.chars().rev().collect::<String>());
        assert_eq!(reqwest::get(&forged).await.unwrap().status(), 403);
        let root = bare.split("/videos/").next().unwrap();
        let listing = reqwest::get(format!("{root}?list-type=2")).await.unwrap().status().as_u16();
        assert!(matches!(listing, 400 | 401 | 403 | 412), "{listing}");
        assert_eq!(reqwest::get(&signed).await.unwrap().status(), 200);
    }

    async fn a_recording_that_is_converted_can_be_watched_meanwhile_and_says_why(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.upload(clips::hevc()).await;
        // Two segments are enough to begin with.
        let first = eventually("it can be watched", || async {
            let (_, body) = ana.stream(&id).await;
            body["hls_url"].is_string().then_some(body)
        }).await;
        let url = first["hls_url"].as_str().unwrap();
        let growing = ana.get(url).await.text().await.unwrap();
        assert!(growing.contains("segment1.ts") && growing.contains("#EXT-X-PLAYLIST-TYPE:EVENT"), "{growing}");
        assert_eq!(ana.get(&beside(url, "segment1.ts")).await.status(), 302);
        if first["status"] == "generating" {
            assert!(first["progress"]["playable_ms"].as_i64().unwrap() >= 12_000, "{first}");
            assert!(first["progress"]["reason"].as_str().unwrap().contains("HEVC"), "{first}");
        }
        assert_eq!(ana.stream_settled(&id).await.0, 200);
        let whole = ana.get(url).await.text().await.unwrap();
        assert!(whole.ends_with("#EXT-X-ENDLIST\n"), "the same address goes on to the end: {whole}");
        let stats: Value = ana.call("get_video_stats", &[("id", &id)]).await.json().await.unwrap();
        assert!(stats["reason"].as_str().unwrap().starts_with("The picture was converted from HEVC"), "{stats}");
        assert!(stats["playable_after_ms"].as_i64().unwrap() <= stats["generation_ms"].as_i64().unwrap(), "{stats}");
    }

    async fn a_failed_stream_says_so_everywhere_and_may_be_retried(app: TestApp) {
        let ana = app.person("ana").await;
        // Its header promises more than there is, which only reading all of it can tell.
        let id = ana.upload(clips::cut_short()).await;
        let (status, body) = ana.stream_settled(&id).await;
        assert_eq!((status, body["status"].as_str(), &body["hls_url"]), (500, Some("failed"), &Value::Null));
        assert!(body["error_message"].as_str().unwrap().contains("cut short"), "{body}");
        let function = ana.call("get_video_stream", &[("id", &id)]).await;
        assert_eq!(function.status(), 500);
        assert_eq!(function.json::<Value>().await.unwrap()["code"], "generation_failed");
        let retry = ana.post(&format!("/api/videos/{id}/stream/retry"), &json!({})).await;
        assert_eq!(retry.status(), 202);
        assert_eq!(ana.stream_settled(&id).await.0, 500);
        assert!(app.bucket().list("videos/").await.unwrap().iter().all(|key| !key.contains("_hls/")), "nothing is left behind");
    }

    async fn a_stream_whose_objects_vanished_is_made_again(app: TestApp) {
        let ana = app.person("ana").await;
        let (id, url) = ana.ready_stream(clips::clip()).await;
        let bucket = app.bucket();
        let segment = bucket.list("videos/").await.unwrap().into_iter().find(|key| key.ends_with("segment2.ts")).unwrap();
        bucket.delete(&segment).await.unwrap();
        assert_eq!(ana.stream(&id).await.0, 200, "nobody has looked yet");
        ana.post(&format!("/api/videos/{id}/stream/retry"), &json!({})).await;
        assert_eq!(ana.stream_settled(&id).await.0, 200);
        assert_eq!(ana.get(&url).await.status(), 403, "the old attempt is gone");
        assert_eq!(bucket.list("videos/").await.unwrap().iter().filter(|key| key.ends_with("segment2.ts")).count(), 1);
    }

    async fn a_source_that_vanished_is_told_and_nothing_is_left_behind(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.upload(clips::clip()).await;
        let bucket = app.bucket();
        let source = app.original().await;
        bucket.delete(&source).await.unwrap();
        let (status, body) = ana.stream_settled(&id).await;
        assert_eq!(status, 500);
        assert!(body["error_message"].as_str().unwrap().contains("upload it again"), "{body}");
        assert!(bucket.list("videos/").await.unwrap().iter().all(|key| !key.contains("_hls/")));
    }
}

#[tokio::test]
async fn a_person_may_have_a_hundred_recordings_prepared_at_once_and_no_more() {
    let app = TestApp::start_with(Backend::LAPTOP, |config| config.workers = 0).await;
    let ana = app.person("ana").await;
    let bytes = std::fs::read(clips::clip()).unwrap();
    let mut last = String::new();
    for n in 0..=100 {
        let (id, verdict) = ana.upload_bytes(&format!("{n}.mp4"), &bytes).await;
        assert_eq!(verdict.status(), 200);
        let (status, body) = ana.stream(&id).await;
        assert_eq!(status == 202, n < 100, "{n}: {status} {body}");
        last = id;
    }
    let refused = ana.get(&format!("/api/videos/{last}/stream")).await;
    assert_eq!(refused.status(), 429);
    assert_eq!(refused.headers()["retry-after"], "2");
    assert_eq!(refused.json::<Value>().await.unwrap()["error"]["code"], "too_many_requests");
}

#[tokio::test]
async fn when_ten_thousand_recordings_wait_everybody_is_asked_to_come_back() {
    let app = TestApp::start_with(Backend::LAPTOP, |config| config.workers = 0).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::clip()).await;
    let others = "INSERT INTO jobs (id, kind, video_id, user_id, run_after, created_at)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
        SELECT 'j' || i, 'generate_hls', 'v' || i, 'somebody', 0, 0 FROM n";
    app.sql(&[others]).await;
    let refused = ana.get(&format!("/api/videos/{id}/stream")).await;
    assert_eq!(refused.status(), 503);
    assert_eq!(refused.headers()["retry-after"], "2");
    assert_eq!(refused.json::<Value>().await.unwrap()["error"]["code"], "unavailable");
}

#[tokio::test]
async fn how_far_a_dead_worker_came_is_not_told() {
    let app = TestApp::start_with(Backend::LAPTOP, |config| config.workers = 0).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::hevc()).await;
    ana.stream(&id).await;
    let (db, life) = (app.db().await, Duration::from_secs(15));
    let lease = db.claim_job(life).await.unwrap().expect("the first view's job");
    db.begin_stream(&lease, Some("Because.")).await.unwrap();
    db.tell_progress(&lease, 5_100, 0).await.unwrap();
    let told = async || ana.stream(&id).await.1["progress"].clone();
    assert_eq!((told().await["percent"].as_i64(), told().await["reason"].as_str()), (Some(25), Some("Because.")));
    // A heartbeat that comes too late leaves less than it should.
    assert!(db.heartbeat(&lease, Duration::from_millis(10)).await.unwrap());
    let quiet = told().await;
    assert_eq!((&quiet["percent"], quiet["reason"].as_str()), (&Value::Null, Some("Because.")));
}

#[tokio::test]
async fn everybody_in_a_window_gets_the_same_address_so_caches_can_hit() {
    let app = TestApp::start_with(Backend::LAPTOP, |config| config.segment_url_ttl = Duration::from_secs(604_800)).await;
    let ana = app.person("ana").await;
    let (id, first) = ana.ready_stream(clips::clip()).await;
    let second = ana.stream(&id).await.1["hls_url"].as_str().unwrap().to_owned();
    let address = async |url: &str| {
        let redirect = ana.get(&beside(url, "segment0.ts")).await;
        assert!(redirect.headers()["cache-control"].to_str().unwrap().starts_with("private, max-age="));
        redirect.headers()["location"].to_str().unwrap().to_owned()
    };
    assert_eq!(address(&first).await, address(&second).await);
}

#[tokio::test]
async fn a_signed_address_and_a_grant_expire() {
    let short = Duration::from_secs(1);
    let app = TestApp::start_with(Backend::LAPTOP, |config| (config.segment_url_ttl, config.grant_ttl) = (short, short)).await;
    let ana = app.person("ana").await;
    let (_, url) = ana.ready_stream(clips::clip()).await;
    let redirect = ana.get(&beside(&url, "segment0.ts")).await;
    let signed = redirect.headers()["location"].to_str().unwrap().to_owned();
    eventually("the bucket refuses the old address", || async { (reqwest::get(&signed).await.unwrap().status() == 403).then_some(()) })
        .await;
    eventually("the old grant is refused", || async { (ana.get(&url).await.status() == 403).then_some(()) }).await;
}

#[tokio::test]
async fn signing_out_ends_playback() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let (_, url) = ana.ready_stream(clips::clip()).await;
    assert_eq!(app.stranger().get(&url).await.status(), 200, "the address alone is enough");
    ana.post("/api/auth/logout", &json!({})).await;
    assert_eq!(app.stranger().get(&url).await.status(), 403);
}

#[tokio::test]
async fn a_grant_opens_only_the_names_of_its_stream() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let (_, url) = ana.ready_stream(clips::clip()).await;
    for name in ["segment01.ts", "..%2f..%2fx.mp4", "segment0.ts%00", "playlist.m3u8.bak"] {
        assert_eq!(ana.get(&beside(&url, name)).await.status(), 403, "{name}");
    }
    let tampered = url.replacen("/hls/", "/hls/A", 1);
    assert_eq!(ana.get(&tampered).await.status(), 403);
}
