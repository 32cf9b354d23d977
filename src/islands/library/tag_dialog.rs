//! Tags of one recording or of several, in a dialog over the library.

use crate::{
    browser::{
        dom,
        remote::library::{Tags, tag_videos},
    },
    islands::icon::{Icon, IconView},
    model::library::{MAX_TAG_CHARS, MAX_TAGS, TagCount},
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
    let Some(dialog) = dialog(root).filter(|_| !cards.is_empty()) else { return };
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
        let answer = tag_videos(&ids, &tag, on).await;
        for tags in answer.iter().flatten() {
            paint_card(&root, tags);
        }
        // It may be open for others by now.
        if dom::attr(&dialog, "data-ids") != ids {
            return;
        }
        match answer {
            Ok(changed) => {
                let cards: Vec<HtmlElement> = ids.split(',').filter_map(|id| card_of(&root, id)).collect();
                let asked = if on { ids.split(',').count() } else { 0 };
                dom::alert(&dialog, &left_out(asked, changed.len()));
                paint_own(&root, &dialog, &tags_of(&cards));
                if let Some(field) = dom::find(&dialog, ".tag-form input") {
                    if on {
                        dom::set_value(&field, "");
                    }
                    let _ = field.focus();
                }
            }
            Err(refused) => dom::alert(&dialog, &refused.message),
        }
    });
}

/// What is said of those of several recordings that did not take the tag.
fn left_out(asked: usize, changed: usize) -> String {
    if changed >= asked {
        return String::new();
    }
    let (left, most) = (asked - changed, MAX_TAGS);
    [
        &*left.to_string(),
        " of ",
        &asked.to_string(),
        if left == 1 { " recordings stays as it was. It has " } else { " recordings stay as they were. They have " },
        &most.to_string(),
        " tags already, or cannot be found any more.",
    ]
    .concat()
}

fn card_of(root: &HtmlElement, id: &str) -> Option<HtmlElement> {
    dom::find(root, &["[data-video='", id, "']"].concat())
}

fn paint_card(root: &HtmlElement, tags: &Tags) {
    if let Some(list) = card_of(root, &tags.id).and_then(|card| dom::find(&card, ".card-tags")) {
        paint(root, &list, "tag", &tags.tags);
    }
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

#[cfg(test)]
mod tests {
    use super::left_out;

    #[test]
    fn recordings_that_did_not_take_a_tag_are_told_of() {
        assert_eq!(left_out(3, 3), "");
        assert_eq!(left_out(3, 2), "1 of 3 recordings stays as it was. It has 20 tags already, or cannot be found any more.");
        assert_eq!(left_out(10, 7), "3 of 10 recordings stay as they were. They have 20 tags already, or cannot be found any more.");
    }
}
