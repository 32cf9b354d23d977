//! Media keys, lock screens and headphones (`navigator.mediaSession`).

use super::{page::window, reach};
use js_sys::Array;
use wasm_bindgen::{JsValue, closure::Closure};

const ASKS: [&str; 5] = ["play", "pause", "seekbackward", "seekforward", "seekto"];
const WHO: &str = "Notetaker";

fn session() -> Option<JsValue> {
    let session = reach::get(&window()?.navigator(), "mediaSession");
    session.is_truthy().then_some(session)
}

/// Says what plays.
pub fn describe(title: &str, poster: &str) {
    let Some(session) = session() else { return };
    let artwork = Array::new();
    if !poster.is_empty() {
        artwork.push(&reach::object(&[("src", &poster.into())]));
    }
    let words = reach::object(&[("title", &title.into()), ("artist", &WHO.into()), ("artwork", &artwork)]);
    if let Some(metadata) = reach::construct("MediaMetadata", &words) {
        reach::set(&session, "metadata", &metadata);
    }
}

/// Hears what was asked for, by its name in the Media Session, and the second it goes to where there is one.
pub type Asked = Box<dyn Fn(&str, Option<f64>)>;

/// From now on `f` hears what is asked for, and the seconds that go with it: where to, or how far. It lives as long as
/// the page.
pub fn serve(f: Asked) {
    let Some(session) = session() else { return };
    let heard = Closure::<dyn FnMut(JsValue)>::new(move |details: JsValue| {
        let ask = reach::get(&details, "action").as_string().unwrap_or_default();
        let secs = ["seekTime", "seekOffset"].into_iter().find_map(|name| reach::get(&details, name).as_f64());
        f(&ask, secs);
    });
    for ask in ASKS {
        // A browser that does not know one of them refuses it alone.
        reach::call(&session, "setActionHandler", &[&ask.into(), heard.as_ref()]);
    }
    heard.forget();
}

/// Says where playing is.
pub fn place(total_ms: i64, position_ms: i64, rate: f64) {
    let secs = |ms: i64| JsValue::from(ms as f64 / 1000.0);
    // Beyond the end would be refused as a whole.
    let position = secs(position_ms.min(total_ms));
    let state = reach::object(&[("duration", &secs(total_ms)), ("position", &position), ("playbackRate", &rate.into())]);
    if let Some(session) = session() {
        reach::call(&session, "setPositionState", &[&state]);
    }
}
