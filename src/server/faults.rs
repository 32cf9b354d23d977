//! Places where a test can end this process at once, as a power cut would: `NOTETAKER_CRASH_AT=job:stored_segment#2` at the
//! second time the job has stored a segment. Without that variable they cost one comparison each.

use std::sync::{
    OnceLock,
    atomic::{AtomicU32, Ordering},
};

/// Every point on the way to a stream, in the order a job passes them. `make torture` crashes at each.
pub const POINTS: [&str; 21] = [
    "queue:enqueued",      // the row says generating, the job is committed
    "job:claimed",         // the job has a lease, the video may not know its attempt yet
    "job:named",           // the video names the attempt
    "job:planned",         // it is known what is to be made
    "source:opened",       // the first bytes of the original are here
    "source:half",         // half of the original is here
    "source:fetched",      // all of it
    "cut:started",         // ffmpeg runs
    "cut:first_segment",   // a segment of it is whole
    "job:stored_segment",  // a segment is in the bucket
    "job:before_playlist", // two segments are stored, the playlist is not
    "job:published",       // a growing playlist is stored
    "job:told",            // the row knows what can be watched
    "job:copy_failed",     // a copy that was shown will not do, and the row does not say so yet
    "cut:ended",           // ffmpeg has ended, nothing is verified yet
    "cut:verified",        // the output is complete
    "job:all_stored",      // every segment is stored
    "job:final_playlist",  // the closed playlist is stored, the row still says generating
    "job:committed",       // the row says ready
    "job:losers_removed",  // left-overs of other attempts are gone
    "collect:listed",      // a collector has listed, and deleted nothing yet
];

/// On the way to a transcript.
pub const TRANSCRIBING: [&str; 7] = [
    "transcribe:begun",     // the row names the attempt
    "transcribe:heard",     // the sound lies on our disk
    "transcribe:measured",  // the row knows how much there is to write down
    "transcribe:said",      // the transcriber has answered for a piece, which is not kept yet
    "transcribe:kept",      // a piece is kept
    "transcribe:joined",    // all of it is there, and nothing is committed
    "transcribe:committed", // transcript, index and end of the job
];

/// On the way to the pictures of the seek bar.
pub const DRAWING: [&str; 8] = [
    "storyboard:opened",        // playlist and sizes of the segments are known
    "storyboard:fed",           // the segments have gone into the pipe
    "storyboard:drawn",         // the sheets lie on our disk
    "storyboard:sheets_stored", // they are in the bucket
    "storyboard:poster_stored", // so is a better poster; only where there is one
    "storyboard:stored",        // everything is confirmed, and nothing counts
    "storyboard:committed",     // the row names the attempt
    "storyboard:cleared",       // left-overs of earlier attempts are gone
];

/// On the way to chapters from changes of scene.
pub const SEARCHING: [&str; 4] = [
    "scenes:opened",    // the original is there
    "scenes:begun",     // the row says that somebody looks
    "scenes:looked",    // all of it was gone through
    "scenes:committed", // chapters, outcome and end of the job
];

struct Crash {
    point: String,
    /// Which passing of the point, from 1.
    nth: u32,
    passed: AtomicU32,
}

/// A job passes here.
pub fn point(name: &'static str) {
    static CRASH: OnceLock<Option<Crash>> = OnceLock::new();
    let Some(crash) = CRASH.get_or_init(wanted) else { return };
    if crash.point == name && crash.passed.fetch_add(1, Ordering::SeqCst) + 1 == crash.nth {
        tracing::error!(point = name, "crashing on purpose");
        // Not `abort`: that raises a signal somebody could catch, and dumps core.
        let _ = nix::sys::signal::kill(nix::unistd::Pid::this(), nix::sys::signal::Signal::SIGKILL);
    }
}

fn wanted() -> Option<Crash> {
    let text = std::env::var("NOTETAKER_CRASH_AT").ok()?;
    let (point, nth) = text.split_once('#').unwrap_or((&text, "1"));
    Some(Crash { point: point.to_owned(), nth: nth.parse().ok()?, passed: AtomicU32::new(0) })
}
