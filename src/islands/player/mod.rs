//! The player.
//!
//! Reading order: [`video_player`] (the island: asks the server for the stream) → [`hls_player`] (plays the source it
//! is given) → [`machine`] (loads it, and mends what breaks) → [`bar`] (what the video does and is told) →
//! [`keyboard`]; [`markup`] is what the server renders.

mod bar;
pub mod hls_player;
mod keyboard;
mod machine;
mod markup;
pub mod video_player;

/// What is known about the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlayerStatus {
    /// It is being made.
    Preparing,
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
            Self::Preparing => "preparing",
            Self::Ready => "ready",
            Self::Failed(_) | Self::SignedOut => "failed",
            Self::Lost => "lost",
        }
    }

    /// What a person reads over the picture when something is wrong.
    pub fn sentence(&self) -> &str {
        match self {
            Self::Preparing | Self::Ready => "",
            Self::Failed(sentence) => sentence,
            Self::SignedOut => "Your session has ended. Sign in again, and you come back to this very second.",
            Self::Lost => "The network went away. We go on as soon as it is back.",
        }
    }
}
