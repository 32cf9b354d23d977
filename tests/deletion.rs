//! Deleting leaves nothing, whatever is going on.

use crate::support::{TestApp, clips, eventually};
use notetaker::server::db::jobs::JobKind;

crate::on_every_backend! {
    async fn a_deleted_recording_leaves_nothing_behind(app: TestApp) {
        let ana = app.person("ana").await;
        let (id, url) = ana.ready_stream(clips::clip()).await;
        assert_eq!(ana.call("add_note", &[("video_id", &id), ("at_ms", "1"), ("body", "a note")]).await.status(), 200);
        // What is drawn in the background is stored by then, or it would arrive behind the broom; the second look is for that.
        eventually("nothing is being made", || async { (app.db().await.count_jobs(JobKind::Storyboard).await.unwrap() == 0).then_some(()) }).await;
        assert!(app.bucket().list("videos/").await.unwrap().len() >= 7, "original, poster, playlist, four segments");
        assert_eq!(ana.delete(&format!("/api/videos/{id}")).await.status(), 204);
        assert_eq!(app.bucket().list("videos/").await.unwrap(), Vec::<String>::new());
        assert_eq!(ana.get(&format!("/api/videos/{id}")).await.status(), 403);
        assert_eq!(ana.get(&url).await.status(), 403);
        eventually("the last look is done", || async { (jobs_left(&app).await == 0).then_some(()) }).await;
    }

    async fn deleting_while_the_stream_is_made_stops_the_job(app: TestApp) {
        let ana = app.person("ana").await;
        let id = ana.upload(clips::large()).await;
        assert_eq!(ana.stream(&id).await.0, 202);
        assert_eq!(ana.delete(&format!("/api/videos/{id}")).await.status(), 204);
        eventually("jobs, objects and temporary files are gone", || async {
            let jobs = jobs_left(&app).await;
            let objects = app.bucket().list("videos/").await.unwrap();
            (jobs == 0 && objects.is_empty() && job_dirs(&app) == 0).then_some(())
        })
        .await;
    }

    async fn cancelling_an_upload_removes_its_parts(app: TestApp) {
        let ana = app.person("ana").await;
        let bytes = vec![7; 9 << 20];
        let new = ana.begin("a.mp4", bytes.len()).await;
        ana.send_part(&new["upload"], 1, &bytes).await;
        let id = new["video"]["id"].as_str().unwrap();
        assert_eq!(ana.delete(&format!("/api/videos/{id}")).await.status(), 204);
        let put = reqwest::Client::new().put(new["upload"]["parts"][1]["url"].as_str().unwrap()).body(vec![1; 1 << 20]).send().await.unwrap();
        assert!(put.status().is_client_error(), "the upload is no longer there: {}", put.status());
    }
}

async fn jobs_left(app: &TestApp) -> i64 {
    let db = app.db().await;
    let mut left = 0;
    for kind in [JobKind::GenerateHls, JobKind::CollectHls, JobKind::PurgeVideo] {
        left += db.count_jobs(kind).await.unwrap();
    }
    left
}

/// Directories of running jobs under this server's temporary directory.
pub fn job_dirs(app: &TestApp) -> usize {
    let Ok(processes) = std::fs::read_dir(app.data.path().join("tmp")) else { return 0 };
    processes
        .flatten()
        .filter_map(|process| std::fs::read_dir(process.path()).ok())
        .flatten()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .count()
}
