//! How long a server that has too much to do asks to be left alone (RFC 9110, 10.2.3): seconds, or a moment.

use crate::server::clock::now_ms;
use std::time::Duration;

/// What a `Retry-After` asks for, from now on.
pub fn read(header: &str) -> Option<Duration> {
    after(header.trim(), now_ms() / 1_000)
}

fn after(text: &str, now_secs: i64) -> Option<Duration> {
    // Some write fractions.
    if let Ok(secs) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(secs).ok();
    }
    let wait = moment(text)?.saturating_sub(now_secs);
    Some(Duration::from_secs(u64::try_from(wait).unwrap_or(0)))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` in seconds since 1970. The two older forms of dates are sent by nobody.
///
/// Date to days after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
fn moment(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let parts: Vec<&str> = text.strip_suffix(" GMT")?.split_whitespace().collect();
    let [_, day, month, year, clock] = parts[..] else { return None };
    let month = MONTHS.iter().position(|name| *name == month)? as i64 + 1;
    let (day, year) = (i64::from(day.parse::<u8>().ok()?), i64::from(year.parse::<u16>().ok()?));
    let clock: Vec<u8> = clock.split(':').map(str::parse::<u8>).collect::<Result<_, _>>().ok()?;
    let [h, m, s] = clock[..] else { return None };
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(days * 86_400 + i64::from(h) * 3_600 + i64::from(m) * 60 + i64::from(s))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_moments_are_read() {
        assert_eq!(moment("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(moment("Thu, 29 Feb 2024 00:00:00 GMT"), Some(1_709_164_800));
        assert_eq!(after("7", 0), Some(Duration::from_secs(7)));
        assert_eq!(after("0.5", 0), Some(Duration::from_millis(500)));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_700), Some(Duration::from_secs(77)));
        assert_eq!(after("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_800), Some(Duration::ZERO));
    }

    #[test]
    fn what_is_neither_asks_for_nothing() {
        for text in ["", "soon", "-5", "NaN", "inf", "1e300", "Sun, 99 Foo 1994 08:49:37 GMT", "06 Nov 1994 GMT"] {
            assert_eq!(after(text, 0), None, "{text}");
        }
    }
}
