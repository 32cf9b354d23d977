//! Notetaker: recorded meetings, kept in a private bucket and played at once.
//!
//! Reading order, along the way from a click to a picture:
//! [`app`] (the routes) → [`pages`] (`video`) → [`api`] (`get_video_stream`) → `server` (stream status, database, jobs, ffmpeg,
//! bucket, and the routes that bytes go out by) → [`browser`] (`boot.js` plays, `hls` takes over) → [`islands`] (what is alive
//! in the page). [`model`] is shared by all.

// A page's view is one type, nested as deeply as its elements.
#![recursion_limit = "512"]

pub mod api;
pub mod app;
pub mod browser;
pub mod islands;
pub mod model;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;

/// Called by the page's script: wakes the islands up.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
