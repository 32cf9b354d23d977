//! Times and sizes in the one form the pages use.

/// A moment as `m:ss` or `h:mm:ss`. Negative times show as `0:00`.
pub fn timecode(ms: i64) -> String {
    let total = ms.max(0) / 1000;
    let (h, m, s) = (total / 3600, total / 60 % 60, total % 60);
    if h > 0 { format!("{h}:{m:02}:{s:02}") } else { format!("{m}:{s:02}") }
}

/// A size for people: `0 B`, `812 KB`, `104.9 MB` (decimal units, as file managers and bucket bills use).
pub fn bytes(n: i64) -> String {
    const UNITS: [&str; 4] = [" KB", " MB", " GB", " TB"];
    if n < 1000 {
        return format!("{} B", n.max(0));
    }
    // Whole numbers only: formatting one float costs the browser 3 KB of compressed code.
    let mut tenths = (n + 50) / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths = (tenths + 500) / 1000;
        unit += 1;
    }
    match unit {
        0 => [&((tenths + 5) / 10).to_string(), UNITS[0]].concat(),
        _ => [&(tenths / 10).to_string(), ".", &(tenths % 10).to_string(), UNITS[unit]].concat(),
    }
}

/// A span of time in words, for "about … left": `8 seconds`, `3 minutes`, `2 hours`.
pub fn roughly(secs: f64) -> String {
    let plural = |n: u64, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    if secs < 59.5 {
        plural((secs.round() as u64).max(1), "second")
    } else if secs < 3570.0 {
        plural((secs / 60.0).round() as u64, "minute")
    } else {
        plural((secs / 3600.0).round() as u64, "hour")
    }
}

/// A calendar day as `12 Nov 2026` (UTC) from milliseconds since 1970.
///
/// Days to civil date after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
pub fn day(ms: i64) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let z = ms.div_euclid(86_400_000) + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let d = doy - (153 * mp + 2) / 5 + 1;
    let m = if mp < 10 { mp + 3 } else { mp - 9 };
    let y = yoe + era * 400 + i64::from(m <= 2);
    format!("{d} {} {y}", MONTHS[(m - 1) as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timecodes_have_hours_only_when_there_are_any() {
        assert_eq!(timecode(-5), "0:00");
        assert_eq!(timecode(62_999), "1:02");
        assert_eq!(timecode(3_723_000), "1:02:03");
    }

    #[test]
    fn sizes_carry_one_unit() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(812_400), "812 KB");
        assert_eq!(bytes(104_857_600), "104.9 MB");
        assert_eq!(bytes(999_990_000), "1.0 GB");
    }

    #[test]
    fn spans_are_rounded_to_words() {
        assert_eq!(roughly(0.2), "1 second");
        assert_eq!(roughly(61.0), "1 minute");
        assert_eq!(roughly(7200.0), "2 hours");
    }

    #[test]
    fn days_are_civil_dates() {
        assert_eq!(day(0), "1 Jan 1970");
        assert_eq!(day(951_782_400_000), "29 Feb 2000");
        assert_eq!(day(1_795_305_600_000), "22 Nov 2026");
    }
}
