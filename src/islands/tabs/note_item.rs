//! One note: its moment, its words, and what can be done with it.

use crate::{
    api::{delete_note, edit_note},
    browser::playhead,
    islands::icon::{Icon, IconView},
    model::{AppError, Note, clock::timecode, note::MAX_NOTE_CHARS},
};
use leptos::{html, prelude::*, task::spawn_local};

#[component]
pub fn NoteItem(
    note: Note,
    notes: RwSignal<Vec<Note>>,
    /// The last note deleted, for "Undo".
    removed: RwSignal<Option<Note>>,
    error: RwSignal<Option<AppError>>,
) -> impl IntoView {
    let Note { id, at_ms, .. } = note;
    let body = StoredValue::new(note.body.clone());
    let editing = RwSignal::new(false);
    let field = NodeRef::<html::Textarea>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let save = move || {
        let Some(text) = field.get_untracked().map(|f| f.value()) else { return };
        spawn_local(async move {
            match edit_note(id, text).await {
                Ok(note) => {
                    error.set(None);
                    editing.set(false);
                    notes.update(|all| if let Some(old) = all.iter_mut().find(|n| n.id == id) { *old = note });
                }
                Err(refused) => error.set(Some(refused)),
            }
        });
    };
    let delete = move |_| {
        let note = note.clone();
        spawn_local(async move {
            match delete_note(id).await {
                Ok(()) => {
                    error.set(None);
                    removed.set(Some(note));
                    notes.update(|all| all.retain(|n| n.id != id));
                }
                Err(refused) => error.set(Some(refused)),
            }
        });
    };
    view! {
        <li class="note" data-note=id.to_string()>
            <button type="button" class="moment time" title="Go to this moment" on:click=move |_| playhead::seek_ms(at_ms)>
                {timecode(at_ms)}
            </button>
            <Show
                when=move || editing.get()
                fallback=move || view! { <p class="note-body">{body.get_value()}</p> }
            >
                <form class="note-edit" on:submit=move |event| { event.prevent_default(); save(); }>
                    <textarea
                        aria-label="Note"
                        rows="3"
                        maxlength=MAX_NOTE_CHARS.to_string()
                        node_ref=field
                        prop:value=body.get_value()
                        on:keydown=move |event| match event.key().as_str() {
                            "Escape" => editing.set(false),
                            "Enter" if event.ctrl_key() || event.meta_key() => { event.prevent_default(); save(); }
                            _ => {}
                        }
                    ></textarea>
                    <button type="submit" class="primary">"Save"</button>
                    <button type="button" class="quiet" on:click=move |_| editing.set(false)>"Cancel"</button>
                </form>
            </Show>
            <div class="note-tools needs-script">
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Edit"
                    title="Edit"
                    on:click=move |_| editing.update(|e| *e = !*e)
                >
                    <IconView icon=Icon::Pencil />
                </button>
                <button type="button" class="icon-button" aria-label="Delete" title="Delete" on:click=delete>
                    <IconView icon=Icon::Trash />
                </button>
            </div>
        </li>
    }
}
