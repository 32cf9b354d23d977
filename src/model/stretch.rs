//! Moments and stretches of a recording as people write them.

use super::clock::timecode;

/// Nobody types a longer number than this into a moment.
const MAX_DIGITS: usize = 6;

/// Milliseconds of `m:ss`, `h:mm:ss` or plain seconds.
pub fn moment(text: &str) -> Option<i64> {
    let mut secs = 0_i64;
    for (place, part) in text.trim().split(':').enumerate() {
        let digits = !part.is_empty() && part.len() <= MAX_DIGITS && part.bytes().all(|byte| byte.is_ascii_digit());
        if place > 2 || !digits {
            return None;
        }
        secs = secs * 60 + part.parse::<i64>().ok()?;
    }
    Some(secs * 1_000)
}

/// Beginning and end of `12:34`, `12:34–13:00` (with any dash); a moment has no end. Nothing for an end that comes first.
pub fn stretch(text: &str) -> Option<(i64, Option<i64>)> {
    match text.split_once(['–', '—', '-']) {
        None => Some((moment(text)?, None)),
        Some((from, to)) => {
            let (from, to) = (moment(from)?, moment(to)?);
            (from < to).then_some((from, Some(to)))
        }
    }
}

/// A moment or a stretch in the form that [`stretch`] reads: `12:34`, `12:34–13:00`.
pub fn written(at_ms: i64, end_ms: Option<i64>) -> String {
    match end_ms {
        None => timecode(at_ms),
        Some(end) => [&*timecode(at_ms), "–", &timecode(end)].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_people_write_it() {
        assert_eq!(moment(" 12:34 "), Some(754_000));
        assert_eq!(moment("1:02:03"), Some(3_723_000));
        assert_eq!(moment("90"), Some(90_000));
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for bad in ["", "soon", "1:", "-5", "1:2:3:4", "99999999999999999999"] {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_stretch_has_two_ends_in_their_order() {
        assert_eq!(stretch("12:34"), Some((754_000, None)));
        for text in ["12:34–13:00", "12:34 - 13:00", "12:34—13:00"] {
            assert_eq!(stretch(text), Some((754_000, Some(780_000))), "{text}");
        }
        for bad in ["13:00–12:34", "12:34–12:34", "12:34–", "–12:34", "1–2–3"] {
            assert_eq!(stretch(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for pair in [(0, None), (754_000, None), (754_000, Some(780_000)), (3_599_000, Some(3_600_000))] {
            assert_eq!(stretch(&written(pair.0, pair.1)), Some(pair));
        }
    }
}
