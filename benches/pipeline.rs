//! `make bench`: a one-hour recording through the whole server, beside the same bytes handled by `cp` and `ffmpeg -c copy`.
//!
//! Ratios within one run are what counts: seconds differ between machines, and between days on one machine.

use serde_json::{Value, json};
use std::{
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

type Anyhow<T> = anyhow::Result<T>;

#[tokio::main]
async fn main() -> Anyhow<()> {
    let work = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let hour = one_hour(Path::new(env!("CARGO_TARGET_TMPDIR")))?;
    let bytes = fs::metadata(&hour)?.len();
    let mb = bytes as f64 / 1e6;

    let copy = best_of_three(|| copy_and_sync(&hour, &work.path().join("copy.mp4")))?;
    let raw = best_of_three(|| raw_hls(&hour, &work.path().join("hls")))?;

    let server = Server::start(&work.path().join("data")).await?;
    let idle = server.memory_kb("VmRSS")?;
    let client = Person::sign_up(&server.base).await?;
    let (id, upload) = client.upload(&hour).await?;
    let start = Instant::now();
    client.post(&format!("/api/videos/{id}/upload/complete"), json!({})).await?;
    let complete = start.elapsed();
    let generate = client.until_ready(&id).await?;
    let peak = server.memory_kb("VmHWM")?;

    println!("one hour, 720p, {mb:.0} MB, {} cores", std::thread::available_parallelism()?);
    println!("| step | seconds | beside | ratio |");
    println!("|---|---|---|---|");
    let row = |step: &str, took: Duration, beside: &str, base: Duration| {
        println!("| {step} | {:.2} | {beside}: {:.2} s | {:.2} |", took.as_secs_f64(), base.as_secs_f64(), took.as_secs_f64() / base.as_secs_f64());
    };
    row(&format!("upload, {:.0} MB/s", mb / upload.as_secs_f64()), upload, "cp and fsync", copy);
    row("complete: parts joined, checked, probed, poster", complete, "cp and fsync", copy);
    row("first view to ready: fetch, cut, verify, upload, commit", generate, "ffmpeg -c copy", raw);
    println!("server memory: {} MB idle, {} MB at its peak, {} MB above idle", idle / 1000, peak / 1000, (peak - idle) / 1000);
    Ok(())
}

fn best_of_three(mut run: impl FnMut() -> Anyhow<Duration>) -> Anyhow<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..3 {
        best = best.min(run()?);
    }
    Ok(best)
}

fn copy_and_sync(from: &Path, to: &Path) -> Anyhow<Duration> {
    let start = Instant::now();
    fs::copy(from, to)?;
    File::open(to)?.sync_all()?;
    let took = start.elapsed();
    fs::remove_file(to)?;
    Ok(took)
}

fn raw_hls(source: &Path, out: &Path) -> Anyhow<Duration> {
    fs::create_dir_all(out)?;
    let start = Instant::now();
    ffmpeg(&["-i", text(source), "-c", "copy", "-f", "hls", "-hls_time", "6", "-hls_list_size", "0", text(&out.join("playlist.m3u8"))])?;
    let took = start.elapsed();
    fs::remove_dir_all(out)?;
    Ok(took)
}

/// A meeting-like hour, kept between runs: a minute of H.264 at 15 frames a second and AAC, repeated.
fn one_hour(dir: &Path) -> Anyhow<PathBuf> {
    let (minute, hour) = (dir.join("bench_minute.mp4"), dir.join("bench_hour.mp4"));
    if hour.exists() {
        return Ok(hour);
    }
    let picture = "color=c=0x30343c:s=1280x720:r=15[bg];testsrc2=s=640x360:r=15[a];[bg][a]overlay=100:100[v];sine=frequency=330:sample_rate=48000[s]";
    let picture = ["-filter_complex", picture, "-map", "[v]", "-map", "[s]", "-t", "60"];
    let video = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "31", "-maxrate", "190k", "-bufsize", "400k", "-pix_fmt", "yuv420p", "-g", "30"];
    let sound = ["-c:a", "aac", "-b:a", "48k", "-ac", "2", text(&minute)];
    ffmpeg(&[&picture[..], &video, &sound].concat())?;
    let unfinished = dir.join("bench_hour.tmp.mp4");
    ffmpeg(&["-stream_loop", "-1", "-i", text(&minute), "-t", "3600", "-c", "copy", "-movflags", "+faststart", text(&unfinished)])?;
    fs::rename(unfinished, &hour)?;
    Ok(hour)
}

fn ffmpeg(arguments: &[&str]) -> Anyhow<()> {
    let status = Command::new("ffmpeg").args(["-nostdin", "-v", "error", "-y"]).args(arguments).status()?;
    anyhow::ensure!(status.success(), "ffmpeg failed: {arguments:?}");
    Ok(())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap_or_default()
}

/// The release binary in a process of its own, so that its memory is its own.
struct Server {
    process: Child,
    base: String,
}

impl Server {
    async fn start(data: &Path) -> Anyhow<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let process = Command::new(env!("CARGO_BIN_EXE_notetaker"))
            .arg("serve")
            .env("DATA_DIR", data)
            .env("LEPTOS_SITE_ADDR", address.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let server = Self { process, base: format!("http://{address}") };
        for _ in 0..300 {
            if reqwest::get(format!("{}/readyz", server.base)).await.is_ok_and(|response| response.status().is_success()) {
                return Ok(server);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        anyhow::bail!("the server did not come up")
    }

    /// `VmRSS` (now) or `VmHWM` (the peak), in kilobytes.
    fn memory_kb(&self, what: &str) -> Anyhow<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap_or_default();
        Ok(line.trim_matches([':', ' ', '\t']).trim_end_matches(" kB").trim().parse()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

struct Person {
    base: String,
    client: reqwest::Client,
    token: String,
}

impl Person {
    async fn sign_up(base: &str) -> Anyhow<Self> {
        let mut person = Self { base: base.to_owned(), client: reqwest::Client::new(), token: String::new() };
        let session = person.post("/api/auth/register", json!({ "email": "bench@example.com", "password": "a few long words" })).await?;
        person.token = session["access_token"].as_str().unwrap_or_default().to_owned();
        Ok(person)
    }

    async fn post(&self, path: &str, body: Value) -> Anyhow<Value> {
        let request = self.client.post(format!("{}{path}", self.base)).bearer_auth(&self.token).json(&body);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// Sends the parts one after the other, as a browser with one connection would.
    async fn upload(&self, file: &Path) -> Anyhow<(String, Duration)> {
        let bytes = bytes::Bytes::from(fs::read(file)?);
        let new = self.post("/api/videos", json!({ "title": "", "file_name": "hour.mp4", "size_bytes": bytes.len() })).await?;
        let part = new["upload"]["part_size"].as_u64().unwrap_or_default() as usize;
        let start = Instant::now();
        for (n, url) in new["upload"]["parts"].as_array().into_iter().flatten().enumerate() {
            let piece = bytes.slice(n * part..bytes.len().min((n + 1) * part));
            self.client.put(url["url"].as_str().unwrap_or_default()).body(piece).send().await?.error_for_status()?;
        }
        Ok((new["video"]["id"].as_str().unwrap_or_default().to_owned(), start.elapsed()))
    }

    async fn until_ready(&self, id: &str) -> Anyhow<Duration> {
        let start = Instant::now();
        loop {
            let response = self.client.get(format!("{}/api/videos/{id}/stream", self.base)).bearer_auth(&self.token).send().await?;
            match response.status().as_u16() {
                200 => return Ok(start.elapsed()),
                202 => tokio::time::sleep(Duration::from_millis(20)).await,
                other => anyhow::bail!("the stream answered {other}: {}", response.text().await?),
            }
        }
    }
}
