//! The one room that knows JavaScript: bindings and the rules that go with them.
//!
//! The bindings are plain `wasm-bindgen` imports. Those compile on the server as well, where nothing ever calls them
//! (effects and listeners do not run there): so nobody needs a `cfg`, and no twin has to be kept in step.
//! [`chooser`], [`keymap`], [`recovery`], [`renewal`] and [`stall`] need no browser at all and are tested without one.

pub mod beacon;
pub mod captions;
pub mod chapters;
pub mod chooser;
pub mod clipboard;
pub mod dom;
pub mod drafts;
pub mod drop_zone;
pub mod early;
pub mod elsewhere;
pub mod engine;
pub mod fullscreen;
pub mod heat;
mod hls;
pub mod idle;
pub mod keymap;
pub mod media_session;
pub mod memory;
pub mod menus;
pub mod page;
pub mod playhead;
pub mod reach;
pub mod recovery;
pub mod remote;
pub mod renewal;
pub mod stall;
pub mod storyboard;
pub mod timeline;
pub mod transfer;
pub mod viewing;
pub mod wanted;
pub mod watching;
