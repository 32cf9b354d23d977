//! Correcting in place: the form in a row, and what it asks for: text, speaker, split, merge. [`save`](super::save) sends it.

use super::{Panel, save::Fields};
use crate::browser::{dom, idle::Pace};
use gloo_timers::future::TimeoutFuture;
use leptos::task::spawn_local;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, HtmlInputElement, HtmlTextAreaElement};

/// As many names as are offered for a speaker.
const SPEAKERS: usize = 50;
/// How often somebody who goes on to another sentence looks whether this one is saved, in milliseconds.
const LOOK_MS: u32 = 30;

/// What stands in the form.
struct Typed {
    text: String,
    speaker: String,
    everywhere: bool,
}

#[derive(Default)]
pub struct Editing {
    form: RefCell<Option<HtmlElement>>,
    /// Whether what the form says is on its way: a second click on Merge must not merge twice.
    under_way: Cell<bool>,
    /// What was typed when the transcript turned out to have changed elsewhere, and when its sentence began.
    kept: RefCell<Option<(i64, Typed)>>,
}

impl Panel {
    /// Opens the form in a row. What was typed into another one is no less meant, and is saved first.
    pub fn edit(self: &Rc<Self>, index: usize) {
        let Some(row) = self.lines.row(index) else { return };
        let panel = self.clone();
        spawn_local(async move {
            panel.loaded().await;
            // What is on its way may move the sentences, and with them the number of this one.
            while panel.editing.under_way.get() || panel.saves.busy() {
                TimeoutFuture::new(LOOK_MS).await;
            }
            if panel.save_form("save").await
                && let Some(index) = panel.lines.index_of(&row)
            {
                panel.open_form(index);
            }
        });
    }

    fn open_form(self: &Rc<Self>, index: usize) {
        self.drop_form();
        // Where loading failed there is a row, and nothing to correct.
        if index >= self.lines.len() {
            return;
        }
        let (Some(row), Some(form)) = (self.lines.row(index), dom::stamp(&self.root, "line-edit")) else { return };
        let (Some(who), Some(words)) = (dom::find(&form, "[name=speaker]"), dom::find(&form, "[name=words]")) else { return };
        let speaker = self.lines.speaker(index);
        dom::set_value(&who, &speaker);
        dom::set_value(&words, &String::from(self.lines.text(index)));
        dom::show(&form, ".everywhere", !speaker.is_empty());
        dom::show(&form, "[data-act=merge]", index + 1 < self.lines.len());
        let _ = row.append_child(&form);
        dom::flag(&row, "data-editing", true);
        self.hold_form(Some(form));
        self.stop_following();
        let _ = words.focus();
        // The row that was left does not have to be seen any more.
        self.leave_alone();
        self.offer_speakers();
    }

    /// The form that is open now, or none; the one before is the answer.
    fn hold_form(&self, form: Option<HtmlElement>) -> Option<HtmlElement> {
        // On what it is about: around 10,000 rows, it would cost a look at each of them.
        dom::flag(&self.foot, "data-editing", form.is_some());
        self.editing.form.replace(form)
    }

    /// Takes the form away. Its row is the answer.
    fn drop_form(&self) -> Option<HtmlElement> {
        let form = self.hold_form(None)?;
        let row = dom::around(&form, "[data-sentence]");
        form.remove();
        row.inspect(|row| dom::flag(row, "data-editing", false))
    }

    /// Takes the form away; the focus goes back to the sentence.
    pub fn close_form(self: &Rc<Self>) {
        if let Some(index) = self.drop_form().and_then(|row| self.lines.index_of(&row)) {
            self.focus(index);
        }
    }

    /// Takes the form away, with all that was typed: it was about another transcript.
    pub fn forget_form(&self) {
        self.drop_form();
        self.editing.kept.take();
    }

    pub fn is_editing(&self) -> bool {
        self.editing.form.borrow().is_some()
    }

    /// The rows go away, and what was typed is kept for [`Panel::resume_editing`].
    pub fn put_editor_away(&self) {
        let Some(form) = self.hold_form(None) else { return };
        if let Some(row) = dom::around(&form, "[data-sentence]") {
            let start = dom::attr(&row, "data-start").parse().unwrap_or(0);
            self.editing.kept.replace(Some((start, typed(&form))));
        }
    }

    /// Opens the form again where it was, with what was typed.
    pub fn resume_editing(self: &Rc<Self>) {
        let Some((start, typed)) = self.editing.kept.take() else { return };
        self.open_form(self.lines.spoken_at(start).unwrap_or(0));
        let Some(form) = self.editing.form.borrow().clone() else { return };
        for (name, value) in [("words", &typed.text), ("speaker", &typed.speaker)] {
            if let Some(field) = dom::find(&form, &["[name=", name, "]"].concat()) {
                dom::set_value(&field, value);
            }
        }
        if let Some(field) = everywhere(&form) {
            field.set_checked(typed.everywhere);
        }
    }

    /// What a key or a button of the form asks for: `save`, `split`, `merge`.
    pub fn submit(self: &Rc<Self>, then: &'static str) {
        let panel = self.clone();
        spawn_local(async move {
            let _ = panel.save_form(then).await;
        });
    }

    /// Saves what the form says and closes it. False when something was refused, or is still on its way: then it stays.
    async fn save_form(self: &Rc<Self>, then: &str) -> bool {
        let Some(form) = self.editing.form.borrow().clone() else { return true };
        if self.editing.under_way.replace(true) {
            return false;
        }
        let fine = self.save_typed(&form, then).await;
        self.editing.under_way.set(false);
        if fine {
            self.close_form();
        }
        fine
    }

    async fn save_typed(self: &Rc<Self>, form: &HtmlElement, then: &str) -> bool {
        let Some(index) = dom::around(form, "[data-sentence]").and_then(|row| self.lines.index_of(&row)) else { return false };
        let (Typed { text, speaker, everywhere }, at) = (typed(form), caret(form));
        let (was, named) = (String::from(self.lines.text(index)), self.lines.speaker(index));
        let number: JsValue = index.to_string().into();
        let (text, speaker) = (tidy(&text), tidy(&speaker));
        let mut fine = true;
        if text != tidy(&was) {
            fine = self.change("text", &[("index", &number), ("text", &text.into())], None).await;
        }
        if fine && speaker != named {
            fine = if everywhere && !named.is_empty() {
                let fields: Fields = &[("speaker", &named.as_str().into()), ("text", &speaker.as_str().into())];
                self.change("rename", fields, Some((named, speaker))).await
            } else {
                self.change("speaker", &[("index", &number), ("speaker", &speaker.into())], None).await
            };
        }
        fine && match then {
            "split" => self.change("split", &[("index", &number), ("at", &at.to_string().into())], None).await,
            "merge" => self.change("merge", &[("index", &number)], None).await,
            _ => true,
        }
    }

    /// The names that there are, for the field to propose. They are gathered in pieces, while somebody types already.
    fn offer_speakers(self: &Rc<Self>) {
        let panel = self.clone();
        spawn_local(async move {
            let Some(list) = dom::find(&panel.root, "#speakers") else { return };
            let (turn, mut names, mut pace) = (panel.lines.turn.get(), Vec::<String>::new(), Pace::begin());
            for index in 0..panel.lines.len() {
                let name = panel.lines.speaker(index);
                if !name.is_empty() && names.len() < SPEAKERS && !names.contains(&name) {
                    names.push(name);
                }
                if index % 64 == 0 {
                    pace.rest().await;
                    if panel.lines.turn.get() != turn {
                        return;
                    }
                }
            }
            list.set_text_content(None);
            for name in names {
                if let Some(option) = list.owner_document().and_then(|d| d.create_element("option").ok()) {
                    dom::set_attr(&option, "value", &name);
                    let _ = list.append_child(&option);
                }
            }
        });
    }
}

fn typed(form: &HtmlElement) -> Typed {
    let value = |name: &str| dom::find(form, &["[name=", name, "]"].concat()).map(|field| dom::value(&field)).unwrap_or_default();
    Typed { text: value("words"), speaker: value("speaker"), everywhere: everywhere(form).is_some_and(|field| field.checked()) }
}

fn everywhere(form: &HtmlElement) -> Option<HtmlInputElement> {
    dom::find(form, "[name=everywhere]").map(JsCast::unchecked_into)
}

/// How many characters of what is saved stand before the cursor.
fn caret(form: &HtmlElement) -> usize {
    let Some(field) = dom::find(form, "textarea") else { return 0 };
    let units = field.clone().unchecked_into::<HtmlTextAreaElement>().selection_start().ok().flatten().unwrap_or(0);
    characters_before(&dom::value(&field), units as usize)
}

/// A text as the server keeps it: one line, one blank between two words.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `units` as JavaScript counts, in characters of the text as it is kept.
fn characters_before(text: &str, units: usize) -> usize {
    let mut left = units;
    let before: String = text
        .chars()
        .take_while(|c| {
            let inside = left >= c.len_utf16();
            left = left.saturating_sub(c.len_utf16());
            inside
        })
        .collect();
    let words = tidy(&before).chars().count();
    // The blank that the cursor stands behind is kept, unless it is the first or the last of the text.
    let blank = words > 0 && before.ends_with(char::is_whitespace);
    (words + usize::from(blank)).min(tidy(text).chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_counted_in_characters_of_what_is_saved() {
        assert_eq!(characters_before("So we go", 2), 2);
        assert_eq!(characters_before("So we go", 3), 3);
        assert_eq!(characters_before("  So we go ", 4), 2);
        assert_eq!(characters_before("😀 yes", 3), 2);
        assert_eq!(characters_before("😀 yes", 2), 1);
        assert_eq!(characters_before("short", 99), 5);
        assert_eq!(characters_before("  x", 0), 0);
    }

    #[test]
    fn blanks_and_lines_that_are_not_kept_do_not_move_the_cut() {
        assert_eq!(characters_before("So  we\n\ngo on", 4), 3);
        assert_eq!(characters_before("So  we\n\ngo on", 8), 6);
        assert_eq!(characters_before("So we  ", 7), 5);
    }
}
