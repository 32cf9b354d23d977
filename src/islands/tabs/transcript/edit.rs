//! Correcting in place: text, speaker, split, merge. Every change is saved at once, and can be taken back.

use super::Panel;
use crate::{
    browser::{
        captions, dom,
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
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, HtmlInputElement, HtmlTextAreaElement};

/// As many changes as can be taken back.
const UNDOS: usize = 100;
/// Changes are saved one after the other; who comes second looks again after this many milliseconds.
const TURN_MS: u32 = 30;
/// As many names as are offered for a speaker.
const SPEAKERS: usize = 50;

/// How a change is taken back: `count` sentences from `index` on become these again; or everybody's name does.
struct Undo {
    index: usize,
    count: usize,
    sentences: Array,
    /// New name and old name, where the new one was nobody's before: a whole transcript need not be sent.
    renamed: Option<(String, String)>,
}

/// What was typed when the transcript turned out to have changed elsewhere.
struct Typed {
    start: i64,
    text: String,
    speaker: String,
}

#[derive(Default)]
pub struct Editing {
    form: RefCell<Option<HtmlElement>>,
    undos: RefCell<Vec<Undo>>,
    typed: RefCell<Option<Typed>>,
    saving: Cell<bool>,
}

type Fields<'a> = &'a [(&'a str, &'a JsValue)];

impl Panel {
    /// Opens the form in a row.
    pub fn edit(self: &Rc<Self>, index: usize) {
        let panel = self.clone();
        spawn_local(async move {
            panel.loaded().await;
            panel.open_form(index);
        });
    }

    fn open_form(self: &Rc<Self>, index: usize) {
        self.close_form();
        let (Some(row), Some(form)) = (self.lines.row(index), dom::stamp(&self.root, "line-edit")) else { return };
        let speaker = self.lines.speaker(index);
        if let (Some(who), Some(words)) = (dom::find(&form, "[name=speaker]"), dom::find(&form, "[name=words]")) {
            dom::set_value(&who, &speaker);
            dom::set_value(&words, &String::from(self.lines.text(index)));
            dom::show(&form, ".everywhere", !speaker.is_empty());
            dom::show(&form, "[data-act=merge]", index + 1 < self.lines.len());
            self.offer_speakers();
            let _ = row.append_child(&form);
            dom::flag(&row, "data-editing", true);
            self.stop_following();
            let _ = words.focus();
        }
        self.hold_form(Some(form));
    }

    /// The form that is open now, or none; the one before is the answer.
    fn hold_form(&self, form: Option<HtmlElement>) -> Option<HtmlElement> {
        dom::flag(&self.place, "data-editing", form.is_some());
        self.editing.form.replace(form)
    }

    /// Takes the form away; the focus goes back to the sentence.
    pub fn close_form(self: &Rc<Self>) {
        let Some(form) = self.hold_form(None) else { return };
        let row = dom::around(&form, "[data-sentence]");
        form.remove();
        if let Some(row) = row {
            dom::flag(&row, "data-editing", false);
            if let Some(index) = self.lines.index_of(&row) {
                self.focus(index);
            }
        }
    }

    /// The rows go away, and what was typed is kept for [`Panel::resume_editing`].
    pub fn put_editor_away(&self) {
        let Some(form) = self.hold_form(None) else { return };
        if let Some(row) = dom::around(&form, "[data-sentence]") {
            let start = dom::attr(&row, "data-start").parse().unwrap_or(0);
            self.editing.typed.replace(Some(Typed { start, text: value(&form, "words"), speaker: value(&form, "speaker") }));
        }
    }

    /// Opens the form again where it was, with what was typed.
    pub fn resume_editing(self: &Rc<Self>) {
        let Some(typed) = self.editing.typed.take() else { return };
        self.open_form(self.lines.spoken_at(typed.start).unwrap_or(0));
        if let Some(form) = self.editing.form.borrow().as_ref() {
            for (name, value) in [("words", &typed.text), ("speaker", &typed.speaker)] {
                if let Some(field) = dom::find(form, &["[name=", name, "]"].concat()) {
                    dom::set_value(&field, value);
                }
            }
        }
    }

    /// What a key or a button of the form asks for: `save`, `split`, `merge`.
    pub fn submit(self: &Rc<Self>, then: &'static str) {
        let Some(form) = self.editing.form.borrow().clone() else { return };
        let Some(index) = dom::around(&form, "[data-sentence]").and_then(|row| self.lines.index_of(&row)) else { return };
        let (words, speaker) = (value(&form, "words"), value(&form, "speaker"));
        let at = caret(&form);
        let everywhere = dom::find(&form, "[name=everywhere]").is_some_and(|field| field.unchecked_into::<HtmlInputElement>().checked());
        let panel = self.clone();
        spawn_local(async move {
            let (was, named) = (String::from(panel.lines.text(index)), panel.lines.speaker(index));
            let number: JsValue = index.to_string().into();
            let (text, speaker) = (words.trim(), speaker.trim());
            let mut fine = true;
            if text != was {
                fine = panel.change("text", &[("index", &number), ("text", &text.into())], None).await;
            }
            if fine && speaker != named {
                fine = if everywhere && !named.is_empty() && !speaker.is_empty() {
                    let renamed = (!panel.knows(speaker)).then(|| (speaker.to_owned(), named.clone()));
                    panel.change("rename", &[("speaker", &named.into()), ("text", &speaker.into())], renamed).await
                } else {
                    panel.change("speaker", &[("index", &number), ("speaker", &speaker.into())], None).await
                };
            }
            fine = fine
                && match then {
                    "split" => panel.change("split", &[("index", &number), ("at", &at.to_string().into())], None).await,
                    "merge" => panel.change("merge", &[("index", &number)], None).await,
                    _ => true,
                };
            if fine {
                panel.close_form();
            }
        });
    }

    /// Takes the last change back.
    pub fn undo(self: &Rc<Self>) {
        let Some(undo) = self.editing.undos.borrow_mut().pop() else { return };
        self.close_form();
        let panel = self.clone();
        spawn_local(async move {
            let answer = match &undo.renamed {
                Some((new, old)) => panel.send("rename", &[("speaker", &new.into()), ("text", &old.into())]).await,
                None => {
                    let sentences = JSON::stringify(&undo.sentences).map(JsValue::from).unwrap_or_default();
                    let (index, count) = (undo.index.to_string().into(), undo.count.to_string().into());
                    panel.send("replace", &[("index", &index), ("count", &count), ("sentences", &sentences)]).await
                }
            };
            match answer {
                Ok(change) => {
                    let index = change.index;
                    panel.apply(&change);
                    panel.focus(index);
                }
                Err(refused) => {
                    if refused.code != ErrorCode::Conflict {
                        panel.editing.undos.borrow_mut().push(undo);
                    }
                    panel.refuse(&refused);
                }
            }
            panel.paint_undo();
        });
    }

    /// Forgets how to take changes back: they were made to sentences that are not these any more.
    pub fn forget_undo(&self) {
        self.editing.undos.borrow_mut().clear();
        self.paint_undo();
    }

    fn paint_undo(&self) {
        dom::show(&self.root, "[data-act=undo]", !self.editing.undos.borrow().is_empty());
    }

    /// Saves one change and shows it. False when it was refused; then the form stays.
    async fn change(self: &Rc<Self>, action: &str, fields: Fields<'_>, renamed: Option<(String, String)>) -> bool {
        match self.send(action, fields).await {
            Ok(change) => {
                let old = self.apply(&change);
                let mut undos = self.editing.undos.borrow_mut();
                if undos.len() == UNDOS {
                    undos.remove(0);
                }
                undos.push(Undo { index: change.index, count: change.sentences.length() as usize, sentences: old, renamed });
                drop(undos);
                self.paint_undo();
                true
            }
            Err(refused) => {
                self.refuse(&refused);
                false
            }
        }
    }

    async fn send(self: &Rc<Self>, action: &str, fields: Fields<'_>) -> Result<Change, AppError> {
        while self.editing.saving.replace(true) {
            TimeoutFuture::new(TURN_MS).await;
        }
        dom::write(&self.root, "[data-saved]", "Saving…");
        let answer = edit_transcript(self.video, self.version.get(), action, fields).await;
        self.editing.saving.set(false);
        dom::write(&self.root, "[data-saved]", if answer.is_ok() { "Saved" } else { "Not saved" });
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
            let typed = self.editing.form.borrow().is_some();
            let sentence = if typed {
                "This transcript was changed somewhere else meanwhile, and is loaded again. What you typed is still here: look at it and save once more."
            } else {
                "This transcript was changed somewhere else meanwhile, and is loaded again."
            };
            return dom::alert(&self.root, sentence);
        }
        dom::alert(&self.root, &refused.message);
    }

    fn knows(&self, speaker: &str) -> bool {
        (0..self.lines.len()).any(|index| self.lines.speaker(index) == speaker)
    }

    /// The names that there are, for the field to propose.
    fn offer_speakers(&self) {
        let Some(list) = dom::find(&self.root, "#speakers") else { return };
        let mut names: Vec<String> = Vec::new();
        for index in 0..self.lines.len() {
            let name = self.lines.speaker(index);
            if !name.is_empty() && !names.contains(&name) && names.len() < SPEAKERS {
                names.push(name);
            }
        }
        list.set_text_content(None);
        for name in names {
            if let Some(option) = list.owner_document().and_then(|d| d.create_element("option").ok()) {
                dom::set_attr(&option, "value", &name);
                let _ = list.append_child(&option);
            }
        }
    }
}

fn value(form: &HtmlElement, name: &str) -> String {
    dom::find(form, &["[name=", name, "]"].concat()).map(|field| dom::value(&field)).unwrap_or_default()
}

/// How many characters stand before the cursor. The blanks at the beginning do not count: they are not saved.
fn caret(form: &HtmlElement) -> usize {
    let Some(field) = dom::find(form, "textarea") else { return 0 };
    let units = field.clone().unchecked_into::<HtmlTextAreaElement>().selection_start().ok().flatten().unwrap_or(0);
    characters_before(&dom::value(&field), units as usize)
}

/// `units` as JavaScript counts, in characters of the text without the blanks around it.
fn characters_before(text: &str, units: usize) -> usize {
    let blanks = text.chars().count() - text.trim_start().chars().count();
    let mut left = units;
    let before = text.chars().take_while(|c| {
        let inside = left >= c.len_utf16();
        left = left.saturating_sub(c.len_utf16());
        inside
    });
    before.count().saturating_sub(blanks).min(text.trim().chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_counted_in_characters_of_what_is_saved() {
        assert_eq!(characters_before("So we go", 2), 2);
        assert_eq!(characters_before("  So we go ", 4), 2);
        assert_eq!(characters_before("😀 yes", 3), 2);
        assert_eq!(characters_before("short", 99), 5);
        assert_eq!(characters_before("  x", 0), 0);
    }
}
