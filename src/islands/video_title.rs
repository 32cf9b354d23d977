//! The title over the player.

use super::{
    icon::{Icon, IconView},
    rename::RenameForm,
};
use crate::{browser::{dom, early}, model::VideoId};
use leptos::prelude::*;

/// The page's `h1`, with a pencil.
#[island]
pub fn VideoTitle(id: VideoId, title: String) -> impl IntoView {
    let title = RwSignal::new(title);
    let editing = RwSignal::new(false);
    // The tab's name follows; not at first, since the server wrote it already.
    Effect::new(move |before: Option<()>| {
        let title = title.get();
        if before.is_some() {
            dom::set_title(&format!("{title} · Notetaker"));
        }
    });
    let root = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        if let Some(root) = root.get() {
            early::wake(&root);
        }
    });
    view! {
        <div class="video-title" node_ref=root>
            <h1 class:visually-hidden=move || editing.get()>{move || title.get()}</h1>
            <Show
                when=move || editing.get()
                fallback=move || view! {
                    <button
                        type="button"
                        class="icon-button needs-script"
                        aria-label="Rename"
                        on:click=move |_| editing.set(true)
                    >
                        <IconView icon=Icon::Pencil />
                    </button>
                }
            >
                <RenameForm id title editing />
            </Show>
        </div>
    }
}
