//! The sentences come in pages, and their rows a few at a time: none of it takes long enough to be felt.

use super::{Panel, markup::CHUNK};
use crate::browser::{
    dom,
    idle::{Pace, breath},
    page, playhead, reach,
    remote::transcript::{get_head, get_sentences},
};
use gloo_timers::future::TimeoutFuture;
use leptos::task::spawn_local;
use std::rc::Rc;
use web_sys::HtmlElement;

/// Sentences in one answer: with the times of their words 700 KB, which JavaScript parses in a few milliseconds.
const PAGE: usize = 1_000;
/// Up to here all sentences get their rows, so that the browser's own search and a selection reach all of them. Beyond,
/// rows are made when their part of the list comes near: they take memory, and nobody reads for a week.
const ROWS: usize = 20_000;
/// How often somebody who waits for the sentences looks whether they are there, in milliseconds.
const LOOK_MS: u32 = 40;

/// How far the loading is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Loaded {
    Nothing,
    Coming,
    All,
}

impl Panel {
    /// Loads the sentences, if nobody did.
    pub fn load(self: &Rc<Self>) {
        if self.has_transcript() && self.state.get() == Loaded::Nothing {
            self.reload();
        }
    }

    /// Loads them anew: what is there belongs to another version.
    pub fn reload(self: &Rc<Self>) {
        self.state.set(Loaded::Coming);
        let turn = self.loads.get() + 1;
        self.loads.set(turn);
        let panel = self.clone();
        spawn_local(async move {
            match panel.fetch(turn).await {
                Ok(()) => {}
                Err(sentence) if panel.loads.get() == turn => {
                    panel.state.set(Loaded::Nothing);
                    panel.lost.set(true);
                    dom::alert(&panel.root, &sentence);
                }
                Err(_) => {}
            }
        });
    }

    async fn fetch(self: &Rc<Self>, turn: u32) -> Result<(), String> {
        let mut from = 0;
        loop {
            let answer = get_sentences(self.video, from, PAGE).await.map_err(|refused| refused.message)?;
            if self.loads.get() != turn {
                return Ok(());
            }
            let Some((head, more)) = answer else {
                self.show_none();
                return Ok(());
            };
            let known = self.version.replace(head.version);
            if from == 0 && known != head.version {
                // Other rows than those that came with the page.
                self.forget_rows();
            } else if known != head.version {
                // Changed between two pages: from the beginning.
                from = 0;
                self.forget_rows();
                continue;
            }
            if from == 0 {
                // What the rows show stays, what is known of them comes.
                self.lines.forget_sentences();
                self.show_some(&head);
            }
            let count = more.length() as usize;
            self.lines.append(&more);
            self.observe();
            from += count;
            // A server that does not page gives everything at once.
            if count != PAGE {
                break;
            }
            breath().await;
        }
        self.state.set(Loaded::All);
        if self.lost.replace(false) {
            dom::alert(&self.root, "");
        }
        self.lines.warm();
        // One sentence is a stop of the Tab key, whoever brought the rows.
        self.make_active(self.active.get());
        self.take_place();
        self.tick(playhead::now_ms());
        self.search_again();
        self.resume_editing();
        self.fill_all(turn).await;
        Ok(())
    }

    /// Looks whether this is still the transcript: it may have been replaced, corrected or deleted in another tab, or by somebody
    /// else's hands. Who is writing is left alone, and told when they save.
    pub fn look_again(self: &Rc<Self>) {
        if self.is_editing() || self.saves.busy() {
            return;
        }
        let (panel, loads, version) = (self.clone(), self.loads.get(), self.version.get());
        spawn_local(async move {
            // A lost answer is no reason to say anything: everything is there.
            let Ok(head) = get_head(panel.video).await else { return };
            let now = head.map_or(-1, |head| head.version);
            let meanwhile = panel.loads.get() != loads || panel.version.get() != version;
            if now != version && !meanwhile && !panel.is_editing() && !panel.saves.busy() {
                panel.renewed();
            }
        });
    }

    /// Waits until the sentences are there.
    pub async fn loaded(self: &Rc<Self>) {
        self.load();
        while self.state.get() == Loaded::Coming {
            TimeoutFuture::new(LOOK_MS).await;
        }
    }

    /// Makes the rows that nobody asked for yet.
    async fn fill_all(self: &Rc<Self>, turn: u32) {
        let mut pace = Pace::begin();
        for k in 0..self.lines.chunks().min(ROWS / CHUNK) {
            pace.rest().await;
            if self.loads.get() != turn {
                return;
            }
            self.lines.fill(k);
        }
    }

    /// Takes all rows away.
    pub fn forget_rows(&self) {
        self.keep_place();
        if let Some(observer) = &*self.observer.borrow() {
            reach::call(observer, "disconnect", &[]);
        }
        self.observed.set(0);
        self.near.borrow_mut().clear();
        self.unmark();
        self.active.set(0);
        self.active_row.take();
        self.put_editor_away();
        self.lines.clear();
    }

    /// Hears of every chunk when it comes near.
    fn observe(&self) {
        if let Some(observer) = &*self.observer.borrow() {
            for k in self.observed.get()..self.lines.chunks() {
                if let Some(place) = self.lines.chunk(k) {
                    reach::call(observer, "observe", &[&place]);
                }
            }
        }
        self.observed.set(self.lines.chunks());
    }

    /// The one sentence that the Tab key leads to. Its button reads all of it to somebody who goes by keys.
    pub fn make_active(&self, index: usize) {
        let set = |row: Option<HtmlElement>, on: bool| {
            let Some(button) = row.and_then(|row| dom::find(&row, ".moment")) else { return };
            dom::set_attr(&button, "tabindex", if on { "0" } else { "-1" });
            if on && index < self.lines.len() {
                let words = [String::from(self.lines.text(index)), self.lines.speaker(index), button.text_content().unwrap_or_default()];
                let [text, speaker, time] = words;
                dom::set_attr(&button, "aria-label", &[&*time, " ", &speaker, " ", &text].concat());
            } else {
                let _ = button.remove_attribute("aria-label");
            }
        };
        let Some(row) = self.lines.row(index) else { return };
        self.active.set(index);
        set(self.active_row.replace(Some(row.clone())), false);
        set(Some(row), true);
    }

    /// Moves the focus to a sentence.
    pub fn focus(self: &Rc<Self>, index: usize) {
        let index = index.min(self.lines.count().saturating_sub(1));
        let Some(row) = self.lines.row(index) else { return };
        self.make_active(index);
        if let Some(button) = dom::find(&row, ".moment") {
            // The browser scrolls to it, but a row that was never drawn is not where it thinks.
            let _ = button.focus();
            if !self.sees(&row) {
                self.bring(&row);
            }
        }
    }

    /// Whether the tab is the one on show.
    pub fn is_open(&self) -> bool {
        !self.root.has_attribute("hidden") && !page::hidden()
    }
}
