//! Tags of one recording or of several, in a dialog over the library.

use crate::{
    browser::{
        dom,
        remote::library::{Tags, tag_videos},
    },
    islands::icon::{Icon, IconView},
    model::library::{MAX_TAG_CHARS, TagCount},
};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement};

#[component]
pub fn TagDialog(known: Vec<TagCount>) -> impl IntoView {
    view! {
        <dialog class="dialog" id="tag-dialog" aria-labelledby="tag-title">
            <h2 id="tag-title">"Tags of "<span data-of=""></span></h2>
            <ul class="tags" data-own-tags=""></ul>
            <form class="tag-form">
                <input name="tag" aria-label="Tag" placeholder="A new or a known tag" list="known-tags" autocomplete="off" maxlength=MAX_TAG_CHARS.to_string() />
                <button type="submit" class="primary">"Add"</button>
            </form>
            <p class="field-error" role="alert" hidden></p>
            <form class="dialog-buttons" method="dialog"><button class="quiet">"Done"</button></form>
        </dialog>
        <KnownTags known />
        <template data-template="tag"><TagLink tag=None /></template>
        <template data-template="own-tag"><OwnTag tag=None /></template>
    }
}

/// What a field for a tag proposes.
#[component]
pub fn KnownTags(known: Vec<TagCount>) -> impl IntoView {
    view! { <datalist id="known-tags">{known.into_iter().map(|tag| view! { <option value=tag.label></option> }).collect_view()}</datalist> }
}

/// A tag on a card: it leads to all that have it. `None` is the blank to stamp from.
#[component]
pub fn TagLink(tag: Option<String>) -> impl IntoView {
    let href = tag.as_ref().map(|tag| ["/?tag=", &leptos_router::location::Url::escape(tag)].concat());
    view! { <li><a class="tag" href=href>{tag}</a></li> }
}

/// A tag with the button that takes it off. On the page of a recording that button belongs to a form of its own.
#[component]
pub fn OwnTag(tag: Option<String>) -> impl IntoView {
    let href = tag.as_ref().map(|tag| ["/?tag=", &leptos_router::location::Url::escape(tag)].concat());
    let label = tag.as_ref().map(|tag| ["Take off the tag ", tag].concat());
    view! {
        <li class="own-tag">
            <a class="tag" href=href>{tag.clone()}</a>
            <button class="icon-button" form="untag" name="untag" value=tag data-act="untag" aria-label=label.clone() title=label>
                <IconView icon=Icon::Close />
            </button>
        </li>
    }
}

/// Asks about these cards.
pub fn ask(root: &HtmlElement, cards: &[HtmlElement]) {
    let Some(dialog) = dialog(root) else { return };
    let ids: Vec<String> = cards.iter().map(|card| dom::attr(card, "data-video")).collect();
    let title = cards.first().filter(|_| cards.len() == 1).and_then(|card| dom::find(card, "[data-title]")?.text_content());
    let of = title.map_or_else(|| [&cards.len().to_string(), " recordings"].concat(), |title| ["“", &title, "”"].concat());
    dom::write(&dialog, "[data-of]", &of);
    dom::set_attr(&dialog, "data-ids", &ids.join(","));
    dom::alert(&dialog, "");
    paint_own(root, &dialog, &tags_of(cards));
    let _ = dialog.show_modal();
}

pub fn wake(root: &HtmlElement) {
    let Some(dialog) = dialog(root) else { return };
    let place = root.clone();
    dom::listen(&dialog, "submit", move |event| {
        // The other form closes the dialog, which needs no help.
        if let Some(field) = dom::closest(&event, ".tag-form").and_then(|form| dom::find(&form, "input")) {
            event.prevent_default();
            change(&place, dom::value(&field), true);
        }
    })
    .keep();
    let place = root.clone();
    dom::on_act(&dialog, move |_, button| change(&place, dom::attr(button, "value"), false)).keep();
}

fn change(root: &HtmlElement, tag: String, on: bool) {
    let (root, Some(dialog)) = (root.clone(), dialog(root)) else { return };
    let ids = dom::attr(&dialog, "data-ids");
    spawn_local(async move {
        match tag_videos(&ids, &tag, on).await {
            Ok(changed) => {
                dom::alert(&dialog, "");
                let cards: Vec<HtmlElement> = changed.iter().filter_map(|tags| paint_card(&root, tags)).collect();
                paint_own(&root, &dialog, &tags_of(&cards));
                if let Some(field) = dom::find(&dialog, ".tag-form input") {
                    dom::set_value(&field, "");
                    let _ = field.focus();
                }
            }
            Err(refused) => dom::alert(&dialog, &refused.message),
        }
    });
}

fn paint_card(root: &HtmlElement, tags: &Tags) -> Option<HtmlElement> {
    let card = dom::find(root, &["[data-video='", &tags.id, "']"].concat())?;
    paint(root, &dom::find(&card, ".card-tags")?, "tag", &tags.tags);
    Some(card)
}

fn paint_own(root: &HtmlElement, dialog: &HtmlElement, tags: &[String]) {
    if let Some(list) = dom::find(dialog, "[data-own-tags]") {
        paint(root, &list, "own-tag", tags);
    }
}

/// Makes `list` show these tags, each stamped from the template of this name.
pub fn paint(root: &HtmlElement, list: &HtmlElement, template: &str, tags: &[String]) {
    list.set_text_content(None);
    for tag in tags {
        let Some(item) = dom::stamp(root, template) else { return };
        if let Some(link) = dom::find(&item, "a") {
            dom::set_text(&link, tag);
            dom::set_attr(&link, "href", &["/?tag=", &String::from(js_sys::encode_uri_component(tag))].concat());
        }
        if let Some(button) = dom::find(&item, "button") {
            let label = ["Take off the tag ", tag].concat();
            dom::set_attr(&button, "value", tag);
            dom::set_attr(&button, "aria-label", &label);
            dom::set_attr(&button, "title", &label);
        }
        let _ = list.append_child(&item);
    }
}

/// The tags that any of the cards has, each once.
fn tags_of(cards: &[HtmlElement]) -> Vec<String> {
    let mut tags = Vec::new();
    for card in cards {
        for link in dom::find_all(card, ".card-tags a") {
            let tag = link.text_content().unwrap_or_default();
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
    }
    tags
}

fn dialog(root: &HtmlElement) -> Option<HtmlDialogElement> {
    dom::find(root, "#tag-dialog").map(JsCast::unchecked_into)
}
