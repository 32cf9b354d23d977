//! One test's servers, with their database, bucket and recordings.

use crate::{
    books::{Books, Job, Row, now_ms},
    bucket::Bucket,
    clips::Clip,
    proc::{as_seen_by, entries, processes_of},
    process::{Process, Role},
    proxy::Proxy,
    support::backend::{fresh_postgres, fresh_swift_bucket},
    truth::{self, Clips},
    verdict::{StuckWatch, Verdict},
    viewer::Viewer,
};
use notetaker::server::{run::EMBEDDED_BUCKET, storage::Endpoint};
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::Mutex,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use url::Url;

/// Where database and bucket are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// SQLite and the embedded bucket: one process at a time.
    Laptop,
    SqliteAndSwift,
    PostgresAndSwift,
}

pub struct World {
    /// Holds each process' data directory and log. Its path, with links resolved, marks everything that is ours.
    pub path: PathBuf,
    pub books: Books,
    proxy: Option<Proxy>,
    /// The bucket as it is behind the proxy; `None` when it is the server's own.
    external: Option<Endpoint>,
    settings: Vec<(String, String)>,
    processes: BTreeMap<&'static str, Process>,
    clips: Mutex<Clips>,
    _root: TempDir,
}

impl World {
    pub async fn new(place: Place) -> Self {
        Self::build(place, None, false).await
    }

    /// With a bucket that can be made to fail.
    pub async fn with_failing_bucket(place: Place) -> Self {
        Self::build(place, None, true).await
    }

    /// On a PostgreSQL of the test's own, and Swift.
    pub async fn on(postgres: &str) -> Self {
        Self::build(Place::PostgresAndSwift, Some(postgres.to_owned()), false).await
    }

    async fn build(place: Place, database: Option<String>, failing: bool) -> Self {
        let root = tempfile::Builder::new().prefix("torture-").tempdir().unwrap();
        let path = root.path().canonicalize().unwrap();
        let database = match (database, place) {
            (Some(url), _) => url,
            (None, Place::PostgresAndSwift) => fresh_postgres().await,
            (None, _) => format!("sqlite://{}?mode=rwc", path.join("torture.db").display()),
        };
        let mut settings = vec![("DATABASE_URL", database.clone()), ("JWT_SECRET", "x".repeat(32)), ("WORKERS", "2".into())];
        let (mut proxy, mut external) = (None, None);
        if place != Place::Laptop {
            let endpoint = fresh_swift_bucket().await;
            if failing {
                proxy = Some(Proxy::before(&endpoint.internal).await);
            }
            let url = proxy.as_ref().map_or(&endpoint.internal, |proxy| &proxy.url).to_string();
            settings.extend([("R2_ENDPOINT_URL", url), ("R2_ACCESS_KEY_ID", endpoint.access_key.clone())]);
            settings.extend([("R2_SECRET_ACCESS_KEY", endpoint.secret_key.clone()), ("R2_BUCKET_NAME", endpoint.bucket.clone())]);
            external = Some(endpoint);
        }
        Self {
            path,
            books: Books::open(&database),
            proxy,
            external,
            settings: settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            processes: BTreeMap::new(),
            clips: Mutex::default(),
            _root: root,
        }
    }

    /// For every process started from now on; a later one of the same name wins.
    pub fn set(&mut self, name: &str, value: impl ToString) {
        self.settings.push((name.to_owned(), value.to_string()));
    }

    pub fn proxy(&self) -> &Proxy {
        self.proxy.as_ref().expect("a world with a failing bucket")
    }

    pub async fn start(&mut self, name: &'static str, role: Role) {
        self.start_with(name, role, &[], &[]).await;
    }

    /// Starts a process, over the data directory that an earlier one of this name left.
    pub async fn start_with(&mut self, name: &'static str, role: Role, extra: &[(&str, &str)], launcher: &[String]) {
        let extra = extra.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        let settings: Vec<_> = self.settings.iter().cloned().chain(extra).collect();
        let (data, log) = (self.path.join(name), self.path.join(format!("{name}.log")));
        // Somebody else may have taken the free port meanwhile.
        for last in [false, false, true] {
            let mut process = Process::launch(role, &data, &log, &settings, launcher);
            match process.up().await {
                Ok(()) => {
                    self.processes.insert(name, process);
                    return;
                }
                Err(why) => assert!(!last, "{name}: {why}"),
            }
        }
    }

    /// Kills it with SIGKILL, if it is not dead already, and forgets it.
    pub fn kill(&mut self, name: &str) {
        self.processes.remove(name);
    }

    pub fn process(&mut self, name: &str) -> &mut Process {
        self.processes.get_mut(name).unwrap_or_else(|| panic!("there is no process {name}"))
    }

    fn base(&self, name: &str) -> &str {
        &self.processes[name].base
    }

    pub async fn viewer(&self, at: &str, name: &str) -> Viewer {
        Viewer::sign_up(self.base(at), name).await
    }

    pub async fn upload(&self, viewer: &Viewer, at: &str, clip: &'static Clip) -> String {
        let id = viewer.upload(self.base(at), clip).await;
        self.clips.lock().unwrap().insert(id.clone(), clip);
        id
    }

    /// Uploads, and asks for the stream.
    pub async fn upload_and_view(&self, viewer: &Viewer, at: &str, clip: &'static Clip) -> String {
        let id = self.upload(viewer, at, clip).await;
        let status = self.view(viewer, at, &id).await;
        assert!(matches!(status, Ok(200 | 202)), "{status:?}");
        id
    }

    /// Asks for the stream; an error when the server dies over it.
    pub async fn view(&self, viewer: &Viewer, at: &str, id: &str) -> reqwest::Result<u16> {
        viewer.view(self.base(at), id).await
    }

    pub async fn retry(&self, viewer: &Viewer, at: &str, id: &str) -> u16 {
        viewer.retry(self.base(at), id).await
    }

    /// Asks for something else of a recording; an error when the server dies over it.
    pub async fn ask(&self, viewer: &Viewer, at: &str, id: &str, what: &str) -> reqwest::Result<u16> {
        let path = format!("/api/videos/{id}/{what}");
        Ok(viewer.send(self.base(at), Method::POST, &path, Some(json!({}))).await?.status().as_u16())
    }

    /// Something of a recording, as JSON.
    pub async fn get<T: DeserializeOwned>(&self, viewer: &Viewer, at: &str, id: &str, what: &str) -> reqwest::Result<T> {
        viewer.send(self.base(at), Method::GET, &format!("/api/videos/{id}/{what}"), None).await?.error_for_status()?.json().await
    }

    /// The bucket, whoever hosts it.
    pub fn bucket(&self) -> Bucket {
        if let Some(endpoint) = &self.external {
            return Bucket::new(endpoint);
        }
        let host = self.processes.values().next().expect("the process that hosts the bucket");
        let key = |name: &str| std::fs::read_to_string(host.data.join("keys").join(name)).unwrap().trim().to_owned();
        let url = Url::parse(&host.base).unwrap();
        let (access_key, secret_key) = (key("bucket_access_key"), key("bucket_secret_key"));
        Bucket::new(&Endpoint { internal: url.clone(), public: url, access_key, secret_key, bucket: EMBEDDED_BUCKET.into() })
    }

    /// Waits until `done` holds of rows and jobs. An error when it does not in time, when a process ends by itself or
    /// when nobody works on what is due. A database that does not answer is waited for.
    pub async fn until(&mut self, what: &str, patience: Duration, done: impl Fn(&[Row], &[Job]) -> bool) -> Result<Duration, String> {
        let (start, mut watch) = (Instant::now(), StuckWatch::default());
        loop {
            if let (Ok(rows), Ok(jobs)) = (self.books.rows().await, self.books.jobs().await) {
                if done(&rows, &jobs) {
                    return Ok(start.elapsed());
                }
                if let Some(stuck) = watch.look(&rows, &jobs, now_ms()) {
                    return Err(stuck);
                }
            }
            for (name, process) in &mut self.processes {
                if let Some(status) = process.has_ended() {
                    return Err(format!("{name} ended by itself: {status}"));
                }
            }
            if start.elapsed() > patience {
                return Err(format!("after {patience:?} it was not so that {what}"));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until no stream is being made and every job is done, the collectors' too, and judges what there is.
    pub async fn settle(&mut self, patience: Duration) -> Verdict {
        let mut verdict = Verdict::default();
        match self.until("no stream is being made", patience, |rows, _| !rows.iter().any(|row| row.is("generating"))).await {
            Ok(took) => verdict.took = took,
            Err(why) => verdict.problems.push(why),
        }
        if verdict.problems.is_empty() {
            let done = |rows: &[Row], jobs: &[Job]| jobs.is_empty() && !rows.iter().any(|row| row.is("generating"));
            verdict.problems.extend(self.until("every job is done", patience, done).await.err());
        }
        match self.books.rows().await {
            Ok(rows) => {
                verdict.count(&rows);
                let clips = self.clips.lock().unwrap().clone();
                match truth::lies(&rows, &clips, &self.bucket()).await {
                    Ok(lies) => verdict.problems.extend(lies),
                    Err(why) => verdict.problems.push(why),
                }
            }
            Err(error) => verdict.problems.push(format!("the database does not answer: {error}")),
        }
        verdict.problems.extend(self.left_overs().await);
        verdict
    }

    /// With every process dead: is anything promised that is not there?
    pub async fn broken_promises(&self) -> Result<Vec<String>, String> {
        let rows = self.books.rows().await.map_err(|error| error.to_string())?;
        let clips = self.clips.lock().unwrap().clone();
        truth::promises(&rows, &clips, &self.bucket()).await
    }

    /// Media tools and temporary files that outlive their job. A killed process may take a moment to be gone.
    async fn left_overs(&self) -> Vec<String> {
        let start = Instant::now();
        loop {
            let servers: Vec<u32> = self.processes.values().map(Process::pid).collect();
            let tools = processes_of(&self.path).into_iter().filter(|(pid, _)| !servers.contains(pid));
            let tools = tools.map(|(_, line)| format!("still running: {line}"));
            let found: Vec<String> = tools.chain(self.left_files()).collect();
            if found.is_empty() || start.elapsed() > Duration::from_secs(5) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// What is in `tmp` beside the one folder, with a lock, that each living process has there.
    fn left_files(&self) -> Vec<String> {
        let mut found = Vec::new();
        for process in self.processes.values() {
            let folders = folders(process);
            if folders.len() > 1 {
                found.push(format!("a dead process' folder is left: {folders:?}"));
            }
            found.extend(job_files(process).iter().map(|path| format!("left in tmp: {}", path.display())));
        }
        found
    }

    /// The logs of every process, for a failure's message.
    pub fn logs(&self) -> String {
        let mut text = String::new();
        for (name, log) in self.log_files() {
            let lines: Vec<&str> = log.lines().collect();
            text += &format!("── {name}\n{}\n", lines[lines.len().saturating_sub(80)..].join("\n"));
        }
        text
    }

    /// How often a line that holds both was logged, by whichever process.
    pub fn logged(&self, what: &str, id: &str) -> usize {
        self.log_files().iter().flat_map(|(_, log)| log.lines()).filter(|line| line.contains(what) && line.contains(id)).count()
    }

    /// Name and text of each log.
    fn log_files(&self) -> Vec<(String, String)> {
        let logs = entries(&self.path).into_iter().filter(|path| path.extension().is_some_and(|end| end == "log"));
        logs.map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap_or_default())).collect()
    }
}

/// `tmp/process-…`: more than one after a death, until the next start.
fn folders(process: &Process) -> Vec<PathBuf> {
    entries(&as_seen_by(process.pid(), &process.data.join("tmp")))
}

fn job_files(process: &Process) -> Vec<PathBuf> {
    folders(process).iter().flat_map(|folder| entries(folder)).filter(|path| !path.ends_with("lock")).collect()
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.logs());
        }
    }
}
