//! Notes: sent twice and kept once, changed on two devices and neither lost, exported, and nobody else's business.

use crate::support::{Person, clips};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use uuid::Uuid;

async fn recording(person: &Person) -> String {
    person.begin("a.mp4", 1000).await["video"]["id"].as_str().unwrap().to_owned()
}

async fn send(person: &Person, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
    let response = person.request(method, path).json(&body).send().await.unwrap();
    (response.status(), response.json().await.unwrap_or_default())
}

async fn post(person: &Person, video: &str, note: Value) -> (StatusCode, Value) {
    send(person, Method::POST, &format!("/api/videos/{video}/notes"), note).await
}

async fn patch(person: &Person, note: &str, change: Value) -> (StatusCode, Value) {
    send(person, Method::PATCH, &format!("/api/notes/{note}"), change).await
}

async fn bodies(person: &Person, video: &str) -> Vec<String> {
    let all: Value = person.get(&format!("/api/videos/{video}/notes")).await.json().await.unwrap();
    all["notes"].as_array().unwrap().iter().map(|note| note["body"].as_str().unwrap().to_owned()).collect()
}

crate::on_every_backend! {
    async fn a_note_that_is_sent_again_is_there_once(app: TestApp) {
        let ana = app.person("ana").await;
        let video = recording(&ana).await;
        let id = Uuid::new_v4().to_string();
        let note = json!({ "id": id, "at_ms": 5_000, "end_ms": 9_000, "body": "**Budget**" });
        let (status, first) = post(&ana, &video, note.clone()).await;
        assert_eq!(status, 201, "{first}");
        assert_eq!(first["note"]["html"], "<p><strong>Budget</strong></p>");
        assert_eq!((first["note"]["id"].as_str(), first["note"]["version"].as_i64(), first["note"]["end_ms"].as_i64()), (Some(&*id), Some(1), Some(9_000)));
        // Ten at once, as an impatient device may.
        let sent = (0..10).map(|_| post(&ana, &video, note.clone()));
        for (status, again) in at_once(sent).await {
            assert_eq!((status.as_u16(), &again), (201, &first));
        }
        assert_eq!(ana.call("add_note", &[("video_id", &video), ("at_ms", "5000"), ("end_ms", "9000"), ("body", "**Budget**"), ("id", &id)]).await.status(), 200);
        assert_eq!(bodies(&ana, &video).await, ["**Budget**"]);
        // Another text under the same id is another note's business.
        let (status, answer) = post(&ana, &video, json!({ "id": id, "at_ms": 5_000, "body": "Other" })).await;
        assert_eq!((status.as_u16(), answer["note"]["body"].as_str(), answer["error"]["code"].as_str()), (409, Some("**Budget**"), Some("conflict")));
    }

    async fn of_two_changes_from_the_same_version_one_wins_and_the_other_is_told(app: TestApp) {
        let ana = app.person("ana").await;
        let video = recording(&ana).await;
        let (_, made) = post(&ana, &video, json!({ "at_ms": 1_000, "body": "first" })).await;
        let id = made["note"]["id"].as_str().unwrap();
        let both = ["from the phone", "from the laptop"].map(|body| patch(&ana, id, json!({ "version": 1, "body": body })));
        let answers = at_once(both).await;
        let mut statuses: Vec<_> = answers.iter().map(|(status, _)| status.as_u16()).collect();
        statuses.sort();
        assert_eq!(statuses, [200, 409]);
        let won = &answers.iter().find(|(status, _)| status.as_u16() == 200).unwrap().1["note"];
        let lost = &answers.iter().find(|(status, _)| status.as_u16() == 409).unwrap().1;
        assert_eq!((&lost["note"], lost["error"]["code"].as_str()), (won, Some("conflict")), "the loser is told what is there");
        assert_eq!((won["version"].as_i64(), bodies(&ana, &video).await), (Some(2), vec![won["body"].as_str().unwrap().to_owned()]));

        // Its own words a second time are no conflict: the answer to the first got lost.
        let (status, again) = patch(&ana, id, json!({ "version": 1, "body": won["body"] })).await;
        assert_eq!((status.as_u16(), &again["note"]), (200, won));
        // As the page sends it.
        let stale = [("id", id), ("version", "1"), ("body", "stale")];
        let refused = ana.call("edit_note", &stale).await;
        assert_eq!((refused.status().as_u16(), refused.json::<Value>().await.unwrap()["code"].as_str()), (409, Some("conflict")));
        assert_eq!(ana.delete(&format!("/api/notes/{id}?version=1")).await.status(), 409);
        assert_eq!(ana.delete(&format!("/api/notes/{id}?version=2")).await.status(), 204);
        assert_eq!(ana.delete(&format!("/api/notes/{id}")).await.status(), 403);
        assert_eq!(bodies(&ana, &video).await, Vec::<String>::new());
    }

    async fn a_change_leaves_alone_what_it_does_not_name(app: TestApp) {
        let ana = app.person("ana").await;
        let video = recording(&ana).await;
        let (_, made) = post(&ana, &video, json!({ "at_ms": 1_000, "end_ms": 4_000, "body": "text" })).await;
        let id = made["note"]["id"].as_str().unwrap();
        let change = async |version: i64, mut change: Value| {
            change["version"] = json!(version);
            let (status, answer) = patch(&ana, id, change).await;
            assert_eq!(status, 200, "{answer}");
            let note = &answer["note"];
            (note["at_ms"].as_i64().unwrap(), note["end_ms"].as_i64(), note["body"].as_str().unwrap().to_owned())
        };
        assert_eq!(change(1, json!({ "body": "other" })).await, (1_000, Some(4_000), "other".to_owned()));
        assert_eq!(change(2, json!({ "at_ms": 2_000 })).await, (2_000, None, "other".to_owned()));
        assert_eq!(change(3, json!({ "at_ms": 2_000, "end_ms": 1_000 })).await, (2_000, None, "other".to_owned()));
        let (status, answer) = patch(&ana, id, json!({ "version": 4, "body": " \n" })).await;
        assert_eq!((status.as_u16(), answer["error"]["code"].as_str()), (422, Some("invalid")));
        assert_eq!(patch(&ana, id, json!({ "body": "no version" })).await.0, 400);
        assert_eq!(patch(&ana, id, json!({ "version": 4, "body": "x".repeat(10_001) })).await.0, 422);
    }

    async fn notes_are_their_writers_and_nobody_elses(app: TestApp) {
        let (ana, ben, nobody) = (app.person("ana").await, app.person("ben").await, app.stranger());
        let video = recording(&ana).await;
        let (_, made) = post(&ana, &video, json!({ "at_ms": 0, "body": "secret" })).await;
        let id = made["note"]["id"].as_str().unwrap();
        let note = json!({ "at_ms": 0, "body": "mine" });
        for (person, status) in [(&nobody, 401), (&ben, 403)] {
            assert_eq!(person.get(&format!("/api/videos/{video}/notes")).await.status(), status);
            assert_eq!(person.get(&format!("/api/videos/{video}/notes.md")).await.status(), status);
            assert_eq!(post(person, &video, note.clone()).await.0, status);
            assert_eq!(patch(person, id, json!({ "version": 1, "body": "mine" })).await.0, status);
            assert_eq!(person.delete(&format!("/api/notes/{id}")).await.status(), status);
        }
        for odd in ["nonsense", "00000000-0000-0000-0000-000000000000"] {
            assert_eq!(patch(&ana, odd, json!({ "version": 1, "body": "x" })).await.0, 403);
            assert_eq!(ana.get(&format!("/api/videos/{odd}/notes")).await.status(), 403);
        }
        // An id that is taken, by somebody else or beside another recording, adds and shows nothing.
        let (bens, other) = (recording(&ben).await, recording(&ana).await);
        for (person, video) in [(&ben, &bens), (&ana, &other)] {
            let (status, answer) = post(person, video, json!({ "id": id, "at_ms": 0, "body": "secret" })).await;
            assert_eq!((status.as_u16(), answer.get("note")), (403, None), "{answer}");
        }
        assert_eq!(bodies(&ana, &video).await, ["secret"]);
    }

    async fn the_notes_of_a_recording_have_an_end_together(app: TestApp) {
        let ana = app.person("ana").await;
        let video = recording(&ana).await;
        for length in [10_000; 99].into_iter().chain([9_999]) {
            assert_eq!(post(&ana, &video, json!({ "at_ms": 0, "body": "x".repeat(length) })).await.0, 201);
        }
        let (_, last) = post(&ana, &video, json!({ "at_ms": 0, "body": "ä" })).await;
        let id = last["note"]["id"].as_str().unwrap();
        let (status, answer) = post(&ana, &video, json!({ "at_ms": 0, "body": "y" })).await;
        assert_eq!((status.as_u16(), answer["error"]["code"].as_str()), (422, Some("invalid")), "{answer}");
        // Nobody was faster, so it is no conflict; and what does not grow may change.
        assert_eq!(patch(&ana, id, json!({ "version": 1, "body": "zz" })).await.0, 422);
        assert_eq!(patch(&ana, id, json!({ "version": 1, "body": "ö" })).await.0, 200);
        // Where there is more than there is room for, no note gets longer, and any may get shorter.
        app.sql(&["UPDATE notes SET body = 'öxyz' WHERE body = 'ö'"]).await;
        assert_eq!(patch(&ana, id, json!({ "version": 2, "body": "zzzzz" })).await.0, 422);
        assert_eq!(patch(&ana, id, json!({ "version": 2, "body": "äöüß" })).await.0, 200);
        assert_eq!(patch(&ana, id, json!({ "version": 3, "body": "zzz" })).await.0, 200);
        assert_eq!(ana.delete(&format!("/api/notes/{id}")).await.status(), 204);
        assert_eq!(post(&ana, &video, json!({ "at_ms": 0, "body": "y" })).await.0, 201);
    }

    async fn no_note_gets_out_of_its_field_or_its_place_in_the_page(app: TestApp) {
        let ana = app.person("ana").await;
        let video = ana.upload(clips::clip()).await;
        for body in ["</textarea><script>alert(1)</script>", "</div></li></ol><img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>"] {
            assert_eq!(post(&ana, &video, json!({ "at_ms": 0, "body": body })).await.0, 201);
        }
        let page = ana.get(&format!("/videos/{video}")).await.text().await.unwrap();
        for bad in ["<script>alert", "</textarea><script", "<img src=x", "<svg onload"] {
            assert!(!page.contains(bad), "{bad}");
        }
        assert!(page.contains("&lt;/textarea>&lt;script>alert(1)"), "the source waits in its field");
    }

    async fn all_notes_are_one_file_with_links(app: TestApp) {
        let ana = app.person("ana").await;
        let video = ana.upload(clips::clip()).await;
        let title = json!({ "title": "Week 47: *plans* / ideas" });
        assert_eq!(ana.request(Method::PATCH, &format!("/api/videos/{video}")).json(&title).send().await.unwrap().status(), 200);
        post(&ana, &video, json!({ "at_ms": 12_000, "end_ms": 15_500, "body": "- later\n- <script>" })).await;
        post(&ana, &video, json!({ "at_ms": 2_000, "body": "sooner" })).await;
        let file = ana.get(&format!("/api/videos/{video}/notes.md")).await;
        assert_eq!(file.headers()[header::CONTENT_TYPE], "text/markdown; charset=utf-8");
        assert_eq!(file.headers()[header::CONTENT_DISPOSITION], "attachment; filename*=UTF-8''Week%2047%3A%20%2Aplans%2A%20-%20ideas.md");
        let text = file.text().await.unwrap();
        let page = app.url(&format!("/videos/{video}"));
        assert!(text.starts_with(r"# Week 47\: \*plans\* \/ ideas"), "{text}");
        let notes = format!("\n## [0:02]({page}?t=2)\n\nsooner\n\n## [0:12–0:15]({page}?t=12)\n\n- later\n- <script>\n");
        assert!(text.ends_with(&notes), "{text}");
    }

    async fn a_note_lies_within_its_recording_and_moments_beyond_it_are_no_links(app: TestApp) {
        let ana = app.person("ana").await;
        let video = ana.upload(clips::clip()).await;
        let (_, made) = post(&ana, &video, json!({ "at_ms": 10_000, "end_ms": 99_000_000, "body": "from 0:05, at 14:30" })).await;
        let note = &made["note"];
        assert!((19_900..20_200).contains(&note["end_ms"].as_i64().unwrap()), "{note}");
        assert_eq!(note["html"], "<p>from <a class=\"time\" href=\"?t=5\" data-jump=\"5000\">0:05</a>, at 14:30</p>");
    }
}

async fn at_once<F: Future>(all: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    futures::future::join_all(all).await
}
