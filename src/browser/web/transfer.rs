//! Sending one part of a file to the bucket. `XMLHttpRequest`, because `fetch` tells no upload progress.

use super::dom::{Listener, listen};
use js_sys::Promise;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, ProgressEvent, XmlHttpRequest};

/// Ends the request when the future that sends it is dropped: pausing is dropping.
struct AbortOnDrop(XmlHttpRequest);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if self.0.ready_state() != XmlHttpRequest::DONE {
            let _ = self.0.abort();
        }
    }
}

/// PUTs bytes `from..to` of `file`, telling the bytes sent so far. `Err` is the HTTP status, or 0 when the request
/// never got an answer. No header of ours: the signature covers none.
pub async fn put(url: &str, file: &File, from: i64, to: i64, on_sent: impl Fn(i64) + 'static) -> Result<(), u16> {
    let part: Blob = file.slice_with_f64_and_f64(from as f64, to as f64).map_err(|_| 0u16)?;
    let xhr = AbortOnDrop(XmlHttpRequest::new().map_err(|_| 0u16)?);
    xhr.0.open("PUT", url).map_err(|_| 0u16)?;
    let _progress: Option<Listener> = xhr.0.upload().ok().map(|upload| {
        listen(&upload, "progress", move |event| on_sent(event.unchecked_ref::<ProgressEvent>().loaded() as i64))
    });
    let ended = Promise::new(&mut |resolve, _| xhr.0.set_onloadend(Some(&resolve)));
    xhr.0.send_with_opt_blob(Some(&part)).map_err(|_| 0u16)?;
    let _ = JsFuture::from(ended).await;
    match xhr.0.status().unwrap_or(0) {
        200..=299 => Ok(()),
        status => Err(status),
    }
}

/// The text of a small file, read as UTF-8.
pub async fn read_text(file: &File) -> Option<String> {
    JsFuture::from(file.text()).await.ok()?.as_string()
}
