//! hls.js, as much of it as we use. `boot.js`, which stands behind the player's markup, loads it and sets it up: it plays
//! before any of this is alive, and what it opened is taken over here.

use super::{
    reach,
    recovery::{Fault, FaultKind},
};
use js_sys::Promise;
use wasm_bindgen::{closure::Closure, prelude::*};
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// One player on the element: hls.js, or the browser's own where `boot.js` began with that.
    type Session;
    #[wasm_bindgen(method, getter)]
    fn attached(this: &Session) -> Promise;
    #[wasm_bindgen(method)]
    fn listen(this: &Session, listener: &Closure<dyn FnMut(JsValue)>);
    #[wasm_bindgen(method)]
    fn renew(this: &Session, url: &str, refused: bool) -> bool;
    #[wasm_bindgen(method)]
    fn repair(this: &Session);
    #[wasm_bindgen(method)]
    fn close(this: &Session);

    #[wasm_bindgen(js_namespace = __player)]
    fn open(url: &str, at: f64) -> Session;
    #[wasm_bindgen(js_namespace = __player)]
    fn take(url: &str) -> Option<Session>;
    #[wasm_bindgen(js_namespace = __player)]
    fn script() -> Promise;
    /// Whether both addresses lead to the same attempt, so that one grant can stand for the other.
    #[wasm_bindgen(js_namespace = __player)]
    pub fn same(one: &str, other: &str) -> bool;
    /// Ends what `boot.js` does with clicks and keys. Tells whether somebody pressed Play and still waits.
    #[wasm_bindgen(js_namespace = __player)]
    pub fn release() -> bool;
}

/// One player on one video element, closed with this value.
pub struct Instance {
    session: Session,
    _listener: Closure<dyn FnMut(JsValue)>,
}

impl Instance {
    /// Puts `url` on the page's video element, to begin at `at_secs`.
    pub fn open(url: &str, at_secs: f64, on_fault: Box<dyn Fn(Fault)>) -> Self {
        Self::of(open(url, at_secs), on_fault)
    }

    /// What plays `url` already, because `boot.js` began it. If it began anything else, that is gone afterwards.
    pub fn take(url: &str, on_fault: Box<dyn Fn(Fault)>) -> Option<Self> {
        take(url).map(|session| Self::of(session, on_fault))
    }

    fn of(session: Session, on_fault: Box<dyn Fn(Fault)>) -> Self {
        let listener = Closure::new(move |data: JsValue| on_fault(fault(&data)));
        session.listen(&listener);
        Self { session, _listener: listener }
    }

    /// Resolved when the element has something to play: what is asked of it before is forgotten, or makes it stand still.
    pub fn attached(&self) -> Promise {
        self.session.attached()
    }

    /// Goes on under a new grant; at once, when the old one was `refused`. False when only opening it anew helps.
    pub fn renew(&self, url: &str, refused: bool) -> bool {
        self.session.renew(url, refused)
    }

    pub fn recover_media(&self) {
        self.session.repair();
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.session.close();
    }
}

/// Waits for hls.js; whether it runs here, or nothing when it did not arrive.
pub async fn supported() -> Option<bool> {
    JsFuture::from(script()).await.ok()?.as_bool()
}

fn fault(data: &JsValue) -> Fault {
    let kind = match reach::get(data, "type").as_string().as_deref() {
        Some("networkError") => FaultKind::Network,
        Some("mediaError") => FaultKind::Media,
        _ => FaultKind::Other,
    };
    let http = reach::get(&reach::get(data, "response"), "code").as_f64().unwrap_or(0.0) as u16;
    Fault { kind, fatal: reach::get(data, "fatal").is_truthy(), http }
}
