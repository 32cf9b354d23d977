//! Server functions: who is asking → one call into `server::` → a model. They live under `/fn/`.
//!
//! In the browser each is a stub that posts to the server; on the server pages call them directly.

mod add_note;
mod begin_upload;
mod complete_upload;
mod delete_note;
mod delete_transcript;
mod delete_video;
mod edit_note;
mod get_transcript;
mod get_upload;
mod get_video;
mod get_video_stats;
mod get_video_stream;
mod get_viewer;
mod import_transcript;
mod list_notes;
mod list_videos;
mod record_view;
mod rename_video;
mod retry_video_stream;
mod save_position;

pub use add_note::add_note;
pub use begin_upload::begin_upload;
pub use complete_upload::complete_upload;
pub use delete_note::delete_note;
pub use delete_transcript::delete_transcript;
pub use delete_video::delete_video;
pub use edit_note::edit_note;
pub use get_transcript::get_transcript;
pub use get_upload::get_upload;
pub use get_video::get_video;
pub use get_video_stats::get_video_stats;
pub use get_video_stream::get_video_stream;
pub use get_viewer::get_viewer;
pub use import_transcript::import_transcript;
pub use list_notes::list_notes;
pub use list_videos::list_videos;
pub use record_view::record_view;
pub use rename_video::rename_video;
pub use retry_video_stream::retry_video_stream;
pub use save_position::save_position;
