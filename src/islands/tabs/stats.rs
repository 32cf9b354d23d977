//! Statistics of the recording, fetched again whenever the tab opens.

use crate::{
    api::get_video_stats,
    model::{VideoId, VideoStats, clock},
};
use leptos::{prelude::*, task::spawn_local};

#[component]
pub fn Stats(id: VideoId, stats: VideoStats, shown: Signal<bool>) -> impl IntoView {
    let stats = RwSignal::new(stats);
    Effect::new(move |_| {
        if shown.get() {
            spawn_local(async move {
                // Old numbers are better than none.
                if let Ok(fresh) = get_video_stats(id).await {
                    stats.try_set(fresh);
                }
            });
        }
    });
    view! {
        <dl class="stats">
            {move || stats.with(rows).map(|(name, label, value)| view! {
                <div>
                    <dt>{label}</dt>
                    <dd data-stat=name class="time">{value.unwrap_or_else(|| "–".into())}</dd>
                </div>
            })}
        </dl>
    }
}

/// Name, label and value of each line; no value where nothing is known yet.
fn rows(s: &VideoStats) -> [(&'static str, &'static str, Option<String>); 9] {
    let size = s.width.zip(s.height).map(|(w, h)| format!("{w} × {h}"));
    [
        ("duration", "Duration", s.duration_ms.map(clock::timecode)),
        ("size", "Picture", size),
        ("video_codec", "Video codec", s.video_codec.clone()),
        ("audio_codec", "Audio codec", s.audio_codec.clone()),
        ("source_bytes", "Original", Some(clock::bytes(s.source_bytes))),
        ("hls_bytes", "Stream", s.hls_bytes.map(clock::bytes)),
        ("segments", "Segments", s.segments.map(|n| n.to_string())),
        ("generation_ms", "Prepared in", s.generation_ms.map(|ms| format!("{:.1} s", ms as f64 / 1000.0))),
        ("views", "Views", Some(s.views.to_string())),
    ]
}
