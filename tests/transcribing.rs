//! Recordings are written down by a server that speaks OpenAI's protocol and misbehaves, and by a stand-in for whisper.cpp.

use crate::support::{
    Backend, Person, TestApp, clips, eventually,
    transcriber::{KEY, Manner, TranscribingServer, whisper_cli},
};
use notetaker::{
    model::{Transcript, VideoId},
    server::{
        config::{Config, Settings},
        db::{
            jobs::{JobKind, Lane},
            transcriptions::{Ending, PieceRow},
        },
        speech::SpeechConfig,
    },
};
use serde_json::{Value, json};
use std::time::Duration;

const PIECE: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(30);

async fn with(app: &mut TestApp, config: SpeechConfig) {
    app.config.transcriber = Some(config);
    app.restart().await;
}

async fn asked(person: &Person, id: &str) -> Value {
    person.get(&format!("/api/videos/{id}/transcription")).await.json().await.unwrap()
}

async fn start(person: &Person, id: &str) -> Value {
    let answer = person.post(&format!("/api/videos/{id}/transcription"), &json!({})).await;
    assert_eq!(answer.status(), 202, "{}", answer.text().await.unwrap());
    asked(person, id).await
}

/// Waits until it is done or has failed, and gives how it stands then.
async fn settled(person: &Person, id: &str) -> Value {
    eventually("the transcription is done or has failed", || async move {
        let now = asked(person, id).await;
        (now["status"].is_null() || now["status"] == "failed").then_some(now)
    })
    .await
}

async fn transcript(person: &Person, id: &str) -> Transcript {
    person.get(&format!("/api/videos/{id}/transcript")).await.json().await.unwrap()
}

/// The twenty beeps of the recording, each once, each at its time.
fn all_beeps(transcript: &Transcript) {
    let starts: Vec<i64> = transcript.sentences.iter().map(|sentence| sentence.start_ms).collect();
    assert_eq!(starts.len(), 20, "{starts:?}");
    for (n, sentence) in transcript.sentences.iter().enumerate() {
        let (from, to) = (n as i64 * 3_000, n as i64 * 3_000 + 1_000);
        assert!((sentence.start_ms - from).abs() <= 60 && (sentence.end_ms - to).abs() <= 60, "{n}: {sentence:?}");
        assert_eq!((sentence.text.as_str(), sentence.words.len()), ("Loud beep.", 2));
        assert!(sentence.words[0].start_ms == sentence.start_ms && sentence.words[1].end_ms == sentence.end_ms, "{sentence:?}");
    }
}

crate::on_every_backend! {
    async fn a_long_recording_is_written_down_piece_by_piece_with_right_times(app: TestApp) {
        let mut app = app;
        let server = TranscribingServer::start(&[]).await;
        with(&mut app, server.config(PIECE, PATIENCE)).await;
        let ana = app.person("ana").await;
        let id = ana.upload(clips::beeps()).await;
        assert_eq!(asked(&ana, &id).await, json!({ "available": true, "status": null, "percent": null, "seconds_left": null, "error_message": null }));
        assert!(matches!(start(&ana, &id).await["status"].as_str(), None | Some("waiting" | "running")));
        let done = settled(&ana, &id).await;
        assert_eq!(done["status"], Value::Null, "{done}");
        let said = transcript(&ana, &id).await;
        all_beeps(&said);
        assert_eq!((said.language.as_deref(), said.file_name.as_str()), (Some("en"), "Transcribed by whisper-1"));
        let heard = server.heard();
        assert!(heard.len() >= 6 && heard.iter().all(|piece| piece.wav_ms <= 10_000 && piece.authorization == format!("Bearer {KEY}")), "{heard:?}");
        assert_eq!(heard.iter().map(|piece| piece.wav_ms).sum::<i64>() / 1_000, 60, "nothing twice, nothing left out");
        let field = |name: &str| heard[0].fields.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str()).collect::<Vec<_>>();
        assert_eq!((field("model"), field("response_format"), field("timestamp_granularities[]")), (vec!["whisper-1"], vec!["verbose_json"], vec!["segment", "word"]));
        let captions = ana.get(&format!("/api/videos/{id}/captions.vtt")).await;
        assert_eq!(captions.headers()["content-language"], "en");
        assert!(captions.text().await.unwrap().starts_with("WEBVTT\nLanguage: en\n\n"));
    }

    async fn a_worker_that_died_leaves_its_pieces_and_can_write_no_more(app: TestApp) {
        let mut app = app;
        let server = TranscribingServer::start(&[Manner::Well, Manner::Well, Manner::Slow]).await;
        with(&mut app, server.config(PIECE, PATIENCE)).await;
        let ana = app.person("ana").await;
        let id = ana.upload(clips::beeps()).await;
        start(&ana, &id).await;
        eventually("the third piece is being asked for", || async { (server.heard().len() == 3).then_some(()) }).await;
        let running = asked(&ana, &id).await;
        assert_eq!(running["status"], "running");
        assert!(running["percent"].as_u64().unwrap() >= 20, "{running}");
        app.config.workers = 0;
        app.restart().await;
        // A worker takes it, and is never heard of again.
        let db = app.db().await;
        let dead = db.claim(Lane::Speech, Duration::from_millis(1)).await.unwrap().unwrap();
        assert!(db.begin_transcription(&dead).await.unwrap());
        app.config.workers = 1;
        app.restart().await;
        let done = settled(&ana, &id).await;
        assert_eq!(done["status"], Value::Null, "{done}");
        all_beeps(&transcript(&ana, &id).await);
        let all: i64 = server.heard().iter().map(|piece| piece.wav_ms).sum();
        assert!(all < 72_000, "of what was kept, nothing is asked for again: {all} ms");
        let before = transcript(&ana, &id).await;
        assert_eq!(db.finish_transcription(&dead, &Transcript::default()).await.unwrap(), Ending::Lost);
        assert!(!db.keep_piece(&dead, "x", &PieceRow::default()).await.unwrap());
        assert!(!db.fail_transcription(&dead, "late", "late").await.unwrap());
        assert_eq!(transcript(&ana, &id).await, before);
    }

    async fn deleting_the_recording_ends_its_transcription(app: TestApp) {
        let mut app = app;
        let server = TranscribingServer::start(&[Manner::Slow]).await;
        with(&mut app, server.config(PIECE, PATIENCE)).await;
        let ana = app.person("ana").await;
        let id = ana.upload(clips::beeps()).await;
        start(&ana, &id).await;
        eventually("the first piece is being asked for", || async { (server.heard().len() == 1).then_some(()) }).await;
        assert_eq!(ana.delete(&format!("/api/videos/{id}")).await.status(), 204);
        let db = app.db().await;
        assert_eq!(db.count_jobs(JobKind::Transcribe).await.unwrap(), 0);
        let video: VideoId = id.parse().unwrap();
        assert!(db.transcription(video).await.unwrap().is_none());
        // The worker is free again at once.
        let other = ana.upload(clips::beeps()).await;
        start(&ana, &other).await;
        settled(&ana, &other).await;
        all_beeps(&transcript(&ana, &other).await);
        assert!(db.transcript(video).await.unwrap().is_none());
    }

    async fn what_gets_further_every_time_is_never_given_up(app: TestApp) {
        let mut app = app;
        let server = TranscribingServer::start(&[]).await;
        app.config.workers = 0;
        with(&mut app, server.config(PIECE, PATIENCE)).await;
        let ana = app.person("ana").await;
        let id = ana.upload(clips::beeps()).await;
        start(&ana, &id).await;
        let db = app.db().await;
        for second in 0..12 {
            let lease = db.claim(Lane::Speech, PATIENCE).await.unwrap().unwrap();
            assert!(lease.attempts <= 2, "{} at second {second}", lease.attempts);
            assert!(lease.failures <= 1, "{} at second {second}", lease.failures);
            assert!(db.begin_transcription(&lease).await.unwrap());
            let piece = PieceRow { start_ms: second * 1_000, end_ms: second * 1_000 + 1_000, ..PieceRow::default() };
            assert!(db.keep_piece(&lease, "x", &piece).await.unwrap());
            db.release_job(&lease, Duration::ZERO).await.unwrap();
        }
        // Without a piece, attempts and failures add up.
        for attempts in 2..5 {
            let lease = db.claim(Lane::Speech, PATIENCE).await.unwrap().unwrap();
            assert_eq!((lease.attempts, lease.failures), (attempts, attempts - 1));
            db.release_job(&lease, Duration::ZERO).await.unwrap();
        }
    }

    async fn what_somebody_wrote_meanwhile_is_not_overwritten(app: TestApp) {
        let mut app = app;
        let server = TranscribingServer::start(&[Manner::Busy(2)]).await;
        with(&mut app, server.config(PIECE, PATIENCE)).await;
        let ana = app.person("ana").await;
        let id = ana.upload(clips::beeps()).await;
        start(&ana, &id).await;
        eventually("the transcriber was asked", || async { (!server.heard().is_empty()).then_some(()) }).await;
        let file = [("video_id", &*id), ("file_name", "mine.vtt"), ("text", "WEBVTT\n\n00:01.000 --> 00:02.000\nMine\n")];
        assert_eq!(ana.call("import_transcript", &file).await.status(), 200);
        let failed = settled(&ana, &id).await;
        assert_eq!(failed["status"], "failed");
        assert!(failed["error_message"].as_str().unwrap().starts_with("The transcript was changed while"), "{failed}");
        assert_eq!(transcript(&ana, &id).await.file_name, "mine.vtt");
        // Asked for again, it may.
        start(&ana, &id).await;
        settled(&ana, &id).await;
        all_beeps(&transcript(&ana, &id).await);
    }
}

#[tokio::test]
async fn what_passes_is_tried_again_until_it_has_passed() {
    let manners = [
        Manner::Busy(1),
        Manner::Broken,
        Manner::Well,
        Manner::CutOff,
        Manner::Garbage,
        Manner::Well,
        Manner::Page,
        Manner::Slow,
        Manner::Well,
    ];
    let server = TranscribingServer::start(&manners).await;
    let app = TestApp::start_with(Backend::LAPTOP, |config| config.transcriber = Some(server.config(PIECE, Duration::from_secs(1)))).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::beeps()).await;
    start(&ana, &id).await;
    let done = settled(&ana, &id).await;
    assert_eq!(done["status"], Value::Null, "{done}");
    all_beeps(&transcript(&ana, &id).await);
    let again = server.heard().len();
    assert!((12..=14).contains(&again), "six of them in vain: {again}");
}

#[tokio::test]
async fn while_the_transcriber_asks_to_be_left_alone_the_transcription_waits() {
    let server = TranscribingServer::start(&[Manner::Well, Manner::Busy(600)]).await;
    let app = TestApp::start_with(Backend::LAPTOP, |config| config.transcriber = Some(server.config(PIECE, PATIENCE))).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::beeps()).await;
    start(&ana, &id).await;
    eventually("it was asked for the second piece and waits", || async {
        (server.heard().len() == 2 && asked(&ana, &id).await["status"] == "waiting").then_some(())
    })
    .await;
    let db = app.db().await;
    assert!(db.claim(Lane::Speech, PATIENCE).await.unwrap().is_none(), "for as long as was asked for");
}

#[tokio::test]
async fn what_does_not_pass_is_told_and_a_retry_goes_on_from_there() {
    let server = TranscribingServer::start(&[Manner::Well, Manner::Well, Manner::BadKey]).await;
    let app = TestApp::start_with(Backend::LAPTOP, |config| config.transcriber = Some(server.config(PIECE, PATIENCE))).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::beeps()).await;
    start(&ana, &id).await;
    let failed = settled(&ana, &id).await;
    let expected = "The transcriber does not let this server in. Whoever runs it should check TRANSCRIBE_KEY.";
    assert_eq!((&failed["status"], &failed["error_message"]), (&json!("failed"), &json!(expected)));
    assert_eq!(ana.get(&format!("/api/videos/{id}/transcript")).await.status(), 404);
    // A reason is passed on, a key never.
    server.behave(&[Manner::Refuses]);
    start(&ana, &id).await;
    let failed = settled(&ana, &id).await;
    let expected = "The transcriber refused this recording's sound: “The audio is in Klingon, Bearer (key)”.";
    assert_eq!(failed["error_message"], expected);
    let before = server.heard().len();
    assert_eq!(before, 4);
    start(&ana, &id).await;
    settled(&ana, &id).await;
    all_beeps(&transcript(&ana, &id).await);
    let asked: i64 = server.heard()[before..].iter().map(|piece| piece.wav_ms).sum();
    assert!(asked < 46_000, "the first two pieces were kept: {asked} ms");
}

#[tokio::test]
async fn a_recording_without_speech_is_not_sent_to_anybody() {
    let server = TranscribingServer::start(&[]).await;
    let app = TestApp::start_with(Backend::LAPTOP, |config| config.transcriber = Some(server.config(PIECE, PATIENCE))).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::silence()).await;
    start(&ana, &id).await;
    let failed = settled(&ana, &id).await;
    assert_eq!(failed["error_message"], "Nobody is heard speaking in this recording.");
    assert!(server.heard().is_empty());
    // With a transcript from elsewhere, nobody needs to hear of that any more.
    let file = [("video_id", &*id), ("file_name", "a.vtt"), ("text", "WEBVTT\n\n00:01.000 --> 00:02.000\n(silence)\n")];
    assert_eq!(ana.call("import_transcript", &file).await.status(), 200);
    assert_eq!(asked(&ana, &id).await["status"], Value::Null);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_from_one_that_was_never_set() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let (ana, ben) = (app.person("ana").await, app.person("ben").await);
    let id = ana.upload(clips::beeps()).await;
    assert_eq!(asked(&ana, &id).await["available"], false);
    let answer = ana.post(&format!("/api/videos/{id}/transcription"), &json!({})).await;
    assert_eq!(answer.status(), 503);
    assert!(answer.text().await.unwrap().contains("TRANSCRIBE_URL"));
    for (person, expected) in [(&ben, 403), (&app.stranger(), 401)] {
        assert_eq!(person.get(&format!("/api/videos/{id}/transcription")).await.status(), expected);
        assert_eq!(person.post(&format!("/api/videos/{id}/transcription"), &json!({})).await.status(), expected);
        assert_eq!(person.call("start_transcription", &[("video_id", &id)]).await.status(), expected);
        assert_eq!(person.call("get_transcription", &[("video_id", &id)]).await.status(), expected);
    }
}

#[tokio::test]
async fn a_person_has_a_bounded_number_of_transcriptions_waiting() {
    let server = TranscribingServer::start(&[]).await;
    let app = TestApp::start_with(Backend::LAPTOP, |config| {
        config.transcriber = Some(server.config(PIECE, PATIENCE));
        config.workers = 0;
    })
    .await;
    let (ana, ben) = (app.person("ana").await, app.person("ben").await);
    let db = app.db().await;
    let id = ana.upload(clips::beeps()).await;
    let user = db.video(id.parse().unwrap()).await.unwrap().unwrap().user_id().unwrap();
    for _ in 0..20 {
        db.enqueue_job(JobKind::Transcribe, VideoId(uuid::Uuid::new_v4()), user, Duration::ZERO).await.unwrap();
    }
    let answer = ana.post(&format!("/api/videos/{id}/transcription"), &json!({})).await;
    assert_eq!(answer.status(), 429);
    assert!(answer.headers().contains_key("retry-after"));
    // Others are not kept waiting by that, not even in the queue.
    let other = ben.upload(clips::beeps()).await;
    assert_eq!(start(&ben, &other).await["status"], "waiting");
    let turns: Vec<_> =
        [db.claim(Lane::Speech, PATIENCE).await.unwrap().unwrap(), db.claim(Lane::Speech, PATIENCE).await.unwrap().unwrap()].into();
    assert!(turns.iter().any(|lease| lease.video_id.to_string() == other), "ben is the second at the latest");
    assert!(db.claim_job(PATIENCE).await.unwrap().is_none(), "viewers' workers take none of these");
    // What waits already is told of, however many wait.
    let user = db.video(other.parse().unwrap()).await.unwrap().unwrap().user_id().unwrap();
    for _ in 0..20 {
        db.enqueue_job(JobKind::Transcribe, VideoId(uuid::Uuid::new_v4()), user, Duration::ZERO).await.unwrap();
    }
    assert_eq!(start(&ben, &other).await["status"], "waiting");
}

#[tokio::test]
async fn whisper_cli_is_called_as_it_expects_for_each_piece() {
    let dir = tempfile::tempdir().unwrap();
    // How long the piece is, from the size of its file; a word in its first second, one past its end.
    let body = r#"
        [ "$(cat "$model")" = 'a model' ] || fail model
        ms=$(( ($(wc -c <"$wav") - 44) / 32 ))
        [ "$ms" -le 10000 ] || fail "$ms"
        echo '[00:00:00.000 --> 00:00:01.000]   So it goes'
        echo 'whisper_print_progress_callback: progress = 100%' >&2
        printf '{"result":{"language":"de"},"transcription":[{"timestamps":{"from":"00:00:00,200","to":"00:00:01,000"},"offsets":{"from":200,"to":1000},"text":" So it","tokens":[{"text":"[_BEG_]","offsets":{"from":0,"to":0}},{"text":" So","offsets":{"from":200,"to":500}},{"text":" i","offsets":{"from":500,"to":700}},{"text":"t","offsets":{"from":700,"to":1000}}]},{"offsets":{"from":%s,"to":99000},"text":" never"}]}' "$ms" >said.json"#;
    let config = whisper_cli(dir.path(), body);
    let app = TestApp::start_with(Backend::LAPTOP, |settings| settings.transcriber = Some(config)).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::beeps()).await;
    start(&ana, &id).await;
    let done = settled(&ana, &id).await;
    assert_eq!(done["status"], Value::Null, "{done}");
    let said = transcript(&ana, &id).await;
    assert_eq!((said.language.as_deref(), said.file_name.as_str()), (Some("de"), "Transcribed by ggml-test"));
    assert!(said.sentences.len() >= 6 && said.sentences.iter().all(|sentence| sentence.text == "So it"), "{said:?}");
    assert_eq!(said.sentences[0].start_ms, 200);
    for two in said.sentences.windows(2) {
        let apart = two[1].start_ms - two[0].start_ms;
        assert!((5_000..=10_000).contains(&apart), "{apart}");
        assert_eq!((two[1].words[1].start_ms - two[1].start_ms, two[1].words[1].text.as_str()), (300, "it"));
    }
}

#[tokio::test]
async fn a_whisper_cli_that_cannot_read_its_model_is_told_and_another_program_is_not_taken_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let config = whisper_cli(dir.path(), "echo 'error: failed to initialize whisper context' >&2; exit 3");
    let app = TestApp::start_with(Backend::LAPTOP, |settings| settings.transcriber = Some(config.clone())).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::beeps()).await;
    start(&ana, &id).await;
    let failed = settled(&ana, &id).await;
    assert!(failed["error_message"].as_str().unwrap().contains("WHISPER_MODEL"), "{failed}");

    let tools = notetaker::server::media::Tools::locate(None, None, notetaker::server::media::SandboxMode::Auto).unwrap();
    let open = |config: &SpeechConfig| notetaker::server::speech::Transcriber::open(config, &tools).err().unwrap();
    std::fs::write(dir.path().join("whisper-cli"), "#!/bin/sh\necho hello\n").unwrap();
    assert!(open(&config).contains("is no whisper-cli"));
    std::fs::remove_file(dir.path().join("ggml-test.bin")).unwrap();
    assert!(open(&config).starts_with("WHISPER_MODEL was not found at"));
}

#[test]
fn settings_that_do_not_fit_together_are_told_in_a_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let resolved = |change: &dyn Fn(&mut Settings)| {
        let mut settings = crate::support::backend::settings(dir.path());
        change(&mut settings);
        Config::resolve(settings)
    };
    let refused = |change: &dyn Fn(&mut Settings)| format!("{:#}", resolved(change).err().unwrap());
    let url = || Some("http://127.0.0.1:9".to_owned());
    assert!(resolved(&|_| {}).unwrap().transcriber.is_none());
    assert!(refused(&|s| (s.transcribe_url, s.whisper_cli) = (url(), Some("/bin/w".into()))).contains("both set"));
    assert!(refused(&|s| s.transcribe_url = Some("api.openai.com".into())).contains("TRANSCRIBE_URL"));
    assert!(refused(&|s| s.transcribe_key = Some("sk".into())).contains("TRANSCRIBE_KEY is set without TRANSCRIBE_URL"));
    assert!(refused(&|s| s.whisper_cli = Some("/bin/w".into())).contains("WHISPER_MODEL"));
    assert!(refused(&|s| s.whisper_model = Some("/m".into())).contains("without WHISPER_CLI"));
    assert!(
        refused(&|s| (s.transcribe_url, s.transcribe_language) = (url(), Some("klingonish".into())))
            .contains("TRANSCRIBE_LANGUAGE is “klingonish”")
    );
    let set = resolved(&|s| {
        (s.transcribe_url, s.transcribe_key, s.transcribe_language) = (url(), Some("sk-secret".into()), Some("German".into()))
    });
    let config = set.unwrap().transcriber.unwrap();
    assert_eq!(config.language.as_deref(), Some("de"));
    assert!(!format!("{config:?}").contains("sk-secret"), "a key is never shown");
}
