//! What is in an uploaded file, and how it becomes something a browser can stream.
//!
//! Every file here was made by a stranger, so it is looked at by our own code first and handed to ffmpeg only inside a
//! sandbox, under a demuxer that we name. Reading order, which is also the order of the work:
//!
//! 1. [`sniff`]: what the first bytes say the file is, in words a person uses.
//! 2. [`boxes`], [`index`] and [`ranges`]: is an MP4 whole, what does its index say, and which few bytes does a probe need?
//!    [`fragments`]: how long does one last that is only seen in part?
//! 3. [`probe`]: the streams inside, as ffprobe tells them.
//! 4. [`plan`]: which track is copied, which converted and why; [`codecs`]: what we know of each.
//! 5. [`ffmpeg`] and [`encode`]: the argument vectors, as pure functions.
//! 6. [`sandbox`], [`tools`], [`run`] and [`pipe`]: the walls around a process, the programs found at boot, one process from
//!    birth to certain death, and what it reads and says.
//! 7. [`packets`], [`clock`] and [`segmenter`]: the one stream that ffmpeg sends, parted into [`segments`] as it comes; an exit code of
//!    0 proves nothing, so a result counts only when [`verify`] says so.
//! 8. [`hls`], [`poster`], [`storyboard`], [`sound`] and [`scenes`]: what ffmpeg is run for, each told from start to end;
//!    [`looks`] judges pictures, [`jpeg`] files of them.
//!
//! Whatever goes wrong arrives as a [`MediaError`]: a code, a sentence for the person, and a detail for the log.

pub mod boxes;
pub mod clock;
pub mod codecs;
pub mod encode;
pub mod error;
pub mod ffmpeg;
pub mod fragments;
pub mod hls;
pub mod index;
pub mod jpeg;
pub mod looks;
pub mod packets;
pub mod pipe;
pub mod plan;
pub mod poster;
pub mod probe;
pub mod ranges;
pub mod run;
pub mod sandbox;
pub mod scenes;
pub mod segmenter;
pub mod segments;
pub mod sniff;
pub mod sound;
pub mod storyboard;
pub mod tone;
pub mod tools;
pub mod verify;

pub use error::MediaError;
pub use plan::{Plan, Refusal, Track};
pub use probe::{AudioTrack, Probe, VideoTrack};
pub use sandbox::{Sandbox, SandboxMode};
pub use segments::{Hls, Segment};
pub use sniff::{FileKind, SNIFF_LEN};
pub use tools::Tools;
