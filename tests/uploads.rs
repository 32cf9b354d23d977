//! From browser to bucket in parts; what is no recording is refused.

use crate::support::{Backend, TestApp, clips, eventually};
use notetaker::server::media::{SandboxMode, Tools};
use serde_json::{Value, json};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

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
        let source = app.original().await;
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

    async fn a_guessed_length_gives_way_to_the_one_that_comes_out(app: TestApp) {
        let ana = app.person("ana").await;
        let (id, verdict) = ana.upload_bytes("talk.mp3", &mp3_of_changing_rate()).await;
        assert_eq!(verdict.status(), 200);
        let length = || async {
            let video: Value = ana.get(&format!("/api/videos/{id}")).await.json().await.unwrap();
            video["video"]["duration_ms"].as_i64().unwrap()
        };
        assert!(length().await > 25_000, "the clip makes nobody guess wrong: {}", length().await);
        assert_eq!(ana.stream_settled(&id).await.0, 200);
        assert!((19_900..20_300).contains(&length().await), "{}", length().await);

        // What a file says itself stays.
        let (id, _) = ana.ready_stream(clips::clip()).await;
        let row = app.db().await.video(id.parse().unwrap()).await.unwrap().unwrap();
        let probe: Value = serde_json::from_str(row.probe.as_deref().unwrap()).unwrap();
        assert_eq!((row.duration_ms, &probe["duration_guessed"]), (probe["duration_ms"].as_i64(), &json!(false)));
    }

    async fn only_what_is_still_an_upload_is_removed_as_one(app: TestApp) {
        let ana = app.person("ana").await;
        let db = app.db().await;
        let stored = ana.upload(clips::clip()).await.parse().unwrap();
        let begun = ana.begin("a.mp4", 1000).await["video"]["id"].as_str().unwrap().parse().unwrap();
        let user = db.video(stored).await.unwrap().unwrap().user_id().unwrap();
        assert!(!db.delete_upload(stored, user, Duration::ZERO).await.unwrap());
        assert!(db.video(stored).await.unwrap().unwrap().is_stored());
        assert!(db.delete_upload(begun, user, Duration::ZERO).await.unwrap());
        assert!(db.video(begun).await.unwrap().is_none());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_cannot_be_looked_at_just_now_is_kept_and_looked_at_later() {
    let ffprobe = Ffprobe::healthy();
    let app = ffprobe.server().await;
    let ana = app.person("ana").await;
    // As the kernel does when it wants memory.
    ffprobe.becomes("kill -9 $$");
    let (id, verdict) = ana.upload_bytes("meeting.mp4", &fs::read(clips::clip()).unwrap()).await;
    assert_eq!(verdict.status(), 503);
    assert!(verdict.headers().contains_key("retry-after"));
    let body: Value = verdict.json().await.unwrap();
    assert_eq!(body["error"]["code"], "unavailable");
    assert!(body["error"]["message"].as_str().unwrap().contains("The file is kept; please try again"), "{body}");
    let video: Value = ana.get(&format!("/api/videos/{id}")).await.json().await.unwrap();
    assert_eq!(video["video"]["state"], "uploading");
    assert_eq!(app.bucket().list("videos/").await.unwrap().len(), 1);
    // A page that asks what is missing hears that nothing is: it has only to complete it once more.
    let progress: Value = ana.get(&format!("/api/videos/{id}/upload")).await.json().await.unwrap();
    assert_eq!((progress["received"].as_array().unwrap().len(), &progress["parts"]), (1, &json!([])), "{progress}");

    ffprobe.becomes(HEALTHY);
    let done = ana.complete(&id).await;
    assert_eq!(done.status(), 200);
    assert_eq!(done.json::<Value>().await.unwrap()["video"]["state"], "stored");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_ends_no_recording_that_another_request_has_stored_meanwhile() {
    let ffprobe = Ffprobe::healthy();
    let app = ffprobe.server().await;
    let ana = app.person("ana").await;
    let bytes = fs::read(clips::clip()).unwrap();
    let new = ana.begin("meeting.mp4", bytes.len()).await;
    let id = new["video"]["id"].as_str().unwrap();
    ana.send_part(&new["upload"], 1, &bytes).await;
    // The first looks at it for a while, and then finds it bad.
    let (begun, go) = (ffprobe.folder.path().join("begun"), ffprobe.folder.path().join("go"));
    ffprobe.becomes(&format!("touch '{}'; while [ ! -e '{}' ]; do sleep 0.05; done; exit 1", begun.display(), go.display()));
    let second = async {
        eventually("the first looks at it", || async { begun.exists().then_some(()) }).await;
        ffprobe.becomes(HEALTHY);
        let status = ana.complete(id).await.status();
        fs::write(&go, "").unwrap();
        status
    };
    let (first, second) = tokio::join!(ana.complete(id), second);
    assert_eq!((first.status().as_u16(), second.as_u16()), (200, 200), "both get the better answer");
    let video: Value = ana.get(&format!("/api/videos/{id}")).await.json().await.unwrap();
    assert_eq!(video["video"]["state"], "stored");
    assert!(app.bucket().list("videos/").await.unwrap().iter().any(|key| key.ends_with(".mp4")), "the original is there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads_that_end_together_are_examined_a_few_at_a_time() {
    let ffprobe = Ffprobe::healthy();
    // Each counts those beside it: a folder of its own is made at once or not at all.
    let folder = ffprobe.folder.path().join("running");
    fs::create_dir(&folder).unwrap();
    ffprobe.becomes(&format!(
        "mkdir {0}/$$; ls {0} | wc -l >>{0}.counts; sleep 0.5; \"$real\" \"$@\"; code=$?; rmdir {0}/$$; exit $code",
        folder.display()
    ));
    let app = ffprobe.server().await;
    let ana = app.person("ana").await;
    let cores = std::thread::available_parallelism().unwrap().get();
    let bytes = fs::read(clips::clip()).unwrap();
    let together = (0..3 * cores).map(|_| ana.upload_bytes("clip.mp4", &bytes));
    let verdicts = futures::future::join_all(together).await;
    assert!(verdicts.iter().all(|(_, verdict)| verdict.status() == 200));
    let counts = fs::read_to_string(folder.with_extension("counts")).unwrap();
    let counts: Vec<usize> = counts.lines().map(|line| line.trim().parse().unwrap()).collect();
    assert_eq!(counts.len(), 3 * cores);
    assert!(counts.iter().all(|beside| *beside <= cores), "{counts:?}");
}

/// A script in ffprobe's place, which can be swapped for another while the server runs.
struct Ffprobe {
    folder: TempDir,
    real: PathBuf,
}

const HEALTHY: &str = "exec \"$real\" \"$@\"";

impl Ffprobe {
    fn healthy() -> Self {
        let real = Tools::locate(None, None, SandboxMode::Off).unwrap().ffprobe;
        let script = Self { folder: tempfile::tempdir().unwrap(), real };
        script.becomes(HEALTHY);
        script
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("ffprobe")
    }

    /// `$real` is ffprobe, `$@` are its arguments. Renamed into place: a script that begins is always a whole one.
    fn becomes(&self, body: &str) {
        let next = self.folder.path().join("next");
        let version = "[ \"$1\" = -version ] && exec \"$real\" \"$@\"";
        fs::write(&next, format!("#!/bin/sh\nreal='{}'\n{version}\n{body}\n", self.real.display())).unwrap();
        fs::set_permissions(&next, fs::Permissions::from_mode(0o755)).unwrap();
        // A process forked by another test may hold the file open for writing until it becomes somebody else.
        let asked = Instant::now();
        while let Err(error) = Command::new(&next).arg("-version").stdout(Stdio::null()).status() {
            assert!(asked.elapsed() < Duration::from_secs(10), "{error}");
        }
        fs::rename(next, self.path()).unwrap();
    }

    /// One that calls it, without a sandbox: then the script has somewhere to write.
    async fn server(&self) -> TestApp {
        let change = |config: &mut notetaker::server::config::Config| {
            (config.sandbox, config.ffprobe) = (SandboxMode::Off, Some(self.path()));
        };
        TestApp::start_with(Backend::LAPTOP, change).await
    }
}

/// 20 s that begin in silence, and nothing that says how long they are: from the bit rate of its beginning it would last 33 s.
fn mp3_of_changing_rate() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("talk.mp3");
    let source = "aevalsrc=if(lt(t\\,10)\\,0\\,random(0)-0.5):s=44100:d=20";
    let options = ["-c:a", "libmp3lame", "-q:a", "4", "-write_xing", "0"];
    let made = Command::new("ffmpeg").args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", source]).args(options).arg(&file).status();
    assert!(made.unwrap().success());
    fs::read(file).unwrap()
}
