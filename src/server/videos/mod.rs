//! What a person does with recordings: upload, list, rename, delete, look at the numbers.

mod check;
mod download;
mod library;
mod stats;
pub mod survey;
mod upload;

pub use download::download;
pub use library::{delete, get, list, owned, poster, rename};
pub use stats::{record_view, stats};
pub use upload::{begin_upload, complete_upload, upload_progress};
pub use check::adopt;
