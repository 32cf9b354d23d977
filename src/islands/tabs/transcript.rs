//! What was said: each sentence jumps to its moment, and the spoken one is marked.

use crate::{
    browser::{
        dom, drop_zone, page, playhead,
        remote::{delete_transcript, import_transcript},
        transfer,
    },
    model::{Sentence, Transcript, VideoId, clock::timecode, transcript::MAX_TRANSCRIPT_BYTES},
};
use leptos::{prelude::*, task::spawn_local};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

#[component]
pub fn TranscriptMarkup(transcript: Option<Transcript>) -> impl IntoView {
    let here = transcript.is_some();
    let (file_name, sentences) = transcript.map(|t| (t.file_name, t.sentences)).unwrap_or_default();
    view! {
        <div class="transcript-head" data-here=here>
            <p class="dim" data-source="">{file_name}</p>
            <input
                id="transcript-input"
                class="visually-hidden"
                type="file"
                accept=".vtt,.srt"
                tabindex="-1"
                aria-label="Choose a transcript"
            />
            <button type="button" class="needs-script" data-act="choose">
                {if here { "Replace" } else { "Add transcript" }}
            </button>
            <button type="button" class="quiet needs-script" data-act="remove" hidden=!here>"Remove"</button>
        </div>
        <p class="field-error" role="alert" hidden></p>
        <p class="panel-empty" hidden=here>
            "No transcript yet. Add a .vtt or .srt file: each sentence then leads to its moment, and the player can show it as captions."
        </p>
        <ol class="sentences">
            {sentences.into_iter().map(|s| view! { <SentenceItem sentence=Some(s) /> }).collect_view()}
        </ol>
        <template data-template="sentence"><SentenceItem sentence=None /></template>
    }
}

/// One sentence, or the blank that imported ones are stamped from.
#[component]
fn SentenceItem(sentence: Option<Sentence>) -> impl IntoView {
    let (start, speaker, text) = sentence.map(|s| (s.start_ms, s.speaker, s.text)).unwrap_or_default();
    view! {
        <li data-sentence="" data-start=start.to_string()>
            <button type="button" class="moment time">{timecode(start)}</button>
            <p><b class="speaker">{speaker.unwrap_or_default()}</b>" "<span data-text="">{text}</span></p>
        </li>
    }
}

/// The panel in the browser.
struct Panel {
    video: VideoId,
    root: HtmlElement,
    /// The sentences and their starts, in order.
    lines: RefCell<Vec<(i64, HtmlElement)>>,
    marked: Cell<Option<usize>>,
}

pub fn wake(tabs: &HtmlElement, video: VideoId) {
    let Some(root) = dom::find(tabs, "#panel-transcript") else { return };
    let panel = Rc::new(Panel { video, root: root.clone(), lines: RefCell::default(), marked: Cell::new(None) });
    panel.read();
    let p = panel.clone();
    playhead::follow(move |ms| p.mark(ms));
    let p = panel.clone();
    // One listener for all sentences: an hour has a thousand.
    dom::listen(&root, "click", move |event| {
        let line = dom::closest(&event, "[data-start]").filter(|_| !page::has_selection());
        if let Some(ms) = line.and_then(|line| dom::attr(&line, "data-start").parse().ok()) {
            playhead::seek_ms(ms);
        }
    })
    .keep();
    dom::on_act(&root, move |act, _| p.act(act)).keep();
    if let Some(input) = dom::find(&root, "#transcript-input") {
        dom::listen(&input, "change", move |_| panel.import()).keep();
    }
}

impl Panel {
    fn input(&self) -> Option<HtmlInputElement> {
        dom::find(&self.root, "#transcript-input").map(JsCast::unchecked_into)
    }

    fn act(self: &Rc<Self>, act: &str) {
        if act == "choose" {
            if let Some(input) = self.input() {
                input.click();
            }
            return;
        }
        let panel = self.clone();
        spawn_local(async move {
            match delete_transcript(panel.video).await {
                Ok(()) => panel.fill(None),
                Err(refused) => dom::alert(&panel.root, &refused.message),
            }
        });
    }

    fn import(self: &Rc<Self>) {
        let Some(input) = self.input() else { return };
        let Some(file) = drop_zone::list(input.files()).pop() else { return };
        // Choosing the same file again must be a change again.
        input.set_value("");
        if file.size() > MAX_TRANSCRIPT_BYTES as f64 {
            return dom::alert(&self.root, "This file is too large for a transcript; 4 MB is the most.");
        }
        let panel = self.clone();
        spawn_local(async move {
            let text = transfer::read_text(&file).await.unwrap_or_default();
            match import_transcript(panel.video, &file.name(), &text).await {
                Ok(transcript) => panel.fill(Some(transcript)),
                Err(refused) => dom::alert(&panel.root, &refused.message),
            }
        });
    }

    /// Shows another transcript, or none.
    fn fill(&self, transcript: Option<Transcript>) {
        let (here, root) = (transcript.is_some(), &self.root);
        let (file_name, sentences) = transcript.map(|t| (t.file_name, t.sentences)).unwrap_or_default();
        dom::alert(root, "");
        dom::write(root, "[data-source]", &file_name);
        dom::write(root, "[data-act=choose]", if here { "Replace" } else { "Add transcript" });
        dom::show(root, "[data-act=remove]", here);
        dom::show(root, ".panel-empty", !here);
        let Some(list) = dom::find(root, ".sentences") else { return };
        list.set_text_content(None);
        for sentence in sentences {
            let Some(line) = dom::stamp(root, "sentence") else { return };
            dom::set_attr(&line, "data-start", &sentence.start_ms.to_string());
            dom::write(&line, ".moment", &timecode(sentence.start_ms));
            dom::write(&line, ".speaker", sentence.speaker.as_deref().unwrap_or(""));
            dom::write(&line, "[data-text]", &sentence.text);
            let _ = list.append_child(&line);
        }
        self.read();
        self.mark(playhead::now_ms());
    }

    fn read(&self) {
        let start = |line: &HtmlElement| dom::attr(line, "data-start").parse().unwrap_or(0);
        let lines = dom::find_all(&self.root, "ol [data-sentence]");
        self.lines.replace(lines.into_iter().map(|line| (start(&line), line)).collect());
        self.marked.set(None);
    }

    fn mark(&self, ms: i64) {
        let lines = self.lines.borrow();
        let now = spoken_at(&lines, ms);
        let before = self.marked.replace(now);
        if now == before {
            return;
        }
        if let Some((_, line)) = before.and_then(|i| lines.get(i)) {
            let _ = line.remove_attribute("aria-current");
        }
        if let Some((_, line)) = now.and_then(|i| lines.get(i)) {
            dom::set_attr(line, "aria-current", "true");
            keep_in_view(line);
        }
    }
}

/// Follows the talk in a list that scrolls by itself, unless the pointer is on it: then somebody reads.
fn keep_in_view(line: &HtmlElement) {
    let Some(list) = line.parent_element() else { return };
    if list.scroll_height() > list.client_height() + 1 && !list.matches(":hover").unwrap_or(false) {
        let (area, row) = (list.get_bounding_client_rect(), line.get_bounding_client_rect());
        let off = row.top() - area.top() - area.height() / 3.0;
        list.set_scroll_top(list.scroll_top() + off as i32);
    }
}

/// The sentence being spoken at `ms`: the last one that has begun.
fn spoken_at<T>(lines: &[(i64, T)], ms: i64) -> Option<usize> {
    lines.partition_point(|(start, _)| *start <= ms).checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spoken_sentence_is_the_last_that_has_begun() {
        let lines = [(1_000, ()), (4_000, ()), (9_000, ())];
        assert_eq!(spoken_at(&lines, 0), None);
        assert_eq!(spoken_at(&lines, 1_000), Some(0));
        assert_eq!(spoken_at(&lines, 8_999), Some(1));
        assert_eq!(spoken_at(&lines, 99_000), Some(2));
        assert_eq!(spoken_at::<()>(&[], 5), None);
    }
}
