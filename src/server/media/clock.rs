//! How long the segments of a picture last, and how far apart its key frames are: told by the pictures themselves.
//!
//! What ffmpeg lists is right where a segment ends with the next key frame. For the last it adds up the durations of its packets, of
//! which it takes that of the first from the first packet of the whole recording (5.1; older ones add up everywhere). Where frames come
//! as they please that is seconds too long or too short.

use super::packets::{Shown, TICKS};
use super::plan::LONGEST_SEGMENT;

/// The clock of a playlist beside that of its pictures. In seconds from the first picture.
#[derive(Debug, Default)]
pub struct Clock {
    /// When the first picture is shown, in ticks.
    origin: Option<u64>,
    /// How much sound comes before it.
    lead: f64,
    /// Of what was listed last: its beginning, its last picture, its end.
    started: f64,
    last: f64,
    at: f64,
    last_key: f64,
    longest_gap: f64,
}

/// What is known of the end of everything, in seconds.
#[derive(Debug, Clone, Copy)]
pub struct End {
    /// What has been gone through, sound included.
    pub reached: f64,
    /// How long it is, says the file.
    pub told: Option<f64>,
    /// And all of it is there: its last picture stands until then.
    pub whole: bool,
}

/// What nobody misses at an end, in seconds: sound ends a few frames after or before the picture.
const LATE_SOUND: f64 = 0.5;
/// How long a picture is shown when nothing tells.
const FRAME: f64 = 0.1;

impl Clock {
    /// How long the next segment lasts, of which ffmpeg says `told`: from the end of the one before until what is told is over. Where
    /// a picture is shown later than that, which cannot be, until that picture has been shown. So what is wrong about one segment is
    /// made good by the next. Sound alone is as long as it is told to be. `first` is when anything of it begins, in ticks.
    pub fn lasts(&mut self, told: f64, shown: Option<&Shown>, first: Option<u64>) -> f64 {
        self.started = self.at;
        match shown {
            None => {
                self.at += told;
                self.last = self.at;
            }
            Some(shown) => {
                let origin = *self.origin.get_or_insert_with(|| {
                    self.lead = first.map_or(0.0, |first| shown.first.saturating_sub(first) as f64 / TICKS);
                    shown.first
                });
                let secs = |ticks: u64| (ticks as f64 - origin as f64) / TICKS;
                for key in shown.keys.iter().copied().map(secs) {
                    self.longest_gap = self.longest_gap.max(key - self.last_key);
                    self.last_key = key;
                }
                let (first, last) = (secs(shown.first), secs(shown.last));
                let (end, frame) = (first + told, (last - first) / (shown.count.max(2) - 1) as f64);
                self.last = last;
                self.at = if end > last { end } else { last + frame }.max(self.started);
                // The next one comes behind the last picture, if any does.
                self.longest_gap = self.longest_gap.max(last - self.last_key);
            }
        }
        self.at - self.started
    }

    /// How long the last segment lasts, now that nothing more comes: no longer than anything says, and until the sound is over.
    pub fn ends(&mut self, end: End) -> f64 {
        let (reached, told) = (end.reached - self.lead, end.told.unwrap_or(0.0));
        if self.origin.is_some() {
            let ceiling = [reached, told, self.last].into_iter().fold(0.0, f64::max) + FRAME;
            self.at = self.at.min(ceiling);
            if end.whole {
                self.at = self.at.max(told.min(self.last + LONGEST_SEGMENT));
            }
        }
        if reached - self.at > LATE_SOUND {
            self.at = reached;
        }
        self.at - self.started
    }

    /// Whether the end of the last segment is missing: its packets reach `reach` seconds, its last frame is shown for `last_frame` at
    /// most. It should last as ffmpeg tells, or until where everything was gone through, if that is sooner; any other segment's missing end
    /// shows in the counters of the next.
    pub fn is_short(&self, reach: f64, told: f64, reached: f64, last_frame: f64) -> bool {
        let gone_through = reached - self.lead - self.started;
        let due = if gone_through > 0.0 { told.min(gone_through) } else { told };
        reach + last_frame < due
    }

    /// The longest way from one key frame to the next, or to the end of what came so far.
    pub fn longest_gap(&self) -> f64 {
        self.longest_gap
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pictures at these milliseconds, of which the first is a key frame; and more of those.
    fn shown(ms: &[u64], more_keys: &[u64]) -> Shown {
        let mut shown = Shown::default();
        for at in ms {
            shown.take(at * 90, *at == ms[0] || more_keys.contains(at));
        }
        shown
    }

    /// `(told, ms of its pictures)` of each segment → what is listed, in milliseconds.
    fn listed(segments: &[(f64, &[u64])]) -> Vec<i64> {
        let mut clock = Clock::default();
        segments.iter().map(|(told, ms)| (clock.lasts(*told, Some(&shown(ms, &[])), None) * 1000.0).round() as i64).collect()
    }

    #[test]
    fn what_ffmpeg_says_rightly_is_listed_as_it_is() {
        assert_eq!(listed(&[(6.0, &[1400, 3400, 5400]), (4.0, &[7400, 9400])]), [6000, 4000]);
        // A still picture may stand for long, and the last one to the end.
        assert_eq!(listed(&[(6.0, &[0, 1000]), (6.5, &[6000, 9000, 12_000]), (9.0, &[12_500])]), [6000, 6500, 9000]);
    }

    #[test]
    fn what_is_told_too_short_lasts_until_its_pictures_were_shown() {
        assert_eq!(listed(&[(2.0, &[0, 2000, 4000]), (6.0, &[6000, 8000, 10_000])]), [6000, 6000]);
    }

    #[test]
    fn a_mistake_is_made_good_by_the_next_segment() {
        // Told a second too long, then right; told a frame too short, then right.
        assert_eq!(listed(&[(7.0, &[0, 2000, 4000]), (6.0, &[6000, 8000, 10_000])]), [7000, 5000]);
        assert_eq!(listed(&[(1.0, &[0, 5000]), (6.0, &[6000, 8000])]), [10_000, 2000]);
    }

    #[test]
    fn pictures_that_are_shown_in_another_order_than_they_come_count_by_when_they_are_shown() {
        assert_eq!(listed(&[(3.0, &[0, 6000, 2000, 4000]), (6.0, &[8000, 10_000, 12_000])]), [8000, 6000]);
    }

    #[test]
    fn sound_alone_lasts_as_long_as_is_told() {
        let mut clock = Clock::default();
        assert_eq!((clock.lasts(6.0, None, None), clock.lasts(5.5, None, None), clock.longest_gap()), (6.0, 5.5, 0.0));
        assert_eq!(clock.ends(End { reached: 11.6, told: Some(11.6), whole: true }), 5.5);
    }

    /// A last segment of which ffmpeg says `told`, with pictures from 24 s to `last`; the first one of all is shown at 0 s, `lead`
    /// seconds after the sound. In tenths of a second.
    fn last_one(lead: u64, told: f64, last: u64, end: End) -> i64 {
        let (mut clock, ticks) = (Clock::default(), |ms: u64| (ms + 60_000) * 90);
        let shown = |first: u64, last: u64| Shown { first: ticks(first), last: ticks(last), count: 2, keys: vec![ticks(first)] };
        clock.lasts(24.0, Some(&shown(0, 23_000)), Some(ticks(0) - lead * TICKS as u64));
        clock.lasts(told, Some(&shown(24_000, last)), None);
        (clock.ends(end) * 10.0).round() as i64
    }

    #[test]
    fn the_last_segment_lasts_as_long_as_there_is_something() {
        let end = |reached, told| End { reached, told, whole: false };
        // Told rightly; too short and too long by the duration of another packet.
        assert_eq!(last_one(0, 6.0, 29_960, end(30.0, Some(30.0))), 60);
        assert_eq!(last_one(0, 0.1, 24_000, end(32.0, Some(32.0))), 80);
        assert_eq!(last_one(0, 8.1, 29_900, end(30.0, Some(30.0))), 61);
        // Sound that goes on; sound that came first counts for nothing here.
        assert_eq!(last_one(0, 6.0, 29_960, end(35.0, None)), 110);
        assert_eq!(last_one(4, 6.0, 29_960, end(34.0, Some(30.0))), 60);
    }

    #[test]
    fn a_segment_must_reach_as_far_as_it_should_last() {
        let mut clock = Clock::default();
        let shown = |first: u64, last: u64| Shown { first: first * 90, last: last * 90, count: 2, keys: vec![first * 90] };
        clock.lasts(24.0, Some(&shown(4000, 27_000)), Some(0));
        clock.lasts(6.0, Some(&shown(28_000, 31_000)), None);
        // The last segment begins 28 s behind the first sound.
        assert!(!clock.is_short(5.0, 6.0, 34.0, 1.0));
        assert!(clock.is_short(4.9, 6.0, 34.0, 1.0));
        assert!(clock.is_short(0.0, 6.0, 34.0, 1.0), "nothing in it tells its time");
        assert!(!clock.is_short(4.9, 6.0, 34.0, 12.0), "a still picture");
        // Told too long: nothing more came. And where nothing says how far it got, what is told counts.
        assert!(!clock.is_short(5.0, 14.0, 34.0, 1.0));
        assert!(clock.is_short(4.9, 6.0, 0.0, 1.0));
    }

    #[test]
    fn a_last_picture_that_stands_is_there_until_the_end_of_a_file_that_is_whole() {
        let end = |whole| End { reached: 24.1, told: Some(32.0), whole };
        assert_eq!((last_one(0, 0.1, 24_000, end(true)), last_one(0, 0.1, 24_000, end(false))), (80, 1));
        // Of a file that tells of an hour more than there is, nothing else is made.
        assert_eq!(last_one(0, 0.1, 24_000, End { told: Some(3600.0), ..end(true) }), 120);
    }

    #[test]
    fn the_way_between_key_frames_is_measured_inside_of_segments_and_to_the_end() {
        let (mut clock, tenths) = (Clock::default(), |clock: &Clock| (clock.longest_gap() * 10.0).round());
        clock.lasts(14.0, Some(&shown(&[0, 5900, 10_000], &[5900])), None);
        // A segment of 14 s has no key frames that are 14 s apart.
        assert_eq!(tenths(&clock), 59.0);
        clock.lasts(6.0, Some(&shown(&[14_000, 19_000], &[])), None);
        assert_eq!(tenths(&clock), 81.0);
        clock.lasts(20.0, Some(&shown(&[20_000, 39_000], &[])), None);
        assert_eq!(tenths(&clock), 190.0);
    }
}
