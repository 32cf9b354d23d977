//! Pages as they come from the server: readable without JavaScript, and locked down.

use crate::support::{Backend, Person, Store, TestApp, clips};
use reqwest::{Method, Response};

/// What a browser says that goes to a page.
const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// Sends a plain form, as a browser without JavaScript does.
async fn form(person: &Person, path: &str, fields: &[(&str, &str)]) -> Response {
    person.request(Method::POST, path).header("accept", BROWSER).form(fields).send().await.unwrap()
}

fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

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
    assert_eq!(headers["referrer-policy"], "same-origin");
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
    ana.call(
        "import_transcript",
        &[("video_id", &id), ("file_name", "a.vtt"), ("text", "WEBVTT\n\n00:01.000 --> 00:02.000\nGood morning\n")],
    )
    .await;
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

#[tokio::test]
async fn the_page_of_a_ready_recording_names_what_will_be_wanted_first() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let (id, _) = ana.ready_stream(clips::clip()).await;
    let named = async |agent: &str| {
        let page = ana.request(Method::GET, &format!("/videos/{id}")).header("user-agent", agent).send().await.unwrap();
        let html = page.text().await.unwrap();
        let links: Vec<_> = html.split("<link").skip(1).filter_map(|rest| rest.split('>').next()).map(str::to_owned).collect();
        let has = |what: &str| links.iter().any(|link| link.contains(what) && (link.contains("preload") || link.contains("preconnect")));
        ["/vendor/hls-", "/playlist.m3u8", "/segment0.ts", "preconnect"].map(has)
    };
    // The segment comes once hls.js is nearly here; and our own bucket needs no other connection.
    assert_eq!(named("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0").await, [true, true, false, false]);
    let safari = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15";
    assert_eq!(named(safari).await, [false; 4], "it plays by itself, and would load them for nothing");
}

#[tokio::test]
async fn the_page_connects_to_the_bucket_before_the_first_segment_is_wanted() {
    let app = TestApp::start(Backend { store: Store::Swift, ..Backend::LAPTOP }).await;
    let ana = app.person("ana").await;
    let (id, _) = ana.ready_stream(clips::clip()).await;
    let html = ana.get(&format!("/videos/{id}")).await.text().await.unwrap();
    let at = app.bucket().public_origin().to_owned();
    assert!(html.contains(&format!("<link rel=\"preconnect\" href=\"{at}\" crossorigin=\"anonymous\"")), "{at}");
}

#[tokio::test]
async fn a_page_says_in_its_title_where_one_is() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let id = ana.upload(clips::clip()).await;
    ana.call("rename_video", &[("id", &id), ("title", "Weekly planning")]).await;
    for (path, title) in [
        ("/".to_owned(), "Recordings · Notetaker"),
        (format!("/videos/{id}"), "Weekly planning · Notetaker"),
        ("/nowhere".to_owned(), "Nothing to see here · Notetaker"),
    ] {
        let html = ana.get(&path).await.text().await.unwrap();
        assert!(html.contains(&format!("<title>{title}</title>")), "{path}");
    }
    let door = app.stranger().get("/sign-in").await.text().await.unwrap();
    assert!(door.contains("<title>Sign in · Notetaker</title>"));
}

#[tokio::test]
async fn a_theme_is_chosen_without_javascript_and_pages_have_it_from_then_on() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let stranger = app.stranger();
    let chosen = form(&stranger, "/theme", &[("theme", "dark"), ("next", "/videos/1?t=5")]).await;
    assert_eq!(chosen.status(), 303);
    assert_eq!(header(&chosen, "location"), "/videos/1?t=5");
    assert_eq!(header(&chosen, "set-cookie"), "theme=dark; Path=/; SameSite=Lax; Max-Age=31536000");
    let page =
        async |cookie: &str| stranger.request(Method::GET, "/sign-in").header("cookie", cookie).send().await.unwrap().text().await.unwrap();
    assert!(page("theme=dark").await.contains("data-theme=\"dark\""));
    for nothing in ["theme=blue", "a=b"] {
        assert!(!page(nothing).await.contains("data-theme=\""), "{nothing}");
    }
    let back = form(&stranger, "/theme", &[("theme", "system")]).await;
    assert_eq!(header(&back, "location"), "/");
    assert_eq!(header(&back, "set-cookie"), "theme=; Path=/; SameSite=Lax; Max-Age=0");
}

#[tokio::test]
async fn a_theme_leads_back_to_our_own_pages_only() {
    let app = TestApp::start(Backend::LAPTOP).await;
    for next in
        ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "/\r\nset-cookie: a=b", "javascript:alert(1)", ""]
    {
        let chosen = form(&app.stranger(), "/theme", &[("theme", "light"), ("next", next)]).await;
        assert_eq!((chosen.status().as_u16(), header(&chosen, "location").as_str()), (303, "/"), "{next:?}");
    }
}

#[tokio::test]
async fn what_is_no_theme_is_refused_and_not_remembered() {
    let app = TestApp::start(Backend::LAPTOP).await;
    for theme in ["", "blue", "DARK", "dark; Domain=evil.example"] {
        let refused = form(&app.stranger(), "/theme", &[("theme", theme), ("next", "/")]).await;
        assert_eq!(refused.status(), 422, "{theme:?}");
        assert_eq!(header(&refused, "set-cookie"), "", "{theme:?}");
    }
}

#[tokio::test]
async fn what_goes_wrong_around_a_page_is_a_page_for_people_and_json_for_programs() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let stranger = app.stranger();
    let page = form(&stranger, "/videos/1/rename", &[("title", "x")]).await;
    assert_eq!(page.status(), 401);
    assert!(header(&page, "content-type").starts_with("text/html"));
    assert!(header(&page, "content-security-policy").contains("'nonce-"));
    let html = page.text().await.unwrap();
    assert!(html.contains("Please sign in") && html.contains("/sign-in?next=%2Fvideos%2F1") && html.contains("rel=\"stylesheet\""));
    let program = stranger.request(Method::POST, "/videos/1/rename").form(&[("title", "x")]).send().await.unwrap();
    assert_eq!(program.status(), 401);
    assert_eq!(program.json::<serde_json::Value>().await.unwrap()["error"]["code"], "unauthorized");
}

#[tokio::test]
async fn a_page_that_cannot_be_shown_has_the_status_that_says_so() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let (ana, ben) = (app.person("ana").await, app.person("ben").await);
    let id = ana.upload(clips::clip()).await;
    for (path, status) in [
        (format!("/videos/{id}"), 403),
        ("/videos/no-id".to_owned(), 403),
        ("/?cursor=nonsense".to_owned(), 422),
        ("/nowhere".to_owned(), 404),
    ] {
        let page = ben.get(&path).await;
        assert_eq!(page.status(), status, "{path}");
        let html = page.text().await.unwrap();
        assert!(html.contains("To your recordings") && html.contains("Sign out"), "{path}");
    }
}

#[tokio::test]
async fn a_recording_is_renamed_noted_and_deleted_with_plain_forms() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let (ana, ben) = (app.person("ana").await, app.person("ben").await);
    let id = ana.upload(clips::clip()).await;
    let page = format!("/videos/{id}");
    let title = "</title></noscript><script>alert(1)</script>";
    let renamed = form(&ana, &format!("{page}/rename"), &[("title", title)]).await;
    assert_eq!((renamed.status().as_u16(), header(&renamed, "location")), (303, page.clone()));
    assert_eq!(form(&ana, &format!("{page}/notes"), &[("at", "0:01"), ("note", "ask Ben")]).await.status(), 303);
    let html = ana.get(&page).await.text().await.unwrap();
    assert!(html.contains("ask Ben") && html.contains("data-at=\"1000\""), "{html}");
    assert!(!html.contains("<script>alert"), "{html}");
    // Each of the forms is in the page, for where no script runs.
    let notes = ana.call("list_notes", &[("video_id", &id)]).await.json::<serde_json::Value>().await.unwrap();
    let delete_note = format!("{page}/notes/{}/delete", notes[0]["id"].as_str().unwrap());
    for action in [&format!("{page}/rename"), &format!("{page}/trash"), &format!("{page}/notes"), &delete_note] {
        assert!(html.contains(&format!("action=\"{action}\"")), "{action}");
    }
    assert_eq!(form(&ana, &format!("{page}/notes"), &[("at", "soon"), ("note", "x")]).await.status(), 422);
    assert_eq!(form(&ana, &format!("{page}/rename"), &[("title", " ")]).await.status(), 422);
    for path in [delete_note.clone(), format!("{page}/delete"), format!("{page}/rename")] {
        assert_eq!(form(&ben, &path, &[("title", "mine")]).await.status(), 403, "{path}");
    }
    assert_eq!(form(&ana, &delete_note, &[]).await.status(), 303);
    let deleted = form(&ana, &format!("{page}/delete"), &[]).await;
    assert_eq!((deleted.status().as_u16(), header(&deleted, "location").as_str()), (303, "/"));
    assert_eq!(ana.get(&page).await.status(), 403);
}
