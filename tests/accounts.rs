//! Sign up, sign in, sign out; tokens and sessions; other sites.

use crate::support::{Backend, TestApp, person::PASSWORD};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

crate::on_every_backend! {
    async fn an_account_is_made_and_used(app: TestApp) {
        let stranger = app.stranger();
        let response = stranger.post("/api/auth/register", &json!({ "email": " Ana@Example.com ", "password": PASSWORD })).await;
        assert_eq!(response.status(), 201);
        let cookies: Vec<String> = response.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned()).collect();
        assert_eq!(cookies.len(), 2);
        assert!(cookies.iter().all(|cookie| cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax")), "{cookies:?}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["user"]["email"], "ana@example.com");
        assert_eq!(body["expires_in"], 900);
        let again = app.stranger().post("/api/auth/register", &json!({ "email": "ana@example.com", "password": PASSWORD })).await;
        assert_eq!(again.status(), 409);
        let login = app.stranger().post("/api/auth/login", &json!({ "email": "ANA@example.com", "password": PASSWORD })).await;
        assert_eq!(login.status(), 200);
    }

    async fn a_session_ends_with_sign_out_and_its_token_with_it(app: TestApp) {
        let ana = app.person("ana").await;
        let with_token = |person: &crate::support::Person, token: &str| person.request(Method::GET, "/api/videos").bearer_auth(token).send();
        assert_eq!(with_token(&app.stranger(), &ana.access_token).await.unwrap().status(), 200);
        assert_eq!(ana.post("/api/auth/logout", &json!({})).await.status(), 204);
        assert_eq!(ana.get("/api/videos").await.status(), 401);
        assert_eq!(with_token(&app.stranger(), &ana.access_token).await.unwrap().status(), 401);
    }

    async fn a_refresh_token_is_swapped_and_two_tabs_do_not_sign_each_other_out(app: TestApp) {
        let response = app.stranger().post("/api/auth/register", &json!({ "email": "ana@example.com", "password": PASSWORD })).await;
        let refresh = cookie(&response, "nt_refresh");
        let renew = || app.stranger().request(Method::POST, "/api/auth/refresh").header("cookie", format!("nt_refresh={refresh}")).send();
        let first = renew().await.unwrap();
        assert_eq!(first.status(), 200);
        let fresh = cookie(&first, "nt_refresh");
        assert_ne!(fresh, refresh);
        // The slower tab still has the old one: it gets an access token and no refresh token.
        let second = renew().await.unwrap();
        assert_eq!(second.status(), 200);
        assert!(second.headers().get_all("set-cookie").iter().all(|value| !value.to_str().unwrap().starts_with("nt_refresh")));
        // A page opened after the access token ran out renews on its way.
        let page = app.stranger().request(Method::GET, "/api/videos").header("cookie", format!("nt_refresh={fresh}")).send().await.unwrap();
        assert_eq!(page.status(), 200);
        assert!(page.headers().contains_key("set-cookie"));
    }

    async fn the_last_word_of_a_closed_page_swaps_no_token(app: TestApp) {
        let response = app.stranger().post("/api/auth/register", &json!({ "email": "ana@example.com", "password": PASSWORD })).await;
        let refresh = format!("nt_refresh={}", cookie(&response, "nt_refresh"));
        let word = app.stranger().request(Method::POST, "/fn/save_position").header("cookie", &refresh);
        let id = uuid::Uuid::new_v4().to_string();
        let answer = word.form(&[("id", &*id), ("position_ms", "1")]).send().await.unwrap();
        assert_eq!(answer.status(), 403, "known, but there is no such recording");
        assert!(!answer.headers().contains_key("set-cookie"));
    }
}

fn cookie(response: &reqwest::Response, name: &str) -> String {
    let set = response.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    set.filter_map(|value| value.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, rest)| rest.split(';').next().unwrap().to_owned())
        .unwrap()
}

#[tokio::test]
async fn bad_credentials_get_a_code_and_a_sentence() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    for (path, email, password, status, code) in [
        ("register", "nobody", PASSWORD, 422, "invalid"),
        ("register", "new@example.com", "short", 422, "invalid"),
        ("login", ana.email.as_str(), "not the password", 401, "wrong_credentials"),
        ("login", "nobody@example.com", PASSWORD, 401, "wrong_credentials"),
    ] {
        let response = app.stranger().post(&format!("/api/auth/{path}"), &json!({ "email": email, "password": password })).await;
        assert_eq!(response.status().as_u16(), status, "{path} {email}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["error"]["code"], code);
        assert!(body["error"]["message"].as_str().unwrap().ends_with('.'));
    }
}

#[tokio::test]
async fn guessing_a_password_is_put_off_after_twenty_tries() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let guess = async || app.stranger().post("/api/auth/login", &json!({ "email": ana.email, "password": "guess" })).await.status();
    for _ in 0..20 {
        assert_eq!(guess().await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(guess().await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn unsafe_requests_from_other_sites_are_refused_before_anything_runs() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    for path in ["/api/videos", "/fn/add_note", "/sign-out", "/api/auth/logout"] {
        for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
            let response = ana.request(Method::POST, path).header(name, value).send().await.unwrap();
            assert_eq!(response.status(), 403, "{path} {name}");
            let body: Value = response.json().await.unwrap();
            assert_eq!(body["error"]["code"], "cross_origin");
        }
    }
    assert_eq!(ana.get("/api/videos").await.status(), 200, "still signed in");
}

#[tokio::test]
async fn a_plain_form_signs_in_and_says_what_was_wrong() {
    let app = TestApp::start(Backend::LAPTOP).await;
    let ana = app.person("ana").await;
    let form = async |password: &str, next: &str| {
        let fields = [("email", ana.email.as_str()), ("password", password), ("next", next)];
        let response = app.stranger().request(Method::POST, "/sign-in").form(&fields).send().await.unwrap();
        assert_eq!(response.status(), 303);
        response.headers()["location"].to_str().unwrap().to_owned()
    };
    assert_eq!(form(PASSWORD, "/videos/1?t=5").await, "/videos/1?t=5");
    assert_eq!(form(PASSWORD, "//evil.example").await, "/");
    assert!(form("wrong", "/").await.starts_with("/sign-in?error=wrong_credentials&email=ana%40example.com"));
}
