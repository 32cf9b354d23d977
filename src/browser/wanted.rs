//! When what is not needed for watching is wanted.

use super::{early, page, reach};
use js_sys::Promise;
use wasm_bindgen_futures::JsFuture;

/// What a person does when there is somebody at the page.
const SIGNS: [&str; 6] = ["pointermove", "pointerdown", "keydown", "focusin", "wheel", "touchstart"];
/// How long nobody has to do anything until it comes all the same, in milliseconds from waking: notes of another device, the
/// curve of what was watched, and the mark at the chapter that plays are for those, too, who only watch. By then the picture
/// is there.
const PATIENCE_MS: i32 = 6_000;

/// Waits for the first sign of a person, or for a while. One that came too early for anybody to notice counts.
pub async fn wanted() {
    let Some(window) = page::window().filter(|_| !early::any()) else { return };
    let once = reach::object(&[("once", &true.into()), ("passive", &true.into()), ("capture", &true.into())]);
    // The promise's own function is the listener: there is nothing to keep, and nothing to drop.
    let sign = Promise::new(&mut |resolve, _| {
        for event in SIGNS {
            reach::call(&window, "addEventListener", &[&event.into(), &resolve, &once]);
        }
        reach::call(&window, "setTimeout", &[&resolve, &PATIENCE_MS.into()]);
    });
    let _ = JsFuture::from(sign).await;
}
