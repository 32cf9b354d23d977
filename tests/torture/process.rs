//! One real `notetaker` process.

use crate::LEASE;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use std::{
    fs::OpenOptions,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Serves and works.
    Serve,
    /// Serves, and leaves the work to others.
    ServeOnly,
    /// Works, and listens nowhere.
    Worker,
}

impl Role {
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Serve => &["serve"],
            Self::ServeOnly => &["serve", "--no-worker"],
            Self::Worker => &["worker"],
        }
    }
}

pub struct Process {
    child: Child,
    role: Role,
    pub data: PathBuf,
    /// Where it listens, such as http://127.0.0.1:4711.
    pub base: String,
}

impl Process {
    /// Starts one on a free port. Nothing but `settings` and the PATH is in its environment; `.env` files are looked for
    /// from its own folder upwards. `launcher` is a command that runs the rest of its line.
    pub fn launch(role: Role, data: &Path, log: &Path, settings: &[(String, String)], launcher: &[String]) -> Self {
        std::fs::create_dir_all(data).unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let log = OpenOptions::new().create(true).append(true).open(log).unwrap();
        // It dies with the thread that started it: the test's, however the test ends.
        let tail = ["setpriv", "--pdeathsig", "KILL", "--", env!("CARGO_BIN_EXE_notetaker")];
        let line: Vec<&str> = launcher.iter().map(String::as_str).chain(tail).chain(role.arguments().iter().copied()).collect();
        let child = Command::new(line[0])
            .args(&line[1..])
            .current_dir(data)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("NO_COLOR", "1")
            .env("DATA_DIR", data)
            .env("LEPTOS_SITE_ADDR", &address)
            .env("LEASE_SECS", LEASE.as_secs().to_string())
            .envs(settings.iter().cloned())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", line[0]));
        Self { child, role, data: data.to_owned(), base: format!("http://{address}") }
    }

    /// Waits until it can serve. A worker listens nowhere: its work shows that it lives.
    pub async fn up(&mut self) -> Result<(), String> {
        let start = Instant::now();
        while self.role != Role::Worker {
            if let Some(status) = self.has_ended() {
                return Err(format!("it ended while starting: {status}"));
            }
            let ready = tokio::time::timeout(Duration::from_secs(5), reqwest::get(format!("{}/readyz", self.base))).await;
            if ready.is_ok_and(|answer| answer.is_ok_and(|answer| answer.status().is_success())) {
                break;
            }
            if start.elapsed() > Duration::from_secs(30) {
                return Err("it was not ready after 30 s".into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.pid() as i32), signal).unwrap();
    }

    pub fn has_ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Waits for its end; `None` when it lives on after `within`.
    pub async fn ended(&mut self, within: Duration) -> Option<ExitStatus> {
        let start = Instant::now();
        loop {
            match self.has_ended() {
                Some(status) => return Some(status),
                None if start.elapsed() > within => return None,
                None => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
