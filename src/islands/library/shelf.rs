//! The living shelf: files come in, cards change, buttons do what they say.

use super::{delete_dialog, upload_card};
use crate::{
    browser::{dom, drop_zone, remote::delete_video},
    islands::{
        rename,
        upload::{Upload, fingerprint, queue::Queue},
    },
    model::VideoId,
};
use leptos::task::spawn_local;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{File, HtmlElement, HtmlInputElement};

struct Shelf {
    root: HtmlElement,
    list: HtmlElement,
    queue: Rc<Queue>,
}

pub fn wake(root: HtmlElement) {
    let (Some(list), Some(input)) = (dom::find(&root, ".shelf"), dom::find(&root, "#file-input")) else { return };
    let input: HtmlInputElement = input.unchecked_into();
    let (place, cards) = (root.clone(), list.clone());
    let queue = Queue::new(move |upload| {
        if let Some(card) = card_of(&cards, upload) {
            upload_card::paint(&place, &card, upload);
        }
    });
    let shelf = Rc::new(Shelf { root: root.clone(), list, queue });

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
        let card = dom::closest(&event, "[data-video]");
        if let Some((card, id)) = card.and_then(|card| Some((card.clone(), video_id(&card)?))) {
            event.prevent_default();
            rename::save(card, id, |_| {});
        }
    })
    .keep();
    delete_dialog::wake(&root, move |id| {
        shelf.queue.forget(id);
        if let Some(card) = dom::find(&shelf.list, &["[data-video='", &id.to_string(), "']"].concat()) {
            shelf.remove(&card);
        }
    });
}

impl Shelf {
    /// Takes files a person chose or dropped, each with a card in front of the others.
    fn take(&self, files: Vec<File>) {
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
        if let Some(card) = dom::around(button, "[data-video]") {
            match act {
                "delete" => delete_dialog::ask(&self.root, &card),
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

    fn count(&self) {
        let cards = self.list.child_element_count();
        let empty = cards == 0 && self.root.has_attribute("data-first-page");
        dom::show(&self.root, ".empty", empty);
        dom::flag(&self.list, "hidden", empty);
        if self.root.has_attribute("data-counted") {
            dom::write(&self.root, "[data-count]", &if empty { String::new() } else { cards.to_string() });
        }
    }
}

fn card_of(list: &HtmlElement, upload: &Upload) -> Option<HtmlElement> {
    dom::find(list, &["[data-upload='", &upload.key.to_string(), "']"].concat())
}

fn video_id(card: &HtmlElement) -> Option<VideoId> {
    dom::attr(card, "data-video").parse().ok()
}
