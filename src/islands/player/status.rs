//! What is known about the stream, what is said of it, and what a person can do then.

use crate::model::{AppError, ErrorCode};

/// How the server begins when there is no original to make a stream from (`server/jobs/mod.rs`).
const SOURCE_GONE: &str = "The original is gone";

/// What is known about the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlayerStatus {
    /// It is being made, and nothing of it can be watched yet. With the line that says how far it is, when that is known.
    Preparing(String),
    /// It is being made, and what there is of it can be watched. With the same line.
    Growing(String),
    Ready,
    /// It cannot be played, with the sentence that says why; a click tries again.
    Failed(String),
    /// There is nothing left that a stream could be made from, in the server's words.
    Gone(String),
    /// Somebody deleted the recording while this page was open.
    Deleted,
    /// The session is over: sign in and come back.
    SignedOut,
    /// The server lets this page play no longer.
    Expired,
    /// This browser has nothing to play a stream with.
    NoPlayer,
    /// The network is away.
    Lost,
    /// Nothing has moved for too long, and nobody knows why.
    Slow,
}

impl PlayerStatus {
    /// Not to be played, for the reason in `sentence`.
    pub fn failed(sentence: String) -> Self {
        if sentence.starts_with(SOURCE_GONE) { Self::Gone(sentence) } else { Self::Failed(sentence) }
    }

    /// What an answer without a stream says.
    pub fn of_error(error: &AppError) -> Self {
        match error.code {
            ErrorCode::Unauthorized => Self::SignedOut,
            ErrorCode::Network => Self::Lost,
            ErrorCode::Forbidden => Self::Deleted,
            _ => Self::failed(error.message.clone()),
        }
    }

    /// The name in `data-status`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Preparing(_) => "preparing",
            Self::Growing(_) => "growing",
            Self::Ready => "ready",
            Self::Failed(_) | Self::Gone(_) | Self::Deleted | Self::SignedOut | Self::Expired | Self::NoPlayer => "failed",
            // The picture stays, and the sentence stands above it.
            Self::Lost | Self::Slow => "lost",
        }
    }

    pub fn is_preparing(&self) -> bool {
        matches!(self, Self::Preparing(_))
    }

    pub fn is_growing(&self) -> bool {
        matches!(self, Self::Growing(_))
    }

    /// Whether the picture is out of sight.
    pub fn covers(&self) -> bool {
        matches!(self.name(), "preparing" | "failed")
    }

    /// What a person reads while it is being made.
    pub fn making(&self) -> &str {
        match self {
            Self::Preparing(line) | Self::Growing(line) => line,
            _ => "",
        }
    }

    /// What a person reads over the picture when something is wrong.
    pub fn sentence(&self) -> &str {
        match self {
            Self::Preparing(_) | Self::Growing(_) | Self::Ready => "",
            Self::Failed(sentence) | Self::Gone(sentence) => sentence,
            Self::Deleted => "This recording is not there any more. It was deleted while this page was open.",
            Self::SignedOut => "Your session has ended. Sign in again, and you come back to this very second.",
            Self::Expired => "This page may not play on. Load it again, and you come back to this very second.",
            Self::NoPlayer => {
                "This browser cannot play recordings here. A current Chrome, Firefox, Edge or Safari can; so can a player of your own."
            }
            Self::Lost => "The network went away. We go on as soon as it is back.",
            Self::Slow => "The recording is slow to arrive. We keep trying.",
        }
    }

    /// Whether trying again may help.
    pub fn can_retry(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Lost | Self::Slow)
    }

    /// The link that leads on: what it says and where it leads. `here` is the page's path and `second` where the person is.
    pub fn way_on(&self, here: &str, second: &str) -> Option<(&'static str, String)> {
        Some(match self {
            // A path of ours needs no escaping in a query; the question mark and equals sign do.
            Self::SignedOut => ("Sign in", ["/sign-in?next=", here, "%3Ft%3D", second].concat()),
            Self::Expired => ("Load the page again", [here, "?t=", second].concat()),
            Self::NoPlayer => ("Download", ["/api", here, "/download"].concat()),
            Self::Gone(_) => ("Upload it again", "/".to_owned()),
            Self::Deleted => ("To your recordings", "/".to_owned()),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> [PlayerStatus; 11] {
        let line = || "Because.".to_owned();
        [
            PlayerStatus::Preparing(line()),
            PlayerStatus::Growing(line()),
            PlayerStatus::Ready,
            PlayerStatus::Failed(line()),
            PlayerStatus::Gone(line()),
            PlayerStatus::Deleted,
            PlayerStatus::SignedOut,
            PlayerStatus::Expired,
            PlayerStatus::NoPlayer,
            PlayerStatus::Lost,
            PlayerStatus::Slow,
        ]
    }

    #[test]
    fn whatever_is_wrong_has_a_sentence_and_one_next_step() {
        for status in all() {
            let steps = usize::from(status.can_retry()) + usize::from(status.way_on("/videos/1", "5").is_some());
            assert_eq!(steps, usize::from(!status.sentence().is_empty()), "{status:?}");
        }
    }

    #[test]
    fn links_lead_back_to_the_same_second_or_to_the_recording_itself() {
        let way = |status: PlayerStatus| status.way_on("/videos/1", "83").map(|(_, href)| href);
        assert_eq!(way(PlayerStatus::SignedOut).as_deref(), Some("/sign-in?next=/videos/1%3Ft%3D83"));
        assert_eq!(way(PlayerStatus::Expired).as_deref(), Some("/videos/1?t=83"));
        assert_eq!(way(PlayerStatus::NoPlayer).as_deref(), Some("/api/videos/1/download"));
    }

    #[test]
    fn an_original_that_is_gone_is_known_by_the_servers_own_words() {
        assert!(include_str!("../../server/jobs/mod.rs").contains(SOURCE_GONE));
        assert!(matches!(PlayerStatus::failed(format!("{SOURCE_GONE} from the storage.")), PlayerStatus::Gone(_)));
        assert!(matches!(PlayerStatus::failed("It is cut short.".into()), PlayerStatus::Failed(_)));
    }

    #[test]
    fn a_recording_that_was_deleted_is_no_failure_to_try_again() {
        assert_eq!(PlayerStatus::of_error(&AppError::forbidden()), PlayerStatus::Deleted);
        assert_eq!(PlayerStatus::of_error(&AppError::unauthorized()), PlayerStatus::SignedOut);
    }
}
