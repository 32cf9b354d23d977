//! One process from birth to certain death.
//!
//! When [`run`] or [`watch`] returns, or is dropped, the process and its whole group have been killed; when it returns, they are gone
//! and reaped, so the caller may delete the output folder at once. Inside bubblewrap the rest follows from
//! `--die-with-parent`. Call it from an ordinary task: bubblewrap dies with the *thread* that started it, and threads of
//! the blocking pool end when they please.

use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use command_fds::{CommandFdExt, FdMapping};
use futures::{FutureExt, future::FusedFuture};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{ChildStdout, Command};
use tokio_util::sync::CancellationToken;

use super::sandbox::{CommandLine, NOWHERE_FD};

/// ffprobe's JSON for 16 streams is about 40 KB.
const MAX_STDOUT: usize = 4 << 20;

/// The end of stderr holds the reason.
const STDERR_TAIL: usize = 8 << 10;

/// How long a killed group may take to be gone. It dies at once unless the kernel holds it in a disk wait.
const DEATH: Duration = Duration::from_secs(5);

/// How long a process may live on that has closed its stdout. (Tests are not made to wait for that.)
const LAST_WORDS: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 30 });

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

/// Runs `command` with nothing in its environment but a path and a locale, for at most `wall`, and keeps what it says.
pub async fn run(command: &CommandLine, cancel: &CancellationToken, wall: Duration) -> Result<Output, RunError> {
    let (stdout, stderr_tail) = attend(command, Stdio::null(), cancel, wall, head_of).await?;
    Ok(Output { stdout: stdout.ok_or(RunError::TooMuchOutput)?, stderr_tail })
}

/// The same with something to read, handing on each line of stdout as it comes.
pub async fn watch(
    command: &CommandLine,
    stdin: Stdio,
    cancel: &CancellationToken,
    wall: Duration,
    heard: impl FnMut(&str),
) -> Result<(), RunError> {
    attend(command, stdin, cancel, wall, |stdout| each_line(stdout, heard)).await.map(drop)
}

/// The same with whatever comes of stdout left to `read`. The process waits while that does not read on.
pub async fn read<F: Future<Output = ()>>(
    command: &CommandLine,
    stdin: Stdio,
    cancel: &CancellationToken,
    wall: Duration,
    read: impl FnOnce(Option<ChildStdout>) -> F,
) -> Result<(), RunError> {
    attend(command, stdin, cancel, wall, read).await.map(drop)
}

async fn attend<T, F: Future<Output = T>>(
    command: &CommandLine,
    stdin: Stdio,
    cancel: &CancellationToken,
    wall: Duration,
    read: impl FnOnce(Option<ChildStdout>) -> F,
) -> Result<(T, String), RunError> {
    if cancel.is_cancelled() {
        return Err(RunError::Cancelled);
    }
    let mut process = Command::new(&command.program);
    process.args(&command.args).env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LANG", "C.UTF-8");
    process.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).kill_on_drop(true);
    if let Some(folder) = &command.cwd {
        process.current_dir(folder);
    }
    let nowhere = File::options().write(true).open("/dev/null").map_err(RunError::Spawn)?;
    let nowhere = FdMapping { parent_fd: nowhere.into(), child_fd: NOWHERE_FD };
    process.fd_mappings(vec![nowhere]).map_err(|error| RunError::Spawn(std::io::Error::other(error)))?;
    let mut child = process.spawn().map_err(RunError::Spawn)?;
    // Our own copy of its stdin goes with this: whoever writes there must notice when nobody reads any more.
    drop(process);
    let mut group = Group(child.id());
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());

    // Both pipes end only when every process that holds them is gone: that is how we know the group is dead.
    let closed = CancellationToken::new();
    let mut reading = std::pin::pin!(async {
        let heard = read(stdout).await;
        closed.cancel();
        heard
    });
    let mut dying = std::pin::pin!(async { tokio::join!(tail_of(stderr), child.wait()) }.fuse());
    let lingers = async {
        closed.cancelled().await;
        tokio::time::sleep(LAST_WORDS).await;
    };
    let ended = tokio::select! {
        biased;
        () = cancel.cancelled() => Err(RunError::Cancelled),
        ended = async { tokio::join!(&mut reading, &mut dying) } => Ok(ended),
        () = tokio::time::sleep(wall) => Err(RunError::TimedOut),
        () = lingers => Err(RunError::TimedOut),
    };
    let (stdout, (stderr, status)) = match ended {
        Ok(ended) => ended,
        Err(why) => {
            group.kill();
            if !dying.is_terminated() && tokio::time::timeout(DEATH, dying).await.is_err() {
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
    judge(status.map_err(RunError::Spawn)?, stderr_tail).map(|stderr_tail| (stdout, stderr_tail))
}

/// `timeout` ends with this when it had to step in.
const TIMEOUT_CODE: i32 = 124;

/// The end of stderr again, when all went well.
fn judge(status: ExitStatus, stderr_tail: String) -> Result<String, RunError> {
    match status.code() {
        Some(0) => Ok(stderr_tail),
        Some(TIMEOUT_CODE) => Err(RunError::TimedOut),
        // bubblewrap passes a death by signal on the way shells do.
        code => {
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
async fn head_of(stream: Option<ChildStdout>) -> Option<Vec<u8>> {
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

/// Lines longer than this are not meant for us.
const MAX_LINE: usize = 1 << 10;

async fn each_line(stream: Option<ChildStdout>, mut heard: impl FnMut(&str)) {
    let mut line = Vec::new();
    each_chunk(stream, |chunk| {
        for &byte in chunk {
            match byte {
                b'\n' => heard(&String::from_utf8_lossy(&std::mem::take(&mut line))),
                byte if line.len() < MAX_LINE => line.push(byte),
                _ => {}
            }
        }
    })
    .await;
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
    async fn lines_are_handed_on_as_they_come() {
        let mut heard = Vec::new();
        let spoken = shell("printf 'out_time_us=1\\nprogress=continue\\n'; printf half");
        watch(&spoken, Stdio::null(), &CancellationToken::new(), Duration::from_secs(10), |line| heard.push(line.to_owned()))
            .await
            .unwrap();
        assert_eq!(heard, ["out_time_us=1", "progress=continue"]);
    }

    #[tokio::test]
    async fn whoever_reads_stdout_gets_every_byte_and_may_stop_before_the_end() {
        let read_of = async |most: u64| {
            let (mut bytes, cancel) = (Vec::new(), CancellationToken::new());
            let got = &mut bytes;
            let reading = |stdout: Option<ChildStdout>| async move {
                stdout.unwrap().take(most).read_to_end(got).await.unwrap();
            };
            let ended = read(&shell("head -c 3000000 /dev/zero"), Stdio::null(), &cancel, Duration::from_secs(10), reading).await;
            (ended, bytes.len())
        };
        assert!(matches!(read_of(u64::MAX).await, (Ok(()), 3_000_000)));
        // A pipe that nobody reads ends whoever writes on.
        assert!(matches!(read_of(1000).await, (Err(RunError::Failed { .. }), 1000)));
    }

    #[tokio::test]
    async fn who_has_closed_stdout_and_lingers_is_ended() {
        let silent = shell("exec >&-; exec sleep 600");
        let ended = run(&silent, &CancellationToken::new(), Duration::from_secs(3600)).await;
        assert!(matches!(ended, Err(RunError::TimedOut)), "{ended:?}");
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
