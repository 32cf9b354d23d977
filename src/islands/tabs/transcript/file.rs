//! Files: taken in by choosing or dropping, and given out by the clipboard. Exports are plain links.

use super::{Panel, load::Loaded};
use crate::{
    browser::{
        captions, clipboard, dom, drop_zone,
        idle::Pace,
        page, reach,
        remote::transcript::{Head, delete_transcript, put_transcript},
    },
    model::{clock::timecode, transcript::MAX_TRANSCRIPT_BYTES},
};
use leptos::task::spawn_local;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, File, HtmlDialogElement, HtmlInputElement};

impl Panel {
    fn input(&self) -> Option<HtmlInputElement> {
        dom::find(&self.root, "#transcript-input").map(JsCast::unchecked_into)
    }

    pub fn choose(&self) {
        if let Some(input) = self.input() {
            input.click();
        }
    }

    pub fn chosen(self: &Rc<Self>) {
        let Some(input) = self.input() else { return };
        let file = drop_zone::list(input.files()).pop();
        // Choosing the same file again must be a change again.
        input.set_value("");
        if let Some(file) = file {
            self.import(file);
        }
    }

    /// A file hangs over the tab, was dropped on it, or is gone again.
    pub fn drag(self: &Rc<Self>, event: &Event) {
        let Some(transfer) = drop_zone::files_in(event) else { return };
        // Without this the browser opens the file instead of giving it to us.
        event.prevent_default();
        let (kind, around) = (event.type_(), reach::get(event, "relatedTarget").dyn_into().ok());
        // Leaving for something inside is no leaving.
        let left = kind == "drop" || (kind == "dragleave" && !self.root.contains(around.as_ref()));
        if kind != "dragleave" || left {
            dom::flag(&self.root, "data-drop", !left);
        }
        if kind == "drop"
            && let Some(file) = drop_zone::list(transfer.files()).into_iter().next()
        {
            self.import(file);
        }
    }

    fn import(self: &Rc<Self>, file: File) {
        if file.size() > MAX_TRANSCRIPT_BYTES as f64 {
            return dom::alert(&self.root, "This file is too large for a transcript; 16 MB is the most.");
        }
        dom::alert(&self.root, "");
        self.say("Reading the file…");
        let panel = self.clone();
        spawn_local(async move {
            let answer = put_transcript(panel.video, &file).await;
            panel.say("");
            match answer {
                Ok(()) => panel.renewed(),
                Err(refused) => dom::alert(&panel.root, &refused.message),
            }
        });
    }

    /// There is another transcript now.
    pub fn renewed(self: &Rc<Self>) {
        self.forget_form();
        self.forget_undo();
        self.reload();
    }

    /// Asks before the transcript goes.
    pub fn ask_to_remove(&self) {
        if let Some(dialog) = self.dialog() {
            let _ = dialog.show_modal();
        }
    }

    pub fn remove(self: &Rc<Self>) {
        let panel = self.clone();
        spawn_local(async move {
            let answer = delete_transcript(panel.video).await;
            if let Some(dialog) = panel.dialog() {
                dialog.close();
            }
            match answer {
                Ok(()) => panel.show_none(),
                Err(refused) => dom::alert(&panel.root, &refused.message),
            }
        });
    }

    fn dialog(&self) -> Option<HtmlDialogElement> {
        dom::find(&self.root, "dialog").map(JsCast::unchecked_into)
    }

    /// All of it, a line for each sentence, for another program.
    pub fn copy(self: &Rc<Self>) {
        let panel = self.clone();
        spawn_local(async move {
            panel.loaded().await;
            // The alert says why: what the clipboard holds stays there.
            if panel.state.get() != Loaded::All {
                return;
            }
            let (mut text, mut pace) = (String::new(), Pace::begin());
            for index in 0..panel.lines.len() {
                let (time, speaker, words) =
                    (timecode(panel.lines.start(index)), panel.lines.speaker(index), String::from(panel.lines.text(index)));
                text.extend([&*time, " ", &*speaker, if speaker.is_empty() { "" } else { ": " }, &*words, "\n"]);
                pace.rest().await;
            }
            let copied = clipboard::write(&text).await;
            panel.say(if copied { "Copied" } else { "This browser does not let the page copy. Export it as plain text." });
        });
    }

    pub fn close_menu(&self) {
        if let Some(menu) = &self.menu {
            dom::flag(menu, "open", false);
        }
    }

    /// Closes the menu, and keeps the focus on what opened it.
    pub fn leave_menu(&self) {
        self.close_menu();
        self.focus_menu();
    }

    fn focus_menu(&self) {
        if let Some(summary) = self.menu.as_ref().and_then(|menu| dom::find(menu, "summary")) {
            let _ = summary.focus();
        }
    }

    pub fn has_transcript(&self) -> bool {
        self.place.has_attribute("data-here")
    }

    /// There is a transcript: its place is shown, and the player learns of it.
    pub fn show_some(&self, head: &Head) {
        let (new, language) = (!self.has_transcript(), head.language.clone().unwrap_or_default());
        dom::set_attr(&self.place, "data-language", &language);
        // Screen readers speak it so, and Chinese signs look otherwise in Japanese.
        match language.is_empty() {
            true => drop(self.lines.list().remove_attribute("lang")),
            false => dom::set_attr(self.lines.list(), "lang", &language),
        }
        dom::write(&self.root, "[data-source]", &head.file_name);
        self.show(true);
        let version = head.version.to_string();
        if new || dom::attr(&self.place, "data-version") != version {
            dom::set_attr(&self.place, "data-version", &version);
            captions::changed(&language, true);
        }
    }

    /// There is none, or none any more.
    pub fn show_none(self: &Rc<Self>) {
        self.loads.set(self.loads.get() + 1);
        self.state.set(Loaded::Nothing);
        self.forget_rows();
        self.forget_form();
        self.forget_undo();
        let focused = self.reading.take().is_some_and(|(_, focused)| focused);
        self.stop_searching();
        dom::alert(&self.root, "");
        self.say("");
        self.version.set(-1);
        self.show(false);
        if focused {
            self.focus_choice();
        }
        captions::changed("", false);
        self.ask_transcriber();
    }

    /// Shows that there is one, or none. A focus that was on what goes away comes to stand on what is there instead.
    fn show(&self, here: bool) {
        let goes = if here { ".no-transcript" } else { ".transcript-head, .reading, dialog" };
        let active = page::document().and_then(|d| d.active_element());
        let lost = active.is_some_and(|element| dom::around(&element, goes).is_some() && self.root.contains(Some(&element)));
        dom::flag(&self.place, "data-here", here);
        dom::show(&self.root, ".transcript-head", here);
        dom::show(&self.root, ".reading", here);
        dom::show(&self.root, ".no-transcript", !here);
        match (lost, here) {
            (false, _) => {}
            (true, true) => self.focus_menu(),
            (true, false) => self.focus_choice(),
        }
    }

    /// The focus goes to the button that adds a transcript.
    pub fn focus_choice(&self) {
        if let Some(button) = dom::find(&self.root, ".no-transcript [data-act=choose]") {
            let _ = button.focus();
        }
    }
}
