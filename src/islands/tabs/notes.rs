//! Notes that know their moment.
//!
//! What is written is never lost and never in the way: every letter goes into a draft ([`crate::browser::drafts`]), a pause
//! sends it, and what the server answers is shown. There is no field or note whose text exists on the page alone.
//!
//! [`markup`] is what the server renders, [`panel`] which button and key does what, [`writing`] how words become drafts,
//! [`list`] the notes in their order, [`place`] how a note and the field for a new one are read and changed, [`sending`] how
//! drafts reach the server and [`post`] where that stands, [`outrun`] what becomes of those that it did not take, [`hearing`]
//! what comes from other tabs and devices, and [`along`] which note playing has come to.

mod along;
mod hearing;
mod list;
mod markup;
mod outrun;
mod panel;
mod place;
mod post;
mod sending;
mod writing;

pub use markup::NotesMarkup;
pub use panel::wake;
