//! Making chapters and changing them: rows with a time and a title. Enter saves and goes on to the next, Escape takes back, and
//! what was changed is saved when its row is left.

use super::panel::Panel;
use crate::{
    browser::{dom, playhead, reach, remote::chapters::Wish},
    model::{Chapter, clock::timecode, moment::moment_ms},
};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};

const NO_TIME: &str = "A chapter begins at a time like 12:34 or 1:02:03.";

pub(super) fn listen(panel: &Rc<Panel>) {
    let p = panel.clone();
    dom::listen(&panel.root, "submit", move |event| {
        event.prevent_default();
        if let Some(row) = dom::closest(&event, ".chapter-row") {
            save(&p, &row);
            go_on(&row);
        }
    })
    .keep();
    // A field that was changed and left. A new chapter waits for its button, and an emptied title for another one.
    let p = panel.clone();
    dom::listen(&panel.root, "change", move |event| {
        if let Some(row) = dom::closest(&event, ".chapter-row[data-chapter]").filter(|row| !written(row).1.trim().is_empty()) {
            save(&p, &row);
        }
    })
    .keep();
    let p = panel.clone();
    dom::listen(&panel.root, "keydown", move |event| {
        let escape = event.dyn_ref::<KeyboardEvent>().is_some_and(|key| key.key() == "Escape");
        match dom::closest(&event, ".chapter-row").filter(|_| escape) {
            Some(row) if row.has_attribute("data-new") => close_new(&p),
            Some(row) => match own(&p, &row).filter(|chapter| is_changed(&row, chapter)) {
                Some(chapter) => fill(&row, &chapter),
                None => open(&p, false),
            },
            None => {}
        }
    })
    .keep();
}

pub(super) fn act(panel: &Rc<Panel>, act: &str, button: &HtmlElement) {
    let row = dom::around(button, ".chapter-row");
    match (act, row) {
        ("add-chapter", _) => open_new(panel),
        ("keep", _) => close_new(panel),
        ("edit-chapters", _) => open(panel, !panel.root.has_attribute("data-editing")),
        ("here", Some(row)) => {
            if let Some(field) = dom::find(&row, "[name=start]") {
                dom::set_value(&field, &timecode(playhead::now_ms()));
            }
            save(panel, &row);
        }
        ("delete", Some(row)) => {
            if let Some(chapter) = own(panel, &row) {
                panel.delete(&chapter);
            }
        }
        _ => {}
    }
}

/// The row for a new chapter. It begins at the moment of the click, however long its title takes.
fn open_new(panel: &Rc<Panel>) {
    let Some(row) = dom::find(&panel.root, "[data-new]") else { return };
    dom::alert(&panel.root, "");
    if let (Some(start), Some(title)) = (dom::find(&row, "[name=start]"), dom::find(&row, "[name=title]")) {
        dom::set_value(&start, &timecode(playhead::now_ms()));
        dom::flag(&row, "hidden", false);
        let _ = title.focus();
    }
}

fn close_new(panel: &Rc<Panel>) {
    if let Some(row) = dom::find(&panel.root, "[data-new]") {
        if let Some(title) = dom::find(&row, "[name=title]") {
            dom::set_value(&title, "");
        }
        dom::flag(&row, "hidden", true);
    }
    dom::alert(&panel.root, "");
    focus(&panel.root, "[data-act=add-chapter]");
}

fn open(panel: &Rc<Panel>, on: bool) {
    dom::flag(&panel.root, "data-editing", on);
    if let Some(button) = dom::find(&panel.root, ".chapter-tools [data-act=edit-chapters]") {
        dom::set_attr(&button, "aria-expanded", if on { "true" } else { "false" });
    }
    dom::show(&panel.root, ".chapter-editor", on);
    if on {
        paint(panel);
        focus(&panel.root, ".chapter-rows [name=title]");
    } else {
        dom::alert(&panel.root, "");
        focus(&panel.root, ".chapter-tools [data-act=edit-chapters]");
    }
}

/// Brings the rows in step with the chapters. A row that is being written in keeps what is written, and its place under the hand.
pub(super) fn paint(panel: &Rc<Panel>) {
    if !panel.root.has_attribute("data-editing") {
        return;
    }
    let chapters = panel.chapters.borrow();
    if chapters.is_empty() {
        drop(chapters);
        open(panel, false);
        return;
    }
    let Some(list) = dom::find(&panel.root, ".chapter-rows") else { return };
    let focused = dom::find(&list, ":focus");
    let mut rows = dom::find_all(&list, ".chapter-row");
    let mut place = list.first_element_child();
    for chapter in chapters.iter() {
        let id = chapter.id.to_string();
        let known = rows.iter().position(|row| dom::attr(row, "data-chapter") == id).map(|i| rows.swap_remove(i));
        let written_in = known.as_ref().is_some_and(|row| focused.as_ref().is_some_and(|field| row.contains(Some(field))));
        let item = match known {
            Some(row) => row.parent_element(),
            None => dom::stamp(&panel.root, "chapter-row").map(JsCast::unchecked_into),
        };
        let Some(row) = item.as_ref().and_then(|item| dom::find(item, ".chapter-row")) else { continue };
        dom::set_attr(&row, "data-chapter", &id);
        if !written_in {
            fill(&row, chapter);
        }
        match (item, place.take()) {
            // What stands where it belongs is not touched.
            (Some(item), Some(there)) if item == there => place = item.next_element_sibling(),
            (Some(item), there) => {
                let _ = list.insert_before(&item, there.as_deref());
                place = there;
            }
            (None, there) => place = there,
        }
    }
    let mut next = None;
    for gone in rows {
        if let Some(item) = gone.parent_element() {
            if focused.as_ref().is_some_and(|held| item.contains(Some(held))) {
                next = item.next_element_sibling().or_else(|| item.previous_element_sibling());
            }
            item.remove();
        }
    }
    // What is moved in the document loses the focus; and whoever deleted a row goes on from the one that took its place.
    let there = focused.filter(|held| list.contains(Some(held))).or_else(|| dom::find(&next?, "[data-act=delete]"));
    if let Some(there) = there {
        let _ = there.focus();
    }
}

/// Whoever works by keyboard and `held` the focus in here keeps it, when what had it is gone or hidden now.
pub(super) fn hold_focus(root: &HtmlElement, held: bool) {
    let there = dom::find(root, ":focus").filter(|there| dom::around(there, "[hidden]").is_none());
    if held
        && there.is_none()
        && let Some(button) = dom::find(root, "[data-act=add-chapter]")
    {
        focus_in_place(&button);
    }
}

/// The page stays where it is: a search ends by itself, and the person may have scrolled on.
pub(super) fn focus_in_place(element: &HtmlElement) {
    reach::call(element, "focus", &[&reach::object(&[("preventScroll", &true.into())])]);
}

fn fill(row: &HtmlElement, chapter: &Chapter) {
    if let (Some(start), Some(title)) = (dom::find(row, "[name=start]"), dom::find(row, "[name=title]")) {
        dom::set_value(&start, &timecode(chapter.start_ms));
        dom::set_value(&title, &chapter.title);
    }
}

fn save(panel: &Rc<Panel>, row: &HtmlElement) {
    let (start, title) = written(row);
    let Some(start_ms) = moment_ms(&start) else {
        dom::alert(&panel.root, NO_TIME);
        return;
    };
    if row.has_attribute("data-new") {
        panel.add(start_ms, title, close_new);
    } else if let Some(chapter) = own(panel, row).filter(|chapter| is_changed(row, chapter)) {
        panel.send(Wish::Edit(chapter.id, start_ms, title), |_| {});
    }
}

/// What stands in the fields of a row.
fn written(row: &HtmlElement) -> (String, String) {
    let of = |selector| dom::find(row, selector).map(|field| dom::value(&field)).unwrap_or_default();
    (of("[name=start]"), of("[name=title]"))
}

fn is_changed(row: &HtmlElement, chapter: &Chapter) -> bool {
    written(row) != (timecode(chapter.start_ms), chapter.title.clone())
}

/// The chapter that a row belongs to.
fn own(panel: &Rc<Panel>, row: &HtmlElement) -> Option<Chapter> {
    let id = dom::attr(row, "data-chapter");
    panel.chapters.borrow().iter().find(|chapter| chapter.id.to_string() == id).cloned()
}

/// To the title of the next row; after the last one the cursor stays.
fn go_on(row: &HtmlElement) {
    let next = row.parent_element().and_then(|item| item.next_element_sibling());
    if let Some(field) = next.filter(|_| !row.has_attribute("data-new")).and_then(|item| dom::find(&item, "[name=title]")) {
        let field: HtmlInputElement = field.unchecked_into();
        let _ = field.focus();
        field.select();
    }
}

fn focus(root: &HtmlElement, selector: &str) {
    if let Some(element) = dom::find(root, selector) {
        let _ = element.focus();
    }
}
