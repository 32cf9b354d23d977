//! What was said: each sentence jumps to its moment, and the spoken one is marked.

use crate::{
    api::{delete_transcript, import_transcript},
    browser::{dom, drop_zone, playhead, transfer},
    model::{AppError, Sentence, Transcript, VideoId, clock::timecode, transcript::MAX_TRANSCRIPT_BYTES},
};
use leptos::{html, prelude::*, task::spawn_local};

#[component]
pub fn TranscriptPanel(id: VideoId, transcript: Option<Transcript>, shown: Signal<bool>) -> impl IntoView {
    let transcript = RwSignal::new(transcript);
    let error = RwSignal::new(None::<AppError>);
    let busy = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let here = move || transcript.with(Option::is_some);
    let import = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let Some(file) = drop_zone::list(input.files()).pop() else { return };
        input.set_value("");
        if file.size() > MAX_TRANSCRIPT_BYTES as f64 {
            return error.set(Some(AppError::invalid("This file is too large for a transcript; 4 MB is the most.")));
        }
        busy.set(true);
        spawn_local(async move {
            let text = transfer::read_text(&file).await.unwrap_or_default();
            match import_transcript(id, file.name(), text).await {
                Ok(new) => {
                    error.set(None);
                    transcript.set(Some(new));
                }
                Err(refused) => error.set(Some(refused)),
            }
            busy.set(false);
        });
    };
    let remove = move |_| {
        spawn_local(async move {
            match delete_transcript(id).await {
                Ok(()) => transcript.set(None),
                Err(refused) => error.set(Some(refused)),
            }
        });
    };
    let source = move || transcript.with(|t| t.as_ref().map(|t| t.file_name.clone()));
    view! {
        <div class="transcript-head">
            <p class="dim">{source}</p>
            <input
                id="transcript-input"
                class="visually-hidden"
                type="file"
                accept=".vtt,.srt"
                tabindex="-1"
                aria-label="Choose a transcript"
                node_ref=input
                on:change=import
            />
            <button
                type="button"
                class="needs-script"
                disabled=move || busy.get()
                on:click=move |_| if let Some(input) = input.get_untracked() { input.click() }
            >
                {move || if here() { "Replace" } else { "Add transcript" }}
            </button>
            <Show when=here>
                <button type="button" class="quiet needs-script" on:click=remove>"Remove"</button>
            </Show>
        </div>
        {move || error.get().map(|e| view! { <p class="field-error" role="alert">{e.message}</p> })}
        {move || match transcript.get() {
            Some(transcript) => view! { <Sentences sentences=transcript.sentences shown /> }.into_any(),
            None => view! {
                <p class="panel-empty">
                    "No transcript yet. Add a .vtt or .srt file: each sentence then leads to its moment in the recording."
                </p>
            }.into_any(),
        }}
    }
}

/// The sentences. One listener and one effect for all of them: an hour has a thousand.
#[component]
fn Sentences(sentences: Vec<Sentence>, shown: Signal<bool>) -> impl IntoView {
    let list = NodeRef::<html::Ol>::new();
    let starts = StoredValue::new(sentences.iter().map(|s| s.start_ms).collect::<Vec<_>>());
    let position = playhead::position();
    Effect::new(move |marked: Option<Option<usize>>| {
        let now = starts.with_value(|starts| spoken_at(starts, position.get()));
        let marked = marked.flatten();
        // Looked at again when the tab opens: nothing can be scrolled to while it is hidden.
        if let Some(list) = list.get().filter(|_| shown.get() || now != marked) {
            let item = |index: usize| list.children().item(index as u32);
            if let Some(old) = marked.filter(|old| Some(*old) != now).and_then(item) {
                let _ = old.remove_attribute("aria-current");
            }
            if let Some(new) = now.and_then(item) {
                let _ = new.set_attribute("aria-current", "true");
                if now != marked {
                    keep_in_view(&list, &new);
                }
            }
        }
        now
    });
    let jump = move |event: leptos::ev::MouseEvent| {
        if dom::has_selection() {
            return;
        }
        let start = dom::closest(&event, "[data-start]").and_then(|item| item.get_attribute("data-start"));
        if let Some(ms) = start.and_then(|ms| ms.parse().ok()) {
            playhead::seek_ms(ms);
        }
    };
    let rows = sentences.into_iter().map(|sentence| view! {
        <li data-sentence="" data-start=sentence.start_ms.to_string()>
            <button type="button" class="moment time">{timecode(sentence.start_ms)}</button>
            <p>{sentence.speaker.map(|name| view! { <b class="speaker">{name}</b>" " })}{sentence.text}</p>
        </li>
    });
    view! { <ol class="sentences" node_ref=list on:click=jump>{rows.collect_view()}</ol> }
}

/// Follows the talk in a list that scrolls by itself, unless the pointer is on it: then somebody reads.
fn keep_in_view(list: &web_sys::HtmlElement, item: &web_sys::Element) {
    let scrolls = list.scroll_height() > list.client_height() + 1;
    if scrolls && !list.matches(":hover").unwrap_or(false) {
        let (area, line) = (list.get_bounding_client_rect(), item.get_bounding_client_rect());
        let off = line.top() - area.top() - area.height() / 3.0;
        list.set_scroll_top(list.scroll_top() + off as i32);
    }
}

/// The sentence being spoken at `ms`: the last one that has begun.
fn spoken_at(starts: &[i64], ms: i64) -> Option<usize> {
    starts.partition_point(|start| *start <= ms).checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spoken_sentence_is_the_last_that_has_begun() {
        let starts = [1_000, 4_000, 9_000];
        assert_eq!(spoken_at(&starts, 0), None);
        assert_eq!(spoken_at(&starts, 1_000), Some(0));
        assert_eq!(spoken_at(&starts, 8_999), Some(1));
        assert_eq!(spoken_at(&starts, 99_000), Some(2));
        assert_eq!(spoken_at(&[], 5), None);
    }
}
