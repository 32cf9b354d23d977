//! The question before a recording is deleted: it names what goes.

use crate::{
    browser::{dom, remote::delete_video},
    model::VideoId,
};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement};

#[component]
pub fn DeleteDialog() -> impl IntoView {
    view! {
        <dialog class="dialog" aria-labelledby="delete-title">
            <h2 id="delete-title">"Delete “"<span data-doomed=""></span>"”?"</h2>
            <p>
                "The recording, everything made from it for playing, its notes and its transcript are deleted for good. "
                "This cannot be undone."
            </p>
            <p class="field-error" role="alert" hidden></p>
            // Closing needs no script of ours.
            <form class="dialog-buttons" method="dialog">
                <button class="quiet">"Cancel"</button>
                <button type="button" class="danger" data-act="delete-now">"Delete"</button>
            </form>
        </dialog>
    }
}

/// Asks about the recording of `card`.
pub fn ask(root: &HtmlElement, card: &HtmlElement) {
    let Some(dialog) = dialog(root) else { return };
    let title = dom::find(card, "[data-title]").and_then(|title| title.text_content()).unwrap_or_default();
    dom::write(&dialog, "[data-doomed]", &title);
    dom::set_attr(&dialog, "data-id", &dom::attr(card, "data-video"));
    dom::alert(&dialog, "");
    let _ = dialog.show_modal();
}

/// `gone` hears of every recording that was deleted.
pub fn wake(root: &HtmlElement, gone: impl Fn(VideoId) + 'static) {
    let Some(dialog) = dialog(root) else { return };
    let gone = std::rc::Rc::new(gone);
    let place = dialog.clone();
    dom::on_act(&dialog, move |_, _| {
        let (dialog, gone, Ok(id)) = (place.clone(), gone.clone(), dom::attr(&place, "data-id").parse()) else { return };
        // A second click finds nothing to delete.
        dom::set_attr(&dialog, "data-id", "");
        spawn_local(async move {
            match delete_video(id).await {
                Ok(()) => {
                    dialog.close();
                    gone(id);
                }
                Err(refused) => {
                    dom::set_attr(&dialog, "data-id", &id.to_string());
                    dom::alert(&dialog, &refused.message);
                }
            }
        });
    })
    .keep();
}

fn dialog(root: &HtmlElement) -> Option<HtmlDialogElement> {
    dom::find(root, "dialog").map(JsCast::unchecked_into)
}
