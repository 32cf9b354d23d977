//! Somebody who uploads and watches, by the REST contract.

use super::Anyhow;
use serde_json::{Value, json};
use std::{
    path::Path,
    time::{Duration, Instant},
};

pub struct Person {
    base: String,
    client: reqwest::Client,
    token: String,
}

impl Person {
    pub async fn sign_up(base: &str) -> Anyhow<Self> {
        let mut person = Self { base: base.to_owned(), client: reqwest::Client::new(), token: String::new() };
        let session = person.post("/api/auth/register", json!({ "email": "bench@example.com", "password": "a few long words" })).await?;
        person.token = session["access_token"].as_str().unwrap_or_default().to_owned();
        Ok(person)
    }

    async fn post(&self, path: &str, body: Value) -> Anyhow<Value> {
        let request = self.client.post(format!("{}{path}", self.base)).bearer_auth(&self.token).json(&body);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// Posts something of which only the status counts. The path may be asked for again and again.
    pub async fn send(&self, path: &str, body: Value) -> Anyhow<()> {
        self.client.post(format!("{}{path}", self.base)).bearer_auth(&self.token).json(&body).send().await?.error_for_status()?;
        Ok(())
    }

    /// Fetches something and reads it to its end.
    pub async fn fetch(&self, path: &str) -> Anyhow<()> {
        self.client.get(format!("{}{path}", self.base)).bearer_auth(&self.token).send().await?.error_for_status()?.bytes().await?;
        Ok(())
    }

    /// Puts a text there.
    pub async fn put(&self, path: &str, body: String) -> Anyhow<()> {
        self.client.put(format!("{}{path}", self.base)).bearer_auth(&self.token).body(body).send().await?.error_for_status()?;
        Ok(())
    }

    /// A place for a recording of which no part is ever sent. Gives its id.
    pub async fn place(&self, title: &str) -> Anyhow<String> {
        let new = self.post("/api/videos", json!({ "title": title, "file_name": "talk.mp4", "size_bytes": 1000 })).await?;
        Ok(new["video"]["id"].as_str().unwrap_or_default().to_owned())
    }

    /// Sends the parts one after the other, as a browser with one connection would.
    async fn upload(&self, file: &Path) -> Anyhow<(String, Duration)> {
        let bytes = bytes::Bytes::from(std::fs::read(file)?);
        let new = self.post("/api/videos", json!({ "title": "", "file_name": "hour.mp4", "size_bytes": bytes.len() })).await?;
        let part = new["upload"]["part_size"].as_u64().unwrap_or_default() as usize;
        let start = Instant::now();
        for (n, url) in new["upload"]["parts"].as_array().into_iter().flatten().enumerate() {
            let piece = bytes.slice(n * part..bytes.len().min((n + 1) * part));
            self.client.put(url["url"].as_str().unwrap_or_default()).body(piece).send().await?.error_for_status()?;
        }
        Ok((new["video"]["id"].as_str().unwrap_or_default().to_owned(), start.elapsed()))
    }

    /// Uploads and has it checked. Gives the id and how long each took.
    pub async fn add(&self, file: &Path) -> Anyhow<(String, Duration, Duration)> {
        let (id, upload) = self.upload(file).await?;
        let start = Instant::now();
        self.post(&format!("/api/videos/{id}/upload/complete"), json!({})).await?;
        Ok((id, upload, start.elapsed()))
    }

    async fn stream(&self, id: &str) -> Anyhow<(u16, Value)> {
        let response = self.client.get(format!("{}/api/videos/{id}/stream", self.base)).bearer_auth(&self.token).send().await?;
        let status = response.status().as_u16();
        let body: Value = response.json().await?;
        anyhow::ensure!(matches!(status, 200 | 202), "the stream answered {status}: {body}");
        Ok((status, body))
    }

    /// From the first view until the first segment is here, as a player would fetch it.
    pub async fn until_watchable(&self, id: &str) -> Anyhow<Duration> {
        let start = Instant::now();
        loop {
            let (_, body) = self.stream(id).await?;
            if let Some(playlist) = body["hls_url"].as_str() {
                self.client.get(format!("{}{playlist}", self.base)).send().await?.error_for_status()?.bytes().await?;
                let segment = playlist.replace("playlist.m3u8", "segment0.ts");
                self.client.get(format!("{}{segment}", self.base)).send().await?.error_for_status()?.bytes().await?;
                return Ok(start.elapsed());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Looks at the stream `every` so often until it is ready.
    pub async fn until_ready(&self, id: &str, every: Duration) -> Anyhow<()> {
        while self.stream(id).await?.0 != 200 {
            tokio::time::sleep(every).await;
        }
        Ok(())
    }

    /// Until there are pictures for the seek bar.
    pub async fn until_drawn(&self, id: &str) -> Anyhow<()> {
        let url = format!("{}/api/videos/{id}/storyboard.vtt", self.base);
        while !self.client.get(&url).bearer_auth(&self.token).send().await?.error_for_status()?.text().await?.contains("-->") {
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    pub async fn delete(&self, id: &str) -> Anyhow<()> {
        self.client.delete(format!("{}/api/videos/{id}", self.base)).bearer_auth(&self.token).send().await?.error_for_status()?;
        Ok(())
    }
}

/// Between two looks at a stream, where times are measured.
pub const LOOK: Duration = Duration::from_millis(20);
/// The same where CPU is measured: looking costs some, too. A page looks ten times less often still.
pub const GLANCE: Duration = Duration::from_millis(100);
