//! Who is asking: passwords, sessions, tokens, cookies, and the middleware that puts a [`Viewer`] beside each request.

pub mod account;
pub mod cookies;
pub mod identify;
pub mod password;
pub mod sessions;
pub mod tokens;

pub use crate::model::Viewer;
pub use identify::{MaybeViewer, identify};
