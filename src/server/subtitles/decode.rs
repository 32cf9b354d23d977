//! Bytes to text: UTF-8 almost always, UTF-16 from Windows, Windows-1252 from old .srt files.

use super::SubtitleError;
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How much is looked at to tell UTF-16 without a byte-order mark.
const LOOK: usize = 1000;

pub fn text_of(bytes: &[u8]) -> Result<String, SubtitleError> {
    let text = match (Encoding::for_bom(bytes), std::str::from_utf8(bytes)) {
        (Some((marked, _)), _) => marked.decode(bytes).0.into_owned(),
        (None, Ok(text)) if !text.contains('\0') => text.to_owned(),
        _ => guessed(bytes).decode_without_bom_handling(bytes).0.into_owned(),
    };
    // A picture or an archive is "valid" in any one-byte encoding, but full of what no text has.
    let strange = text.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')).count();
    if strange * 100 > text.len() { Err(SubtitleError::NotText) } else { Ok(text) }
}

/// Every line break and digit of UTF-16 has a byte of zero: the second of two, or the first.
fn guessed(bytes: &[u8]) -> &'static Encoding {
    let head = &bytes[..bytes.len().min(LOOK)];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    match (zeros(0), zeros(1)) {
        (0, 0) => WINDOWS_1252,
        (even, odd) if odd > even => UTF_16LE,
        _ => UTF_16BE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, bom: bool, big: bool) -> Vec<u8> {
        let units = bom.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn utf_16_is_read_with_and_without_its_mark_and_in_both_orders() {
        for big in [false, true] {
            for bom in [false, true] {
                assert_eq!(text_of(&utf16("WEBVTT\r\n\r\nGrüße, 世界", bom, big)).unwrap(), "WEBVTT\r\n\r\nGrüße, 世界", "{bom} {big}");
            }
        }
    }

    #[test]
    fn old_windows_files_keep_their_umlauts() {
        assert_eq!(text_of(b"Gr\xfc\xdfe \x96 na ja").unwrap(), "Grüße – na ja");
    }

    #[test]
    fn a_picture_is_no_text() {
        assert_eq!(text_of(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0"), Err(SubtitleError::NotText));
        assert_eq!(text_of(b"PK\x03\x04\x14\0\x06\0"), Err(SubtitleError::NotText));
    }
}
