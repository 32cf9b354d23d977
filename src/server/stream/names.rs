//! Which names exist under a grant. Anything else is refused before it reaches a key.

/// `segment{n}.ts` with a plain number, as ffmpeg writes them.
pub fn is_segment(name: &str) -> bool {
    let Some(number) = name.strip_prefix("segment").and_then(|rest| rest.strip_suffix(".ts")) else { return false };
    (1..=5).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()) && (number == "0" || !number.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::is_segment;

    #[test]
    fn only_ffmpegs_own_segment_names_pass() {
        assert!(is_segment("segment0.ts") && is_segment("segment19999.ts"));
        for bad in ["segment.ts", "segment01.ts", "segment-1.ts", "segment1.mp4", "../segment1.ts", "segment1.ts/", "segment1234567.ts"] {
            assert!(!is_segment(bad), "{bad}");
        }
    }
}
