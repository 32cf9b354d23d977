//! A stream as it is listed: its segments, their names, and how long each lasts.

use super::opening::Cut;

/// A complete stream on disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Hls {
    pub segments: Vec<Segment>,
    /// Of all segments; the playlist is not counted.
    pub total_bytes: u64,
    pub duration_s: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    pub name: String,
    pub duration_s: f64,
    /// Bytes.
    pub size: u64,
    /// Which of ffmpeg's files it lies in, and from which byte on: the first file may hold two segments ([`super::opening`]).
    pub file: String,
    pub start: u64,
}

impl Segment {
    /// What ffmpeg listed as number `index` becomes when its first segment is parted at `cut`: two of the first, and all others
    /// move up by one.
    pub fn parted(self, index: usize, cut: Option<Cut>) -> Vec<Self> {
        match cut {
            None => vec![self],
            Some(Cut { at, secs }) if index == 0 => {
                let rest = Self { name: name_of(1), duration_s: self.duration_s - secs, size: self.size - at, start: at, ..self.clone() };
                vec![Self { duration_s: secs, size: at, ..self }, rest]
            }
            Some(_) => vec![Self { name: name_of(index + 1), ..self }],
        }
    }
}

impl Hls {
    pub fn parted(self, cut: Option<Cut>) -> Self {
        let segments = self.segments.into_iter().enumerate().flat_map(|(index, segment)| segment.parted(index, cut)).collect();
        Self { segments, ..self }
    }
}

pub fn name_of(index: usize) -> String {
    format!("segment{index}.ts")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(sizes: &[u64]) -> Hls {
        let segment = |(n, size): (usize, &u64)| Segment { name: name_of(n), file: name_of(n), duration_s: 6.0, size: *size, start: 0 };
        let segments: Vec<Segment> = sizes.iter().enumerate().map(segment).collect();
        Hls { total_bytes: sizes.iter().sum(), duration_s: 6.0 * segments.len() as f64, segments }
    }

    #[test]
    fn a_parted_stream_has_the_same_bytes_and_seconds_and_one_segment_more() {
        let whole = stream(&[1000, 900]);
        assert_eq!(whole.clone().parted(None), whole);
        let parted = whole.clone().parted(Some(Cut { at: 376, secs: 2.0 }));
        let told: Vec<_> = parted.segments.iter().map(|s| (s.name.as_str(), s.duration_s, s.file.as_str(), s.start, s.size)).collect();
        let (first, second) = ("segment0.ts", "segment1.ts");
        assert_eq!(told, [(first, 2.0, first, 0, 376), (second, 4.0, first, 376, 624), ("segment2.ts", 6.0, second, 0, 900)]);
        assert_eq!((parted.duration_s, parted.total_bytes), (whole.duration_s, whole.total_bytes));
    }
}
