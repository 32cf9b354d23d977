//! Is the output complete? ffmpeg exits 0 when it is terminated half-way and on half a file, so only this check makes a result.

use super::error::MediaError;
use super::packets::Damage;
use super::segments::{Hls, Segment};

/// 33 hours of 6-s segments; a 381 KB file can be made to give 2,000.
pub const MAX_SEGMENTS: usize = 20_000;

/// A copy may be longer than the probe says by what lies between a keyframe and the point where a trimmed recording is
/// told to begin: players skip that lead-in, a copy cannot. In seconds, of a generous keyframe distance.
const LEAD_IN: f64 = 15.0;

/// What is wrong with an output.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Flaw {
    #[error("there is not one segment")]
    NoSegments,
    #[error("there are more than {MAX_SEGMENTS} segments")]
    TooManySegments,
    #[error("segment {0}: {1}")]
    Damaged(usize, Damage),
    #[error("{got:.1} s came out of {expected:.1} s")]
    TooShort { got: f64, expected: f64 },
    #[error("{got:.1} s came out of only {expected:.1} s")]
    TooLong { got: f64, expected: f64 },
}

impl From<Flaw> for MediaError {
    fn from(flaw: Flaw) -> Self {
        let detail = format!("the output was refused: {flaw}");
        match flaw {
            Flaw::TooShort { got, expected } => MediaError::permanent(
                "cut_short",
                format!("Only {} of {} of this video could be read: the file is damaged or cut short.", clock(got), clock(expected)),
                detail,
            ),
            Flaw::TooLong { .. } => MediaError::permanent(
                "bad_timing",
                "The times written in this video contradict each other, so it cannot be streamed as it is.",
                detail,
            ),
            Flaw::TooManySegments => MediaError::permanent("too_long", "This video is too long to be streamed.", detail),
            Flaw::NoSegments => MediaError::permanent("no_pictures", "No pictures could be read from this video.", detail),
            Flaw::Damaged(..) => MediaError::transient("incomplete", "The conversion ended without a complete result. It will be tried again.", detail),
        }
    }
}

/// "1:02:03", "0:07".
fn clock(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// Checks what came out against the durations the probe promised, if it did: of the picture, and of all of it.
pub fn verify(segments: Vec<Segment>, picture_secs: Option<f64>, longest_secs: Option<f64>) -> Result<Hls, Flaw> {
    match segments.len() {
        0 => return Err(Flaw::NoSegments),
        many if many > MAX_SEGMENTS => return Err(Flaw::TooManySegments),
        _ => {}
    }
    let hls = Hls::of(segments);
    check_duration(hls.duration_s, picture_secs, longest_secs)?;
    Ok(hls)
}

fn check_duration(got: f64, picture: Option<f64>, longest: Option<f64>) -> Result<(), Flaw> {
    let (Some(expected), Some(longest)) = (picture, longest) else { return Ok(()) };
    let tolerance = |secs: f64| (secs / 100.0).max(1.0);
    match got {
        got if got < expected - tolerance(expected) => Err(Flaw::TooShort { got, expected }),
        got if got > longest + tolerance(longest) + LEAD_IN => Err(Flaw::TooLong { got, expected: longest }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::segments::name_of;
    use super::*;

    fn judged(count: usize, expected: Option<f64>) -> Result<Hls, Flaw> {
        verify((0..count).map(|n| Segment { name: name_of(n), duration_s: 6.0, size: 1000 }).collect(), expected, expected)
    }

    #[test]
    fn a_complete_output_is_counted() {
        let hls = judged(2, Some(12.0)).unwrap();
        assert_eq!((hls.segments.len(), hls.total_bytes, hls.duration_s), (2, 2000, 12.0));
    }

    #[test]
    fn a_second_or_a_hundredth_may_be_missing_and_no_more() {
        assert!(judged(2, Some(12.9)).is_ok());
        let error = MediaError::from(judged(2, Some(300.0)).unwrap_err());
        assert_eq!((error.code, error.transient), ("cut_short", false));
        assert!(error.message.starts_with("Only 0:12 of 5:00"), "{}", error.message);
    }

    #[test]
    fn a_trimmed_recording_may_carry_its_lead_in_but_not_another_film() {
        assert!(judged(2, Some(8.7)).is_ok());
        assert!(check_duration(300.0, Some(12.0), Some(12.0)).is_err());
        // Sound may go on for long.
        assert!(check_duration(300.0, Some(12.0), Some(299.5)).is_ok());
    }

    #[test]
    fn what_ended_in_the_middle_of_a_packet_is_tried_again() {
        assert!(MediaError::from(Flaw::Damaged(3, Damage::NotPackets)).transient);
    }

    #[test]
    fn the_number_of_segments_is_bounded() {
        assert_eq!(judged(MAX_SEGMENTS + 1, None), Err(Flaw::TooManySegments));
        assert_eq!(judged(0, None), Err(Flaw::NoSegments));
        assert!(judged(MAX_SEGMENTS, None).is_ok());
    }
}
