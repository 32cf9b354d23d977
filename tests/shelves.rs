//! Orders, states, tags and the trash.

use crate::support::{Backend, Person, TestApp, clips, eventually, person::beside};
use reqwest::Method;
use serde_json::{Value, json};

/// A place for a recording.
async fn recording(person: &Person, title: &str) -> String {
    let new = person.post("/api/videos", &json!({ "title": title, "file_name": "a.mp4", "size_bytes": 1000 })).await;
    new.json::<Value>().await.unwrap()["video"]["id"].as_str().unwrap().to_owned()
}

/// All titles in an order, page by page.
async fn titles(person: &Person, query: &str, limit: usize) -> Vec<String> {
    let mut seen = Vec::new();
    let mut path = format!("/api/videos?limit={limit}&{query}");
    loop {
        let page: Value = person.get(&path).await.json().await.unwrap();
        seen.extend(
            page["videos"].as_array().unwrap_or_else(|| panic!("{page}")).iter().map(|video| video["title"].as_str().unwrap().to_owned()),
        );
        let Some(cursor) = page["next_cursor"].as_str() else { return seen };
        path = format!("/api/videos?limit={limit}&{query}&cursor={cursor}");
    }
}

async fn tag(person: &Person, id: &str, tag: &str) -> (u16, Value) {
    let answer = person.request(Method::PUT, &format!("/api/videos/{id}/tags/{tag}")).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

crate::on_every_backend! {
    async fn recordings_are_sorted_by_anything_with_equal_keys_across_pages(app: TestApp) {
        let ana = app.person("ana").await;
        let mut ids = Vec::new();
        for title in ["béta", "Alpha", "alpha", "ALPHA", "\u{201c}gamma\u{201d}", "🎉", "Alpha"] {
            ids.push(recording(&ana, title).await);
        }
        app.sql(&["UPDATE videos SET state = 'stored', created_at = 1000"]).await;
        app.sql(&[&format!("UPDATE videos SET duration_ms = 5000, watched_at = 7 WHERE id IN ('{}', '{}')", ids[0], ids[4])]).await;
        for sort in ["newest", "oldest", "title", "longest", "watched"] {
            for limit in [1, 2, 3, 100] {
                let seen = titles(&ana, &format!("sort={sort}"), limit).await;
                assert_eq!(seen, titles(&ana, &format!("sort={sort}"), 100).await, "{sort}, {limit} a page");
                assert_eq!(seen.len(), 7);
            }
        }
        let by_title = titles(&ana, "sort=title", 2).await;
        // Where a picture comes is the database's affair.
        let lettered: Vec<_> = by_title.iter().filter(|title| *title != "🎉").collect();
        assert!(lettered[..4].iter().all(|title| title.eq_ignore_ascii_case("alpha")), "{by_title:?}");
        assert_eq!(lettered[4..], ["béta", "\u{201c}gamma\u{201d}"]);
        for sort in ["longest", "watched"] {
            let mut first = titles(&ana, &format!("sort={sort}"), 2).await[..2].to_vec();
            first.sort();
            assert_eq!(first, ["béta", "\u{201c}gamma\u{201d}"], "{sort}");
        }
        let newest = titles(&ana, "sort=newest", 2).await;
        let mut oldest = titles(&ana, "sort=oldest", 2).await;
        oldest.reverse();
        assert_eq!(newest, oldest);
        assert_eq!(ana.get("/api/videos?sort=size").await.status(), 422);
        assert_eq!(ana.get("/api/videos?state=gone").await.status(), 422);
    }

    async fn recordings_are_picked_by_state(app: TestApp) {
        let ana = app.person("ana").await;
        let mut ids = Vec::new();
        for title in ["ready", "generating", "failed", "fresh", "half"] {
            ids.push(recording(&ana, title).await);
        }
        recording(&ana, "uploading").await;
        app.sql(&["UPDATE videos SET state = 'stored' WHERE title <> 'uploading'"]).await;
        app.sql(&["UPDATE videos SET hls_status = title WHERE title IN ('ready', 'failed', 'generating')"]).await;
        app.sql(&["UPDATE videos SET duration_ms = 600000, watched_at = 5 WHERE title IN ('ready', 'half')"]).await;
        assert_eq!(ana.request(Method::PUT, &format!("/api/videos/{}/position", ids[4])).json(&json!({ "position_ms": 200_000 })).send().await.unwrap().status(), 204);
        for (state, expected) in [
            ("ready", vec!["ready"]),
            ("preparing", vec!["generating"]),
            ("failed", vec!["failed"]),
            ("started", vec!["half"]),
            ("unwatched", vec!["failed", "fresh", "generating"]),
        ] {
            let mut seen = titles(&ana, &format!("state={state}"), 2).await;
            seen.sort();
            assert_eq!(seen, expected, "{state}");
            let page: Value = ana.get(&format!("/api/videos?state={state}&limit=1")).await.json().await.unwrap();
            assert_eq!(page["total"], expected.len(), "{state}");
        }
    }

    async fn tags_are_put_on_found_by_and_taken_off_whatever_their_case(app: TestApp) {
        let (ana, ben) = (app.person("ana").await, app.person("ben").await);
        let (a, b) = (recording(&ana, "a").await, recording(&ana, "b").await);
        assert_eq!(tag(&ana, &a, "Weekly").await, (200, json!({ "id": a, "tags": ["Weekly"] })));
        assert_eq!(tag(&ana, &a, "WEEKLY").await.1["tags"], json!(["Weekly"]), "the same again");
        assert_eq!(tag(&ana, &b, "weekly").await.1["tags"], json!(["Weekly"]), "written as it was first");
        assert_eq!(tag(&ana, &a, "R%26D%20%F0%9F%8E%89").await.1["tags"].as_array().unwrap().len(), 2);
        assert_eq!(titles(&ana, "tag=wEEKLY", 1).await.len(), 2);
        assert_eq!(titles(&ana, "tag=r%26d+%F0%9F%8E%89", 1).await, ["a"]);
        for none in ["nothing", "%00", "%20", "%2C", &"x".repeat(41)] {
            assert_eq!(titles(&ana, &format!("tag={none}"), 1).await.len(), 0, "{none}");
        }
        assert_eq!(tag(&ana, &a, "Caf%C3%A9").await.0, 200);
        let off = ana.request(Method::DELETE, &format!("/api/videos/{a}/tags/cafe%CC%81")).send().await.unwrap();
        assert_eq!(off.json::<Value>().await.unwrap()["tags"].as_array().unwrap().len(), 2, "an accent is the same however it is written");
        let tags: Value = ana.get("/api/tags").await.json().await.unwrap();
        assert_eq!(tags["tags"][1], json!({ "label": "Weekly", "count": 2 }));
        let one: Value = ana.get(&format!("/api/videos/{a}")).await.json().await.unwrap();
        assert_eq!(one["video"]["tags"], json!(["Weekly", "R&D 🎉"]));

        assert_eq!(tag(&ben, &a, "mine").await.0, 403);
        assert_eq!(ben.get("/api/tags").await.json::<Value>().await.unwrap()["tags"], json!([]));
        assert_eq!(ben.request(Method::DELETE, &format!("/api/videos/{a}/tags/weekly")).send().await.unwrap().status(), 403);
        let off = ana.request(Method::DELETE, &format!("/api/videos/{a}/tags/weekly")).send().await.unwrap();
        assert_eq!(off.json::<Value>().await.unwrap()["tags"], json!(["R&D 🎉"]));
        for bad in ["%20", "%2C", &"x".repeat(41)] {
            assert_eq!(tag(&ana, &a, bad).await.0, 422, "{bad}");
        }
        for n in 0..19 {
            assert_eq!(tag(&ana, &a, &format!("t{n}")).await.0, 200);
        }
        assert_eq!(tag(&ana, &a, "one-more").await.0, 422);
        assert_eq!(tag(&ana, &a, "t3").await.0, 200, "one that is there needs no room");
    }

    async fn several_are_tagged_and_trashed_at_a_time_and_only_ones_own(app: TestApp) {
        let (ana, ben) = (app.person("ana").await, app.person("ben").await);
        let mut ids = Vec::new();
        for n in 0..5 {
            ids.push(recording(&ana, &format!("r{n}")).await);
        }
        let bens = recording(&ben, "ben's").await;
        app.sql(&["UPDATE videos SET state = 'stored'"]).await;
        let list = [&ids[..3], &[bens.clone()]].concat().join(",");
        let tagged: Value = ana.call("tag_videos", &[("ids", &list), ("tag", "x"), ("on", "true")]).await.json().await.unwrap();
        assert_eq!(tagged.as_array().unwrap().len(), 3);
        assert_eq!(titles(&ben, "tag=x", 10).await.len(), 0);
        // Whatever has no room is missing in the answer, and the others have the tag.
        for n in 0..20 {
            assert_eq!(tag(&ana, &ids[3], &format!("t{n}")).await.0, 200);
        }
        let some = [ids[3].as_str(), &ids[4], &ids[4]].join(",");
        let tagged: Value = ana.call("tag_videos", &[("ids", &some), ("tag", "y"), ("on", "true")]).await.json().await.unwrap();
        assert_eq!(tagged, json!([{ "id": ids[4], "tags": ["y"] }]));
        let tagged: Value = ana.call("tag_videos", &[("ids", &some), ("tag", "T7"), ("on", "true")]).await.json().await.unwrap();
        assert_eq!(tagged.as_array().unwrap().len(), 2, "one that is there needs no room");
        let tagged: Value = ana.call("tag_videos", &[("ids", &some), ("tag", "t7"), ("on", "false")]).await.json().await.unwrap();
        assert_eq!((tagged[0]["tags"].as_array().unwrap().len(), &tagged[1]["tags"]), (19, &json!(["y"])));
        assert_eq!(ana.call("tag_videos", &[("ids", ""), ("tag", "y"), ("on", "true")]).await.status(), 422);
        assert_eq!(ana.call("trash_videos", &[("ids", &list)]).await.json::<Value>().await.unwrap(), 3);
        assert_eq!((titles(&ana, "", 10).await.len(), titles(&ben, "", 10).await.len()), (2, 1));
        let trash: Value = ana.get("/api/trash").await.json().await.unwrap();
        assert_eq!((trash["total"].as_i64(), trash["items"].as_array().unwrap().len()), (Some(3), 3));
        assert_eq!(ben.call("restore_videos", &[("ids", &list)]).await.json::<Value>().await.unwrap(), 0);
        assert_eq!(ana.call("restore_videos", &[("ids", &list)]).await.json::<Value>().await.unwrap(), 3);
        assert_eq!(titles(&ana, "tag=x", 10).await.len(), 3, "with their tags");
        assert_eq!(ana.call("trash_videos", &[("ids", "")]).await.status(), 422);
        assert_eq!(ana.call("trash_videos", &[("ids", "no-id")]).await.status(), 403);
        let many = vec![ids[0].as_str(); 1_001].join(",");
        assert_eq!(ana.call("trash_videos", &[("ids", &many)]).await.status(), 422);
    }

    async fn what_is_in_the_trash_is_there_for_nobody_until_it_is_restored(app: TestApp) {
        let (ana, ben) = (app.person("ana").await, app.person("ben").await);
        let (id, url) = ana.ready_stream(clips::clip()).await;
        ana.call("add_note", &[("video_id", &id), ("at_ms", "1"), ("body", "marvellous")]).await;
        let playlist = ana.get(&url).await.text().await.unwrap();
        let segment = beside(&url, playlist.lines().find(|line| line.ends_with(".ts")).unwrap());
        let found = async || ana.get("/api/search?q=marvellous").await.json::<Value>().await.unwrap()["total"].clone();
        assert_eq!((ana.get(&url).await.status().as_u16(), found().await), (200, json!(1)));
        assert_eq!(ben.post(&format!("/api/videos/{id}/trash"), &json!({})).await.status(), 403);
        assert_eq!(ana.post(&format!("/api/videos/{id}/trash"), &json!({})).await.status(), 204);
        for path in ["", "/stream", "/poster", "/download", "/captions.vtt", "/transcript", "/transcript.vtt", "/chapters", "/notes", "/notes.md", "/storyboard.vtt", "/stats"] {
            assert_eq!(ana.get(&format!("/api/videos/{id}{path}")).await.status(), 403, "{path}");
        }
        for path in [&url, &segment, &format!("/videos/{id}"), &format!("/videos/{id}?t=5")] {
            assert_eq!(ana.get(path).await.status(), 403, "{path}");
        }
        assert_eq!(ana.post(&format!("/api/videos/{id}/trash"), &json!({})).await.status(), 403, "twice");
        assert_eq!((titles(&ana, "", 10).await.len(), found().await), (0, json!(0)));
        assert_eq!(ben.post(&format!("/api/videos/{id}/restore"), &json!({})).await.status(), 403);
        assert_eq!(ana.post(&format!("/api/videos/{id}/restore"), &json!({})).await.status(), 204);
        assert_eq!(ana.post(&format!("/api/videos/{id}/restore"), &json!({})).await.status(), 204, "twice is once");
        assert_eq!((ana.get(&url).await.status().as_u16(), found().await, titles(&ana, "", 10).await.len()), (200, json!(1), 1));
        assert!(app.bucket().list("videos/").await.unwrap().len() >= 7, "nothing of it was touched");
    }

    async fn a_stream_that_is_being_made_ends_with_its_recording_and_is_begun_anew_when_that_is_back(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.upload(clips::large()).await;
        assert_eq!(ana.stream(&id).await.0, 202);
        assert_eq!(ana.post(&format!("/api/videos/{id}/trash"), &json!({})).await.status(), 204);
        eventually("the job has stopped", || async { (crate::jobs::at_work(&app).await == 0).then_some(()) }).await;
        assert_eq!(ana.post(&format!("/api/videos/{id}/restore"), &json!({})).await.status(), 204);
        assert_eq!(ana.stream_settled(&id).await.0, 200);
    }

    async fn deleting_for_good_works_in_the_trash_and_empties_it(app: TestApp) {
        let (ana, ben) = (app.person("ana").await, app.person("ben").await);
        let kept = ana.upload(clips::clip()).await;
        let (one, two) = (ana.upload(clips::clip()).await, ana.upload(clips::clip()).await);
        for id in [&one, &two] {
            assert_eq!(ana.post(&format!("/api/videos/{id}/trash"), &json!({})).await.status(), 204);
        }
        assert_eq!(ben.delete(&format!("/api/videos/{one}")).await.status(), 403);
        assert_eq!(ana.delete(&format!("/api/videos/{one}")).await.status(), 204);
        assert_eq!(ben.delete("/api/trash").await.status(), 204);
        assert_eq!(ana.get("/api/trash").await.json::<Value>().await.unwrap()["total"], 1);
        // From two tabs at once: whoever is slower finds nothing left to do.
        let (first, second) = tokio::join!(ana.delete("/api/trash"), ana.delete("/api/trash"));
        assert_eq!((first.status().as_u16(), second.status().as_u16()), (204, 204));
        assert_eq!(ana.get("/api/trash").await.json::<Value>().await.unwrap()["total"], 0);
        // A busy Swift still lists for a moment what it has deleted.
        eventually("only what was kept is there", || async {
            let keys = app.bucket().list("videos/").await.unwrap();
            (!keys.is_empty() && keys.iter().all(|key| key.contains(&kept))).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn after_thirty_days_the_trash_is_emptied_by_itself() {
    let mut app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let (old, young) = (ana.upload(clips::clip()).await, ana.upload(clips::clip()).await);
    for id in [&old, &young] {
        assert_eq!(ana.post(&format!("/api/videos/{id}/trash"), &json!({})).await.status(), 204);
    }
    let days = |n: i64| n * 24 * 3_600 * 1_000;
    app.sql(&[&format!("UPDATE videos SET trashed_at = trashed_at - {} WHERE id = '{old}'", days(30) + 1)]).await;
    app.sql(&[&format!("UPDATE videos SET trashed_at = trashed_at - {} WHERE id = '{young}'", days(29))]).await;
    assert_eq!(ana.post(&format!("/api/videos/{old}/restore"), &json!({})).await.status(), 403, "its time is over");
    let trash: Value = ana.get("/api/trash").await.json().await.unwrap();
    assert_eq!((&trash["total"], &trash["items"][0]["video"]["id"], &trash["items"][1]), (&json!(1), &json!(young), &Value::Null));
    // House-keeping looks when a server starts, and every hour.
    app.restart().await;
    eventually("the old one is gone", || async {
        let keys = app.bucket().list("videos/").await.unwrap();
        (!keys.is_empty() && keys.iter().all(|key| key.contains(&young))).then_some(())
    })
    .await;
    assert_eq!(ana.post(&format!("/api/videos/{young}/restore"), &json!({})).await.status(), 204);
}

#[tokio::test]
async fn what_is_being_deleted_with_all_of_the_trash_cannot_be_had_back_meanwhile() {
    let mut app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::clip()).await;
    assert_eq!(ana.post(&format!("/api/videos/{id}/trash"), &json!({})).await.status(), 204);
    // As a server leaves it that is killed right after the first step.
    let db = app.db().await;
    let row = db.video(id.parse().unwrap()).await.unwrap().unwrap();
    db.end_trash(row.user_id().unwrap()).await.unwrap();
    assert_eq!(ana.post(&format!("/api/videos/{id}/restore"), &json!({})).await.status(), 403);
    assert_eq!(ana.get("/api/trash").await.json::<Value>().await.unwrap()["total"], 0);
    app.restart().await;
    eventually("the next start does the rest", || async { app.bucket().list("videos/").await.unwrap().is_empty().then_some(()) }).await;
}

#[tokio::test]
async fn a_later_page_of_the_trash_that_became_empty_leads_back_to_the_first() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = recording(&ana, "Alpha").await;
    app.sql(&["UPDATE videos SET state = 'stored'"]).await;
    assert_eq!(ana.post(&format!("/api/videos/{id}/trash"), &json!({})).await.status(), 204);
    let html = ana.get("/trash?cursor=1_00000000-0000-0000-0000-000000000000").await.text().await.unwrap();
    assert!(html.contains("Back to the first") && html.contains("Empty trash") && !html.contains("Alpha"), "{html}");
}

#[tokio::test]
async fn an_upload_is_cancelled_and_not_trashed() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = recording(&ana, "on its way").await;
    assert_eq!(ana.post(&format!("/api/videos/{id}/trash"), &json!({})).await.status(), 409);
}

#[tokio::test]
async fn the_library_is_used_without_javascript() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let ids = [recording(&ana, "Alpha").await, recording(&ana, "Beta").await];
    app.sql(&["UPDATE videos SET state = 'stored'"]).await;
    let form = async |path: &str, fields: &[(&str, &str)]| {
        let answer = ana.request(Method::POST, path).header("accept", "text/html").form(fields).send().await.unwrap();
        (answer.status().as_u16(), answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default())
    };
    let page = async |path: &str| ana.get(path).await.text().await.unwrap();
    assert_eq!(
        form("/recordings", &[("id", &ids[0]), ("id", &ids[1]), ("act", "tag"), ("tag", "R&D"), ("next", "/?sort=title")]).await,
        (303, "/?sort=title".into())
    );
    let html = page("/?tag=r%26d&sort=title").await;
    assert!(html.contains("/?tag=R%26D") && html.find("Alpha").unwrap() < html.find("Beta").unwrap());
    assert_eq!(form(&format!("/videos/{}/tags", ids[0]), &[("untag", "r&d")]).await.0, 303);
    assert!(!page("/?tag=R%26D").await.contains("Alpha"));
    assert_eq!(form("/recordings", &[("id", &ids[0]), ("act", "trash")]).await, (303, "/".into()));
    assert!(!page("/").await.contains("Alpha") && page("/trash").await.contains("Alpha"));
    assert_eq!(form("/recordings", &[("id", &ids[0]), ("act", "restore"), ("next", "//evil.example")]).await, (303, "/".into()));
    assert!(page("/").await.contains("Alpha"));
    assert_eq!(form(&format!("/videos/{}/trash", ids[1]), &[]).await, (303, "/".into()));
    assert_eq!(form("/trash/empty", &[]).await, (303, "/trash".into()));
    assert!(page("/trash").await.contains("The trash is empty"));
    assert!(page("/?state=ready").await.contains("None of your recordings is like that"));
    assert_eq!(ana.get("/?sort=nonsense").await.status(), 422);
    // Those that are one's own and still there.
    let (alpha, nobodys) = (ids[0].as_str(), "00000000-0000-0000-0000-000000000000");
    let fields = [("id", alpha), ("id", nobodys), ("id", alpha), ("act", "delete"), ("next", "/trash")];
    assert_eq!(form("/recordings", &fields).await, (303, "/trash".into()));
    assert!(!page("/").await.contains("Alpha") && !page("/trash").await.contains("Alpha"));
    assert_eq!(form("/recordings", &[("act", "delete")]).await.0, 422, "nothing was ticked");
}
