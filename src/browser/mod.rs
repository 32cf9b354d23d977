//! The one room that knows JavaScript.
//!
//! `web/` is what runs in a browser; `absent.rs` gives the server the same names, doing nothing, so that components
//! carry no `cfg`. Beside them stand the rules that need no browser at all, and are tested without one:
//! which player to choose, what to do about a fault, what a key means.

pub mod chooser;
pub mod keymap;
pub mod recovery;

#[cfg(not(target_arch = "wasm32"))]
mod absent;
#[cfg(target_arch = "wasm32")]
mod web;

#[cfg(not(target_arch = "wasm32"))]
pub use absent::*;
#[cfg(target_arch = "wasm32")]
pub use web::*;
