//! The title over the player, with a pencil.

use super::{
    awake::awake,
    icon::{Icon, IconView},
    rename::{self, RenameForm},
};
use crate::{
    browser::{dom, page},
    model::VideoId,
};
use leptos::prelude::*;

/// The page's `h1`.
#[component]
pub fn VideoTitle(id: VideoId, title: String) -> impl IntoView {
    view! {
        <Renaming>
            <div class="video-title" data-id=id.to_string()>
                <h1 data-title="">{title}</h1>
                <button type="button" class="icon-button needs-script" data-act="rename" aria-label="Rename" title="Rename">
                    <IconView icon=Icon::Pencil />
                </button>
                <RenameForm />
            </div>
        </Renaming>
    }
}

#[island]
pub fn Renaming(children: Children) -> impl IntoView {
    awake(".video-title", |root| {
        let Ok(id) = dom::attr(&root, "data-id").parse::<VideoId>() else { return };
        let place = root.clone();
        dom::on_act(&root, move |act, _| rename::edit(&place, act == "rename")).keep();
        dom::listen(&root, "keydown", |event| rename::on_key(&event)).keep();
        let place = root.clone();
        dom::listen(&root, "submit", move |event| {
            event.prevent_default();
            rename::save(place.clone(), id, |title| page::set_title(&[title, " · Notetaker"].concat()));
        })
        .keep();
    });
    children()
}
