//! Giving a recording another title, in place.

use crate::{
    api::rename_video,
    model::{AppError, VideoId, video::MAX_TITLE_CHARS},
};
use leptos::{prelude::*, task::spawn_local};

/// The little form that stands where the title was. Enter saves, Escape leaves everything as it is.
#[component]
pub fn RenameForm(id: VideoId, title: RwSignal<String>, editing: RwSignal<bool>) -> impl IntoView {
    let field = NodeRef::<leptos::html::Input>::new();
    let error = RwSignal::new(None::<AppError>);
    let saving = RwSignal::new(false);
    Effect::new(move |_| {
        if let Some(input) = field.get() {
            let _ = input.focus();
            input.select();
        }
    });
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(input) = field.get_untracked() else { return };
        if saving.get_untracked() {
            return;
        }
        saving.set(true);
        spawn_local(async move {
            match rename_video(id, input.value()).await {
                Ok(video) => {
                    title.set(video.title);
                    editing.set(false);
                }
                Err(refused) => error.set(Some(refused)),
            }
            saving.set(false);
        });
    };
    view! {
        <form class="rename" on:submit=save>
            <input
                node_ref=field
                aria-label="Title"
                value=title.get_untracked()
                maxlength=MAX_TITLE_CHARS.to_string()
                on:keydown=move |event| {
                    if event.key() == "Escape" {
                        editing.set(false);
                    }
                }
            />
            <button type="submit" class="primary" disabled=move || saving.get()>"Save"</button>
            <button type="button" class="quiet" on:click=move |_| editing.set(false)>"Cancel"</button>
            {move || error.get().map(|e| view! { <p class="field-error" role="alert">{e.message}</p> })}
        </form>
    }
}
