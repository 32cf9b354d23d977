//! What the player will ask for, named at the front of the page: the browser begins with it while it reads the rest, and not
//! when `boot.js` has its turn. The first segment comes later, or it would take half of the line from hls.js.

use super::video::HLS_JS;
use crate::model::{
    AppError, StreamState, StreamStatus,
    page::{Native, StoredAt},
};
use leptos::prelude::*;

/// Preloads of hls.js and the playlist, and the connection to where the segments are. Where the browser will play by itself
/// (`chooser.rs`, `boot.js`) there are none: it would load them for nothing. A wrong guess costs that, and nothing else.
#[component]
pub fn Ahead(stream: Result<StreamState, AppError>, duration_ms: i64) -> impl IntoView {
    let native = use_context::<Native>().is_some_and(|native| native.0);
    let bucket = use_context::<StoredAt>();
    stream.ok().and_then(|state| playlist(&state, duration_ms, native)).map(|playlist| {
        // As hls.js asks: without the credentials flag. Otherwise it would be loaded twice, and connected to twice.
        view! {
            <link rel="preload" href=HLS_JS r#as="script" fetchpriority="high" />
            <link rel="preload" href=playlist r#as="fetch" crossorigin="anonymous" />
            {bucket.map(|bucket| view! { <link rel="preconnect" href=bucket.0 crossorigin="anonymous" /> })}
        }
    })
}

/// The address of the playlist; nothing where nothing is played yet, or not by hls.js.
fn playlist(state: &StreamState, duration_ms: i64, native: bool) -> Option<String> {
    let short_lived = state.hls_expires_in.is_some_and(|secs| i64::from(secs) * 1000 < duration_ms);
    let hls_js = !native || short_lived || state.status == StreamStatus::Generating;
    state.hls_url.clone().filter(|_| hls_js && state.status != StreamStatus::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_playlist_is_asked_for_where_hls_js_will_want_it() {
        let asked = |state: StreamState, native| playlist(&state.expiring_in(Some(3600)), 60_000, native);
        let url = || "/hls/grant/playlist.m3u8".to_owned();
        let (ready, growing) = (|| StreamState::ready(url()), || StreamState::generating(Some(url()), None));
        assert_eq!([asked(ready(), false), asked(ready(), true)], [Some(url()), None]);
        assert_eq!([asked(growing(), false), asked(growing(), true)], [Some(url()), Some(url())]);
        assert_eq!([asked(StreamState::generating(None, None), false), asked(StreamState::failed("Why.".into()), false)], [None, None]);
        // Safari could not renew a grant that runs out before the end.
        assert_eq!(playlist(&ready().expiring_in(Some(60)), 90_000, true), Some(url()));
    }
}
