//! Moments and addresses in running text.

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Words(&'a str),
    /// `12:34` or `1:02:34`; digits and colons only.
    Moment {
        words: &'a str,
        at_ms: i64,
    },
    /// `https://…` as it was typed.
    Address(&'a str),
}

/// The text cut where something can be followed. Each character is looked at a bounded number of times.
///
/// A moment that lies beyond `duration_ms` is none: that was the time of day, or a score.
pub fn pieces(text: &str, duration_ms: Option<i64>) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut done, mut at) = (0, 0);
    while at < text.len() {
        let (found, len) = at_word(text, at, duration_ms);
        if let Some(piece) = found {
            if done < at {
                pieces.push(Piece::Words(&text[done..at]));
            }
            pieces.push(piece);
            done = at + len;
        }
        at += len;
    }
    if done < text.len() {
        pieces.push(Piece::Words(&text[done..]));
    }
    pieces
}

/// What begins at byte `at`, and how far to go on from there: past it, or past the letter that begins nothing.
fn at_word(text: &str, at: usize, duration_ms: Option<i64>) -> (Option<Piece<'_>>, usize) {
    let rest = &text[at..];
    let before = text[..at].chars().next_back();
    let begins = !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, ':' | '.' | '/' | '_' | ','));
    if begins && let Some(address) = address(rest) {
        return (Some(Piece::Address(address)), address.len());
    }
    // A run of digits is one word: what it does not begin with, its second digit does not begin with either.
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if begins && let Some((words, at_ms)) = moment(rest, digits).filter(|(_, ms)| duration_ms.is_none_or(|end| *ms <= end)) {
        return (Some(Piece::Moment { words, at_ms }), words.len());
    }
    (None, digits.max(rest.chars().next().map_or(1, char::len_utf8)))
}

/// `https://…` at the beginning of `rest`, without the point that ends the sentence around it.
fn address(rest: &str) -> Option<&str> {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| rest.starts_with(scheme))?;
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`')).unwrap_or(rest.len());
    let mut address = &rest[..end];
    // A closing bracket belongs to the address only if it was opened there.
    let strange: &[char] = match (address.contains('('), address.contains('[')) {
        (true, true) => &[],
        (true, false) => &[']'],
        (false, true) => &[')'],
        (false, false) => &[')', ']'],
    };
    address = address.trim_end_matches(|c| strange.contains(&c) || matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '_' | '~'));
    (address.len() > scheme.len()).then_some(address)
}

/// `m:ss` or `h:mm:ss` at the beginning of `rest`, whose first `digits` bytes are digits.
fn moment(rest: &str, digits: usize) -> Option<(&str, i64)> {
    if !(1..=3).contains(&digits) {
        return None;
    }
    let mut total: i64 = rest[..digits].parse().ok()?;
    let mut len = digits;
    for _ in 0..2 {
        let Some(sixty) = sixtieth(&rest[len..]) else { break };
        total = total * 60 + sixty;
        len += 3;
    }
    let after = rest[len..].as_bytes();
    let goes_on = match after {
        [b':' | b'.', next, ..] => next.is_ascii_digit(),
        _ => rest[len..].starts_with(|c: char| c.is_alphanumeric() || c == '_'),
    };
    (len > digits && !goes_on).then_some((&rest[..len], total * 1000))
}

/// `:00` to `:59` at the beginning of `rest`.
fn sixtieth(rest: &str) -> Option<i64> {
    match rest.as_bytes() {
        [b':', tens @ b'0'..=b'5', ones @ b'0'..=b'9', ..] => Some(i64::from(tens - b'0') * 10 + i64::from(ones - b'0')),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(text: &str) -> Vec<(&str, i64)> {
        let all = pieces(text, None).into_iter();
        all.filter_map(|piece| if let Piece::Moment { words, at_ms } = piece { Some((words, at_ms / 1000)) } else { None }).collect()
    }

    fn addresses(text: &str) -> Vec<&str> {
        pieces(text, None).into_iter().filter_map(|piece| if let Piece::Address(address) = piece { Some(address) } else { None }).collect()
    }

    #[test]
    fn moments_are_found_as_people_write_them() {
        assert_eq!(moments("At 12:34 and (1:02:34), then 0:05."), [("12:34", 754), ("1:02:34", 3754), ("0:05", 5)]);
        assert_eq!(moments("12:34–13:00 or 12:34-13:00"), [("12:34", 754), ("13:00", 780), ("12:34", 754), ("13:00", 780)]);
        assert_eq!(moments("12:34: Ana says"), [("12:34", 754)]);
        assert_eq!(moments("125:30"), [("125:30", 7530)]);
    }

    #[test]
    fn what_only_looks_like_a_moment_is_none() {
        for text in [
            "16:9",
            "12:345",
            "12:61",
            "1:2:3",
            "a12:34",
            "T10:44:19",
            "1.12:34",
            "1234:56",
            "12:34:56:78",
            "12:34.567",
            "12:34pm",
            "::1",
            "12:",
        ] {
            assert!(moments(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn beyond_the_end_of_the_recording_there_is_no_moment() {
        let at = |ms| pieces("14:30", Some(ms)).len() == 1 && matches!(pieces("14:30", Some(ms))[0], Piece::Moment { .. });
        assert!(at(870_000) && !at(869_999));
    }

    #[test]
    fn addresses_end_before_the_point_of_the_sentence() {
        assert_eq!(addresses("See https://example.com/a?b=c&t=12:34."), ["https://example.com/a?b=c&t=12:34"]);
        assert_eq!(addresses("(http://example.com/x), http://example.com/x_(y)"), ["http://example.com/x", "http://example.com/x_(y)"]);
        assert!(addresses("https://, xhttps://example.com https://").is_empty());
    }

    #[test]
    fn nothing_is_lost_between_the_pieces() {
        for text in ["", "ünï 1:02 cödé https://ä.example/ß 3:00…", "1:00:", "🎬0:07🎬", "111111:11", "https://"] {
            let together: String = pieces(text, None)
                .iter()
                .map(|piece| match piece {
                    Piece::Words(words) | Piece::Address(words) | Piece::Moment { words, .. } => *words,
                })
                .collect();
            assert_eq!(together, text);
        }
    }
}
