//! The one error of media work: a code for the database, a sentence for the person, a detail for the log.

use std::fmt;

use super::plan::Refusal;
use super::run::RunError;

/// Why a file could not be probed, converted or pictured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaError {
    /// Stable and machine-readable; stored with the video and counted by the metrics.
    pub code: &'static str,
    /// Full sentences, shown to the person who uploaded the file. Never ffmpeg's own words.
    pub message: String,
    /// True when the same file may well succeed later: our disk, our memory, our shutdown. The queue retries these only.
    pub transient: bool,
    /// For the log; may hold the end of ffmpeg's stderr.
    pub detail: String,
}

impl MediaError {
    /// The file is at fault: another attempt would end the same way.
    pub fn permanent(code: &'static str, message: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { code, message: message.into(), transient: false, detail: detail.into() }
    }

    /// We are at fault, or nobody is: worth another attempt.
    pub fn transient(code: &'static str, message: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { code, message: message.into(), transient: true, detail: detail.into() }
    }

    /// The file is of a kind that has no video in it, or none that we open. `kind` comes with its article: "a PDF".
    pub fn wrong_kind(kind: &str) -> Self {
        Self::permanent(
            "wrong_format",
            format!(
                "This is {kind}, not a recording that can be played here. Upload video (MP4, MOV, MKV, WebM, TS) or sound (M4A, MP3, AAC, WAV, FLAC, Ogg)."
            ),
            format!("sniffed as {kind}"),
        )
    }

    /// A file of ours could not be read or written.
    pub fn io(doing: &str, error: &std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::StorageFull {
            return Self::disk_full(error.to_string());
        }
        Self::transient("io", "The server could not reach its own working files. It will be tried again.", format!("{doing}: {error}"))
    }

    /// It stood still for longer than any honest file makes ffmpeg wait, although bytes kept coming. It would again.
    pub fn stalled(detail: String) -> Self {
        Self::permanent(
            "stalled",
            "Reading this file came to a standstill. It may be damaged: try to play it on your own computer.",
            detail,
        )
    }

    /// It was ended because it had used up what a probe may.
    pub fn too_much_work(detail: String) -> Self {
        Self::permanent("too_much_work", "Reading this file takes far more work than any recording does.", detail)
    }

    /// More came out than can be in such a file.
    pub fn too_much(detail: String) -> Self {
        Self::permanent("too_large", "Far more comes out of this file than can be in it, so it is damaged or not a recording.", detail)
    }

    fn stopped(detail: String) -> Self {
        Self::transient("cancelled", "The work was stopped before it was done. It will be tried again.", detail)
    }

    fn disk_full(detail: String) -> Self {
        Self::transient("disk_full", "The server ran out of working space. It will be tried again.", detail)
    }
}

impl fmt::Display for MediaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}

impl std::error::Error for MediaError {}

impl From<Refusal> for MediaError {
    fn from(refusal: Refusal) -> Self {
        let detail = format!("refused by the planner: {}", refusal.code);
        Self::permanent(refusal.code, refusal.message, detail)
    }
}

/// A spent CPU allowance (soft and hard limit are one, or ffmpeg would catch the milder signal and end as if all were well)
/// and the kernel's out-of-memory killer look alike.
const SIGKILL: i32 = 9;

/// A file over the size limit. Linux's number on every architecture we ship for.
const SIGXFSZ: i32 = 25;

/// Hang-up, interrupt and terminate: sent to every process of a service that is being stopped, so not the file's fault.
const STOPPING: [i32; 3] = [1, 2, 15];

/// How ffmpeg ends when it catches one of those.
const FFMPEG_STOPPED: i32 = 255;

impl From<RunError> for MediaError {
    fn from(error: RunError) -> Self {
        let detail = error.to_string();
        match error {
            RunError::Spawn(_) => {
                Self::transient("not_started", "The server could not start the conversion. It will be tried again.", detail)
            }
            RunError::Cancelled => Self::stopped(detail),
            RunError::TimedOut => Self::transient("took_too_long", "Reading this file took longer than the server allows.", detail),
            RunError::TooMuchOutput => Self::permanent("unreadable", UNREADABLE, detail),
            RunError::Failed { code: Some(FFMPEG_STOPPED), .. } => Self::stopped(detail),
            RunError::Failed { signal, ref stderr_tail, .. } => match signal {
                Some(signal) if STOPPING.contains(&signal) => Self::stopped(detail),
                Some(SIGXFSZ) => Self::permanent("too_large", "A stretch of this video is too large to be streamed.", detail),
                Some(SIGKILL) => Self::transient(
                    "killed",
                    "Reading this file took more work or memory than the server could give. It will be tried again.",
                    detail,
                ),
                _ if stderr_tail.contains("No space left on device") => Self::disk_full(detail),
                _ if stderr_tail.starts_with("bwrap: ") => {
                    Self::transient("sandbox_failed", "The server could not start the conversion. It will be tried again.", detail)
                }
                _ => Self::permanent("unreadable", UNREADABLE, detail),
            },
        }
    }
}

/// What a person is told when ffmpeg gives up on the bytes themselves.
const UNREADABLE: &str =
    "This file could not be read as a video. It may be damaged: try to play it on your own computer, then upload it again.";

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(signal: Option<i32>, stderr: &str) -> MediaError {
        RunError::Failed { code: signal.is_none().then_some(1), signal, stderr_tail: stderr.into() }.into()
    }

    #[test]
    fn a_damaged_file_is_permanent_and_its_stderr_stays_out_of_the_message() {
        let error = failed(None, "moov atom not found");
        assert!(!error.transient);
        assert!(!error.message.contains("moov"));
        assert!(error.detail.contains("moov atom not found"));
    }

    #[test]
    fn a_full_disk_is_worth_another_attempt() {
        assert_eq!(failed(None, "av_interleaved_write_frame(): No space left on device").code, "disk_full");
        assert!(failed(None, "No space left on device").transient);
    }

    #[test]
    fn a_spent_allowance_is_tried_again_because_it_may_have_been_our_memory() {
        assert_eq!((failed(Some(9), "").code, failed(Some(9), "").transient), ("killed", true));
        assert_eq!((failed(Some(25), "").code, failed(Some(25), "").transient), ("too_large", false));
    }

    #[test]
    fn a_service_that_is_being_stopped_does_not_blame_the_file() {
        let caught = MediaError::from(RunError::Failed { code: Some(255), signal: None, stderr_tail: String::new() });
        assert_eq!((failed(Some(15), "").code, caught.code, caught.transient), ("cancelled", "cancelled", true));
    }

    #[test]
    fn a_sandbox_that_would_not_start_is_not_blamed_on_the_file() {
        assert_eq!(failed(None, "bwrap: Creating new namespace failed").code, "sandbox_failed");
    }
}
