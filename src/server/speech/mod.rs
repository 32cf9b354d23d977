//! Having speech written down by somebody who can: a server that speaks OpenAI's protocol ([`openai`]), or whisper.cpp on this
//! machine ([`whisper_cli`]). Both get pieces of a few minutes ([`cut`]), whose times are put right again ([`placed`]).

pub mod cut;
pub mod openai;
pub mod placed;
mod retry_after;
pub mod sentences;
pub mod whisper_cli;

use super::{clock::millis, media::Tools, subtitles::Script};
use std::{
    path::{Path, PathBuf},
    sync::atomic::AtomicI64,
    time::Duration,
};
use tokio_util::sync::CancellationToken;
use url::Url;

/// Who transcribes, as the settings say.
#[derive(Clone, Debug)]
pub struct SpeechConfig {
    pub by: By,
    /// A BCP 47 tag; otherwise it is guessed from what is said.
    pub language: Option<String>,
    /// The longest piece that is handed over at once. Shorter ones lose less to a failure and tell progress sooner; at their
    /// borders a transcriber lacks what was said before. 25 MB is the most that OpenAI takes: 13 minutes.
    pub longest_piece: Duration,
    /// How long one piece may take.
    pub patience: Duration,
}

#[derive(Clone, Debug)]
pub enum By {
    Server { url: Url, key: Option<Secret>, model: String },
    WhisperCli { cli: PathBuf, model: PathBuf },
}

/// Never shown, wherever a configuration is.
#[derive(Clone)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

/// Why a piece was not written down. Messages are sentences for the person, details for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpeechError {
    /// Too much to do; it asked to be left alone for this long.
    Busy {
        after: Duration,
        detail: String,
    },
    /// Worth another attempt.
    Passing {
        message: String,
        detail: String,
    },
    /// The next attempt would end the same way.
    Refused {
        code: &'static str,
        message: String,
        detail: String,
    },
    Cancelled,
}

impl SpeechError {
    fn passing(message: &str, detail: impl Into<String>) -> Self {
        Self::Passing { message: message.into(), detail: detail.into() }
    }
}

/// Somebody who can write down what is said.
pub struct Transcriber {
    config: SpeechConfig,
    by: Hand,
}

enum Hand {
    Server(openai::Server),
    WhisperCli(whisper_cli::WhisperCli),
}

/// A piece of sound: a WAV file of our own making, and a folder for what is made of it.
pub struct Piece<'a> {
    pub wav: &'a Path,
    pub work: &'a Path,
    pub length: Duration,
    /// Milliseconds of it that are written down, where a transcriber tells.
    pub heard_ms: &'a AtomicI64,
}

impl Transcriber {
    /// Checks what can be checked before anybody waits. The error is a sentence for whoever starts the server.
    pub fn open(config: &SpeechConfig, tools: &Tools) -> Result<Self, String> {
        let by = match &config.by {
            By::Server { url, key, model } => Hand::Server(openai::Server::new(url, key.clone(), model, config)?),
            By::WhisperCli { cli, model } => Hand::WhisperCli(whisper_cli::WhisperCli::locate(cli, model, config, tools)?),
        };
        Ok(Self { config: config.clone(), by })
    }

    /// For the start-up log.
    pub fn describe(&self) -> String {
        match &self.by {
            Hand::Server(server) => format!("Recordings can be transcribed by {}.", server.describe()),
            Hand::WhisperCli(cli) => format!("Recordings can be transcribed by {}.", cli.describe()),
        }
    }

    /// What it is called in a transcript.
    pub fn name(&self) -> String {
        match &self.config.by {
            By::Server { model, .. } => model.clone(),
            By::WhisperCli { model, .. } => model.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        }
    }

    /// Tells what was written down by this transcriber from what was by another.
    pub fn identity(&self) -> String {
        let place = match &self.config.by {
            By::Server { url, .. } => url.host_str().unwrap_or_default(),
            By::WhisperCli { .. } => "whisper-cli",
        };
        format!("{place} {} {}", self.name(), self.config.language.as_deref().unwrap_or("auto"))
    }

    pub fn longest_piece(&self) -> Duration {
        self.config.longest_piece
    }

    /// What is said in a piece, with times from its beginning.
    pub async fn transcribe(&self, piece: &Piece<'_>, cancel: &CancellationToken) -> Result<Script, SpeechError> {
        let mut script = match &self.by {
            Hand::Server(server) => tokio::select! {
                () = cancel.cancelled() => Err(SpeechError::Cancelled),
                answer = server.ask(piece.wav) => answer,
            },
            Hand::WhisperCli(cli) => cli.listen(piece, cancel).await,
        }?;
        if !believable(&script, piece.length) {
            return Err(SpeechError::Refused {
                code: "odd_times",
                message:
                    "The transcriber's times are not in seconds. Whoever runs this server should try a newer release of it, or another."
                        .into(),
                detail: format!("times far beyond a piece of {:?}", piece.length),
            });
        }
        script.language = script.language.or_else(|| self.config.language.clone());
        Ok(script)
    }
}

/// Can these be the times of a piece? Some seconds past its end are usual, and what is said there is dropped later; with
/// nanoseconds, as releases of LocalAI write them, that would be everything.
fn believable(script: &Script, length: Duration) -> bool {
    let most = millis(length).saturating_mul(10).saturating_add(60_000);
    script.sentences.iter().all(|sentence| sentence.end_ms <= most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Sentence;

    #[test]
    fn times_in_another_unit_are_told_from_those_past_the_end() {
        let said = |end_ms| Script { sentences: vec![Sentence { end_ms, ..Sentence::default() }], language: None };
        let length = Duration::from_secs(300);
        assert!(believable(&said(330_000), length) && believable(&Script::default(), length));
        assert!(!believable(&said(360_000_000), length));
    }
}
