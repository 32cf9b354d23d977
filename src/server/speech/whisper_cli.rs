//! whisper.cpp on this machine: a process for each piece, in the sandbox where it starts there.

use super::{Piece, SpeechConfig, SpeechError};
use crate::server::{
    media::{
        Sandbox, Tools,
        run::{self, RunError},
        sandbox::{CommandLine, Job, Limits},
    },
    subtitles::{self, Script, time},
};
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::atomic::Ordering,
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// The name of what it writes, without its ending.
const OUT: &str = "said";
/// Five minutes with every token are half a megabyte.
const MAX_ANSWER: u64 = 16 << 20;

pub struct WhisperCli {
    cli: PathBuf,
    model: PathBuf,
    language: Option<String>,
    patience: Duration,
    sandbox: Sandbox,
}

impl WhisperCli {
    /// Finds program and model, and a sandbox in which the program starts. The error is a sentence for whoever starts the server.
    pub fn locate(cli: &Path, model: &Path, config: &SpeechConfig, tools: &Tools) -> Result<Self, String> {
        const INSTALL: &str = "Build whisper.cpp (github.com/ggml-org/whisper.cpp) and name its whisper-cli.";
        let cli = cli.canonicalize().map_err(|error| format!("WHISPER_CLI was not found at {}: {error}. {INSTALL}", cli.display()))?;
        let found = model.canonicalize().ok().filter(|model| model.is_file());
        let model = found.ok_or_else(|| {
            format!(
                "WHISPER_MODEL was not found at {}. whisper.cpp's models/download-ggml-model.sh fetches one, such as ggml-base.bin.",
                model.display()
            )
        })?;
        let bare = Sandbox::None { because: "whisper-cli does not start in it".into() };
        // What it reads is sound that ffmpeg decoded behind those walls, so without them it is no stranger's file either.
        let sandbox = [&tools.sandbox, &bare].into_iter().find(|sandbox| starts(sandbox, &cli)).cloned();
        let sandbox =
            sandbox.ok_or_else(|| format!("{} is no whisper-cli: its help knows no --output-json-full. {INSTALL}", cli.display()))?;
        Ok(Self { cli, model, language: config.language.clone(), patience: config.patience, sandbox })
    }

    pub fn describe(&self) -> String {
        let walls = match &self.sandbox {
            Sandbox::Bubblewrap { .. } => "in the sandbox",
            Sandbox::RlimitsOnly { .. } => "under limits only",
            Sandbox::None { .. } => "without a sandbox",
        };
        format!("{} with {}, {walls}", self.cli.display(), self.model.file_name().unwrap_or_default().to_string_lossy())
    }

    pub async fn listen(&self, piece: &Piece<'_>, cancel: &CancellationToken) -> Result<Script, SpeechError> {
        let job = Job::new(piece.wav, Some(piece.work), self.limits(piece.length)).showing(&self.model);
        let answer = piece.work.join(format!("{OUT}.json"));
        // What an attempt before left must not be taken for the answer of this one.
        let _ = tokio::fs::remove_file(&answer).await;
        let command = self.sandbox.command(&job, &self.cli, self.arguments(&self.sandbox.input(&job))).gently();
        let heard = |line: &str| {
            if let Some(ms) = reached(line) {
                piece.heard_ms.fetch_max(ms, Ordering::Relaxed);
            }
        };
        run::watch(&command, Stdio::null(), cancel, job.limits.wall, heard).await.map_err(ended)?;
        let size = tokio::fs::metadata(&answer).await.map_or(0, |about| about.len());
        if size == 0 || size > MAX_ANSWER {
            return Err(SpeechError::passing(NOTHING, format!("{size} bytes in {}", answer.display())));
        }
        let bytes = tokio::fs::read(&answer).await.map_err(|error| SpeechError::passing(NOTHING, error.to_string()))?;
        // A token may end in the middle of a letter.
        subtitles::json::read(&String::from_utf8_lossy(&bytes)).map_err(|error| SpeechError::passing(NOTHING, error.to_string()))
    }

    /// `-ojf`: with the times of tokens. Its own language would be English unless it is told to listen first.
    fn arguments(&self, input: &Path) -> Vec<OsString> {
        let language = self.language.as_deref().map_or("auto", |tag| tag.split('-').next().unwrap_or(tag));
        let mut args: Vec<OsString> = vec!["-m".into(), self.model.clone().into(), "-f".into(), input.into()];
        args.extend(["-l", language, "-ojf", "-of", OUT, "-pp"].map(OsString::from));
        args
    }

    /// The largest model takes 4 GB and maps more; its four threads spend at most their share of the time that a piece is given.
    fn limits(&self, length: Duration) -> Limits {
        let wall = self.patience.max(length);
        Limits { address_space: 32 << 30, cpu_secs: wall.as_secs().saturating_mul(8), file_size: MAX_ANSWER, wall }
    }
}

const NOTHING: &str = "The transcriber on this server wrote nothing that can be read. Please try again later.";

/// Help is written at once, unless the program is another one: then nobody shall wait for it at start-up.
const HELP_PATIENCE: &str = "30";

/// Does it answer for its help, in this sandbox, as whisper-cli does?
fn starts(sandbox: &Sandbox, cli: &Path) -> bool {
    let limits = Limits { address_space: 32 << 30, ..Limits::PROBE };
    let CommandLine { program, args, .. } = sandbox.command(&Job::new(cli, None, limits), cli, vec!["--help".into()]);
    let mut command = Command::new("timeout");
    command.args(["-s", "KILL", HELP_PATIENCE]).arg(program).args(args);
    let output = command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").stdin(Stdio::null()).output();
    // It writes its help to stderr.
    output
        .is_ok_and(|output| [output.stdout, output.stderr].iter().any(|text| String::from_utf8_lossy(text).contains("--output-json-full")))
}

/// `[00:00:00.000 --> 00:00:07.600]   And so …`: what it says on the way, and how far it is with that.
fn reached(line: &str) -> Option<i64> {
    let (_, end) = line.strip_prefix('[')?.split_once(']')?.0.split_once("-->")?;
    time::parse(end)
}

fn ended(error: RunError) -> SpeechError {
    let detail = error.to_string();
    match error {
        RunError::Cancelled => SpeechError::Cancelled,
        RunError::TimedOut => SpeechError::passing("The transcriber on this server took too long. Please try again later.", detail),
        RunError::Failed { signal: Some(_), .. } => {
            SpeechError::passing("The transcriber on this server was stopped, perhaps for want of memory. Please try again later.", detail)
        }
        RunError::Failed { ref stderr_tail, .. }
            if stderr_tail.contains("failed to initialize") || stderr_tail.contains("failed to load model") =>
        {
            SpeechError::Refused {
                code: "bad_model",
                message: "The transcriber on this server cannot read its model. Whoever runs the server should check WHISPER_MODEL.".into(),
                detail,
            }
        }
        _ => SpeechError::passing("The transcriber on this server ended with an error. Please try again later.", detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_lines_tell_how_far_it_is() {
        assert_eq!(reached("[00:00:00.000 --> 00:00:07.600]   And so my fellow Americans"), Some(7_600));
        assert_eq!(reached("whisper_init_from_file: loading model"), None);
        assert_eq!(reached("[BLANK_AUDIO] --> x"), None);
    }

    #[test]
    fn a_model_that_cannot_be_read_is_not_tried_again() {
        let failed = |stderr: &str| ended(RunError::Failed { code: Some(3), signal: None, stderr_tail: stderr.into() });
        assert!(matches!(failed("error: failed to initialize whisper context"), SpeechError::Refused { code: "bad_model", .. }));
        assert!(matches!(failed("something else"), SpeechError::Passing { .. }));
        assert_eq!(ended(RunError::Cancelled), SpeechError::Cancelled);
    }
}
