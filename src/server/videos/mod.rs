//! What a person does with recordings: upload, list, rename, delete, look at the numbers.

mod check;
mod deletion;
mod download;
mod library;
mod original;
mod stats;
mod storyboard;
pub mod survey;
pub mod tags;
pub mod trash;
mod upload;

pub use check::adopt;
pub use deletion::{delete, delete_many, erase, erase_upload};
pub use download::{attachment, download, stem};
pub use library::{Wanted, get, list, owned, poster, rename, surroundings};
pub use original::look_for_original;
pub use stats::{record_view, stats, stats_of};
pub use storyboard::{sheet, storyboard};
pub use upload::{begin_upload, complete_upload, upload_progress};
