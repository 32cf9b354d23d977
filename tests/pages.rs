//! Pages as they come from the server: readable without JavaScript, and locked down.

use crate::support::{Backend, TestApp, clips};

#[tokio::test]
async fn strangers_are_sent_to_sign_in_and_back_again() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let location = async |path: &str| {
        let response = app.stranger().get(path).await;
        assert_eq!(response.status(), 303, "{path}");
        response.headers()["location"].to_str().unwrap().to_owned()
    };
    assert_eq!(location("/").await, "/sign-in");
    assert_eq!(location("/videos/1?t=754").await, "/sign-in?next=%2Fvideos%2F1%3Ft%3D754");
    let ana = app.person("ana").await;
    assert_eq!(ana.get("/sign-in").await.headers()["location"], "/");
}

#[tokio::test]
async fn a_page_carries_its_headers_and_a_nonce_on_every_inline_script() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let page = app.stranger().get("/sign-in").await;
    let headers = page.headers().clone();
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(!policy.contains("unsafe-inline") && policy.contains("frame-ancestors 'none'"), "{policy}");
    let nonce = policy.split_once("'nonce-").unwrap().1.split_once('\'').unwrap().0;
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    let html = page.text().await.unwrap();
    let inline = html.split("<script").skip(1).filter(|tag| !tag.split_once('>').unwrap().0.contains("src="));
    for tag in inline {
        assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{tag}");
    }
    assert!(!html.contains(" style=\""), "inline styles are refused by the policy");
}

#[tokio::test]
async fn library_and_video_page_read_without_javascript() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::clip()).await;
    ana.call("rename_video", &[("id", &id), ("title", "Plan <b>& numbers</b>")]).await;
    ana.call("add_note", &[("video_id", &id), ("at_ms", "1000"), ("body", "ask <script>alert(1)</script> Ben")]).await;
    ana.call("import_transcript", &[("video_id", &id), ("file_name", "a.vtt"), ("text", "WEBVTT\n\n00:01.000 --> 00:02.000\nGood morning\n")]).await;
    let library = ana.get("/").await.text().await.unwrap();
    assert!(library.contains("Plan &lt;b&gt;&amp; numbers&lt;/b&gt;") && library.contains(&format!("/videos/{id}")));
    let page = ana.get(&format!("/videos/{id}")).await;
    assert_eq!(page.status(), 200);
    let html = page.text().await.unwrap();
    for text in ["Plan &lt;b&gt;&amp; numbers&lt;/b&gt;", "Good morning", "ask &lt;script&gt;"] {
        assert!(html.contains(text), "{text}");
    }
    assert!(!html.contains("<script>alert"));
}
