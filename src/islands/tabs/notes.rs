//! Notes that know their moment.
//!
//! What is written is never lost and never in the way: every letter goes into a draft ([`crate::browser::drafts`]), a pause
//! sends it, and what the server answers is shown. There is no field or note whose text exists on the page alone.
//!
//! [`markup`] is what the server renders, [`panel`] what is done in it, [`place`] how a note and the field for a new one are
//! read and changed, [`sending`] how drafts reach the server, [`hearing`] what comes from other tabs and devices, and
//! [`along`] which note playing has come to.

mod along;
mod hearing;
mod markup;
mod panel;
mod place;
mod sending;

pub use markup::NotesMarkup;
pub use panel::wake;
