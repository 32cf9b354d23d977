//! The player.
//!
//! Reading order: [`video_player`] (the island: asks the server for the stream) → [`hls_player`] (plays the source it
//! is given) → [`machine`] (loads it, and mends what breaks) → [`bar`] (what the video does and is told) →
//! [`keyboard`]; [`markup`] is what the server renders, [`making`] what is said of a stream that is being made.

mod bar;
pub mod hls_player;
mod keyboard;
mod machine;
mod making;
mod markup;
pub mod video_player;

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
    /// The session is over: sign in and come back.
    SignedOut,
    /// The network is away.
    Lost,
}

impl PlayerStatus {
    /// The name in `data-status`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Preparing(_) => "preparing",
            Self::Growing(_) => "growing",
            Self::Ready => "ready",
            Self::Failed(_) | Self::SignedOut => "failed",
            Self::Lost => "lost",
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
        matches!(self, Self::Preparing(_) | Self::Failed(_) | Self::SignedOut)
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
            Self::Failed(sentence) => sentence,
            Self::SignedOut => "Your session has ended. Sign in again, and you come back to this very second.",
            Self::Lost => "The network went away. We go on as soon as it is back.",
        }
    }
}
