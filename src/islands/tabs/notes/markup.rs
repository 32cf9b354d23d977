//! The field to write in, and the notes by moment.

use crate::{
    islands::icon::{Icon, IconView},
    model::{Note, VideoId, note::MAX_NOTE_CHARS, stretch::written},
};
use leptos::prelude::*;

#[component]
pub fn NotesMarkup(id: VideoId, notes: Vec<Note>) -> impl IntoView {
    let some = !notes.is_empty();
    // Of a note and its other version both know that they are two; once one is gone, the other is a note like any.
    let ids: Vec<_> = notes.iter().map(|note| note.id).collect();
    let items = notes.into_iter().map(|note| {
        let double = note.copy_of.is_some_and(|other| ids.contains(&other));
        view! { <NoteItem id note=Some(note) double /> }
    });
    view! {
        // With an address for whoever is faster than the script. And no browser is to fill in what it remembers of an earlier visit:
        // that is a draft, and has its place.
        <form class="note-form needs-script" data-note-form="" method="post" action=format!("/videos/{id}/notes")>
            <textarea
                name="note"
                rows="2"
                autocomplete="off"
                aria-label="Note"
                placeholder="Write a note. **Markdown** works, and 12:34 becomes a link."
                maxlength=MAX_NOTE_CHARS.to_string()
            ></textarea>
            <div class="note-form-row">
                <When />
                <p class="note-state" data-state=""></p>
                <button type="submit" class="primary">"Add note"</button>
            </div>
        </form>
        <PlainNoteForm id />
        <p class="field-error" role="alert" hidden></p>
        <p class="notes-away" role="status" hidden></p>
        // For who does not see the line beside each note. Only trouble is told: "Saved" after every pause would be noise.
        <p class="visually-hidden" role="status" data-told=""></p>
        <p class="undo" role="status" hidden>
            "Note deleted. "
            <button type="button" class="link" data-act="undo">"Undo"</button>
        </p>
        <p class="panel-empty" hidden=some>
            "No notes yet. Write one while you watch: it keeps the moment, and one click brings you back to it."
        </p>
        <ol class="notes">{items.collect_view()}</ol>
        <template data-template="note"><NoteItem id note=None double=false /></template>
        <p class="notes-export" hidden=!some>
            <a class="quiet-link" href=format!("/api/videos/{id}/notes.md") download="">
                <IconView icon=Icon::Download />
                "Save all as Markdown"
            </a>
        </p>
    }
}

/// Moment or stretch, to be typed or taken from the player.
#[component]
fn When() -> impl IntoView {
    view! {
        <label class="note-when">
            <span>"at"</span>
            <input class="time" name="at" data-when="" value="0:00" size="11" autocomplete="off" spellcheck="false" title="A moment like 12:34, or a stretch like 12:34–13:00" />
        </label>
        <button type="button" class="chip" data-act="until" title="Make it a stretch that ends where the player is now">"until now"</button>
    }
}

/// The same field where no script runs (elsewhere `noscript` is an empty element): the moment is written by hand.
#[component]
fn PlainNoteForm(id: VideoId) -> impl IntoView {
    view! {
        <noscript>
            <form class="note-form" method="post" action=format!("/videos/{id}/notes")>
                <textarea name="note" rows="2" aria-label="Note" required maxlength=MAX_NOTE_CHARS.to_string()></textarea>
                <div class="note-form-row">
                    <label class="plain-row">"at "<input name="at" value="0:00" size="12" autocomplete="off" /></label>
                    <button type="submit" class="primary">"Add note"</button>
                </div>
            </form>
        </noscript>
    }
}

/// One note, or the blank that new ones are stamped from. Its Markdown waits in the field to change it.
#[component]
fn NoteItem(id: VideoId, note: Option<Note>, double: bool) -> impl IntoView {
    let plain = note.as_ref().map(|note| view! {
        <noscript>
            <form method="post" action=format!("/videos/{id}/notes/{}/delete", note.id)><button type="submit" class="quiet">"Delete"</button></form>
        </noscript>
    });
    let end = note.as_ref().and_then(|note| note.end_ms);
    let copy_of = note.as_ref().and_then(|note| note.copy_of).map(|id| id.to_string());
    let version = note.as_ref().map_or(0, |note| note.version).to_string();
    let (note, at, body, html) = note.map(|n| (n.id.to_string(), n.at_ms, n.body, n.html)).unwrap_or_default();
    view! {
        <li class="note" data-note=note data-at=at.to_string() data-end=end.map(|ms| ms.to_string()) data-version=version data-copy=copy_of>
            <button type="button" class="moment time" data-act="go" title="Go to this moment">{written(at, end)}</button>
            <div class="note-main">
                <p class="note-copy" hidden=!double>"Written at the same time on another device. Both are kept: delete the one you do not need."</p>
                <div class="note-body" inner_html=html></div>
                <form class="note-edit" hidden>
                    <textarea aria-label="Note" rows="3" autocomplete="off" maxlength=MAX_NOTE_CHARS.to_string() inner_html=field_text(&body)></textarea>
                    <div class="note-form-row">
                        <When />
                        <span class="note-ends">
                            <button type="button" class="quiet" data-act="cancel">"Cancel"</button>
                            <button type="submit" class="primary">"Done"</button>
                        </span>
                    </div>
                </form>
                <p class="note-state" data-state=""></p>
            </div>
            <div class="note-tools needs-script">
                <button type="button" class="icon-button" data-act="edit" aria-label="Edit" title="Edit">
                    <IconView icon=Icon::Pencil />
                </button>
                <button type="button" class="icon-button" data-act="delete" aria-label="Delete" title="Delete">
                    <IconView icon=Icon::Trash />
                </button>
            </div>
            {plain}
        </li>
    }
}

/// A text as the content of a `textarea`. Leptos writes children of that element as they are, and `</textarea>` would end it.
fn field_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::field_text;

    #[test]
    fn nothing_ends_a_field_from_within() {
        assert_eq!(field_text("</textarea><script>"), "&lt;/textarea>&lt;script>");
        assert_eq!(field_text("&lt;"), "&amp;lt;");
    }
}
