//! Requests. `XMLHttpRequest`, because `fetch` tells no upload progress; and because dropping can end it.

use super::{
    dom::{Listener, listen},
    reach,
};
use js_sys::Promise;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, File, ProgressEvent, XmlHttpRequest};

/// What takes longer is not waited for where the page can do without, or asks again by itself. In milliseconds.
pub const SOON_MS: u32 = 30_000;

/// One request, which ends when this value is dropped: pausing is dropping.
pub struct Exchange(XmlHttpRequest);

impl Drop for Exchange {
    fn drop(&mut self) {
        if self.0.ready_state() != XmlHttpRequest::DONE {
            let _ = self.0.abort();
        }
    }
}

impl Exchange {
    pub fn open(method: &str, url: &str) -> Option<Self> {
        let xhr = XmlHttpRequest::new().ok()?;
        xhr.open(method, url).ok()?;
        Some(Self(xhr))
    }

    pub fn header(&self, name: &str, value: &str) {
        let _ = self.0.set_request_header(name, value);
    }

    /// An answer that takes longer than this many milliseconds is none.
    pub fn within(&self, ms: u32) {
        reach::set(&self.0, "timeout", &ms.into());
    }

    /// Status and body of the answer; `None` when there was none.
    pub async fn send_text(&self, body: &str) -> Option<(u16, String)> {
        let ended = self.ended();
        self.0.send_with_opt_str(Some(body)).ok()?;
        let status = self.status_after(ended).await;
        let text = self.0.response_text().ok().flatten().unwrap_or_default();
        (status > 0).then_some((status, text))
    }

    /// The page at this address, without its scripts having run; `None` when there is none, or only one that says why not.
    pub async fn get_page(&self) -> Option<Element> {
        reach::set(&self.0, "responseType", &"document".into());
        self.within(SOON_MS);
        let ended = self.ended();
        self.0.send().ok()?;
        let fine = self.status_after(ended).await == 200;
        reach::get(&self.0, "responseXML").dyn_into::<Document>().ok()?.document_element().filter(|_| fine)
    }

    fn ended(&self) -> Promise {
        Promise::new(&mut |resolve, _| self.0.set_onloadend(Some(&resolve)))
    }

    async fn status_after(&self, ended: Promise) -> u16 {
        let _ = JsFuture::from(ended).await;
        self.0.status().unwrap_or(0)
    }
}

/// PUTs bytes `from..to` of `file` into the bucket, telling the bytes sent so far. `Err` is the HTTP status, or 0 when
/// the request never got an answer. No header of ours: the signature covers none.
pub async fn put(url: &str, file: &File, from: i64, to: i64, on_sent: impl Fn(i64) + 'static) -> Result<(), u16> {
    let part = file.slice_with_f64_and_f64(from as f64, to as f64).map_err(|_| 0u16)?;
    let exchange = Exchange::open("PUT", url).ok_or(0u16)?;
    let _progress: Option<Listener> = exchange
        .0
        .upload()
        .ok()
        .map(|upload| listen(&upload, "progress", move |event| on_sent(event.unchecked_ref::<ProgressEvent>().loaded() as i64)));
    let ended = exchange.ended();
    exchange.0.send_with_opt_blob(Some(&part)).map_err(|_| 0u16)?;
    match exchange.status_after(ended).await {
        200..=299 => Ok(()),
        status => Err(status),
    }
}

/// The text of a small file, read as UTF-8.
pub async fn read_text(file: &File) -> Option<String> {
    JsFuture::from(file.text()).await.ok()?.as_string()
}
