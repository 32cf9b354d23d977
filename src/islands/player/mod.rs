//! The player.
//!
//! Reading order: [`video_player`] (the island: asks the server for the stream) → [`hls_player`] (plays what it is
//! given, and mends what breaks) → [`transport`] (what the video element does and is told) → [`controls`] (the bar)
//! and [`notice`] (the sentences over the picture).

mod controls;
pub mod hls_player;
mod keyboard;
mod notice;
mod transport;
pub mod video_player;

/// What the page knows about the stream.
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
}
