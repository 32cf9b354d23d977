//! The living shelf: files come in, cards change, buttons do what they say.

use super::{more, search, selection, tag_dialog, toast, upload_card};
use crate::{
    browser::{
        dom, drop_zone, menus,
        remote::{
            delete_video,
            library::{restore_videos, trash_videos},
        },
    },
    islands::{
        rename,
        upload::{Upload, fingerprint, queue::Queue},
    },
    model::VideoId,
};
use leptos::task::spawn_local;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::JsCast;
use web_sys::{File, HtmlElement, HtmlInputElement};

struct Shelf {
    root: HtmlElement,
    list: HtmlElement,
    queue: Rc<Queue>,
    /// Recordings that are on later pages.
    rest: Cell<i64>,
}

pub fn wake(root: HtmlElement) {
    selection::wake(&root);
    menus::wake(&root);
    search::wake(&root);
    // In the trash there is no more than that.
    let (Some(list), Some(input)) = (dom::find(&root, ".shelf"), dom::find(&root, "#file-input")) else { return };
    let input: HtmlInputElement = input.unchecked_into();
    let (place, cards) = (root.clone(), list.clone());
    let queue = Queue::new(move |upload| {
        if let Some(card) = card_of(&cards, upload) {
            upload_card::paint(&place, &card, upload);
        }
    });
    let rest = Cell::new(dom::attr(&root, "data-rest").parse().unwrap_or(0));
    let shelf = Rc::new(Shelf { root: root.clone(), list, queue, rest });

    let (s, field) = (shelf.clone(), input.clone());
    dom::listen(&input, "change", move |_| {
        s.take(drop_zone::list(field.files()));
        // Choosing the same file again must be a change again.
        field.set_value("");
    })
    .keep();
    let (s, veil) = (shelf.clone(), dom::find(&root, ".drop-veil"));
    let hover = move |over| {
        if let Some(veil) = &veil {
            dom::flag(veil, "data-open", over);
        }
    };
    drop_zone::watch(hover, move |files| s.take(files)).keep();
    let s = shelf.clone();
    dom::on_act(&root, move |act, button| if act == "choose" { input.click() } else { s.act(act, button) }).keep();
    dom::listen(&root, "keydown", |event| rename::on_key(&event)).keep();
    dom::listen(&root, "submit", move |event| {
        if dom::closest(&event, "#selection").is_some() {
            event.prevent_default();
        }
        let card = dom::closest(&event, "[data-video]");
        if let Some((card, id)) = card.and_then(|card| Some((card.clone(), video_id(&card)?))) {
            event.prevent_default();
            rename::save(card, id, |_| {});
        }
    })
    .keep();
    tag_dialog::wake(&root);
    more::wake(&root, move || shelf.grew());
}

impl Shelf {
    /// Takes files a person chose or dropped, each with a card in front of the others.
    fn take(&self, files: Vec<File>) {
        search::make_way(&self.root);
        for file in files {
            let known = fingerprint::recall(&file).or_else(|| self.interrupted_like(&file));
            let Some(upload) = self.queue.add(file, known) else { continue };
            // Its card takes the place of the interrupted one.
            if let Some(id) = upload.video_id.get()
                && let Some(old) = dom::find(&self.list, &["[data-interrupted='", &id.to_string(), "']"].concat())
            {
                old.remove();
            }
            if let Some(card) = upload_card::make(&self.root, &upload) {
                let _ = self.list.prepend_with_node_1(&card);
            }
        }
        self.count();
        self.queue.look();
    }

    /// An interrupted upload with the same name and size, from another browser or before a memory was cleared.
    fn interrupted_like(&self, file: &File) -> Option<VideoId> {
        let (name, size) = (file.name(), (file.size() as i64).to_string());
        let same = |card: &HtmlElement| dom::attr(card, "data-name") == name && dom::attr(card, "data-size") == size;
        let card = dom::find_all(&self.list, "[data-interrupted]").into_iter().find(same)?;
        dom::attr(&card, "data-interrupted").parse().ok()
    }

    fn act(self: &Rc<Self>, act: &str, button: &HtmlElement) {
        match act {
            "undo" => toast::undo(&self.root),
            "tag-picked" => tag_dialog::ask(&self.root, &selection::picked(&self.root)),
            "trash-picked" => self.trash(selection::picked(&self.root)),
            _ => {}
        }
        if let Some(card) = dom::around(button, "[data-video]") {
            match act {
                "trash" => self.trash(vec![card]),
                "tags" => tag_dialog::ask(&self.root, &[card]),
                _ => rename::edit(&card, act == "rename"),
            }
        } else if let Some(card) = dom::around(button, "[data-upload]") {
            let upload = dom::attr(&card, "data-upload").parse().ok().and_then(|key| self.queue.get(key));
            match (act, upload) {
                ("pause", Some(upload)) => upload.pause(),
                ("resume", Some(upload)) => self.queue.resume(&upload),
                ("cancel", Some(upload)) => {
                    self.queue.cancel(&upload);
                    self.remove(&card);
                }
                _ => self.give_up(card),
            }
        }
    }

    /// Moves recordings to the trash. There is no question before, but a way back after.
    fn trash(self: &Rc<Self>, cards: Vec<HtmlElement>) {
        let shelf = self.clone();
        // A second click while the first is on its way means the same.
        let cards: Vec<HtmlElement> = cards.into_iter().filter(|card| !card.has_attribute("aria-busy")).collect();
        let Some(first) = cards.first() else { return };
        let title = dom::find(first, "[data-title]").and_then(|title| title.text_content()).unwrap_or_default();
        let ids: Vec<String> = cards.iter().map(|card| dom::attr(card, "data-video")).collect();
        let what = if ids.len() == 1 { ["“", &title, "”"].concat() } else { [&ids.len().to_string(), " recordings"].concat() };
        let ids = ids.join(",");
        cards.iter().for_each(|card| dom::set_attr(card, "aria-busy", "true"));
        spawn_local(async move {
            let moved = trash_videos(&ids).await;
            for card in &cards {
                let _ = card.remove_attribute("aria-busy");
            }
            if let Err(refused) = moved {
                return toast::say(&shelf.root, &refused.message, None);
            }
            let places = shelf.take_away(&cards);
            let root = shelf.root.clone();
            let back = Box::new(move || shelf.put_back(ids, places));
            toast::say(&root, &["Moved ", &what, " to the trash."].concat(), Some(back));
        });
    }

    /// Takes the cards away and remembers what they stood before.
    fn take_away(&self, cards: &[HtmlElement]) -> Places {
        let mut places = Places::new();
        for card in cards {
            if let Some(id) = video_id(card) {
                self.queue.forget(id);
            }
            if let Some(item) = dom::around(card, "li") {
                let next: Option<HtmlElement> = item.next_element_sibling().map(JsCast::unchecked_into);
                item.remove();
                places.push((item, next));
            }
        }
        // Whoever came by keyboard goes on where the card was.
        let last = self.list.last_element_child().map(JsCast::unchecked_into);
        let near: Option<HtmlElement> = places.last().and_then(|(_, next)| next.clone()).or(last);
        let link = near.and_then(|near| dom::find(&near, ".card-title a, .card-buttons button"));
        if let Some(link) = link.or_else(|| dom::find(&self.root, ".upload-button")) {
            let _ = link.focus();
        }
        self.count();
        selection::none(&self.root);
        places
    }

    fn put_back(self: Rc<Self>, ids: String, places: Places) {
        spawn_local(async move {
            if let Err(refused) = restore_videos(&ids).await {
                return toast::say(&self.root, &refused.message, None);
            }
            // The last first: what one stood before is there again when its turn comes.
            for (item, next) in places.iter().rev() {
                let next = next.as_ref().filter(|next| next.parent_element().as_ref() == Some(&self.list));
                let _ = self.list.insert_before(item, next.map(AsRef::as_ref));
            }
            if let Some(link) = places.first().and_then(|(item, _)| dom::find(item, ".card-title a")) {
                let _ = link.focus();
            }
            self.count();
            selection::paint(&self.root);
            toast::say(&self.root, "Back where it was.", None);
        });
    }

    /// Cancels an upload of another time or place.
    fn give_up(self: &Rc<Self>, card: HtmlElement) {
        let (shelf, Ok(id)) = (self.clone(), dom::attr(&card, "data-interrupted").parse::<VideoId>()) else { return };
        spawn_local(async move {
            match delete_video(id).await {
                Ok(()) => shelf.remove(&card),
                Err(refused) => dom::alert(&card, &refused.message),
            }
        });
    }

    fn remove(&self, inside: &HtmlElement) {
        if let Some(item) = dom::around(inside, "li") {
            item.remove();
        }
        self.count();
    }

    /// A page was added: so many fewer are left for later ones.
    fn grew(&self) {
        let total = dom::find(&self.root, "[data-count]").and_then(|count| count.text_content()?.parse::<i64>().ok());
        if let Some(total) = total {
            let more = dom::find(&self.root, ".browse [data-more]").is_some();
            self.rest.set(if more { (total - i64::from(self.list.child_element_count())).max(0) } else { 0 });
        }
    }

    fn count(&self) {
        let cards = i64::from(self.list.child_element_count()) + self.rest.get();
        let empty = cards == 0 && self.root.has_attribute("data-first-page");
        dom::show(&self.root, ".empty", empty);
        dom::flag(&self.list, "hidden", empty);
        if self.root.has_attribute("data-first-page") {
            dom::write(&self.root, "[data-count]", &if empty { String::new() } else { cards.to_string() });
        }
    }
}

/// Items of the list, and what each stood before.
type Places = Vec<(HtmlElement, Option<HtmlElement>)>;

fn card_of(list: &HtmlElement, upload: &Upload) -> Option<HtmlElement> {
    dom::find(list, &["[data-upload='", &upload.key.to_string(), "']"].concat())
}

fn video_id(card: &HtmlElement) -> Option<VideoId> {
    dom::attr(card, "data-video").parse().ok()
}
