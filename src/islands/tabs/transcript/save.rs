//! Changes on their way to the server: one after the other, each on the version that the one before made, and each can be taken
//! back.

use super::Panel;
use crate::{
    browser::{
        captions, dom,
        idle::Pace,
        playhead, reach,
        remote::transcript::{Change, edit_transcript},
    },
    model::{AppError, ErrorCode},
};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, JSON};
use leptos::task::spawn_local;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::JsValue;

/// As many changes as can be taken back.
const UNDOS: usize = 100;
/// Who waits for the changes before looks again after this many milliseconds.
const TURN_MS: u32 = 30;
/// As many rows as are rewritten at once; more of them go in pieces.
const AT_ONCE: usize = 200;

/// How a change is taken back.
enum Undo {
    /// `count` sentences from `index` on become these again.
    Replace { index: usize, count: usize, sentences: Array },
    /// The sentences of these numbers, a list as JSON, go from the new name back to the old one. With their words they may be
    /// more than the server takes in one request.
    Rename { old: String, new: String, only: String },
}

#[derive(Default)]
pub struct Saves {
    undos: RefCell<Vec<Undo>>,
    /// The next number in the queue, and whose turn it is: they are equal when nothing is on its way.
    next: Cell<u32>,
    turn: Cell<u32>,
}

impl Saves {
    /// Whether something is on its way.
    pub fn busy(&self) -> bool {
        self.next.get() != self.turn.get()
    }

    /// Waits for all that was asked for before. [`Saves::leave`] lets the next one in.
    async fn enter(&self) {
        let mine = self.next.get();
        self.next.set(mine.wrapping_add(1));
        while self.turn.get() != mine {
            TimeoutFuture::new(TURN_MS).await;
        }
    }

    fn leave(&self) {
        self.turn.set(self.turn.get().wrapping_add(1));
    }
}

/// What an action needs beside its name.
pub type Fields<'a> = &'a [(&'a str, &'a JsValue)];

/// The numbers of what somebody says among `sentences`, the first of which has number `from`: a list as JSON.
fn spoken_by(speaker: &str, sentences: &Array, from: usize) -> String {
    let theirs = |sentence: &JsValue| reach::get(sentence, "speaker").as_string().is_some_and(|name| name == speaker);
    let numbers = sentences.iter().zip(from..).filter(|(sentence, _)| theirs(sentence)).map(|(_, number)| number.to_string());
    ["[", &numbers.collect::<Vec<_>>().join(","), "]"].concat()
}

impl Panel {
    /// Says how saving went, or whatever else was asked for.
    pub fn say(&self, sentence: &str) {
        dom::write(&self.foot, "[data-saved]", sentence);
    }

    /// Saves one change and shows it, or all anew where it is another transcript by now; `renamed`: who, and to what. False
    /// when it was refused.
    pub async fn change(self: &Rc<Self>, action: &str, fields: Fields<'_>, renamed: Option<(String, String)>) -> bool {
        self.saves.enter().await;
        let loads = self.loads.get();
        let answer = self.send(action, fields).await;
        let fine = match answer {
            Ok(_) if self.loads.get() != loads => {
                self.reload();
                true
            }
            Ok(change) => {
                let sentences = self.apply(&change);
                self.remember(match renamed {
                    Some((old, new)) => Undo::Rename { only: spoken_by(&old, &sentences, change.index), old, new },
                    None => Undo::Replace { index: change.index, count: change.sentences.length() as usize, sentences },
                });
                true
            }
            Err(refused) => {
                self.refuse(&refused);
                false
            }
        };
        self.saves.leave();
        fine
    }

    fn remember(&self, undo: Undo) {
        let mut undos = self.saves.undos.borrow_mut();
        if undos.len() == UNDOS {
            undos.remove(0);
        }
        undos.push(undo);
        drop(undos);
        self.paint_undo();
    }

    /// Takes the last change back; not from under somebody who is writing.
    pub fn undo(self: &Rc<Self>) {
        if self.is_editing() {
            return;
        }
        let panel = self.clone();
        spawn_local(async move {
            panel.saves.enter().await;
            panel.undo_last().await;
            panel.saves.leave();
        });
    }

    /// What it is, shows only now: the one before may have met a conflict, and then there is nothing to take back any more.
    async fn undo_last(self: &Rc<Self>) {
        let Some(undo) = self.saves.undos.borrow_mut().pop() else { return };
        self.close_form();
        let loads = self.loads.get();
        let answer = match &undo {
            Undo::Rename { old, new, only } => {
                self.send("rename", &[("speaker", &new.into()), ("text", &old.into()), ("only", &only.into())]).await
            }
            Undo::Replace { index, count, sentences } => {
                let sentences = JSON::stringify(sentences).map(JsValue::from).unwrap_or_default();
                let (index, count) = (index.to_string().into(), count.to_string().into());
                self.send("replace", &[("index", &index), ("count", &count), ("sentences", &sentences)]).await
            }
        };
        match answer {
            Ok(_) if self.loads.get() != loads => self.reload(),
            Ok(change) => {
                self.apply(&change);
                self.focus(change.index);
            }
            Err(refused) => {
                if refused.code != ErrorCode::Conflict {
                    self.saves.undos.borrow_mut().push(undo);
                }
                self.refuse(&refused);
            }
        }
        self.paint_undo();
    }

    /// Forgets how to take changes back: they were made to sentences that are not these any more.
    pub fn forget_undo(&self) {
        self.saves.undos.borrow_mut().clear();
        self.paint_undo();
    }

    fn paint_undo(&self) {
        dom::show(&self.foot, "[data-act=undo]", !self.saves.undos.borrow().is_empty());
    }

    async fn send(&self, action: &str, fields: Fields<'_>) -> Result<Change, AppError> {
        self.say("Saving…");
        let answer = edit_transcript(self.video, self.version.get(), action, fields).await;
        self.say(if answer.is_ok() { "Saved" } else { "Not saved" });
        answer
    }

    /// Puts what the server made of a change in the place of what it was.
    fn apply(self: &Rc<Self>, change: &Change) -> Array {
        dom::alert(&self.root, "");
        self.version.set(change.version);
        let (index, count) = (change.index, change.sentences.length() as usize);
        let old = self.lines.splice(index, change.removed, &change.sentences);
        self.unmark_row();
        self.rewrite(index, count);
        self.search_again();
        captions::changed(&dom::attr(&self.place, "data-language"), true);
        old
    }

    /// Says why it was not saved. After a conflict the sentences are loaded again, and what was typed stays.
    fn refuse(self: &Rc<Self>, refused: &AppError) {
        if refused.code == ErrorCode::Conflict {
            self.forget_undo();
            self.reload();
            let sentence = if self.is_editing() {
                "This transcript was changed somewhere else meanwhile, and is loaded again. What you typed is still here: look at it and save once more."
            } else {
                "This transcript was changed somewhere else meanwhile, and is loaded again."
            };
            return dom::alert(&self.root, sentence);
        }
        dom::alert(&self.root, &refused.message);
    }

    /// Writes rows anew whose sentences have changed, and the one behind them, which may go on with the same speaker.
    fn rewrite(self: &Rc<Self>, index: usize, count: usize) {
        let (panel, turn) = (self.clone(), self.lines.turn.get());
        let end = (index + count + 1).min(self.lines.len()).max(index);
        // A row that is not there yet will be right when it is made.
        let write = move |index: usize| {
            if let Some(row) = panel.lines.made(index) {
                panel.lines.write(&row, index);
            }
        };
        if end - index <= AT_ONCE {
            (index..end).for_each(write);
            return self.tick(playhead::now_ms());
        }
        let panel = self.clone();
        spawn_local(async move {
            let mut pace = Pace::begin();
            for index in index..end {
                write(index);
                pace.rest().await;
                if panel.lines.turn.get() != turn {
                    // A later change has moved them: the rest may be anywhere.
                    return panel.rewrite(0, panel.lines.len());
                }
            }
            panel.tick(playhead::now_ms());
        });
    }
}
