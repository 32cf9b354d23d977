//! The fault suite: real processes, real signals, a bucket that fails and a disk that fills up.
//!
//! Every fault has a short form for `make test` and a long one, ignored there, for `make torture`. All are judged by the
//! same measure, [`truth`]: no false "ready", no stuck stream, no stray object, process or file.

#[allow(dead_code, unused_imports)]
#[path = "../support/mod.rs"]
mod support;

mod books;
mod bucket;
mod clips;
mod dice;
mod postgres;
mod proc;
mod process;
mod proxy;
mod truth;
mod verdict;
mod viewer;
mod world;

mod background;
mod crashes;
mod databases;
mod flaky_bucket;
mod full_disk;
mod kills;
mod races;
mod sick_ffmpeg;
mod signals;

use std::time::Duration;

/// The shortest that the settings allow: every takeover in here waits for it.
const LEASE: Duration = Duration::from_secs(2);

/// A number for docs/reliability.md. `make torture` gathers these lines.
fn figure(text: impl std::fmt::Display) {
    println!("\nfigure: {text}");
}
