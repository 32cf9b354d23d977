//! What is known of the recording itself.

use crate::model::{VideoStats, clock};
use leptos::prelude::*;

#[component]
pub fn Facts(stats: VideoStats, storyboard_bytes: Option<i64>) -> impl IntoView {
    view! {
        <dl class="stats">
            {rows(&stats, storyboard_bytes).map(|(name, label, value)| view! {
                <div>
                    <dt>{label}</dt>
                    <dd data-stat=name class="time">{value}</dd>
                </div>
            })}
        </dl>
    }
}

/// Name, label and value of each line; a dash where nothing is known yet.
fn rows(s: &VideoStats, storyboard_bytes: Option<i64>) -> [(&'static str, &'static str, String); 11] {
    let or_dash = |value: Option<String>| value.unwrap_or_else(|| "–".into());
    let size = s.width.zip(s.height).map(|(w, h)| format!("{w} × {h}"));
    [
        ("duration", "Duration", or_dash(s.duration_ms.map(clock::timecode))),
        ("size", "Picture", or_dash(size)),
        ("video_codec", "Video codec", or_dash(s.video_codec.clone())),
        ("audio_codec", "Audio codec", or_dash(s.audio_codec.clone())),
        ("source_bytes", "Original", clock::bytes(s.source_bytes)),
        ("hls_bytes", "Stream", or_dash(s.hls_bytes.map(clock::bytes))),
        ("storyboard_bytes", "Storyboard", or_dash(storyboard_bytes.map(clock::bytes))),
        ("segments", "Segments", or_dash(s.segments.map(|n| n.to_string()))),
        ("playable_after_ms", "Watchable after", or_dash(s.playable_after_ms.map(seconds))),
        ("generation_ms", "Prepared in", or_dash(s.generation_ms.map(seconds))),
        ("reason", "Prepared as", or_dash(s.reason.clone().or_else(|| s.generated_at.map(|_| "Copied unchanged".into())))),
    ]
}

/// `1.2 s`.
pub fn seconds(ms: i64) -> String {
    format!("{:.1} s", ms as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn seconds_have_one_decimal() {
        assert_eq!(super::seconds(1_249), "1.2 s");
        assert_eq!(super::seconds(960), "1.0 s");
    }
}
