//! The browser as it is. Compiled for wasm32 only.

pub mod dom;
pub mod drop_zone;
pub mod early;
pub mod engine;
pub mod fullscreen;
mod hls;
pub mod memory;
pub mod playhead;
pub mod transfer;
