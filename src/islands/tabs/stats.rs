//! Statistics of the recording, fetched again whenever the tab opens.

use crate::{
    browser::{dom, remote::get_video_stats},
    model::{VideoId, VideoStats, clock},
};
use leptos::{prelude::*, task::spawn_local};
use web_sys::HtmlElement;

#[component]
pub fn StatsMarkup(stats: VideoStats) -> impl IntoView {
    view! {
        <dl class="stats">
            {rows(&stats).map(|(name, label, value)| view! {
                <div>
                    <dt>{label}</dt>
                    <dd data-stat=name class="time">{value}</dd>
                </div>
            })}
        </dl>
    }
}

/// Brings the numbers up to date. When that fails the old ones stay: they are better than none.
pub fn refresh(root: HtmlElement, id: VideoId) {
    spawn_local(async move {
        if let Ok(stats) = get_video_stats(id).await {
            for (name, _, value) in rows(&stats) {
                dom::write(&root, &["[data-stat=", name, "]"].concat(), &value);
            }
        }
    });
}

/// Name, label and value of each line; a dash where nothing is known yet.
fn rows(s: &VideoStats) -> [(&'static str, &'static str, String); 11] {
    let or_dash = |value: Option<String>| value.unwrap_or_else(|| "–".into());
    let size = s.width.zip(s.height).map(|(w, h)| [&w.to_string(), " × ", &h.to_string()].concat());
    [
        ("duration", "Duration", or_dash(s.duration_ms.map(clock::timecode))),
        ("size", "Picture", or_dash(size)),
        ("video_codec", "Video codec", or_dash(s.video_codec.clone())),
        ("audio_codec", "Audio codec", or_dash(s.audio_codec.clone())),
        ("source_bytes", "Original", clock::bytes(s.source_bytes)),
        ("hls_bytes", "Stream", or_dash(s.hls_bytes.map(clock::bytes))),
        ("segments", "Segments", or_dash(s.segments.map(|n| n.to_string()))),
        ("playable_after_ms", "Watchable after", or_dash(s.playable_after_ms.map(seconds))),
        ("generation_ms", "Prepared in", or_dash(s.generation_ms.map(seconds))),
        ("views", "Views", if s.views == 0 { "None yet".into() } else { s.views.to_string() }),
        ("reason", "Prepared as", or_dash(s.reason.clone().or_else(|| s.generated_at.map(|_| "Copied unchanged".into())))),
    ]
}

fn seconds(ms: i64) -> String {
    let tenths = (ms + 50) / 100;
    [&(tenths / 10).to_string(), ".", &(tenths % 10).to_string(), " s"].concat()
}

#[cfg(test)]
mod tests {
    #[test]
    fn seconds_have_one_decimal() {
        assert_eq!(super::seconds(1_249), "1.2 s");
        assert_eq!(super::seconds(960), "1.0 s");
    }
}
