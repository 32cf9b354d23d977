//! Somebody who uploads and looks, at whichever server lives.

use crate::clips::Clip;
use reqwest::{Client, Method, Response, redirect::Policy};
use serde_json::{Value, json};
use std::{sync::Mutex, time::Duration};

const PASSWORD: &str = "correct horse battery";

pub struct Viewer {
    client: Client,
    email: String,
    token: Mutex<String>,
}

impl Viewer {
    pub async fn sign_up(base: &str, name: &str) -> Self {
        // No connection is kept: its server may be dead by the next request.
        let client = Client::builder().redirect(Policy::none()).pool_max_idle_per_host(0).timeout(Duration::from_secs(60)).build().unwrap();
        let viewer = Self { client, email: format!("{name}@example.com"), token: Mutex::default() };
        viewer.enter(base, "register").await;
        viewer
    }

    /// Registers or signs in.
    async fn enter(&self, base: &str, how: &str) {
        let body = json!({ "email": self.email, "password": PASSWORD });
        let response = self.client.post(format!("{base}/api/auth/{how}")).json(&body).send().await.unwrap();
        assert!(response.status().is_success(), "{how}: {}", response.status());
        let body: Value = response.json().await.unwrap();
        *self.token.lock().unwrap() = body["access_token"].as_str().unwrap().to_owned();
    }

    async fn once(&self, method: &Method, url: &str, body: Option<&Value>) -> reqwest::Result<Response> {
        let token = self.token.lock().unwrap().clone();
        let request = self.client.request(method.clone(), url).bearer_auth(token);
        match body {
            Some(body) => request.json(body).send().await,
            None => request.send().await,
        }
    }

    /// Signs in again when the token is too old: the long tests outlive it.
    pub async fn send(&self, base: &str, method: Method, path: &str, body: Option<Value>) -> reqwest::Result<Response> {
        let url = format!("{base}{path}");
        let response = self.once(&method, &url, body.as_ref()).await?;
        if response.status() != 401 {
            return Ok(response);
        }
        self.enter(base, "login").await;
        self.once(&method, &url, body.as_ref()).await
    }

    /// Uploads a recording and gives its id.
    pub async fn upload(&self, base: &str, clip: &Clip) -> String {
        let bytes = bytes::Bytes::from(std::fs::read(&clip.path).unwrap());
        let body = json!({ "title": "", "file_name": clip.path.file_name().unwrap().to_str(), "size_bytes": bytes.len() });
        let response = self.send(base, Method::POST, "/api/videos", Some(body)).await.unwrap();
        assert_eq!(response.status(), 201);
        let new: Value = response.json().await.unwrap();
        let part_size = new["upload"]["part_size"].as_u64().unwrap() as usize;
        for (n, part) in new["upload"]["parts"].as_array().unwrap().iter().enumerate() {
            let piece = bytes.slice(n * part_size..bytes.len().min((n + 1) * part_size));
            let response = self.client.put(part["url"].as_str().unwrap()).body(piece).send().await.unwrap();
            assert!(response.status().is_success(), "a part was not taken: {}", response.status());
        }
        let id = new["video"]["id"].as_str().unwrap().to_owned();
        let verdict = self.send(base, Method::POST, &format!("/api/videos/{id}/upload/complete"), Some(json!({}))).await.unwrap();
        let status = verdict.status();
        assert_eq!(status, 200, "{}", verdict.text().await.unwrap_or_default());
        id
    }

    /// Asks for the stream, which starts the making of it. The server may die over it.
    pub async fn view(&self, base: &str, id: &str) -> reqwest::Result<u16> {
        Ok(self.send(base, Method::GET, &format!("/api/videos/{id}/stream"), None).await?.status().as_u16())
    }

    /// Asks for a failed stream again.
    pub async fn retry(&self, base: &str, id: &str) -> u16 {
        self.send(base, Method::POST, &format!("/api/videos/{id}/stream/retry"), Some(json!({}))).await.unwrap().status().as_u16()
    }
}
