//! How much memory, time and disk each kind of job may use.

use std::ffi::OsString;
use std::time::Duration;

/// What a job may use. Enforced by the kernel, except `wall`, which [`crate::server::media::run`] keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes.
    pub address_space: u64,
    pub cpu_secs: u64,
    /// Bytes, of each single file written.
    pub file_size: u64,
    pub wall: Duration,
}

impl Limits {
    /// 0.1 s is usual; the answer comes through a pipe, so nothing is written.
    pub const PROBE: Self = Self { address_space: 2 << 30, cpu_secs: 30, file_size: 1 << 20, wall: Duration::from_secs(60) };
    /// An hour's recording takes about a second of CPU. What comes of it goes through a pipe.
    pub const COPY: Self = Self { address_space: 2 << 30, cpu_secs: 600, file_size: 1 << 20, wall: Self::arriving(0) };
    /// How long so many bytes may take to arrive: the line need not be faster than a megabyte a second, and ffmpeg waits for it.
    /// Whatever is read from its beginning to its end has at least this time.
    pub const fn arriving(bytes: u64) -> Duration {
        Duration::from_secs(900 + (bytes >> 20))
    }
    /// The same for a recording of so many bytes, which come and go over that line. What stands still is ended sooner
    /// ([`crate::server::media::hls`]).
    pub fn copy(bytes: u64) -> Self {
        Self { wall: Self::arriving(bytes), ..Self::COPY }
    }
    /// What a conversion may use, by length and size of the recording: ten times as long as one core takes for busy 1080p (about
    /// real time), and an hour for one that does not tell. 4 GiB hold the look-ahead of x264 and a 4K decoder (700 MB were
    /// measured) six times.
    pub fn convert(secs: Option<f64>, bytes: u64) -> Self {
        let allowance = 600 + secs.map_or(36_000, |secs| (secs * 10.0) as u64);
        let wall = Duration::from_secs(allowance * 2).max(Self::arriving(bytes));
        Self { address_space: 4 << 30, cpu_secs: allowance, file_size: 1 << 20, wall }
    }
    /// Key frames are decoded, one in two to ten seconds: a hundredth of a core is usual, and a file of nothing but key frames
    /// has a quarter of one. The wall time is for what the bucket takes.
    pub fn scenes(secs: Option<f64>, bytes: u64) -> Self {
        let allowance = 120 + secs.map_or(3_600, |secs| (secs.min(86_400.0) / 4.0) as u64);
        let wall = Duration::from_secs(900 + allowance * 2).max(Self::arriving(bytes));
        Self { address_space: 2 << 30, cpu_secs: allowance, file_size: 1 << 20, wall }
    }
    /// A few frames are decoded.
    pub const POSTER: Self = Self { address_space: 2 << 30, cpu_secs: 60, file_size: 16 << 20, wall: Duration::from_secs(90) };
    /// A second look, while the person waits for the upload to end: what it has not found by then it need not find.
    pub const BETTER_POSTER: Self = Self { address_space: 2 << 30, cpu_secs: 5, file_size: 16 << 20, wall: Duration::from_secs(5) };
    /// Key frames of 720 segments of 4K take four minutes of CPU; the wall time is for slow buckets.
    pub const STORYBOARD: Self = Self { address_space: 2 << 30, cpu_secs: 600, file_size: 16 << 20, wall: Duration::from_secs(1800) };

    /// prlimit's own arguments. `nproc` is generous: it counts all processes of the user, not this one's children.
    pub(super) fn arguments(&self) -> Vec<OsString> {
        let Self { address_space, cpu_secs, file_size, .. } = self;
        [format!("--as={address_space}"), format!("--cpu={cpu_secs}"), format!("--fsize={file_size}")]
            .into_iter()
            .chain(["--nofile=64", "--nproc=4096", "--core=0", "--"].map(str::to_owned))
            .map(OsString::from)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_copy_may_take_as_long_as_a_slow_line() {
        let eight_gib = Limits::copy(8 << 30);
        assert_eq!((eight_gib.wall.as_secs(), eight_gib.cpu_secs), (900 + 8192, Limits::COPY.cpu_secs));
    }

    #[test]
    fn so_may_whatever_else_reads_all_of_it() {
        let (two_hours, eight_gib) = (Some(7_200.0), 8_u64 << 30);
        assert_eq!(Limits::scenes(two_hours, eight_gib).wall, Limits::arriving(eight_gib));
        assert_eq!(Limits::convert(Some(60.0), eight_gib).wall, Limits::arriving(eight_gib));
        // What is long and small keeps the time that its length gives it.
        assert_eq!(Limits::scenes(Some(86_400.0), 1 << 20).wall.as_secs(), 900 + 2 * (120 + 21_600));
        assert_eq!(Limits::convert(two_hours, 1 << 20).wall.as_secs(), 2 * (600 + 72_000));
    }
}
