//! Where people left off, captions, and the original as a file.

use crate::support::{Backend, Person, TestApp, clips};
use notetaker::{model::Transcript, server::subtitles};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::{Connection, Executor};

async fn save(person: &Person, id: &str, ms: i64) -> StatusCode {
    let request = person.request(Method::PUT, &format!("/api/videos/{id}/position"));
    request.json(&json!({ "position_ms": ms })).send().await.unwrap().status()
}

async fn kept(person: &Person, id: &str) -> Option<i64> {
    let one: Value = person.get(&format!("/api/videos/{id}")).await.json().await.unwrap();
    let video = &one["video"];
    assert!(video.as_object().unwrap().contains_key("position_ms"), "null is told, too");
    video["position_ms"].as_i64()
}

async fn database(app: &TestApp) -> sqlx::AnyConnection {
    sqlx::any::install_default_drivers();
    sqlx::AnyConnection::connect(&app.config.database_url).await.unwrap()
}

async fn places(app: &TestApp) -> i64 {
    let mut database = database(app).await;
    sqlx::query_scalar("SELECT COUNT(*) FROM positions").fetch_one(&mut database).await.unwrap()
}

crate::on_every_backend! {
    async fn a_moment_in_the_middle_of_a_long_recording_is_kept_and_told_everywhere(app: TestApp) {
        let ana = app.person("ana").await;
        let (id, other) = (ana.upload(clips::long()).await, ana.upload(clips::long()).await);
        assert_eq!(kept(&ana, &id).await, None);
        assert_eq!(save(&ana, &id, 200_000).await, 204);
        assert_eq!(kept(&ana, &id).await, Some(200_000));
        let call = ana.call("save_position", &[("id", &id), ("position_ms", "120000")]).await;
        assert_eq!(call.status(), 200);
        let library: Value = ana.get("/api/videos").await.json().await.unwrap();
        let listed = |id: &str| library["videos"].as_array().unwrap().iter().find(|video| video["id"] == id).unwrap()["position_ms"].clone();
        assert_eq!((listed(&id), listed(&other)), (json!(120_000), Value::Null));
        let title = json!({ "title": "Another title" });
        let renamed = ana.request(Method::PATCH, &format!("/api/videos/{id}")).json(&title).send().await.unwrap();
        assert_eq!(renamed.json::<Value>().await.unwrap()["video"]["position_ms"], 120_000);
    }

    async fn at_its_beginning_and_its_end_a_recording_begins_anew(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.upload(clips::long()).await;
        for (ms, expected) in [(30_000, true), (10_000, false), (350_000, true), (370_000, false), (30_000, true), (i64::MAX, false), (-1, false)] {
            assert_eq!(save(&ana, &id, ms).await, 204, "{ms}");
            assert_eq!(kept(&ana, &id).await, expected.then_some(ms), "{ms}");
        }
    }

    async fn of_a_short_recording_nothing_is_kept(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.upload(clips::clip()).await;
        assert_eq!(save(&ana, &id, 10_000).await, 204);
        assert_eq!(kept(&ana, &id).await, None);
        assert_eq!(places(&app).await, 0);
    }

    async fn a_kept_place_goes_with_its_recording_and_with_its_person(app: TestApp) {
        let ana = app.person("ana").await;
        let (first, second) = (ana.upload(clips::long()).await, ana.upload(clips::long()).await);
        for id in [&first, &second] {
            assert_eq!(save(&ana, id, 200_000).await, 204);
        }
        assert_eq!(places(&app).await, 2);
        assert_eq!(ana.delete(&format!("/api/videos/{first}")).await.status(), 204);
        assert_eq!(places(&app).await, 1);
        let mut database = database(&app).await;
        database.execute("DELETE FROM users").await.unwrap();
        assert_eq!(places(&app).await, 0);
    }

    async fn kept_places_captions_and_originals_are_the_owners_alone(app: TestApp) {
        let (ana, ben) = (app.person("ana").await, app.person("ben").await);
        let id = ana.upload(clips::long()).await;
        let transcript = [("video_id", &*id), ("file_name", "a.vtt"), ("text", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n")];
        assert_eq!(ana.call("import_transcript", &transcript).await.status(), 200);
        assert_eq!(save(&ana, &id, 200_000).await, 204);
        for (method, tail) in [(Method::PUT, "/position"), (Method::GET, "/captions.vtt"), (Method::GET, "/download")] {
            for (person, expected) in [(&ben, 403), (&app.stranger(), 401)] {
                let request = person.request(method.clone(), &format!("/api/videos/{id}{tail}"));
                let answer = request.json(&json!({ "position_ms": 100_000 })).send().await.unwrap();
                assert_eq!(answer.status(), expected, "{method} {tail}");
            }
        }
        for (person, expected) in [(&ben, 403), (&app.stranger(), 401)] {
            let answer = person.call("save_position", &[("id", &id), ("position_ms", "100000")]).await;
            assert_eq!(answer.status(), expected);
        }
        assert_eq!(kept(&ana, &id).await, Some(200_000), "nobody moved it");
    }

    async fn captions_say_what_the_transcript_says(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.begin("a.mp4", 1000).await["video"]["id"].as_str().unwrap().to_owned();
        let captions = async || ana.get(&format!("/api/videos/{id}/captions.vtt")).await;
        let none = captions().await;
        assert_eq!(none.status(), 404);
        assert_eq!(none.json::<Value>().await.unwrap()["error"]["code"], "not_found");
        let file = "WEBVTT\n\n00:01.500 --> 00:04.000\n<v Ana Müller>R&amp;D says a &lt; b --&gt; c\n\n01:00:05.000 --> 01:00:06.250\nGrüße\n";
        assert_eq!(ana.call("import_transcript", &[("video_id", &id), ("file_name", "a.vtt"), ("text", file)]).await.status(), 200);
        let answer = captions().await;
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/vtt; charset=utf-8");
        assert_eq!(answer.headers()["cache-control"], "private, no-cache");
        let text = answer.text().await.unwrap();
        assert!(text.starts_with("WEBVTT\n\n00:00:01.500 --> 00:00:04.000 line:-4\n<v Ana Müller>R&amp;D says a &lt; b --&gt; c\n"), "{text}");
        let stored: Transcript = ana.call("get_transcript", &[("video_id", &id)]).await.json().await.unwrap();
        assert_eq!(stored.sentences.len(), 2);
        assert_eq!(subtitles::parse(&text).unwrap(), stored.sentences);
    }

    async fn the_original_is_saved_under_its_title(app: TestApp) {
        let ana = app.person("ana").await;
        let bytes = std::fs::read(clips::clip()).unwrap();
        let (id, verdict) = ana.upload_bytes("Sitzung 12.MP4", &bytes).await;
        assert_eq!(verdict.status(), 200);
        let title = json!({ "title": "Grüße \"aus\" Köln/Bonn; 100 %" });
        ana.request(Method::PATCH, &format!("/api/videos/{id}")).json(&title).send().await.unwrap();
        let redirect = ana.get(&format!("/api/videos/{id}/download")).await;
        assert_eq!(redirect.status(), 302);
        assert_eq!(redirect.headers()["cache-control"], "private, no-store");
        let signed = redirect.headers()["location"].to_str().unwrap().to_owned();
        let file = reqwest::get(&signed).await.unwrap();
        assert_eq!(file.status(), 200);
        let expected = "attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%22aus%22%20K%C3%B6ln-Bonn%3B%20100%20%25.MP4";
        assert_eq!(file.headers()["content-disposition"], expected);
        assert!(file.headers()["content-type"].to_str().unwrap().starts_with("application/octet-stream"));
        assert!(file.bytes().await.unwrap() == bytes, "it is the very file");
        // The name is part of what was signed: nobody makes a page of ours out of a download.
        let forged = signed.replacen("attachment", "inline", 1);
        assert_ne!(forged, signed);
        assert_eq!(reqwest::get(&forged).await.unwrap().status(), 403);
    }

    async fn nobody_is_sent_after_an_original_that_is_gone(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.upload(clips::clip()).await;
        let bucket = app.bucket();
        let source = app.original().await;
        bucket.delete(&source).await.unwrap();
        let refused = ana.get(&format!("/api/videos/{id}/download")).await;
        assert_eq!(refused.status(), 404);
        let body: Value = refused.json().await.unwrap();
        assert!(body["error"]["message"].as_str().unwrap().contains("upload it again"), "{body}");
    }

    async fn an_upload_that_goes_on_cannot_be_downloaded(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.begin("a.mp4", 1000).await["video"]["id"].as_str().unwrap().to_owned();
        assert_eq!(ana.get(&format!("/api/videos/{id}/download")).await.status(), 409);
    }
}

#[tokio::test]
async fn a_page_that_is_closed_says_where_it_was_and_another_site_cannot() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::long()).await;
    let beacon = async |headers: &[(&str, &str)], ms: i64| {
        let cookie = format!("nt_access={}", ana.access_token);
        let mut request = app.stranger().request(Method::POST, "/fn/save_position").header("cookie", cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        // What `navigator.sendBeacon` sends for URLSearchParams.
        let request = request.header("accept", "*/*").header("content-type", "application/x-www-form-urlencoded;charset=UTF-8");
        request.body(format!("id={id}&position_ms={ms}")).send().await.unwrap().status()
    };
    let ours = app.url("");
    let ours = ours.as_str();
    assert_eq!(beacon(&[("origin", ours), ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "no-cors")], 100_000).await, 200);
    assert_eq!(kept(&ana, &id).await, Some(100_000));
    // Over plain http from another machine, and from older browsers.
    assert_eq!(beacon(&[("origin", ours)], 200_000).await, 200);
    assert_eq!(kept(&ana, &id).await, Some(200_000));
    assert_eq!(beacon(&[("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")], 300_000).await, 403);
    assert_eq!(beacon(&[("origin", "null")], 300_000).await, 403);
    assert_eq!(kept(&ana, &id).await, Some(200_000));
}

#[tokio::test]
async fn a_stream_says_how_long_its_address_lives() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::clip()).await;
    let (_, body) = ana.stream(&id).await;
    assert!(body["hls_url"].is_string() || body.get("hls_expires_in").is_none(), "no address, no life: {body}");
    let (_, body) = ana.stream_settled(&id).await;
    assert!((3_590..=3_600).contains(&body["hls_expires_in"].as_i64().unwrap()), "{body}");
    let called: Value = ana.call("get_video_stream", &[("id", &id)]).await.json().await.unwrap();
    assert!((3_590..=3_600).contains(&called["hls_expires_in"].as_i64().unwrap()), "{called}");
}
