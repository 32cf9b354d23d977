//! Giving a recording another title, in place.

use crate::{
    browser::{dom, remote::rename_video},
    model::{VideoId, video::MAX_TITLE_CHARS},
};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlInputElement, KeyboardEvent};

/// The little form that stands where the title was. Enter saves, Escape leaves everything as it is.
#[component]
pub fn RenameForm() -> impl IntoView {
    view! {
        <form class="rename" hidden>
            <input aria-label="Title" name="title" autocomplete="off" maxlength=MAX_TITLE_CHARS.to_string() />
            <button type="submit" class="primary">"Save"</button>
            <button type="button" class="quiet" data-act="keep-title">"Cancel"</button>
            <p class="field-error" role="alert" hidden></p>
        </form>
    }
}

/// Opens the form of `place`, which holds a `[data-title]` and a [`RenameForm`]; or closes it.
pub fn edit(place: &HtmlElement, on: bool) {
    let (Some(form), Some(title)) = (dom::find(place, ".rename"), dom::find(place, "[data-title]")) else { return };
    dom::flag(&form, "hidden", !on);
    dom::flag(place, "data-editing", on);
    dom::alert(&form, "");
    if on && let Some(input) = dom::find(&form, "input") {
        let input: HtmlInputElement = input.unchecked_into();
        input.set_value(&title.text_content().unwrap_or_default());
        let _ = input.focus();
        input.select();
    }
}

/// Escape in the form closes it.
pub fn on_key(event: &Event) {
    let escape = event.dyn_ref::<KeyboardEvent>().is_some_and(|key| key.key() == "Escape");
    if let Some(place) = dom::closest(event, "[data-editing]").filter(|_| escape) {
        edit(&place, false);
    }
}

/// Saves what the form of `place` says; `done` gets the title as it is kept.
pub fn save(place: HtmlElement, id: VideoId, done: impl FnOnce(&str) + 'static) {
    let Some(form) = dom::find(&place, ".rename") else { return };
    let title = dom::find(&form, "input").map(|input| dom::value(&input)).unwrap_or_default();
    spawn_local(async move {
        match rename_video(id, &title).await {
            Ok(video) => {
                dom::write(&place, "[data-title]", &video.title);
                edit(&place, false);
                done(&video.title);
            }
            Err(refused) => dom::alert(&form, &refused.message),
        }
    });
}
