//! The tags of one recording, under its title: links to all that have them, each with a button that takes it off, and a field
//! for another. Two plain forms, which here send without leaving the page.

use super::{
    awake::awake,
    icon::{Icon, IconView},
    library::tag_dialog::{KnownTags, OwnTag, paint},
};
use crate::{
    browser::{dom, menus, reach, remote::library::tag_videos},
    model::{
        VideoId,
        library::{MAX_TAG_CHARS, TagCount},
    },
};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

#[component]
pub fn VideoTags(id: VideoId, tags: Vec<String>, known: Vec<TagCount>) -> impl IntoView {
    let action = format!("/videos/{id}/tags");
    view! {
        <Tagging>
            <div class="video-tags" data-id=id.to_string()>
                <ul class="tags" aria-label="Tags" data-own-tags="">{tags.into_iter().map(|tag| view! { <OwnTag tag=Some(tag) /> }).collect_view()}</ul>
                <details class="menu tag-menu" data-menu="">
                    <summary><IconView icon=Icon::Tag />"Tag"</summary>
                    <form class="tag-form" method="post" action=action.clone()>
                        <input name="tag" aria-label="Tag" placeholder="A new or a known tag" list="known-tags" autocomplete="off" required maxlength=MAX_TAG_CHARS.to_string() />
                        <button type="submit" class="primary">"Add"</button>
                    </form>
                </details>
                <p class="field-error" role="alert" hidden></p>
                <form id="untag" method="post" action=action></form>
                <KnownTags known />
                <template data-template="own-tag"><OwnTag tag=None /></template>
            </div>
        </Tagging>
    }
}

#[island]
pub fn Tagging(children: Children) -> impl IntoView {
    awake(".video-tags", |root| {
        menus::wake(&root);
        let place = root.clone();
        dom::listen(&root, "submit", move |event| {
            event.prevent_default();
            // What was pressed tells which tag goes; the field tells which one comes.
            let pressed = reach::get(&event, "submitter");
            let off = pressed.dyn_ref::<HtmlElement>().map(|button| dom::value(button)).filter(|tag| !tag.is_empty());
            let field = dom::find(&place, ".tag-form input").map(|field| dom::value(&field)).unwrap_or_default();
            let on = off.is_none();
            change(place.clone(), off.unwrap_or(field), on);
        })
        .keep();
    });
    children()
}

fn change(root: HtmlElement, tag: String, on: bool) {
    let id = dom::attr(&root, "data-id");
    spawn_local(async move {
        match tag_videos(&id, &tag, on).await {
            Ok(changed) => {
                dom::alert(&root, "");
                if let (Some(list), Some(tags)) = (dom::find(&root, "[data-own-tags]"), changed.first()) {
                    paint(&root, &list, "own-tag", &tags.tags);
                    // The button that was pressed is gone.
                    if let Some(next) = dom::find(&list, "button").or_else(|| dom::find(&root, "summary")).filter(|_| !on) {
                        let _ = next.focus();
                    }
                }
                if let Some(field) = dom::find(&root, ".tag-form input").filter(|_| on) {
                    dom::set_value(&field, "");
                }
            }
            Err(refused) => dom::alert(&root, &refused.message),
        }
    });
}
