//! The line under the player, alive: it marks the chapter that plays, jumps, and keeps list, seek bar and the player's own track
//! in step with what the server says.

use super::editor;
use crate::{
    browser::{
        chapters as known, clipboard, dom, page, playhead, reach,
        remote::chapters::{Wish, ask},
        timeline::{self, Layer, Mark},
    },
    model::{Chapter, ChapterOrigin, Chapters, VideoId, clock::timecode},
};
use gloo_timers::future::TimeoutFuture;
use leptos::task::spawn_local;
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, MouseEvent};

/// How often a search is asked about, in milliseconds.
const ASK_MS: u32 = 2_000;
/// How long it stands there that a link was copied.
const COPIED_MS: u32 = 4_000;

pub(super) struct Panel {
    video: VideoId,
    pub(super) root: HtmlElement,
    pub(super) chapters: RefCell<Vec<Chapter>>,
    /// The chapter deleted last, for "Undo".
    deleted: RefCell<Option<(i64, String)>>,
    /// How many chapters have begun where it plays: the last of them is the one that is marked.
    begun: Cell<usize>,
    /// What is asked of the server, one after the other: each answer is the whole list. The first is under way.
    wishes: RefCell<VecDeque<(Wish, Then)>>,
}

/// What is done after an answer.
type Then = fn(&Rc<Panel>);

pub(super) fn wake(root: HtmlElement) {
    let Ok(video) = dom::attr(&root, "data-id").parse::<VideoId>() else { return };
    let chapters = RefCell::new(dom::find_all(&root, ".chapter-list [data-chapter]").iter().filter_map(chapter).collect());
    let (deleted, begun, wishes) = (RefCell::default(), Cell::new(usize::MAX), RefCell::default());
    let panel = Rc::new(Panel { video, root: root.clone(), chapters, deleted, begun, wishes });
    panel.tell();
    let p = panel.clone();
    playhead::follow(move |ms| p.mark(ms));
    let p = panel.clone();
    dom::on_act(&root, move |act, button| p.act(act, button)).keep();
    let p = panel.clone();
    dom::listen(&root, "click", move |event| p.follow(&event)).keep();
    editor::listen(&panel);
    if root.has_attribute("data-going") {
        panel.ask_again();
    }
}

/// A chapter out of the list as the server rendered it. Who made it does not matter here.
fn chapter(item: &HtmlElement) -> Option<Chapter> {
    Some(Chapter {
        id: dom::attr(item, "data-chapter").parse().ok()?,
        start_ms: at(item),
        title: dom::find(item, "[data-title]").and_then(|title| title.text_content()).unwrap_or_default(),
        origin: ChapterOrigin::Hand,
    })
}

fn at(item: &HtmlElement) -> i64 {
    dom::attr(item, "data-at").parse().unwrap_or(0)
}

impl Panel {
    fn act(self: &Rc<Self>, act: &str, button: &HtmlElement) {
        match act {
            "propose" => self.send(Wish::Propose(self.video), |_| {}),
            "copy-moment" => self.copy_moment(),
            "undo" => {
                let deleted = self.deleted.borrow().clone();
                if let Some((start_ms, title)) = deleted {
                    self.send(Wish::Add(self.video, start_ms, title), |panel| {
                        panel.deleted.take();
                        editor::hold_focus(&panel.root, true);
                    });
                }
            }
            _ => editor::act(self, act, button),
        }
    }

    /// A click on a chapter jumps; with a key held down the link is the browser's.
    fn follow(&self, event: &Event) {
        let Some(item) = dom::closest(event, "a.chapter").and_then(|link| dom::around(&link, "[data-chapter]")) else { return };
        let mouse: &MouseEvent = event.unchecked_ref();
        if mouse.ctrl_key() || mouse.meta_key() || mouse.shift_key() || mouse.alt_key() {
            return;
        }
        event.prevent_default();
        playhead::seek_ms(at(&item));
    }

    pub(super) fn add(self: &Rc<Self>, start_ms: i64, title: String, then: Then) {
        self.send(Wish::Add(self.video, start_ms, title), then);
    }

    pub(super) fn delete(self: &Rc<Self>, chapter: &Chapter) {
        self.deleted.replace(Some((chapter.start_ms, chapter.title.clone())));
        self.send(Wish::Delete(chapter.id), |panel| dom::show(&panel.root, ".undo", true));
    }

    /// Asks the server, shows what it answers, and does `then` if it was done. The same is not asked twice: Enter says that a
    /// field has changed, and then that it is to be saved.
    pub(super) fn send(self: &Rc<Self>, wish: Wish, then: Then) {
        let (waits, known) = {
            let wishes = self.wishes.borrow();
            (!wishes.is_empty(), wishes.iter().any(|(other, _)| *other == wish))
        };
        if known {
            return;
        }
        self.wishes.borrow_mut().push_back((wish, then));
        if waits {
            return;
        }
        let panel = self.clone();
        spawn_local(async move {
            loop {
                let next = panel.wishes.borrow().front().cloned();
                let Some((wish, then)) = next else { return };
                dom::show(&panel.root, ".undo", false);
                let answer = ask(&wish).await;
                panel.wishes.borrow_mut().pop_front();
                let sentence = answer.as_ref().err().map_or("", |error| error.message.as_str());
                dom::alert(&panel.root, sentence);
                if let Ok(answer) = answer {
                    panel.take(answer);
                    then(&panel);
                } else if panel.takes_back(&wish) {
                    // It can still be had.
                    dom::show(&panel.root, ".undo", true);
                }
            }
        });
    }

    /// Whether what is wished for is the chapter deleted last.
    fn takes_back(&self, wish: &Wish) -> bool {
        let deleted = self.deleted.borrow();
        deleted.as_ref().is_some_and(|(start_ms, title)| matches!(wish, Wish::Add(_, start, name) if start == start_ms && name == title))
    }

    fn take(self: &Rc<Self>, answer: Chapters) {
        let Chapters { chapters, search } = answer;
        let going = search.as_ref().is_some_and(|search| search.goes_on());
        let was = self.root.has_attribute("data-going");
        let said = search.as_ref().map_or("", |search| &*search.message);
        if let Some(line) = dom::find(&self.root, "[data-said]") {
            // That it goes on, and how it ended, is worth an announcement; every percent is not.
            dom::set_attr(&line, "aria-live", if was && going { "off" } else { "polite" });
            dom::set_text(&line, said);
        }
        dom::show(&self.root, "[data-said]", !said.is_empty());
        let before = self.chapters.replace(chapters);
        if before != *self.chapters.borrow() {
            self.paint();
            self.tell();
        }
        dom::flag(&self.root, "data-going", going);
        if going && !was {
            self.ask_again();
        }
    }

    /// Asks until the search has ended. A question that gets no answer is asked again.
    fn ask_again(self: &Rc<Self>) {
        let panel = self.clone();
        spawn_local(async move {
            while panel.root.has_attribute("data-going") {
                TimeoutFuture::new(ASK_MS).await;
                if !page::hidden() && panel.wishes.borrow().is_empty() {
                    let answer = ask(&Wish::List(panel.video)).await;
                    // What the person did meanwhile is newer.
                    if let Ok(answer) = answer
                        && panel.wishes.borrow().is_empty()
                    {
                        panel.take(answer);
                    }
                }
            }
        });
    }

    /// The list anew.
    fn paint(self: &Rc<Self>) {
        let chapters = self.chapters.borrow();
        let Some(list) = dom::find(&self.root, ".chapter-list") else { return };
        let held = dom::find(&self.root, ":focus");
        let chip = held.as_ref().and_then(|held| dom::around(held, ".chapter-list li")).map(|item| dom::attr(&item, "data-chapter"));
        list.set_text_content(None);
        for chapter in chapters.iter() {
            let Some(item) = dom::stamp(&self.root, "chip") else { continue };
            let id = chapter.id.to_string();
            dom::set_attr(&item, "data-chapter", &id);
            dom::set_attr(&item, "data-at", &chapter.start_ms.to_string());
            if let Some(link) = dom::find(&item, "a") {
                dom::set_attr(&link, "href", &[&*page::path(), "?t=", &*(chapter.start_ms / 1000).to_string()].concat());
            }
            dom::write(&item, ".time", &timecode(chapter.start_ms));
            dom::write(&item, "[data-title]", &chapter.title);
            let _ = list.append_child(&item);
            if chip.as_deref() == Some(&*id)
                && let Some(link) = dom::find(&item, "a")
            {
                editor::focus_in_place(&link);
            }
        }
        let none = chapters.is_empty();
        dom::flag(&list, "hidden", none);
        dom::show(&self.root, ".chapters-none", none);
        dom::show(&self.root, ".chapter-tools [data-act=propose]", none);
        dom::show(&self.root, ".chapter-tools [data-act=edit-chapters]", !none);
        drop(chapters);
        editor::paint(self);
        editor::hold_focus(&self.root, held.is_some());
        self.begun.set(usize::MAX);
        self.mark(playhead::now_ms());
        self.renew_track();
    }

    /// Tells the seek bar and the keys.
    fn tell(&self) {
        let chapters = self.chapters.borrow();
        let marks: Vec<Mark> = chapters.iter().map(|c| Mark { at_ms: c.start_ms, end_ms: None, label: c.title.clone() }).collect();
        timeline::mark(Layer::Chapters, &marks);
        known::set(chapters.iter().map(|c| (c.start_ms, c.title.clone())).collect());
        // From now on the browser may want it; before, nobody does.
        if let Some(track) = page::document().and_then(|d| d.document_element()).and_then(|d| dom::find(&d, TRACK)) {
            reach::set(&reach::get(&track, "track"), "mode", &"hidden".into());
        }
    }

    /// Marks the chapter that plays, and keeps it in view where not all of them are; never the page, only the list moves.
    fn mark(&self, ms: i64) {
        let begun = self.chapters.borrow().iter().take_while(|chapter| chapter.start_ms <= ms).count();
        if self.begun.replace(begun) == begun {
            return;
        }
        let items = dom::find_all(&self.root, ".chapter-list a");
        for (number, link) in items.iter().enumerate() {
            if number + 1 == begun {
                dom::set_attr(link, "aria-current", "true");
            } else {
                let _ = link.remove_attribute("aria-current");
            }
        }
        let present = begun.checked_sub(1).and_then(|i| items.get(i));
        let (Some(list), Some(link)) = (dom::find(&self.root, ".chapter-list"), present) else { return };
        if !list.matches(":hover, :focus-within").unwrap_or(false) {
            let (left, top) = (f64::from(link.offset_left() - 16), f64::from(link.offset_top() - 4));
            let place = reach::object(&[("left", &left.into()), ("top", &top.into()), ("behavior", &"instant".into())]);
            reach::call(&list, "scrollTo", &[&place]);
        }
    }

    /// The player's own track of chapters, anew: a browser reads the file of a track once.
    fn renew_track(&self) {
        let Some(old) = page::document().and_then(|d| d.document_element()).and_then(|d| dom::find(&d, TRACK)) else { return };
        let Ok(Some(fresh)) = old.clone_node().map(|node| node.dyn_into::<HtmlElement>().ok()) else { return };
        let address = ["/api/videos/", &*self.video.to_string(), "/chapters.vtt?v=", &*(page::now_ms() as i64).to_string()].concat();
        dom::set_attr(&fresh, "src", &address);
        if let Some(parent) = old.parent_node() {
            let _ = parent.replace_child(&fresh, &old);
        }
    }

    fn copy_moment(self: &Rc<Self>) {
        let secs = playhead::now_ms() / 1000;
        let panel = self.clone();
        spawn_local(async move {
            let address = [&*page::path(), "?t=", &*secs.to_string()].concat();
            let whole = [&*page::origin(), &*address].concat();
            let copied = clipboard::write(&whole).await;
            let time = timecode(secs * 1000);
            let words = if copied {
                ["Link to ", &*time, " copied."].concat()
            } else {
                // Without https, or where the browser refuses: there is one more place to copy an address from.
                page::replace_address(&address);
                ["The address bar now has the link to ", &*time, "."].concat()
            };
            dom::write(&panel.root, ".copied", &words);
            TimeoutFuture::new(COPIED_MS).await;
            // A later copy has words of its own.
            if dom::find(&panel.root, ".copied").and_then(|p| p.text_content()).as_deref() == Some(&words) {
                dom::write(&panel.root, ".copied", "");
            }
        });
    }
}

const TRACK: &str = "track[kind=chapters]";
