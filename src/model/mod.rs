//! What server and browser share: plain values with no I/O and no `cfg`.

pub mod chapter;
pub mod clock;
pub mod error;
pub mod id;
pub mod library;
pub mod moment;
pub mod note;
pub mod page;
pub mod search;
pub mod stats;
pub mod stream;
pub mod stretch;
pub mod transcript;
pub mod upload;
pub mod video;
pub mod viewer;
pub mod viewing;

pub use chapter::{Chapter, ChapterOrigin, ChapterSearch, Chapters, SearchStatus};
pub use error::{AppError, ErrorCode};
pub use id::{ChapterId, NoteId, UserId, VideoId};
pub use note::Note;
pub use stats::VideoStats;
pub use stream::{StreamProgress, StreamState, StreamStatus};
pub use transcript::{Sentence, Transcript, TranscriptChange, TranscriptPart, Transcription, TranscriptionStatus, Word};
pub use upload::{PartUrl, ReceivedPart, UploadPlan, UploadProgress};
pub use video::{Video, VideoList, VideoState};
pub use viewer::Viewer;
