//! Transcripts: imported from every dialect, edited by several people at once, written out as files.

use crate::support::{Backend, Person, TestApp, clips};
use notetaker::model::{Sentence, Transcript, TranscriptChange, TranscriptPart};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use sqlx::{Connection, Executor};

const TALK: &str = "WEBVTT\nLanguage: en\n\n00:01.000 --> 00:03.000\n<v Ana><00:01.000>So <00:01.500>then <00:02.000>go.\n\n\
    00:03.000 --> 00:04.000\n<v Ben>Yes.\n\n00:05.000 --> 00:06.000\n<v Ana>Now & here.\n";

async fn put(person: &Person, id: &str, name: &str, bytes: impl Into<Vec<u8>>) -> Response {
    let request = person.request(Method::PUT, &format!("/api/videos/{id}/transcript?file_name={name}"));
    request.body(bytes.into()).send().await.unwrap()
}

async fn get(person: &Person, id: &str) -> Transcript {
    person.get(&format!("/api/videos/{id}/transcript")).await.json().await.unwrap()
}

async fn patch(person: &Person, id: &str, edit: Value) -> Response {
    person.request(Method::PATCH, &format!("/api/videos/{id}/transcript")).json(&edit).send().await.unwrap()
}

/// A recording with a transcript; an upload that goes on is enough for that.
async fn with_talk(person: &Person) -> String {
    let id = person.begin("a.mp4", 1000).await["video"]["id"].as_str().unwrap().to_owned();
    assert_eq!(put(person, &id, "talk.vtt", TALK).await.status(), 200);
    id
}

fn applied(transcript: &Transcript, change: &TranscriptChange) -> Vec<Sentence> {
    let (from, removed) = (change.index as usize, change.removed as usize);
    let mut sentences = transcript.sentences.clone();
    drop(sentences.splice(from..from + removed, change.sentences.iter().cloned()));
    sentences
}

crate::on_every_backend! {
    async fn files_are_taken_as_they_are(app: TestApp) {
        let ana = app.person("ana").await;
        let id = with_talk(&ana).await;
        let talk = get(&ana, &id).await;
        assert_eq!((talk.file_name.as_str(), talk.language.as_deref(), talk.sentences.len()), ("talk.vtt", Some("en"), 3));
        assert_eq!(talk.sentences[0].words.len(), 3);
        // UTF-16, as a browser could not pass it on in a form.
        let wide: Vec<u8> = [0xFEFF].into_iter().chain("1\r\n00:00:01,000 --> 00:00:02,000\r\nGrüße\r\n".encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let answer: Transcript = put(&ana, &id, "gr%C3%BC%C3%9Fe.srt", wide).await.json().await.unwrap();
        assert_eq!((answer.file_name.as_str(), answer.sentences[0].text.as_str()), ("grüße.srt", "Grüße"));
        assert!(answer.version > talk.version);
        assert_eq!(get(&ana, &id).await, answer);
        // A file that cannot be read says where, and leaves what was there.
        let refused = put(&ana, &id, "bad.vtt", "WEBVTT\n\n00:01.000 --> later\nHi\n").await;
        assert_eq!(refused.status(), 422);
        let told: Value = refused.json().await.unwrap();
        assert_eq!(told["error"]["message"], "Line 3: “later” is not a time. Times look like 00:01:02.000 --> 00:01:05.000.");
        assert_eq!(put(&ana, &id, "x", vec![b' '; (16 << 20) + 1]).await.status(), 422);
        assert_eq!(get(&ana, &id).await, answer);
    }

    async fn an_edit_is_what_it_says_and_counts_only_on_the_version_it_was_made_on(app: TestApp) {
        let ana = app.person("ana").await;
        let id = with_talk(&ana).await;
        let mut now = get(&ana, &id).await;
        let edits = [
            json!({ "action": "text", "index": 0, "text": "So than go." }),
            json!({ "action": "speaker", "index": 1, "speaker": "Cleo" }),
            json!({ "action": "rename", "speaker": "Ana", "text": "Cleo" }),
            json!({ "action": "rename", "speaker": "Cleo", "text": "Anna", "only": [0] }),
            json!({ "action": "split", "index": 0, "at": 3 }),
            json!({ "action": "merge", "index": 0 }),
            json!({ "action": "replace", "index": 2, "count": 1, "sentences": [] }),
        ];
        for mut edit in edits {
            edit["version"] = json!(now.version);
            let answer = patch(&ana, &id, edit.clone()).await;
            assert_eq!(answer.status(), 200, "{edit}");
            let change: TranscriptChange = answer.json().await.unwrap();
            assert!(change.version > now.version);
            let after = get(&ana, &id).await;
            assert_eq!((after.version, &after.sentences), (change.version, &applied(&now, &change)), "{edit}");
            // Sent once more, it was made on a version that is gone.
            let stale = patch(&ana, &id, edit).await;
            assert_eq!(stale.status(), 409);
            assert_eq!(stale.json::<Value>().await.unwrap()["error"]["code"], "conflict");
            now = after;
        }
        assert_eq!(now.sentences.iter().map(|s| s.text.as_str()).collect::<Vec<_>>(), ["So than go.", "Yes."]);
        let speakers: Vec<_> = now.sentences.iter().map(|s| s.speaker.as_deref()).collect();
        assert_eq!(speakers, [Some("Anna"), Some("Cleo")]);
        assert_eq!(now.sentences[0].words.iter().map(|word| word.start_ms).collect::<Vec<_>>(), [1_000, 1_500, 2_000]);
    }

    async fn of_many_edits_at_once_one_wins_and_nothing_is_lost(app: TestApp) {
        let ana = app.person("ana").await;
        let id = with_talk(&ana).await;
        let version = get(&ana, &id).await.version.to_string();
        let edits = (0..8).map(|n| {
            let (ana, id, version) = (&ana, &id, &version);
            async move {
                let text = format!("text {n}");
                let edit = [("video_id", id.as_str()), ("version", version), ("action", "text"), ("index", "0"), ("text", &text)];
                ana.call("edit_transcript", &edit).await.status().as_u16()
            }
        });
        let mut statuses = futures::future::join_all(edits).await;
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409, 409, 409, 409, 409, 409, 409]);
        assert!(get(&ana, &id).await.sentences[0].text.starts_with("text "));
    }

    async fn a_transcript_of_an_earlier_release_is_read_edited_and_kept(app: TestApp) {
        let ana = app.person("ana").await;
        let id = with_talk(&ana).await;
        sqlx::any::install_default_drivers();
        let mut database = sqlx::AnyConnection::connect(&app.config.database_url).await.unwrap();
        database.execute("UPDATE transcripts SET version = 1, language = NULL, sentences = '[{\"start_ms\":1000,\"end_ms\":2000,\"speaker\":null,\"text\":\"Old\"}]'").await.unwrap();
        let old = get(&ana, &id).await;
        assert_eq!((old.version, old.language.as_deref(), old.sentences[0].text.as_str()), (1, None, "Old"));
        assert_eq!(patch(&ana, &id, json!({ "version": 1, "action": "text", "index": 0, "text": "New" })).await.status(), 200);
        let now = get(&ana, &id).await;
        assert_eq!((now.version, now.sentences[0].text.as_str()), (2, "New"));
        // Removed and imported again, it has a version that it never had.
        assert_eq!(ana.delete(&format!("/api/videos/{id}/transcript")).await.status(), 204);
        assert_eq!(put(&ana, &id, "a.vtt", TALK).await.status(), 200);
        assert_eq!(patch(&ana, &id, json!({ "version": 2, "action": "text", "index": 0, "text": "x" })).await.status(), 409);
    }

    async fn exports_are_files_that_can_be_imported_again(app: TestApp) {
        let ana = app.person("ana").await;
        let id = with_talk(&ana).await;
        let title = json!({ "title": "Grüße/\"12\"" });
        ana.request(Method::PATCH, &format!("/api/videos/{id}")).json(&title).send().await.unwrap();
        let talk = get(&ana, &id).await;
        let file = async |ending: &str, kind: &str| {
            let answer = ana.get(&format!("/api/videos/{id}/transcript.{ending}")).await;
            assert_eq!(answer.status(), 200, "{ending}");
            assert_eq!(answer.headers()["content-disposition"], format!("attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe-%2212%22.{ending}"));
            assert_eq!(answer.headers()["content-type"], format!("{kind}; charset=utf-8"));
            answer.text().await.unwrap()
        };
        let vtt = file("vtt", "text/vtt").await;
        let again: Transcript = put(&ana, &id, "talk.vtt", vtt).await.json().await.unwrap();
        assert_eq!(Transcript { version: 0, ..again }, Transcript { version: 0, ..talk.clone() });
        let again: Transcript = put(&ana, &id, "talk.srt", file("srt", "application/x-subrip").await).await.json().await.unwrap();
        let untimed = talk.sentences.iter().map(|s| Sentence { words: Vec::new(), ..s.clone() }).collect::<Vec<_>>();
        assert_eq!(again.sentences, untimed);
        assert_eq!(file("txt", "text/plain").await, "[0:01] Ana: So then go.\n[0:03] Ben: Yes.\n[0:05] Ana: Now & here.\n");
        let markdown = file("md", "text/markdown").await;
        let link = format!("[0:05]({}?t=5) **Ana:** Now \\& here.", app.url(&format!("/videos/{id}")));
        assert!(markdown.starts_with("# Grüße/\"12\"\n") && markdown.contains(&link), "{markdown}");
    }

    async fn transcripts_are_their_owners_alone(app: TestApp) {
        let (ana, ben) = (app.person("ana").await, app.person("ben").await);
        let id = with_talk(&ana).await;
        for (person, expected) in [(&ben, 403), (&app.stranger(), 401)] {
            for tail in ["", "?from=0&count=1", ".vtt", ".srt", ".txt", ".md"] {
                assert_eq!(person.get(&format!("/api/videos/{id}/transcript{tail}")).await.status(), expected, "{tail}");
            }
            assert_eq!(put(person, &id, "a.vtt", TALK).await.status(), expected);
            assert_eq!(patch(person, &id, json!({ "action": "merge", "index": 0 })).await.status(), expected);
            assert_eq!(person.delete(&format!("/api/videos/{id}/transcript")).await.status(), expected);
            let edit = [("video_id", &*id), ("version", "1"), ("action", "merge"), ("index", "0")];
            assert_eq!(person.call("edit_transcript", &edit).await.status(), expected);
            assert_eq!(person.call("get_transcript_head", &[("video_id", &id), ("count", "5")]).await.status(), expected);
        }
        assert_eq!(get(&ana, &id).await.sentences.len(), 3);
    }
}

#[tokio::test]
async fn a_part_of_a_long_transcript_is_given_with_its_total() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = with_talk(&ana).await;
    let mut file = "WEBVTT\n\n".to_owned();
    for n in 0..10_000 {
        file.push_str(&format!(
            "{:02}:{:02}:{:02}.000 --> {:02}:{:02}:{:02}.900\nSentence {n}\n\n",
            n / 3600,
            n / 60 % 60,
            n % 60,
            n / 3600,
            n / 60 % 60,
            n % 60
        ));
    }
    assert_eq!(put(&ana, &id, "long.vtt", file).await.status(), 200);
    let part = async |tail: &str| ana.get(&format!("/api/videos/{id}/transcript?{tail}")).await.json::<TranscriptPart>().await.unwrap();
    let middle = part("from=5000&count=3").await;
    assert_eq!((middle.total, middle.sentences.len(), middle.sentences[0].text.as_str()), (10_000, 3, "Sentence 5000"));
    assert_eq!(
        (part("from=20000").await.sentences.len(), part("count=2").await.sentences.len(), part("from=0").await.sentences.len()),
        (0, 2, 5_000)
    );
    let head: TranscriptPart = ana.call("get_transcript_head", &[("video_id", &id), ("count", "100")]).await.json().await.unwrap();
    assert_eq!((head.total, head.sentences.len()), (10_000, 100));
    let began = std::time::Instant::now();
    let edit = json!({ "version": head.version, "action": "text", "index": 9_999, "text": "The last" });
    assert_eq!(patch(&ana, &id, edit).await.status(), 200);
    assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
}

#[tokio::test]
async fn what_is_asked_wrongly_is_answered_with_what_is_missing() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = with_talk(&ana).await;
    let version = get(&ana, &id).await.version;
    for (edit, status, sentence) in [
        (json!({ "action": "split", "index": 0 }), 400, "The edit “split” needs “at”."),
        (json!({ "action": "text", "index": 0, "text": " " }), 422, "A sentence needs some text."),
        (json!({ "action": "text", "index": 99, "text": "x" }), 422, "There is no such sentence any more. Reload the page."),
        (json!({ "action": "merge", "index": 2 }), 422, "There is no next sentence to put this one together with."),
        (json!({ "action": "replace", "index": 0, "count": 3 }), 422, "This is the last sentence. Remove the whole transcript instead."),
    ] {
        let mut edit = edit;
        edit["version"] = json!(version);
        let answer = patch(&ana, &id, edit).await;
        assert_eq!(answer.status(), status, "{sentence}");
        assert_eq!(answer.json::<Value>().await.unwrap()["error"]["message"], sentence);
    }
    let (id, _) = ana.upload_bytes("clip.mp4", &std::fs::read(clips::clip()).unwrap()).await;
    assert_eq!(ana.get(&format!("/api/videos/{id}/transcript")).await.status(), 404);
    assert_eq!(ana.get(&format!("/api/videos/{id}/transcript.vtt")).await.status(), 404);
}
