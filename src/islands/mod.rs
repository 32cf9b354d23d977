//! The parts of a page that live: rendered on the server like everything else, and woken up in the browser.
//!
//! An island is a leaf. It gets its first state as props, so that waking up needs no request. Nothing here carries a
//! `cfg`: the browser is touched in effects and event handlers only, and globals only through [`crate::browser`].

pub mod icon;
pub mod library;
pub mod password_field;
pub mod player;
pub mod rename;
pub mod tabs;
pub mod upload;
pub mod video_title;
