//! What server and browser share: plain values with no I/O and no `cfg`.

pub mod clock;
pub mod error;
pub mod id;
pub mod note;
pub mod page;
pub mod stats;
pub mod stream;
pub mod transcript;
pub mod upload;
pub mod video;
pub mod viewer;

pub use error::{AppError, ErrorCode};
pub use id::{NoteId, UserId, VideoId};
pub use note::Note;
pub use stats::VideoStats;
pub use stream::{StreamProgress, StreamState, StreamStatus};
pub use transcript::{Sentence, Transcript};
pub use upload::{PartUrl, ReceivedPart, UploadPlan, UploadProgress};
pub use viewer::Viewer;
pub use video::{Video, VideoList, VideoState};
