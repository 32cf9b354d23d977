//! Moments as subtitle files write them.

/// The latest moment that can be read: six digits of hours. Nothing that is kept is later, so what is kept can be written and read.
pub const LATEST_MS: i64 = 3_599_999_999_999;
/// The longest time anybody writes has some twenty characters; a line of a file may have millions.
const LONGEST: usize = 40;

/// `[-][h:]mm:ss[.,]mmm` in milliseconds; the fraction may be missing or of any length, and a few programs write a colon
/// before it.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    let (sign, text) = text.strip_prefix(['-', '−']).map_or((1, text), |rest| (-1, rest));
    let (clock, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let parts: Vec<&str> = clock.split(':').map(str::trim).collect();
    let (parts, fraction) = match parts[..] {
        [h, m, s, ms] if ms.len() == 3 && fraction == "0" => (vec![h, m, s], ms),
        _ => (parts, fraction),
    };
    let numbers: Vec<i64> = parts.iter().map(|part| number(part)).collect::<Option<_>>()?;
    let seconds = match numbers[..] {
        [h, m, s] if m < 60 && s < 60 => h * 3600 + m * 60 + s,
        [m, s] if s < 60 => m * 60 + s,
        _ => return None,
    };
    if fraction.is_empty() || fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let millis: i64 = format!("{fraction:0<3}")[..3].parse().ok()?;
    Some(sign * (seconds * 1000 + millis))
}

/// Digits only: `parse` alone would take a sign.
fn number(part: &str) -> Option<i64> {
    let plain = (1..=6).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| part.parse().ok()).flatten()
}

/// `hh:mm:ss.mmm`, with as many digits for the hours as it takes; `point` stands before the milliseconds.
pub fn clock(ms: i64, point: char) -> String {
    let (secs, millis) = (ms.max(0) / 1000, ms.max(0) % 1000);
    format!("{:02}:{:02}:{:02}{point}{millis:03}", secs / 3600, secs / 60 % 60, secs % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_all_dialects_are_read() {
        let same = ["00:01:02.500", "0:01:02,500", "01:02.5", "1:02,500000", " 00:01:02:500 ", "00: 01: 02.500"];
        assert!(same.iter().all(|text| parse(text) == Some(62_500)), "{:?}", same.map(parse));
        assert_eq!(parse("75:03"), Some(4_503_000));
        assert_eq!(parse("-00:00:01.250"), Some(-1_250));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in
            ["", "soon", "1:2:3:4:5", "00:61.000x", "12", "00:99:00.000", "1:-2.000", "00:01.", "00:01.1234567890", "9999999:00:00.0"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_is_written_as_it_is_read() {
        assert_eq!(clock(403_605_250, '.'), "112:06:45.250");
        assert_eq!(parse(&clock(3_605_007, ',')), Some(3_605_007));
        assert_eq!(parse(&clock(LATEST_MS, '.')), Some(LATEST_MS));
    }
}
