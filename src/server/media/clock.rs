//! The times of a stream that is being parted: how long a segment lasts, how far apart key frames are, where it all ends. Told by the
//! presentation times in its packets, which is exact where a segment ends with the next key frame.

use super::packets::TICKS;
use super::plan::LONGEST_SEGMENT;

/// Seconds a segment lasts at least: it ends in front of the first key frame after that.
pub const SEGMENT_SECS: f64 = 6.0;
/// Seconds of the first. A player that loads segments whole shows nothing before all of the first has come, and six seconds of a meeting
/// are most of a second on an ordinary line. While it plays the next has to come, about twice as long where key frames are two seconds
/// apart: that works on a line twice as fast as the recording. With one second it would have to be five times as fast.
const FIRST_SECS: f64 = 1.5;
/// And of the second, which ends where the first would have.
const SECOND_SECS: f64 = 3.0;
/// Times in whole milliseconds (Matroska's) may be that much too small, and more.
const SLACK: f64 = 0.05;
/// What nobody misses at an end, in seconds: sound ends a few frames after or before the picture.
const LATE_SOUND: f64 = 0.5;
/// How long a picture is shown when nothing tells.
const FRAME: f64 = 0.1;
/// What a packet of sound lasts at most, in seconds: ffmpeg's muxer holds none for longer. What lies between two may be a pause.
const SOUND: f64 = 0.8;

/// In seconds from the first picture, or from the first sound where there is no other.
#[derive(Debug, Default)]
pub struct Clock {
    /// Of everything, in ticks: its first time stamp, its last.
    first: Option<u64>,
    last: u64,
    /// When the first picture is shown, in ticks.
    origin: Option<u64>,
    /// How many segments are over, and where the one in the making began.
    over: usize,
    began: f64,
    /// Its pictures.
    shown: Run,
    key: f64,
    longest_gap: f64,
    /// The sound beside them: its last two packets, in ticks.
    sound: Option<(u64, u64)>,
}

/// Pictures, or packets of sound that is alone.
#[derive(Debug, Default, Clone, Copy)]
struct Run {
    first: f64,
    last: f64,
    count: u32,
}

impl Run {
    fn take(&mut self, at: f64) {
        self.first = if self.count == 0 { at } else { self.first.min(at) };
        self.last = if self.count == 0 { at } else { self.last.max(at) };
        self.count += 1;
    }

    /// When its last picture has been shown, at the pace of the others.
    fn over(self) -> f64 {
        self.last + if self.count < 2 { FRAME } else { (self.last - self.first) / f64::from(self.count - 1) }
    }
}

/// What the file says of its end.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    /// How long it is, in seconds.
    pub secs: Option<f64>,
    /// And all of it is there: its last picture stands until then.
    pub whole: bool,
}

impl Clock {
    /// A picture, in the order in which they are decoded. `ticks` is when it is shown.
    pub fn picture(&mut self, ticks: u64, key: bool) {
        self.goes_on(ticks);
        self.origin.get_or_insert(ticks);
        let at = self.secs(ticks);
        self.shown.take(at);
        self.longest_gap = self.longest_gap.max(at - self.key);
        if key {
            self.key = at;
        }
    }

    /// A packet of the sound beside the picture.
    pub fn sound(&mut self, ticks: u64) {
        self.goes_on(ticks);
        let before = self.sound.map_or(ticks, |(_, last)| last);
        self.sound = Some((before, ticks));
    }

    fn goes_on(&mut self, ticks: u64) {
        self.first = Some(self.first.map_or(ticks, |first| first.min(ticks)));
        self.last = self.last.max(ticks);
    }

    /// From the first picture on.
    fn secs(&self, ticks: u64) -> f64 {
        (ticks as f64 - self.origin.unwrap_or(ticks) as f64) / TICKS
    }

    /// Whether a segment may end in front of this picture, which is shown at `ticks`.
    pub fn is_due(&self, ticks: u64) -> bool {
        let due = match self.over {
            0 => FIRST_SECS,
            1 => SEGMENT_SECS.max(self.began + SECOND_SECS),
            _ => self.began + SEGMENT_SECS,
        };
        self.has_begun() && self.secs(ticks) + SLACK >= due
    }

    /// Ends the segment in the making in front of the picture that came last, which is shown at `ticks`. How long it lasts.
    pub fn part(&mut self, ticks: u64) -> f64 {
        let at = self.secs(ticks);
        self.shown = Run::default();
        self.shown.take(at);
        self.over += 1;
        let began = std::mem::replace(&mut self.began, at);
        (at - began).max(0.0)
    }

    /// How long the last segment lasts, now that nothing more comes: until its last picture was shown, which is no later than the file says,
    /// and until the sound is over.
    pub fn end(&self, told: Told) -> f64 {
        let (last, mut at) = (self.shown.last, self.shown.over());
        if let Some(secs) = told.secs {
            at = at.min(secs.max(last) + FRAME);
            if told.whole {
                at = at.max(secs.min(last + LONGEST_SEGMENT));
            }
        }
        let sound = self.sound.map_or(0.0, |(before, last)| self.secs(last) + (self.secs(last) - self.secs(before)).clamp(0.0, SOUND));
        let at = if sound - at > LATE_SOUND { sound } else { at };
        (at - self.began).max(0.0)
    }

    /// The longest way from one key frame to the next, or to the last picture so far.
    pub fn longest_gap(&self) -> f64 {
        self.longest_gap
    }

    /// How much of it has been gone through, in milliseconds, sound included.
    pub fn reached_ms(&self) -> i64 {
        self.first.map_or(0, |first| ((self.last - first) / 90) as i64)
    }

    /// Whether there was a picture at all.
    pub fn has_begun(&self) -> bool {
        self.origin.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As in ffmpeg's streams, which do not begin at zero.
    fn ticks(ms: u64) -> u64 {
        (ms + 1400) * 90
    }

    /// Segments of a recording with key frames at these milliseconds and pictures each 100 ms; in tenths of a second.
    fn parted(keys: &[u64], until: u64) -> Vec<i64> {
        let (mut clock, mut lengths) = (Clock::default(), Vec::new());
        for ms in (0..until).step_by(100) {
            let key = keys.contains(&ms);
            clock.picture(ticks(ms), key);
            if key && ms > 0 && clock.is_due(ticks(ms)) {
                lengths.push(clock.part(ticks(ms)));
            }
        }
        lengths.push(clock.end(Told { secs: None, whole: false }));
        lengths.into_iter().map(|secs| (secs * 10.0).round() as i64).collect()
    }

    fn every(ms: usize, until: u64) -> Vec<u64> {
        (0..until).step_by(ms).collect()
    }

    #[test]
    fn segments_last_six_seconds_and_the_first_of_them_comes_in_two() {
        assert_eq!(parted(&every(2000, 21_000), 21_000), [20, 40, 60, 60, 30]);
        assert_eq!(parted(&every(1000, 15_000), 15_000), [20, 40, 60, 30]);
    }

    #[test]
    fn where_key_frames_are_rare_a_segment_ends_with_the_first_one_after_six_seconds() {
        assert_eq!(parted(&every(5000, 32_000), 32_000), [50, 50, 100, 100, 20]);
        // x264 with a change of scene: one more key frame just before six seconds.
        assert_eq!(parted(&[0, 5800, 15_800, 25_800], 30_000), [58, 100, 100, 42]);
        assert_eq!(parted(&[0], 9000), [90]);
    }

    #[test]
    fn a_key_frame_that_a_rounded_clock_calls_a_millisecond_early_is_in_time() {
        let mut clock = Clock::default();
        for ms in [0, 2000, 5999] {
            clock.picture(ticks(ms), true);
            if ms > 0 {
                assert!(clock.is_due(ticks(ms)), "{ms}");
                clock.part(ticks(ms));
            }
        }
        clock.picture(ticks(11_900), true);
        assert!(!clock.is_due(ticks(11_900)));
    }

    #[test]
    fn pictures_that_are_shown_in_another_order_than_they_come_count_by_when_they_are_shown() {
        let mut clock = Clock::default();
        for (ms, key) in [(0, true), (6000, false), (2000, false), (4000, false), (8000, true)] {
            clock.picture(ticks(ms), key);
        }
        assert_eq!((clock.part(ticks(8000)), clock.longest_gap()), (8.0, 8.0));
    }

    /// How long a last segment is, in tenths of a second: pictures at 24 s and `last`, and the last two packets of sound.
    fn last_one(last: u64, sound: Option<(u64, u64)>, secs: Option<f64>, whole: bool) -> i64 {
        let mut clock = Clock::default();
        clock.picture(ticks(0), true);
        clock.picture(ticks(24_000), true);
        clock.part(ticks(24_000));
        clock.picture(ticks(last), false);
        for ms in sound.into_iter().flat_map(|(before, last)| [before, last]) {
            clock.sound(ticks(ms));
        }
        (clock.end(Told { secs, whole }) * 10.0).round() as i64
    }

    #[test]
    fn the_last_segment_lasts_as_long_as_there_is_something() {
        // At the pace of its pictures, but no longer than the file says.
        assert_eq!([last_one(26_000, None, None, false), last_one(26_000, None, Some(26.1), false)], [40, 22]);
        // A file that says too little has its last picture all the same.
        assert_eq!(last_one(26_000, None, Some(25.0), false), 21);
        // Sound that goes on, and some that nobody misses.
        assert_eq!(last_one(26_000, Some((34_900, 35_000)), Some(26.0), false), 111);
        assert_eq!(last_one(26_000, Some((26_200, 26_300)), Some(26.0), false), 21);
        // After a pause, and before the picture.
        assert_eq!([last_one(26_000, Some((5000, 35_000)), Some(26.0), false), last_one(26_000, Some((0, 100)), Some(26.0), false)], [118, 21]);
    }

    #[test]
    fn a_last_picture_that_stands_is_there_until_the_end_of_a_file_that_is_whole() {
        assert_eq!([last_one(24_100, None, Some(32.0), true), last_one(24_100, None, Some(32.0), false)], [80, 2]);
        // Of a file that tells of an hour more than there is, nothing else is made.
        assert_eq!(last_one(24_100, None, Some(3600.0), true), 121);
    }

    #[test]
    fn sound_that_comes_first_is_gone_through_and_moves_no_picture() {
        let mut clock = Clock::default();
        clock.sound(ticks(0));
        assert_eq!((clock.has_begun(), clock.is_due(ticks(9000))), (false, false));
        clock.picture(ticks(4000), true);
        clock.picture(ticks(10_000), true);
        assert_eq!((clock.part(ticks(10_000)), clock.reached_ms()), (6.0, 10_000));
    }
}
