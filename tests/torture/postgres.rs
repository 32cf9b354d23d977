//! A PostgreSQL of the test's own, to be killed.

use std::{
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tempfile::TempDir;

pub struct Postgres {
    dir: TempDir,
    /// Where its programs are.
    bin: PathBuf,
    pub url: String,
}

impl Postgres {
    pub async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        // It runs as another user when we are root.
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let output = script("start", dir.path());
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let url = text.lines().find_map(|line| line.strip_prefix("TEST_POSTGRES_URL=")).map(str::to_owned);
        let url = url.unwrap_or_else(|| panic!("a PostgreSQL of our own did not start: {}", String::from_utf8_lossy(&output.stderr)));
        let bin = std::fs::read_link(format!("/proc/{}/exe", postmaster(dir.path()))).unwrap().parent().unwrap().to_owned();
        let postgres = Self { dir, bin, url };
        postgres.keep_what_is_committed().await;
        postgres
    }

    /// The script's servers may forget their last moment when killed; here that would be our lie, not the program's.
    async fn keep_what_is_committed(&self) {
        use sqlx::{Connection, Executor};
        sqlx::any::install_default_drivers();
        let mut admin = sqlx::AnyConnection::connect(&self.url).await.unwrap();
        admin.execute("ALTER SYSTEM SET synchronous_commit = on").await.unwrap();
        admin.execute("SELECT 1 FROM pg_reload_conf()").await.unwrap();
        admin.close().await.unwrap();
    }

    /// At once, as when the machine loses its power: connections break off, and the next start recovers.
    pub fn kill(&self) {
        script("stop", self.dir.path());
    }

    pub fn start_again(&self) {
        let (data, log) = (self.dir.path().join("data"), self.dir.path().join("postgres.log"));
        let mut command = if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(self.bin.join("pg_ctl"));
            command
        } else {
            Command::new(self.bin.join("pg_ctl"))
        };
        command.arg("-D").arg(data).arg("-l").arg(log).args(["-w", "-t", "30", "-s", "start"]);
        // Not through pipes: the server would hold them open.
        command.current_dir(self.dir.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let status = command.status().unwrap();
        assert!(status.success(), "PostgreSQL did not start again");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.kill();
    }
}

fn script(verb: &str, dir: &Path) -> std::process::Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/services/postgres.sh");
    Command::new(script).arg(verb).arg(dir).stdin(Stdio::null()).output().unwrap()
}

fn postmaster(dir: &Path) -> String {
    let text = std::fs::read_to_string(dir.join("data/postmaster.pid")).unwrap();
    text.lines().next().unwrap_or_default().trim().to_owned()
}
