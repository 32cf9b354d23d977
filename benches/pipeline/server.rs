//! The server under measurement.

use super::Anyhow;
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid, waitpid};
use std::{
    fs,
    net::TcpListener,
    ops::Range,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// The release binary in a process of its own, so that its memory is its own.
pub struct Server {
    process: Child,
    pub base: String,
}

impl Server {
    /// As on a laptop: everything in one process.
    pub async fn start(data: &Path) -> Anyhow<Self> {
        Self::with(data, &[]).await
    }

    /// On another database than the file in `data`.
    pub async fn with_database(data: &Path, url: Option<&str>) -> Anyhow<Self> {
        let setting = url.map(|url| ("DATABASE_URL", url));
        Self::with(data, setting.as_slice()).await
    }

    /// As in a company: the bucket is another process', the embedded one of the server that keeps its data in `other`.
    pub async fn with_bucket_of(&self, other: &Path, data: &Path) -> Anyhow<Self> {
        let key = |name: &str| fs::read_to_string(other.join("keys").join(name));
        let (access, secret) = (key("bucket_access_key")?, key("bucket_secret_key")?);
        let bucket = [
            ("R2_ENDPOINT_URL", self.base.as_str()),
            ("R2_BUCKET_NAME", "bucket"),
            ("R2_ACCESS_KEY_ID", access.trim()),
            ("R2_SECRET_ACCESS_KEY", secret.trim()),
        ];
        Self::with(data, &bucket).await
    }

    async fn with(data: &Path, settings: &[(&str, &str)]) -> Anyhow<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let process = Command::new(env!("CARGO_BIN_EXE_notetaker"))
            .arg("serve")
            .env("DATA_DIR", data)
            .env("LEPTOS_SITE_ADDR", address.to_string())
            .envs(settings.iter().copied())
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

    /// CPU time of the server, its tools and what they do in their sandboxes.
    pub fn cpu(&self) -> Anyhow<Duration> {
        Ok(cpu(&self.process.id().to_string(), SELF_AND_CHILDREN)? + orphans()?)
    }

    /// `VmRSS` (now) or `VmHWM` (the peak), in kilobytes.
    pub fn memory_kb(&self, what: &str) -> Anyhow<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap_or_default();
        Ok(line.trim_matches([':', ' ', '\t']).trim_end_matches(" kB").trim().parse()?)
    }
}

/// bubblewrap leaves before the first process inside its sandbox has, so the server never hears what that cost: the children of a
/// server that made a stream seem to have cost nothing. Who adopts such orphans does.
pub fn adopt_orphans() -> Anyhow<()> {
    Ok(nix::sys::prctl::set_child_subreaper(true)?)
}

/// CPU time of all that this process ran or adopted, and that has ended.
fn orphans() -> Anyhow<Duration> {
    let look = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG | WaitPidFlag::WNOWAIT;
    while let Ok(WaitStatus::Exited(orphan, _) | WaitStatus::Signaled(orphan, ..)) = waitid(Id::All, look) {
        waitpid(orphan, None)?;
    }
    cpu("self", CHILDREN)
}

/// Where the times of a process stand in its `stat`, behind its name: its own two, then those of its children that have ended.
pub const SELF_AND_CHILDREN: Range<usize> = 11..15;
const CHILDREN: Range<usize> = 13..15;

/// CPU time of a process.
pub fn cpu(process: &str, whose: Range<usize>) -> Anyhow<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name may hold anything.
    let fields: Vec<&str> = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
    let ticks: u64 = fields.get(whose).unwrap_or_default().iter().filter_map(|field| field.parse::<u64>().ok()).sum();
    // USER_HZ is 100 on every architecture Linux runs on here.
    Ok(Duration::from_millis(ticks * 10))
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
