//! A stream as it is listed: its segments, their names, and how long each lasts.

/// A complete stream.
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
}

impl Hls {
    pub fn of(segments: Vec<Segment>) -> Self {
        let total_bytes = segments.iter().map(|segment| segment.size).sum();
        let duration_s = segments.iter().map(|segment| segment.duration_s).sum();
        Self { segments, total_bytes, duration_s }
    }
}

pub fn name_of(index: usize) -> String {
    format!("segment{index}.ts")
}

/// The segments that a playlist names, and how long each lasts. One that cannot be read names none.
pub fn listed(playlist: &[u8]) -> Vec<(String, f64)> {
    let list = m3u8_rs::parse_media_playlist_res(playlist);
    list.map(|list| list.segments.into_iter().map(|s| (s.uri, f64::from(s.duration))).collect()).unwrap_or_default()
}
