//! How bytes reach the viewer: the stream's state, the grant in its address, playlists and segments.

pub mod access;
pub mod grant;
pub mod health;
pub mod names;
pub mod serve;
pub mod status;

pub use status::{retry, status};
