//! The parts of a page that live.
//!
//! Each island has two halves. Its *markup* is an ordinary component, rendered on the server and passed to the island
//! as children, so the browser gets it as finished HTML and never builds it again. Its *behaviour* wakes up around that
//! HTML ([`awake`]), listens, and changes what has to change; new rows are stamped from `<template>`s that the server
//! rendered with the same components. Hydrating all of it the usual way was tried and came to three times as much WASM.
//!
//! No `cfg` here but the one that puts a `lazy` part into a file of its own, and no JavaScript but values of `js_sys`: the
//! browser is touched in effects and listeners only, which never run on the server.

pub mod awake;
pub mod chapters;
pub mod icon;
pub mod library;
pub mod password_field;
pub mod player;
pub mod plot;
pub mod rename;
pub mod tabs;
pub mod tags;
pub mod upload;
pub mod video_title;
