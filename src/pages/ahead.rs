//! What the player will ask for, named at the front of the page: the browser begins with it while it reads the rest, and not
//! when `boot.js` has its turn.

use super::video::HLS_JS;
use crate::model::{AppError, StreamState, StreamStatus, page::Native};
use leptos::prelude::*;

/// Preloads of hls.js, playlist and first segment, for a stream that begins at `at_ms`. Where the browser will play by itself
/// (`chooser.rs`, `boot.js`) there are none: it would load them for nothing. A wrong guess costs that, and nothing else.
#[component]
pub fn Ahead(stream: Result<StreamState, AppError>, at_ms: i64, duration_ms: i64) -> impl IntoView {
    let native = use_context::<Native>().is_some_and(|native| native.0);
    let wanted = stream.ok().and_then(|state| wanted(&state, at_ms, duration_ms, native)).unwrap_or_default();
    let script = (!wanted.is_empty()).then(|| view! { <link rel="preload" href=HLS_JS r#as="script" fetchpriority="high" /> });
    // As hls.js asks: by XMLHttpRequest without the credentials flag. Otherwise they would be loaded twice.
    let files = wanted.into_iter().map(|href| view! { <link rel="preload" href=href r#as="fetch" crossorigin="anonymous" /> });
    view! { {script} {files.collect_view()} }
}

/// The addresses of what is wanted first; none where nothing is played yet, or not by hls.js.
fn wanted(state: &StreamState, at_ms: i64, duration_ms: i64, native: bool) -> Option<Vec<String>> {
    let url = state.hls_url.clone().filter(|_| state.status != StreamStatus::Failed)?;
    let short_lived = state.hls_expires_in.is_some_and(|secs| i64::from(secs) * 1000 < duration_ms);
    let hls_js = !native || short_lived || state.status == StreamStatus::Generating;
    let folder = url.rsplit_once('/').filter(|_| hls_js)?.0;
    // Where another moment lies only the playlist knows.
    let first = (at_ms == 0).then(|| [folder, "/segment0.ts"].concat());
    Some([Some(url.clone()), first].into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(state: StreamState, at_ms: i64, native: bool) -> usize {
        wanted(&state.expiring_in(Some(3600)), at_ms, 60_000, native).map_or(0, |wanted| wanted.len())
    }

    #[test]
    fn playlist_and_first_segment_are_asked_for_where_hls_js_will_want_them() {
        let ready = || StreamState::ready("/hls/grant/playlist.m3u8".into());
        let growing = || StreamState::generating(Some("/hls/grant/playlist.m3u8".into()), None);
        assert_eq!(wanted(&ready(), 0, 0, false), Some(vec!["/hls/grant/playlist.m3u8".into(), "/hls/grant/segment0.ts".into()]));
        assert_eq!([asked(ready(), 0, true), asked(growing(), 0, true)], [0, 2]);
        assert_eq!(asked(ready(), 5_000, false), 1);
        assert_eq!([asked(StreamState::generating(None, None), 0, false), asked(StreamState::failed("Why.".into()), 0, false)], [0, 0]);
        // Safari could not renew a grant that runs out before the end.
        assert_eq!(wanted(&ready().expiring_in(Some(60)), 0, 90_000, true).map(|all| all.len()), Some(2));
    }
}
