//! The question before a recording is deleted: it names what goes.

use crate::{
    api::delete_video,
    islands::upload::{Phase, queue::Queue},
    model::{AppError, Video},
};
use leptos::{prelude::*, task::spawn_local};

/// Opens when `doomed` holds a recording; empties it again either way.
#[component]
pub fn DeleteDialog(doomed: RwSignal<Option<Video>>, queue: Queue) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let error = RwSignal::new(None::<AppError>);
    let busy = RwSignal::new(false);
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match doomed.with(Option::is_some) {
            true if !dialog.open() => drop(dialog.show_modal()),
            false => dialog.close(),
            true => {}
        }
    });
    let delete = move |_| {
        let Some(id) = doomed.with_untracked(|video| video.as_ref().map(|v| v.id)) else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            match delete_video(id).await {
                Ok(()) => {
                    queue.videos.update(|videos| videos.retain(|v| v.id != id));
                    let is_it = |phase: &Phase| matches!(phase, Phase::Done(video) if video.id == id);
                    queue.uploads.update(|all| all.retain(|u| !u.phase.with_untracked(is_it)));
                    doomed.set(None);
                }
                Err(refused) => error.set(Some(refused)),
            }
            busy.set(false);
        });
    };
    let title = move || doomed.with(|video| video.as_ref().map(|v| v.title.clone()).unwrap_or_default());
    view! {
        <dialog
            node_ref=dialog
            class="dialog"
            aria-labelledby="delete-title"
            on:close=move |_| {
                error.set(None);
                doomed.set(None);
            }
        >
            <h2 id="delete-title">"Delete “"{title}"”?"</h2>
            <p>
                "The recording, everything made from it for playing, its notes and its transcript are deleted for good. \
                 This cannot be undone."
            </p>
            {move || error.get().map(|e| view! { <p class="field-error" role="alert">{e.message}</p> })}
            <div class="dialog-buttons">
                <button type="button" class="quiet" on:click=move |_| doomed.set(None)>"Cancel"</button>
                <button type="button" class="danger" disabled=move || busy.get() on:click=delete>"Delete"</button>
            </div>
        </dialog>
    }
}
