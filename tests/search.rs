//! One search over titles, notes and transcripts, the same on either database.

use crate::support::{Person, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

/// A place for a recording: the search cares for words, not for films.
async fn recording(person: &Person, title: &str) -> String {
    let new = person.post("/api/videos", &json!({ "title": title, "file_name": "a.mp4", "size_bytes": 1000 })).await;
    new.json::<Value>().await.unwrap()["video"]["id"].as_str().unwrap().to_owned()
}

/// Writes a transcript: seconds, who, what.
async fn say(person: &Person, id: &str, lines: &[(u32, &str, &str)]) {
    let mut vtt = String::from("WEBVTT\n\n");
    for (at, who, what) in lines {
        let stamp = |secs: u32| format!("{:02}:{:02}:{:02}.000", secs / 3600, secs / 60 % 60, secs % 60);
        vtt += &format!("{} --> {}\n<v {who}>{what}\n\n", stamp(*at), stamp(at + 2));
    }
    let answer = person.call("import_transcript", &[("video_id", id), ("file_name", "a.vtt"), ("text", &vtt)]).await;
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
}

async fn note(person: &Person, id: &str, at_ms: &str, body: &str) -> Value {
    let answer = person.call("add_note", &[("video_id", id), ("at_ms", at_ms), ("body", body)]).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

async fn search(person: &Person, query: &str) -> Value {
    let answer = person.request(Method::GET, "/api/search").query(&[("q", query)]).send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert_eq!(status, 200, "{query}: {text}");
    serde_json::from_str(&text).unwrap()
}

/// The ids that a search finds, best first.
async fn found(person: &Person, query: &str) -> Vec<String> {
    let results = search(person, query).await;
    results["results"].as_array().unwrap().iter().map(|result| result["video"]["id"].as_str().unwrap().to_owned()).collect()
}

crate::on_every_backend! {
    async fn words_are_found_in_title_note_and_sentence_each_with_its_moment(app: TestApp) {
        let ana = app.person("ana").await;
        let spoken = recording(&ana, "Weekly").await;
        say(&ana, &spoken, &[(1, "Ana", "Good morning."), (754, "Ben", "The budget is agreed."), (1_500, "Ana", "Who budgeted it?")]).await;
        let noted = recording(&ana, "Interview").await;
        note(&ana, &noted, "61000", "Ask about the **budget**").await;
        let titled = recording(&ana, "Budget 2027").await;
        recording(&ana, "Something else").await;

        // Title before note before sentence, though the others are newer or older.
        assert_eq!(found(&ana, "budget").await, [titled.clone(), noted.clone(), spoken.clone()]);
        let results = search(&ana, "budget").await;
        assert_eq!(results["total"], 3);
        assert_eq!(results["results"][0]["hits"], json!([{ "kind": "title", "at_ms": null, "speaker": null, "text": "Budget 2027", "ranges": [[0, 6]] }]));
        assert_eq!(results["results"][1]["hits"][0], json!({ "kind": "note", "at_ms": 61_000, "speaker": null, "text": "Ask about the budget", "ranges": [[14, 20]] }));
        assert_eq!(results["results"][2]["hits"], json!([
            { "kind": "sentence", "at_ms": 754_000, "speaker": "Ben", "text": "The budget is agreed.", "ranges": [[4, 10]] },
            { "kind": "sentence", "at_ms": 1_500_000, "speaker": "Ana", "text": "Who budgeted it?", "ranges": [[4, 12]] },
        ]));
    }

    async fn all_words_are_required_wherever_they_stand_and_quotes_keep_them_together(app: TestApp) {
        let ana = app.person("ana").await;
        let weekly = recording(&ana, "Weekly planning").await;
        say(&ana, &weekly, &[(1, "Ana", "The third quarter went"), (4, "Ana", "better than we thought."), (3_000, "Ben", "The offices in Łódź.")]).await;
        let other = recording(&ana, "Weekly").await;
        say(&ana, &other, &[(1, "Ana", "Better went the third quarter.")]).await;
        // One word in the title, one in what was said, one twenty minutes later.
        assert_eq!(found(&ana, "weekly planning quarter lodz").await, [weekly.clone()]);
        assert_eq!(found(&ana, "\"went better\"").await, [weekly.clone()]);
        assert_eq!(found(&ana, "\"quarter went bet").await, [weekly.clone()]);
        assert_eq!(found(&ana, "\"went bet\"").await, Vec::<String>::new());
        assert_eq!(found(&ana, "better went").await.len(), 2);
        // Only the last word may be unfinished.
        assert_eq!(found(&ana, "quar").await.len(), 2);
        assert_eq!(found(&ana, "quar better").await.len(), 0);
        assert_eq!(found(&ana, "weekly nowhere").await.len(), 0);
    }

    async fn case_accents_and_scripts_make_no_difference(app: TestApp) {
        let ana = app.person("ana").await;
        let id = recording(&ana, "Résumé der GRÖSSE").await;
        say(&ana, &id, &[(1, "Ana", "来週の会議です 🎉"), (2, "Ana", "Привет, don’t re-do it")]).await;
        for query in ["resume", "RÉSUMÉ", "re\u{301}sume\u{301}", "grosse", "größe", "会議", "🎉", "привет", "dont", "don't", "re-do", "\"re do\""] {
            assert_eq!(found(&ana, query).await.len(), 1, "{query}");
        }
        assert_eq!(found(&ana, "議会").await.len(), 0, "the other way round is another word");
    }

    async fn nothing_that_is_typed_breaks_the_query(app: TestApp) {
        let ana = app.person("ana").await;
        let id = recording(&ana, "plan").await;
        let thousand = (0..1_000).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
        let quotes = "\"".repeat(501);
        let hostile = [
            "\"", "'", "\"\"", "plan\"", "*", "plan*", "^plan", "NEAR(plan, 2)", "words : plan", "who:*", "-plan", "plan OR nothing", "(plan", "plan)", "&", "|", "!plan", "plan <-> plan",
            "plan:*", "plan:A", "\\", "%", "_", "'; DROP TABLE videos; --", "\u{0}", "plan\u{0}", "\u{202e}plan", "{plan}", "+plan", "$1", "plan,plan", &thousand, &quotes,
        ];
        for query in hostile {
            search(&ana, query).await;
        }
        assert_eq!(found(&ana, "\"plan\"").await, [id.clone()]);
        for nothing in ["", " ", "…", "\"\"", "%"] {
            assert_eq!(search(&ana, nothing).await, json!({ "results": [], "total": 0, "next_cursor": null }), "{nothing:?}");
        }
        assert_eq!(ana.get("/api/search?q=plan&cursor=nonsense").await.status(), 422);
        assert_eq!(app.stranger().get("/api/search?q=plan").await.status(), 401);
    }

    async fn only_ones_own_is_found(app: TestApp) {
        let (ana, ben) = (app.person("ana").await, app.person("ben").await);
        let id = recording(&ana, "Secret plan").await;
        note(&ana, &id, "0", "secret note").await;
        say(&ana, &id, &[(1, "Ana", "A secret sentence.")]).await;
        recording(&ben, "Holiday").await;
        assert_eq!(found(&ana, "secret").await, [id]);
        assert_eq!(found(&ben, "secret").await, Vec::<String>::new());
        // Not even by the word that stands for a person in the index.
        let who: Value = ana.get("/api/videos").await.json().await.unwrap();
        assert_eq!(who["total"], 1);
        assert_eq!(found(&ben, "holiday").await.len(), 1);
    }

    async fn the_index_follows_every_change(app: TestApp) {
        let ana = app.person("ana").await;
        let id = recording(&ana, "Draft").await;
        assert_eq!(found(&ana, "draft").await.len(), 1);
        ana.request(Method::PATCH, &format!("/api/videos/{id}")).json(&json!({ "title": "Final" })).send().await.unwrap();
        assert_eq!((found(&ana, "draft").await.len(), found(&ana, "final").await.len()), (0, 1));

        let written = note(&ana, &id, "1000", "apples").await;
        let note_id = written["id"].as_str().unwrap().to_owned();
        let version = written["version"].as_i64().unwrap_or(1).to_string();
        let edited = ana.call("edit_note", &[("id", &note_id), ("version", &version), ("at_ms", "1000"), ("body", "pears")]).await;
        assert_eq!(edited.status(), 200, "{}", edited.text().await.unwrap());
        assert_eq!((found(&ana, "apples").await.len(), found(&ana, "pears").await.len()), (0, 1));
        assert_eq!(ana.call("delete_note", &[("id", &note_id)]).await.status(), 200);
        assert_eq!(found(&ana, "pears").await.len(), 0);

        say(&ana, &id, &[(1, "Ana", "The first telling."), (3_000, "Ana", "Its end.")]).await;
        assert_eq!(found(&ana, "telling end").await.len(), 1);
        say(&ana, &id, &[(1, "Ana", "The second telling.")]).await;
        assert_eq!((found(&ana, "first").await.len(), found(&ana, "end").await.len(), found(&ana, "second").await.len()), (0, 0, 1));
        assert_eq!(ana.call("delete_transcript", &[("video_id", &id)]).await.status(), 200);
        assert_eq!(found(&ana, "second").await.len(), 0);

        say(&ana, &id, &[(1, "Ana", "Once more.")]).await;
        assert_eq!(ana.delete(&format!("/api/videos/{id}")).await.status(), 204);
        assert_eq!(found(&ana, "once").await.len(), 0);
        let again = recording(&ana, "Once").await;
        assert_eq!(found(&ana, "once").await, [again]);
    }

    async fn results_come_page_by_page_and_none_twice(app: TestApp) {
        let ana = app.person("ana").await;
        let mut ids = Vec::new();
        for n in 0..7 {
            ids.push(recording(&ana, if n % 2 == 0 { "plan" } else { "other" }).await);
        }
        for id in &ids {
            note(&ana, id, "0", "a plan").await;
        }
        let mut seen = Vec::new();
        let mut path = "/api/search?q=plan&limit=2".to_owned();
        loop {
            let page: Value = ana.get(&path).await.json().await.unwrap();
            seen.extend(page["results"].as_array().unwrap().iter().map(|result| result["video"]["id"].as_str().unwrap().to_owned()));
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/api/search?q=plan&limit=2&cursor={cursor}");
        }
        assert_eq!(seen.len(), 7);
        assert!(seen[..4].iter().all(|id| ids.iter().position(|other| other == id).unwrap() % 2 == 0), "titles come first");
        seen.sort();
        ids.sort();
        assert_eq!(seen, ids);
    }

    async fn a_recording_that_says_it_all_the_time_hides_no_place_of_another(app: TestApp) {
        let ana = app.person("ana").await;
        let (long, short) = (recording(&ana, "Long").await, recording(&ana, "Short").await);
        // Three and a half days, and the word in every twenty minutes of them.
        let lines: Vec<_> = (0..260).map(|n| (n * 1_200 + 1, "Ana", "We plan it.")).collect();
        say(&ana, &long, &lines).await;
        say(&ana, &short, &[(9 * 1_200 + 1, "Ben", "A plan.")]).await;
        let results = search(&ana, "plan").await;
        for (id, hits) in [(&short, 1), (&long, 4)] {
            let found = results["results"].as_array().unwrap().iter().find(|found| found["video"]["id"] == **id).unwrap();
            assert_eq!(found["hits"].as_array().unwrap().len(), hits, "{results}");
        }
    }

    async fn a_talk_in_one_sentence_is_found_to_its_end(app: TestApp) {
        let ana = app.person("ana").await;
        let id = recording(&ana, "Talk").await;
        // As long as a file may have one, and more than one line of the index.
        let text = (0..3_300).map(|n| format!("w{n} ")).collect::<String>();
        assert!((16 << 10..20_000).contains(&text.len()), "{}", text.len());
        say(&ana, &id, &[(5, "Ana", &text)]).await;
        for query in ["w7", "w1650", "w3299"] {
            let results = search(&ana, query).await;
            assert_eq!(results["results"][0]["hits"][0]["at_ms"], 5_000, "{query}");
        }
    }

    async fn what_was_there_before_the_index_is_taken_in_once(app: TestApp) {
        let ana = app.person("ana").await;
        let id = recording(&ana, "Ärchive").await;
        note(&ana, &id, "5000", "an old note").await;
        say(&ana, &id, &[(9, "Ana", "An old sentence.")]).await;
        // As a server of an earlier version left it.
        app.sql(&["DELETE FROM search_docs", "UPDATE videos SET indexed = 0, title_key = ''"]).await;
        assert_eq!(found(&ana, "old").await.len(), 0);
        let db = app.db().await;
        for _ in 0..2 {
            for video in db.videos_to_index(10).await.unwrap() {
                db.index_video(video).await.unwrap();
            }
            let results = search(&ana, "old").await;
            let kinds: Vec<_> = results["results"][0]["hits"].as_array().unwrap().iter().map(|hit| (hit["kind"].clone(), hit["at_ms"].clone())).collect();
            assert_eq!(kinds, [(json!("note"), json!(5_000)), (json!("sentence"), json!(9_000))]);
            assert_eq!(found(&ana, "archive").await, [id.clone()]);
            assert!(db.videos_to_index(10).await.unwrap().is_empty());
        }
        // What another rule of what a word is made of it is replaced.
        app.sql(&["UPDATE search_docs SET words = ' another '", "UPDATE videos SET indexed = 0"]).await;
        db.index_video(id.parse().unwrap()).await.unwrap();
        assert_eq!((found(&ana, "old").await, found(&ana, "another").await.len()), (vec![id], 0));
    }
}

#[tokio::test]
async fn the_page_of_results_reads_without_javascript_and_lets_no_markup_through() {
    let app = TestApp::start(crate::support::Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = recording(&ana, "The <b>plan</b> & more").await;
    say(&ana, &id, &[(754, "Ana", "We plan it.")]).await;
    note(&ana, &id, "1000", "<script>alert(1)</script> plan").await;
    let page = ana.get("/?q=plan+%3Cscript%3E").await;
    assert_eq!(page.status(), 200);
    let html = ana.get("/?q=plan").await.text().await.unwrap();
    assert!(html.contains(&format!("/videos/{id}?t=754")) && html.contains("<mark>plan"), "{html}");
    assert!(!html.contains("<script>alert") && !html.contains("The <b>"));
    let none = ana.get("/?q=%22%3E%3Cscript%3Ealert(2)%3C/script%3E").await.text().await.unwrap();
    assert!(none.contains("Nothing found") && !outside_of_values(&none).contains("<script>alert"), "{none}");
    // What is asked for stands in the field, and its quotation mark does not end the value.
    assert!(none.contains("value=\"&quot;>") || none.contains("value=\"&quot;&gt;"), "{none}");
}

/// A page without the values of its attributes, in which a sign that begins an element does not.
fn outside_of_values(html: &str) -> String {
    let mut pieces = html.split("=\"");
    let mut outside = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        outside.push_str(piece.split_once('"').map_or("", |(_, after)| after));
    }
    outside
}
