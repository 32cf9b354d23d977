//! The little that is asked of a JPEG which ffmpeg wrote: is it whole, and how large is the picture? (ITU-T T.81, annex B.)

/// Begins and ends as a JPEG does.
pub fn is_whole(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xFF, 0xD8, 0xFF]) && bytes.ends_with(&[0xFF, 0xD9])
}

/// Width and height in pixels, out of the frame header; `None` when there is none.
pub fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        let header = bytes.get(at..at + 4)?;
        if header[0] != 0xFF {
            return None;
        }
        match header[1] {
            // Start of frame, of whatever kind: length (2), precision (1), height (2), width (2).
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                let number = |from: usize| Some(u32::from(u16::from_be_bytes(bytes.get(from..from + 2)?.try_into().ok()?)));
                return Some((number(at + 7)?, number(at + 5)?));
            }
            // The picture itself begins, and no header was there.
            0xDA => return None,
            _ => at += 2 + usize::from(u16::from_be_bytes([header[2], header[3]])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_jpeg_is_none() {
        assert!(is_whole(&[0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 0xFF, 0xD9]));
        assert!(!is_whole(&[0xFF, 0xD8, 0xFF, 0xE0, 1, 2]));
        assert!(!is_whole(b""));
    }

    #[test]
    fn the_size_stands_in_the_frame_header() {
        let jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 9, 9, 0xFF, 0xC0, 0, 11, 8, 0x03, 0x84, 0x06, 0x40, 1, 1, 0x11, 0];
        assert_eq!(size(&jpeg), Some((1600, 900)));
        assert_eq!(size(&jpeg[..12]), None);
        assert_eq!(size(&[0xFF, 0xD8, 0xFF, 0xDA, 0, 0]), None);
        assert_eq!(size(&[]), None);
    }
}
