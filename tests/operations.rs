//! Health, the API's description, settings.

use crate::support::{Backend, TestApp, backend};
use notetaker::server::config::Config;
use serde_json::Value;

crate::on_every_backend! {
    async fn a_server_says_that_it_is_ready(app: TestApp) {
        let stranger = app.stranger();
        assert_eq!(stranger.get("/healthz").await.status(), 200);
        let ready = stranger.get("/readyz").await;
        assert_eq!(ready.status(), 200);
        let body: Value = ready.json().await.unwrap();
        assert_eq!((body["database"].as_str(), body["bucket"].as_str()), (Some("ok"), Some("ok")));
    }
}

#[tokio::test]
async fn the_api_describes_every_route_of_the_contract() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let described: Value = app.stranger().get("/api/openapi.json").await.json().await.unwrap();
    for (path, method) in [
        ("/api/auth/register", "post"),
        ("/api/auth/login", "post"),
        ("/api/auth/refresh", "post"),
        ("/api/auth/logout", "post"),
        ("/api/videos", "get"),
        ("/api/videos", "post"),
        ("/api/videos/{id}", "get"),
        ("/api/videos/{id}", "patch"),
        ("/api/videos/{id}", "delete"),
        ("/api/videos/{id}/upload", "get"),
        ("/api/videos/{id}/upload/complete", "post"),
        ("/api/videos/{id}/stream", "get"),
        ("/api/videos/{id}/stream/retry", "post"),
    ] {
        assert!(described["paths"][path][method].is_object(), "{method} {path}");
    }
}

#[tokio::test]
async fn an_unknown_route_is_a_404_in_the_language_of_the_caller() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let json = app.stranger().get("/api/nothing").await;
    assert_eq!(json.status(), 404);
    assert_eq!(json.json::<Value>().await.unwrap()["error"]["code"], "not_found");
    let page = app.stranger().get("/nothing/here").await;
    assert_eq!(page.status(), 404);
    assert!(page.text().await.unwrap().contains("<html"));
}

#[test]
fn each_bad_setting_is_told_in_a_sentence_that_names_it() {
    let dir = tempfile::tempdir().unwrap();
    let check = |change: &dyn Fn(&mut notetaker::server::config::Settings), says: &str| {
        let mut settings = backend::settings(dir.path());
        change(&mut settings);
        let error = format!("{:#}", Config::resolve(settings).unwrap_err());
        assert!(error.contains(says), "{error}");
    };
    check(&|s| s.jwt_secret = Some("short".into()), "JWT_SECRET has 5 characters");
    check(&|s| s.public_url = Some("notes.example.com".into()), "PUBLIC_URL");
    check(&|s| s.public_url = Some("https://example.com/notes".into()), "PUBLIC_URL");
    check(&|s| s.database_url = Some("mysql://x".into()), "DATABASE_URL");
    check(&|s| s.r2_bucket_name = Some("b".into()), "R2_ENDPOINT_URL and R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY is not set");
    check(&|s| s.grant_ttl_secs = 0, "GRANT_TTL_SECS is 0");
    check(&|s| s.segment_url_ttl_secs = 10_000_000, "SEGMENT_URL_TTL_SECS");
    check(&|s| s.workers = Some(0), "WORKERS is 0");
    check(&|s| s.data_dir = "/proc/nowhere".into(), "DATA_DIR");
}

#[test]
fn both_files_give_leptos_the_same_settings() {
    let table = |text: &str| -> Vec<String> {
        let (_, table) = text.split_once("[package.metadata.leptos]").unwrap();
        table
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .take_while(|line| !line.starts_with('['))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(table(include_str!("../Leptos.toml")), table(include_str!("../Cargo.toml")));
}
