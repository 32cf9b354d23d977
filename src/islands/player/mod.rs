//! The player.
//!
//! Reading order: [`video_player`] (the island: asks the server for the stream) → [`hls_player`] (plays the source it
//! is given) → [`machine`] (loads it, and mends what breaks) → [`bar`] (what the video does and is told) →
//! [`keyboard`]; [`status`] is what is known of the stream and said about it, [`markup`] what the server renders,
//! [`making`] what is said of a stream that is being made. Before any of it is alive `browser/boot.js` plays.

mod bar;
pub mod hls_player;
mod keyboard;
mod machine;
mod making;
mod markup;
mod status;
pub mod video_player;

pub use status::PlayerStatus;
