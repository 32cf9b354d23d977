//! Moments of a recording as addresses name them: `?t=754`, `?t=12m34s`, `#t=1h2m3s`.

use super::stretch;

/// How far before the end a moment beyond it lies, in milliseconds: on the very end there is no picture. `browser/boot.js` has it, too.
pub const BEFORE_THE_END_MS: i64 = 500;

/// Milliseconds of `754`, `754s`, `12m34s` or `1h2m3s`; also of `12:34` and `1:02:03`. `None` for what is none of these.
pub fn moment_ms(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.contains(':') { stretch::moment(text) } else { units(text) }
}

/// Each unit at most once, the larger ones first; what follows them without one is seconds.
fn units(text: &str) -> Option<i64> {
    let (mut secs, mut rest) = (0, text);
    for (unit, worth) in [('h', 3600), ('m', 60)] {
        if let Some((number, behind)) = rest.split_once(unit) {
            secs += figures(number)? * worth;
            rest = behind;
        }
    }
    // `12m` ends with its unit; an `s` wants a number before it, and so does an address that names nothing.
    if !(rest.is_empty() && rest.len() < text.len()) {
        secs += figures(rest.strip_suffix('s').unwrap_or(rest))?;
    }
    Some(secs * 1000)
}

/// Eight figures at most: more seconds than anything lasts, and nothing that could overflow.
fn figures(text: &str) -> Option<i64> {
    let fits = (1..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_units_and_clock_times_are_moments() {
        for (text, secs) in [
            ("754", 754),
            ("754s", 754),
            ("12m34s", 754),
            ("12m34", 754),
            ("1h2m3s", 3723),
            ("1h", 3600),
            ("2m", 120),
            ("1h30s", 3630),
            ("12:34", 754),
            ("1:02:03", 3723),
            (" 0 ", 0),
        ] {
            assert_eq!(moment_ms(text), Some(secs * 1000), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in ["", "soon", "-5", "1:", "1:2:3:4", "12ms", "s", "h", "m30", "3s2m", "1.5", "+7", "99999999999999999999", "٣"] {
            assert_eq!(moment_ms(text), None, "{text}");
        }
    }
}
