//! How much a pipe holds before whoever writes into it has to wait.

use std::os::fd::AsFd;

/// For the original on its way into ffmpeg and for the stream that comes out of it, in bytes: the most that Linux lets everybody have. With the usual 64 KiB sender and
/// reader take turns two thousand times for an hour of meeting.
pub const WIDE: i32 = 1 << 20;
/// Where that cannot be changed the pipe stays as it is, and works.
pub fn resize(pipe: impl AsFd, bytes: i32) {
    #[cfg(target_os = "linux")]
    let _ = nix::fcntl::fcntl(pipe, nix::fcntl::FcntlArg::F_SETPIPE_SZ(bytes));
    #[cfg(not(target_os = "linux"))]
    let _ = (pipe, bytes);
}
