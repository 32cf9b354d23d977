//! Somebody who uses the REST contract and the server functions, with a Bearer token. Tests of cookies set their own.

use super::{TestApp, eventually};
use reqwest::{Client, Method, RequestBuilder, Response, redirect::Policy};
use serde_json::{Value, json};
use std::path::Path;

pub struct Person {
    base: String,
    pub client: Client,
    pub email: String,
    pub access_token: String,
}

pub const PASSWORD: &str = "correct horse battery";

impl Person {
    pub fn stranger(app: &TestApp) -> Self {
        // No connection is kept: one to a server that was restarted would fail the next request.
        let client = Client::builder().redirect(Policy::none()).pool_max_idle_per_host(0).build().unwrap();
        Self { base: app.url(""), client, email: String::new(), access_token: String::new() }
    }

    pub async fn sign_up(app: &TestApp, name: &str) -> Self {
        let mut person = Self::stranger(app);
        person.email = format!("{name}@example.com");
        let response = person.post("/api/auth/register", &json!({ "email": person.email, "password": PASSWORD })).await;
        assert_eq!(response.status(), 201);
        let body: Value = response.json().await.unwrap();
        person.access_token = body["access_token"].as_str().unwrap().to_owned();
        person
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        if self.access_token.is_empty() { request } else { request.bearer_auth(&self.access_token) }
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub async fn delete(&self, path: &str) -> Response {
        self.request(Method::DELETE, path).send().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Response {
        self.request(Method::POST, path).json(body).send().await.unwrap()
    }

    /// Calls a server function as the browser does: a form post.
    pub async fn call(&self, function: &str, arguments: &[(&str, &str)]) -> Response {
        self.request(Method::POST, &format!("/fn/{function}")).form(arguments).send().await.unwrap()
    }

    /// Opens an upload for `bytes` under `name`.
    pub async fn begin(&self, name: &str, size: usize) -> Value {
        let response = self.post("/api/videos", &json!({ "title": "", "file_name": name, "size_bytes": size })).await;
        assert_eq!(response.status(), 201);
        response.json().await.unwrap()
    }

    /// PUTs one part to its presigned address, as a browser would: no cookies, no headers of ours.
    pub async fn send_part(&self, upload: &Value, number: usize, bytes: &[u8]) {
        let part_size = upload["part_size"].as_u64().unwrap() as usize;
        let part = upload["parts"].as_array().unwrap().iter().find(|part| part["number"] == number).unwrap();
        let from = (number - 1) * part_size;
        let piece = bytes[from..bytes.len().min(from + part_size)].to_vec();
        let response = Client::new().put(part["url"].as_str().unwrap()).body(piece).send().await.unwrap();
        assert!(response.status().is_success(), "part {number}: {}", response.status());
    }

    pub async fn complete(&self, id: &str) -> Response {
        self.post(&format!("/api/videos/{id}/upload/complete"), &json!({})).await
    }

    /// Uploads bytes and gives the server's verdict.
    pub async fn upload_bytes(&self, name: &str, bytes: &[u8]) -> (String, Response) {
        let new = self.begin(name, bytes.len()).await;
        let id = new["video"]["id"].as_str().unwrap().to_owned();
        for number in 1..=new["upload"]["parts"].as_array().unwrap().len() {
            self.send_part(&new["upload"], number, bytes).await;
        }
        let verdict = self.complete(&id).await;
        (id, verdict)
    }

    /// Uploads a good recording and gives its id.
    pub async fn upload(&self, file: &Path) -> String {
        let name = file.file_name().unwrap().to_str().unwrap();
        let (id, verdict) = self.upload_bytes(name, &std::fs::read(file).unwrap()).await;
        let status = verdict.status();
        assert_eq!(status, 200, "{}", verdict.text().await.unwrap());
        id
    }

    pub async fn stream(&self, id: &str) -> (u16, Value) {
        let response = self.get(&format!("/api/videos/{id}/stream")).await;
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// Watches until the stream is no longer being made.
    pub async fn stream_settled(&self, id: &str) -> (u16, Value) {
        eventually("the stream is made or has failed", || async move {
            let (status, body) = self.stream(id).await;
            (status != 202).then_some((status, body))
        })
        .await
    }

    /// Uploads a recording and waits until it plays. Gives its id and `hls_url`.
    pub async fn ready_stream(&self, file: &Path) -> (String, String) {
        let id = self.upload(file).await;
        let (status, body) = self.stream_settled(&id).await;
        assert_eq!(status, 200, "{body}");
        (id, body["hls_url"].as_str().unwrap().to_owned())
    }
}

/// The address of `name` beside a playlist.
pub fn beside(playlist: &str, name: &str) -> String {
    format!("{}/{name}", playlist.rsplit_once('/').unwrap().0)
}
