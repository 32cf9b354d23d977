//! How long the segments of a picture last, and how far apart its key frames are: told by the pictures themselves.
//!
//! ffmpeg lists the sum of the durations that the container gives its packets. Where frames come as they please these are guesses
//! (Matroska) or those of decoding (MP4 with B-frames: of 13 s of screen it listed 10.1), though every picture has its right time.

use super::packets::{Shown, TICKS};

/// The clock of a playlist beside that of its pictures. In seconds from the first picture.
#[derive(Debug, Default)]
pub struct Clock {
    /// When the first picture is shown, in ticks.
    origin: Option<u64>,
    /// Where what was listed so far ends.
    at: f64,
    last_key: f64,
    longest_gap: f64,
}

impl Clock {
    /// How long the next segment lasts, of which ffmpeg says `told`: from the end of the one before until what is told is over. Where
    /// a picture is shown later than that, which cannot be, until that picture has been shown. So what is wrong about one segment is
    /// made good by the next, and the two clocks never part by more than a frame. Sound alone is as long as it is told to be.
    pub fn lasts(&mut self, told: f64, shown: Option<&Shown>) -> f64 {
        let before = self.at;
        match shown {
            None => self.at += told,
            Some(shown) => {
                let origin = *self.origin.get_or_insert(shown.first);
                let secs = |ticks: u64| (ticks as f64 - origin as f64) / TICKS;
                for key in shown.keys.iter().copied().map(secs) {
                    self.longest_gap = self.longest_gap.max(key - self.last_key);
                    self.last_key = key;
                }
                let (first, last) = (secs(shown.first), secs(shown.last));
                let (end, frame) = (first + told, (last - first) / (shown.count.max(2) - 1) as f64);
                self.at = if end > last { end } else { last + frame }.max(before);
                // The next one comes behind the last picture, if any does.
                self.longest_gap = self.longest_gap.max(last - self.last_key);
            }
        }
        self.at - before
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
        segments.iter().map(|(told, ms)| (clock.lasts(*told, Some(&shown(ms, &[]))) * 1000.0).round() as i64).collect()
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
        assert_eq!((clock.lasts(6.0, None), clock.lasts(5.5, None), clock.longest_gap()), (6.0, 5.5, 0.0));
    }

    #[test]
    fn the_way_between_key_frames_is_measured_inside_of_segments_and_to_the_end() {
        let (mut clock, tenths) = (Clock::default(), |clock: &Clock| (clock.longest_gap() * 10.0).round());
        clock.lasts(14.0, Some(&shown(&[0, 5900, 10_000], &[5900])));
        // A segment of 14 s has no key frames that are 14 s apart.
        assert_eq!(tenths(&clock), 59.0);
        clock.lasts(6.0, Some(&shown(&[14_000, 19_000], &[])));
        assert_eq!(tenths(&clock), 81.0);
        clock.lasts(20.0, Some(&shown(&[20_000, 39_000], &[])));
        assert_eq!(tenths(&clock), 190.0);
    }
}
