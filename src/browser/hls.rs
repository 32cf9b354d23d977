//! hls.js, as much of it as we use. The script is a deferred one in the page's head; its global is `Hls`.

use super::recovery::{Fault, FaultKind};
use js_sys::{Object, Reflect};
use wasm_bindgen::{closure::Closure, prelude::*};
use web_sys::HtmlVideoElement;

#[wasm_bindgen]
extern "C" {
    type Hls;
    #[wasm_bindgen(constructor)]
    fn new(config: &Object) -> Hls;
    #[wasm_bindgen(static_method_of = Hls, js_name = isSupported)]
    fn is_supported() -> bool;
    #[wasm_bindgen(method)]
    fn on(this: &Hls, event: &str, callback: &Closure<dyn FnMut(JsValue, JsValue)>);
    #[wasm_bindgen(method, js_name = loadSource)]
    fn load_source(this: &Hls, url: &str);
    #[wasm_bindgen(method, js_name = attachMedia)]
    fn attach_media(this: &Hls, video: &HtmlVideoElement);
    #[wasm_bindgen(method, js_name = recoverMediaError)]
    fn recover_media_error(this: &Hls);
    #[wasm_bindgen(method)]
    fn destroy(this: &Hls);
}

/// `Hls.Events.ERROR`.
const ERROR: &str = "hlsError";
/// Seconds of picture kept behind the playhead, for short jumps back without asking again.
const BACK_BUFFER_SECS: f64 = 60.0;

/// One hls.js on one video element, destroyed with this value.
pub struct Instance {
    hls: Hls,
    _on_error: Closure<dyn FnMut(JsValue, JsValue)>,
}

impl Instance {
    pub fn open(video: &HtmlVideoElement, url: &str, at_secs: f64, on_fault: impl Fn(Fault) + 'static) -> Self {
        let config = Object::new();
        // Without it hls.js joins a list that is still growing near its end.
        set(&config, "startPosition", at_secs);
        set(&config, "backBufferLength", BACK_BUFFER_SECS);
        let hls = Hls::new(&config);
        let on_error = Closure::new(move |_event: JsValue, data: JsValue| on_fault(fault(&data)));
        hls.on(ERROR, &on_error);
        hls.load_source(url);
        hls.attach_media(video);
        Self { hls, _on_error: on_error }
    }

    pub fn recover_media(&self) {
        self.hls.recover_media_error();
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.hls.destroy();
    }
}

/// Whether the script has arrived.
pub fn loaded() -> bool {
    Reflect::has(&js_sys::global(), &"Hls".into()).unwrap_or(false)
}

/// Whether it runs here.
pub fn supported() -> bool {
    loaded() && Hls::is_supported()
}

fn fault(data: &JsValue) -> Fault {
    let get = |object: &JsValue, key: &str| Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED);
    let kind = match get(data, "type").as_string().as_deref() {
        Some("networkError") => FaultKind::Network,
        Some("mediaError") => FaultKind::Media,
        _ => FaultKind::Other,
    };
    let response = get(data, "response");
    let http = if response.is_object() { get(&response, "code").as_f64().unwrap_or(0.0) as u16 } else { 0 };
    Fault { kind, fatal: get(data, "fatal").is_truthy(), http }
}

fn set(object: &Object, key: &str, value: f64) {
    let _ = Reflect::set(object, &key.into(), &value.into());
}
