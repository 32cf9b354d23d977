//! One process from birth to certain death.
//!
//! When [`run`] returns, or is dropped, the process and its whole group have been killed; when it returns, they are gone
//! and reaped, so the caller may delete the output folder at once. Inside bubblewrap the rest follows from
//! `--die-with-parent`. Call it from an ordinary task: bubblewrap dies with the *thread* that started it, and threads of
//! the blocking pool end when they please.

use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::sandbox::CommandLine;

/// ffprobe's JSON for 16 streams is about 40 KB.
const MAX_STDOUT: usize = 4 << 20;

/// The end of stderr holds the reason.
const STDERR_TAIL: usize = 8 << 10;

/// How long a killed group may take to be gone. It dies at once unless the kernel holds it in a disk wait.
const DEATH: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub struct Output {
    pub stdout: Vec<u8>,
    pub stderr_tail: String,
}

#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error("could not start: {0}")]
    Spawn(std::io::Error),
    #[error("cancelled")]
    Cancelled,
    #[error("timed out")]
    TimedOut,
    #[error("wrote more than {MAX_STDOUT} bytes to stdout")]
    TooMuchOutput,
    #[error("ended with code {code:?}, signal {signal:?}: {stderr_tail}")]
    Failed { code: Option<i32>, signal: Option<i32>, stderr_tail: String },
}

/// Runs `command` with nothing in its environment but a path and a locale, for at most `wall`.
pub async fn run(command: &CommandLine, cancel: &CancellationToken, wall: Duration) -> Result<Output, RunError> {
    if cancel.is_cancelled() {
        return Err(RunError::Cancelled);
    }
    let mut process = Command::new(&command.program);
    process.args(&command.args).env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LANG", "C.UTF-8");
    process.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).kill_on_drop(true);
    if let Some(folder) = &command.cwd {
        process.current_dir(folder);
    }
    let mut child = process.spawn().map_err(RunError::Spawn)?;
    let mut group = Group(child.id());
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());

    // Both pipes end only when every process that holds them is gone: that is how we know the group is dead.
    let mut whole = std::pin::pin!(async { tokio::join!(head_of(stdout), tail_of(stderr), child.wait()) });
    let ended = tokio::select! {
        biased;
        () = cancel.cancelled() => Err(RunError::Cancelled),
        ended = &mut whole => Ok(ended),
        () = tokio::time::sleep(wall) => Err(RunError::TimedOut),
    };
    let (stdout, stderr, status) = match ended {
        Ok(ended) => ended,
        Err(why) => {
            group.kill();
            if tokio::time::timeout(DEATH, whole).await.is_err() {
                tracing::warn!(?command.program, "a killed process is not gone after {DEATH:?}");
            }
            return Err(why);
        }
    };
    group.disarm();
    let stderr_tail = String::from_utf8_lossy(&stderr).trim().to_owned();
    if !stderr_tail.is_empty() {
        tracing::debug!(stderr = %stderr_tail, "a media tool complained");
    }
    judge(status.map_err(RunError::Spawn)?, stdout, stderr_tail)
}

/// `timeout` ends with this when it had to step in.
const TIMEOUT_CODE: i32 = 124;

fn judge(status: ExitStatus, stdout: Option<Vec<u8>>, stderr_tail: String) -> Result<Output, RunError> {
    match (status.code(), stdout) {
        (Some(0), Some(stdout)) => Ok(Output { stdout, stderr_tail }),
        (Some(0), None) => Err(RunError::TooMuchOutput),
        (Some(TIMEOUT_CODE), _) => Err(RunError::TimedOut),
        // bubblewrap passes a death by signal on the way shells do.
        (code, _) => {
            let signal = status.signal().or_else(|| code.filter(|c| (129..=192).contains(c)).map(|c| c - 128));
            Err(RunError::Failed { code, signal, stderr_tail })
        }
    }
}

/// Kills the process group when dropped, unless its leader has ended and its number may belong to somebody else.
struct Group(Option<u32>);

impl Group {
    fn kill(&mut self) {
        if let Some(leader) = self.0.take().and_then(|id| i32::try_from(id).ok()) {
            // The only failure is that nobody is left.
            let _ = killpg(Pid::from_raw(leader), Signal::SIGKILL);
        }
    }

    fn disarm(&mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// All of a stream, or None when it is longer than [`MAX_STDOUT`]; read to its end either way, so that nobody blocks.
async fn head_of(stream: Option<impl AsyncRead + Unpin>) -> Option<Vec<u8>> {
    let mut kept = Vec::new();
    let mut too_long = false;
    each_chunk(stream, |chunk| {
        too_long |= kept.len() + chunk.len() > MAX_STDOUT;
        if !too_long {
            kept.extend_from_slice(chunk);
        }
    })
    .await;
    (!too_long).then_some(kept)
}

async fn tail_of(stream: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let mut kept = Vec::new();
    each_chunk(stream, |chunk| {
        kept.extend_from_slice(chunk);
        kept.drain(..kept.len().saturating_sub(STDERR_TAIL));
    })
    .await;
    kept
}

async fn each_chunk(stream: Option<impl AsyncRead + Unpin>, mut take: impl FnMut(&[u8])) {
    let Some(mut stream) = stream else { return };
    let mut buffer = [0; 8192];
    // A broken pipe ends a stream just as its end does; the exit status tells the rest.
    while let Ok(length @ 1..) = stream.read(&mut buffer).await {
        take(&buffer[..length]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> CommandLine {
        CommandLine { program: "/bin/sh".into(), args: vec!["-c".into(), script.into()], cwd: None }
    }

    async fn ran(script: &str) -> Result<Output, RunError> {
        run(&shell(script), &CancellationToken::new(), Duration::from_secs(10)).await
    }

    #[tokio::test]
    async fn stdout_and_the_end_of_stderr_are_kept() {
        let output = ran("echo out; head -c 20000 /dev/zero | tr '\\0' x >&2; echo end >&2").await.unwrap();
        assert_eq!(output.stdout, b"out\n");
        assert!(output.stderr_tail.ends_with("end") && output.stderr_tail.len() < STDERR_TAIL);
    }

    #[tokio::test]
    async fn a_flood_on_stdout_is_an_error_and_does_not_hang() {
        assert!(matches!(ran("head -c 5000000 /dev/zero").await, Err(RunError::TooMuchOutput)));
    }

    #[tokio::test]
    async fn failures_tell_their_code_or_signal() {
        assert!(matches!(ran("exit 3").await, Err(RunError::Failed { code: Some(3), signal: None, .. })));
        assert!(matches!(ran("kill -9 $$").await, Err(RunError::Failed { signal: Some(9), .. })));
        assert!(matches!(ran("exit 153").await, Err(RunError::Failed { signal: Some(25), .. })));
        assert!(matches!(ran("exit 255").await, Err(RunError::Failed { code: Some(255), signal: None, .. })));
    }

    #[tokio::test]
    async fn the_environment_is_not_handed_on() {
        let output = ran("env | cut -d= -f1 | sort | tr '\\n' ' '").await.unwrap();
        let names = String::from_utf8(output.stdout).unwrap();
        assert!(names.split_whitespace().all(|n| matches!(n, "LANG" | "PATH" | "PWD" | "SHLVL" | "_" | "OLDPWD")), "{names}");
    }

    #[tokio::test]
    async fn a_time_out_ends_the_grandchildren_too() {
        let started = std::time::Instant::now();
        let ended = run(&shell("sleep 30 & sleep 30"), &CancellationToken::new(), Duration::from_millis(200)).await;
        assert!(matches!(ended, Err(RunError::TimedOut)));
        // The pipes were held by both sleepers, so returning early proves that both are dead.
        assert!(started.elapsed() < DEATH);
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_told() {
        let missing = CommandLine { program: "/nowhere".into(), args: Vec::new(), cwd: None };
        assert!(matches!(run(&missing, &CancellationToken::new(), DEATH).await, Err(RunError::Spawn(_))));
    }
}
