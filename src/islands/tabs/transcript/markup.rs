//! The tab as the server renders it.

use crate::{
    islands::icon::{Icon, IconView},
    model::{
        Sentence, TranscriptPart, VideoId,
        clock::timecode,
        transcript::{MAX_SENTENCE_CHARS, MAX_SPEAKER_CHARS},
    },
};
use leptos::prelude::*;

/// As many sentences as the page itself carries: more than a screen, and no weight before the first frame. The script
/// fetches the others when the tab is opened.
pub const FIRST: usize = 100;
/// Sentences that are drawn together, or not at all (`content-visibility`, transcript_lines.css).
pub const CHUNK: usize = 50;

const FORMATS: [(&str, &str); 4] =
    [(".vtt", "WebVTT (.vtt)"), (".srt", "SubRip (.srt)"), (".txt", "Plain text (.txt)"), (".md", "Markdown (.md)")];

#[component]
pub fn TranscriptMarkup(id: VideoId, transcript: Option<TranscriptPart>) -> impl IntoView {
    let here = transcript.is_some();
    let TranscriptPart { file_name, language, version, total: all, sentences } = transcript.unwrap_or_default();
    view! {
        <div class="transcript" data-here=here data-version=version.to_string()>
            <Head id here file_name />
            <p class="field-error" role="alert" hidden></p>
            <Empty here />
            <div class="reading" hidden=!here>
                <div class="sentences" role="list" aria-label="Sentences" lang=language>
                    {(0..sentences.len().div_ceil(CHUNK)).map(|k| view! { <Chunk sentences=sentences.clone() from=k * CHUNK /> }).collect_view()}
                </div>
            </div>
            <div class="transcript-foot needs-script">
                <div class="edited">
                    <p role="status" data-saved=""></p>
                    <button type="button" class="link" data-act="undo" title="Undo (Ctrl + Z)" hidden>"Undo"</button>
                </div>
                <button type="button" class="back-to-now" data-act="now" hidden>"Back to now"</button>
            </div>
            {(all > FIRST as i64).then(|| view! {
                <noscript>
                    <p class="panel-empty">
                        {format!("These are the first {FIRST} sentences. ")}
                        <a href=format!("/api/videos/{id}/transcript.txt")>{format!("All {all} as plain text")}</a>
                    </p>
                </noscript>
            })}
            <input id="transcript-input" class="visually-hidden" type="file" accept=".vtt,.srt,.sbv,.json" tabindex="-1" aria-label="Choose a transcript" />
            <datalist id="speakers"></datalist>
            <Blanks />
            <DeleteDialog />
        </div>
    }
}

/// The search and the menu.
#[component]
fn Head(id: VideoId, here: bool, file_name: String) -> impl IntoView {
    let link = move |(kind, words): (&'static str, &'static str)| {
        view! { <a href=format!("/api/videos/{id}/transcript{kind}") download="">{words}</a> }
    };
    view! {
        <div class="transcript-head" hidden=!here>
            <div class="find needs-script" role="search">
                <input
                    type="search"
                    data-search=""
                    aria-label="Search the transcript"
                    placeholder="Search the transcript"
                    aria-keyshortcuts="/"
                    autocomplete="off"
                    spellcheck="false"
                    dir="auto"
                />
                <span class="find-count time" role="status" data-found=""></span>
                <button type="button" class="icon-button" data-act="previous" aria-label="Previous hit" title="Previous (Shift + Enter)" hidden>
                    <IconView icon=Icon::Up />
                </button>
                <button type="button" class="icon-button" data-act="next" aria-label="Next hit" title="Next (Enter)" hidden>
                    <IconView icon=Icon::Down />
                </button>
            </div>
            <details class="transcript-menu" data-menu="">
                <summary class="icon-button" aria-label="Export, replace or delete the transcript" title="Export, replace, delete">
                    <IconView icon=Icon::More />
                </summary>
                <div class="transcript-menu-list">
                    <p class="hint" data-source="">{file_name}</p>
                    {FORMATS.map(link)}
                    <button type="button" class="needs-script" data-act="copy">"Copy with times"</button>
                    <button type="button" class="needs-script" data-act="choose">"Replace by a file"</button>
                    <button type="button" class="needs-script" data-act="remove">"Delete"</button>
                </div>
            </details>
        </div>
    }
}

/// How to get a transcript, where there is none.
#[component]
fn Empty(here: bool) -> impl IntoView {
    view! {
        <div class="panel-empty no-transcript" hidden=here>
            <p>
                "No transcript yet. Add a .vtt, .srt or .json file, or drop it here: each sentence then leads to its moment, "
                "and the player can show it as captions."
            </p>
            <p class="no-transcript-row needs-script">
                <button type="button" data-act="choose">"Add transcript"</button>
                <button type="button" class="primary" data-act="transcribe" hidden>"Transcribe this recording"</button>
            </p>
            <div class="writing" data-writing="" hidden>
                <p data-writing-words=""></p>
                <progress max="100" aria-label="Transcribed so far"></progress>
            </div>
            <p class="visually-hidden" role="status" data-told=""></p>
            <p class="hint" data-no-transcriber="" hidden>
                "This server cannot write one by itself. Whoever runs it can change that: set "<code>"TRANSCRIBE_URL"</code>
                " to a server that speaks OpenAI’s transcription protocol, or install "<code>"whisper-cli"</code>" of whisper.cpp."
            </p>
        </div>
    }
}

/// Sentences `from..from + CHUNK`.
#[component]
fn Chunk(sentences: Vec<Sentence>, from: usize) -> impl IntoView {
    let end = (from + CHUNK).min(sentences.len());
    let lines = (from..end).map(|i| {
        let same = i > 0 && sentences[i].speaker == sentences[i - 1].speaker;
        view! { <Line sentence=sentences[i].clone() same first=i == 0 /> }
    });
    view! { <div class="chunk" role="none">{lines.collect_view()}</div> }
}

/// One sentence, or the blank that others are stamped from. Who goes on speaking is named to screen readers only. The name has a
/// direction of its own, so that a Latin one does not turn what is said in Hebrew or Arabic round.
#[component]
fn Line(sentence: Sentence, same: bool, first: bool) -> impl IntoView {
    let Sentence { start_ms, speaker, text, .. } = sentence;
    view! {
        <div data-sentence="" role="listitem" data-start=start_ms.to_string() data-same=same>
            <button type="button" class="moment time" tabindex=if first { "0" } else { "-1" }>{timecode(start_ms)}</button>
            <p dir="auto"><b class="speaker" dir="auto">{speaker.unwrap_or_default()}</b>" "<span data-text="">{text}</span></p>
        </div>
    }
}

/// What the script stamps: a sentence, its tools, its form.
#[component]
fn Blanks() -> impl IntoView {
    view! {
        <template data-template="sentence"><Line sentence=Sentence::default() same=false first=false /></template>
        <template data-template="line-tools">
            <div class="line-tools">
                <button type="button" class="icon-button" data-act="edit" aria-label="Edit this sentence" title="Edit (E)">
                    <IconView icon=Icon::Pencil />
                </button>
            </div>
        </template>
        <template data-template="line-edit">
            <form class="line-edit" aria-label="Edit this sentence">
                <div class="line-edit-row">
                    <input name="speaker" list="speakers" aria-label="Speaker" placeholder="Speaker" autocomplete="off" dir="auto" maxlength=MAX_SPEAKER_CHARS.to_string() />
                    <label class="everywhere" hidden><input type="checkbox" name="everywhere" />"everywhere"</label>
                </div>
                <textarea name="words" rows="3" aria-label="Text" dir="auto" maxlength=MAX_SENTENCE_CHARS.to_string()></textarea>
                <div class="line-edit-row">
                    <button type="submit" class="primary" title="Save (Enter)">"Save"</button>
                    <button type="button" class="quiet" data-act="keep" title="Cancel (Escape)">"Cancel"</button>
                    <span class="gap"></span>
                    <button type="button" class="quiet" data-act="split" title="Two sentences, from the cursor on">"Split"</button>
                    <button type="button" class="quiet" data-act="merge" title="One sentence with the next">"Merge"</button>
                </div>
            </form>
        </template>
    }
}

#[component]
fn DeleteDialog() -> impl IntoView {
    view! {
        <dialog class="dialog" aria-labelledby="delete-transcript-title">
            <h2 id="delete-transcript-title">"Delete the transcript?"</h2>
            <p>"It goes with all its corrections, and so do the captions. The recording and the notes stay. Export it first if you may want it back."</p>
            // Closing needs no script of ours.
            <form class="dialog-buttons" method="dialog">
                <button class="quiet">"Cancel"</button>
                <button type="button" class="danger" data-act="remove-now">"Delete"</button>
            </form>
        </dialog>
    }
}
