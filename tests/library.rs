//! Titles, pages, notes, transcripts, numbers.

use crate::support::clips;
use reqwest::Method;
use serde_json::{Value, json};

crate::on_every_backend! {
    async fn recordings_are_listed_page_by_page_newest_first(app: TestApp) {
        let ana = app.person("ana").await;
        let mut ids = Vec::new();
        for n in 0..5 {
            ids.push(ana.begin(&format!("meeting_{n}.mp4"), 1000).await["video"]["id"].as_str().unwrap().to_owned());
        }
        let mut seen = Vec::new();
        let mut path = "/api/videos?limit=2".to_owned();
        loop {
            let page: Value = ana.get(&path).await.json().await.unwrap();
            seen.extend(page["videos"].as_array().unwrap().iter().map(|video| video["id"].as_str().unwrap().to_owned()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/api/videos?limit=2&cursor={cursor}");
        }
        seen.sort();
        ids.sort();
        assert_eq!(seen, ids);
        assert_eq!(ana.get("/api/videos?cursor=nonsense").await.status(), 422);
    }

    async fn a_recording_is_renamed(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.begin("weekly_planning.mp4", 1000).await["video"]["id"].as_str().unwrap().to_owned();
        let rename = async |title: &str| ana.request(Method::PATCH, &format!("/api/videos/{id}")).json(&json!({ "title": title })).send().await.unwrap();
        let renamed: Value = rename("  Planning,\n week 47 ").await.json().await.unwrap();
        assert_eq!(renamed["video"]["title"], "Planning, week 47");
        assert_eq!(rename("   ").await.status(), 422);
        let kept: Value = ana.get(&format!("/api/videos/{id}")).await.json().await.unwrap();
        assert_eq!(kept["video"]["title"], "Planning, week 47");
    }

    async fn notes_are_kept_in_order_of_their_moment_and_belong_to_one_person(app: TestApp) {
        let (ana, ben) = (app.person("ana").await, app.person("ben").await);
        let id = ana.begin("a.mp4", 1000).await["video"]["id"].as_str().unwrap().to_owned();
        let add = async |at: &str, body: &str| ana.call("add_note", &[("video_id", &id), ("at_ms", at), ("body", body)]).await;
        let late: Value = add("60000", "later").await.json().await.unwrap();
        assert_eq!(add("1000", "  sooner ").await.status(), 200);
        assert_eq!(add("1000", " \n ").await.status(), 422);
        let notes: Value = ana.call("list_notes", &[("video_id", &id)]).await.json().await.unwrap();
        assert_eq!(notes.as_array().unwrap().iter().map(|note| note["body"].as_str().unwrap()).collect::<Vec<_>>(), ["sooner", "later"]);
        let note = late["id"].as_str().unwrap();
        assert_eq!(ben.call("edit_note", &[("id", note), ("version", "1"), ("body", "mine now")]).await.status(), 403);
        assert_eq!(ben.call("delete_note", &[("id", note)]).await.status(), 403);
        assert_eq!(ben.call("list_notes", &[("video_id", &id)]).await.status(), 403);
        assert_eq!(ana.call("edit_note", &[("id", note), ("version", "1"), ("body", "changed")]).await.status(), 200);
        assert_eq!(ana.call("delete_note", &[("id", note)]).await.status(), 200);
    }

    async fn a_transcript_is_imported_replaced_and_removed(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.begin("a.mp4", 1000).await["video"]["id"].as_str().unwrap().to_owned();
        let import = async |text: &str| ana.call("import_transcript", &[("video_id", &id), ("file_name", "a.vtt"), ("text", text)]).await;
        let get = async || ana.call("get_transcript", &[("video_id", &id)]).await.json::<Value>().await.unwrap();
        assert_eq!(get().await, Value::Null);
        assert_eq!(import("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>Hello\n").await.status(), 200);
        assert_eq!(get().await["sentences"][0], json!({ "start_ms": 1000, "end_ms": 2000, "speaker": "Ana", "text": "Hello" }));
        let refused: Value = import("WEBVTT\n\n00:01.000 --> nonsense\nHello\n").await.json().await.unwrap();
        assert!(refused["message"].as_str().unwrap().starts_with("Line 3"), "{refused}");
        assert_eq!(get().await["sentences"][0]["text"], "Hello", "the old one stays");
        assert_eq!(import("1\n00:00:05,000 --> 00:00:06,000\nNew\n").await.status(), 200);
        assert_eq!(get().await["sentences"][0]["text"], "New");
        assert_eq!(ana.call("delete_transcript", &[("video_id", &id)]).await.status(), 200);
        assert_eq!(get().await, Value::Null);
    }

    async fn the_numbers_of_a_video_are_those_of_its_stream(app: TestApp) {
        let ana = app.person("ana").await;
        let (id, _) = ana.ready_stream(clips::clip()).await;
        for _ in 0..3 {
            assert_eq!(ana.call("record_view", &[("id", &id)]).await.status(), 200);
        }
        let stats: Value = ana.call("get_video_stats", &[("id", &id)]).await.json().await.unwrap();
        assert_eq!(stats["views"], 3);
        assert_eq!(stats["video_codec"], "h264");
        assert_eq!(stats["audio_codec"], "aac");
        assert_eq!((stats["width"].as_i64(), stats["height"].as_i64()), (Some(640), Some(360)));
        assert!((19_900..20_200).contains(&stats["duration_ms"].as_i64().unwrap()), "{stats}");
        assert_eq!(stats["source_bytes"], std::fs::metadata(clips::clip()).unwrap().len());
        let bucket = app.bucket();
        let keys = bucket.list("videos/").await.unwrap();
        let segments = keys.iter().filter(|key| key.ends_with(".ts")).count();
        assert_eq!(stats["segments"], segments);
        assert!(stats["hls_bytes"].as_i64().unwrap() > 0 && stats["generation_ms"].as_i64().is_some());
    }
}
