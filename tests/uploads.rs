//! From browser to bucket in parts; what is no recording is refused.

use crate::support::clips;
use serde_json::{Value, json};

crate::on_every_backend! {
    async fn an_interrupted_upload_goes_on_with_the_missing_parts_only(app: TestApp) {
        let ana = app.person("ana").await;
        let bytes = std::fs::read(clips::large()).unwrap();
        let new = ana.begin("large.mp4", bytes.len()).await;
        let id = new["video"]["id"].as_str().unwrap();
        assert!(new["upload"]["parts"].as_array().unwrap().len() >= 3);
        ana.send_part(&new["upload"], 2, &bytes).await;
        let early = ana.complete(id).await;
        assert_eq!(early.status(), 409);
        assert_eq!(early.json::<Value>().await.unwrap()["error"]["code"], "incomplete_upload");

        let progress: Value = ana.get(&format!("/api/videos/{id}/upload")).await.json().await.unwrap();
        assert_eq!(progress["received"].as_array().unwrap().iter().map(|part| part["number"].as_i64().unwrap()).collect::<Vec<_>>(), [2]);
        let missing: Vec<usize> = progress["parts"].as_array().unwrap().iter().map(|part| part["number"].as_u64().unwrap() as usize).collect();
        assert!(!missing.contains(&2));
        for number in missing {
            ana.send_part(&progress, number, &bytes).await;
        }
        let done = ana.complete(id).await;
        assert_eq!(done.status(), 200);
        let video: Value = done.json().await.unwrap();
        assert_eq!(video["video"]["state"], "stored");
        assert_eq!(ana.complete(id).await.status(), 200, "asking again gives the same answer");
        let source = app.bucket().list("videos/").await.unwrap().into_iter().find(|key| key.ends_with(".mp4")).unwrap();
        assert!(source.ends_with(&format!("/{id}.mp4")));
    }

    async fn a_stored_recording_has_a_poster_and_its_facts(app: TestApp) {
        let ana = app.person("ana").await;
        for file in [clips::clip(), clips::index_at_end()] {
            let id = ana.upload(file).await;
            let video: Value = ana.get(&format!("/api/videos/{id}")).await.json().await.unwrap();
            let video = &video["video"];
            assert_eq!((video["width"].as_i64(), video["video_codec"].as_str(), video["hls_status"].as_str()), (Some(640), Some("h264"), None));
            let redirect = ana.get(video["poster_url"].as_str().unwrap()).await;
            assert_eq!(redirect.status(), 302);
            let picture = reqwest::get(redirect.headers()["location"].to_str().unwrap()).await.unwrap();
            assert_eq!(picture.headers()["content-type"], "image/jpeg");
            assert!(picture.bytes().await.unwrap().starts_with(&[0xff, 0xd8]));
        }
    }

    async fn what_is_no_recording_is_refused_by_its_real_name_and_removed(app: TestApp) {
        let ana = app.person("ana").await;
        let clip = std::fs::read(clips::clip()).unwrap();
        let at_end = std::fs::read(clips::index_at_end()).unwrap();
        for (bytes, says) in [
            (b"Dear diary, this is no video at all.\n".repeat(10), "plain text"),
            (b"%PDF-1.7\n%binary\n".to_vec(), "PDF"),
            (b"#EXTM3U\n#EXTINF:6,\n../victim/other.mp4\n".to_vec(), "playlist"),
            (clip[..clip.len() / 2].to_vec(), "cut short"),
            (at_end[..at_end.len() / 2].to_vec(), "cut short"),
        ] {
            let (id, verdict) = ana.upload_bytes("meeting.mp4", &bytes).await;
            assert_eq!(verdict.status(), 422, "{says}");
            let body: Value = verdict.json().await.unwrap();
            assert_eq!(body["error"]["code"], "refused_file");
            assert!(body["error"]["message"].as_str().unwrap().contains(says), "{says}: {body}");
            assert_eq!(ana.get(&format!("/api/videos/{id}")).await.status(), 403);
        }
        assert_eq!(app.bucket().list("videos/").await.unwrap(), Vec::<String>::new());
        let empty = ana.post("/api/videos", &json!({ "title": "", "file_name": "a.mp4", "size_bytes": 0 })).await;
        assert_eq!(empty.status(), 422);
        assert!(empty.json::<Value>().await.unwrap()["error"]["message"].as_str().unwrap().contains("empty"));
    }
}
