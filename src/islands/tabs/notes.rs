//! Notes that know their moment.

use super::note_item::NoteItem;
use crate::{
    api::add_note,
    browser::playhead,
    model::{AppError, Note, VideoId, clock::timecode, note::MAX_NOTE_CHARS},
};
use leptos::{html, prelude::*, task::spawn_local};

#[component]
pub fn Notes(id: VideoId, notes: RwSignal<Vec<Note>>) -> impl IntoView {
    let error = RwSignal::new(None::<AppError>);
    let removed = RwSignal::new(None::<Note>);
    let add = move |at_ms: i64, body: String, done: Callback<()>| {
        spawn_local(async move {
            match add_note(id, at_ms, body).await {
                Ok(note) => {
                    notes.update(|all| insert(all, note));
                    error.set(None);
                    done.run(());
                }
                Err(refused) => error.set(Some(refused)),
            }
        });
    };
    let undo = move |_| {
        if let Some(note) = removed.get_untracked() {
            add(note.at_ms, note.body, Callback::new(move |()| removed.set(None)));
        }
    };
    view! {
        <NoteForm add=Callback::new(move |(at, body, done)| add(at, body, done)) />
        {move || error.get().map(|e| view! { <p class="field-error" role="alert">{e.message}</p> })}
        <Show when=move || removed.with(Option::is_some)>
            <p class="undo" role="status">
                "Note deleted. "
                <button type="button" class="link" on:click=undo>"Undo"</button>
            </p>
        </Show>
        <Show when=move || notes.with(Vec::is_empty)>
            <p class="panel-empty">
                "No notes yet. Write one while you watch: it keeps the moment, and one click brings you back to it."
            </p>
        </Show>
        <ol class="notes">
            <For each=move || notes.get() key=|note| (note.id, note.updated_at) let:note>
                <NoteItem note notes removed error />
            </For>
        </ol>
    }
}

/// Puts a note where its moment is.
pub fn insert(notes: &mut Vec<Note>, note: Note) {
    let place = notes.partition_point(|other| other.at_ms <= note.at_ms);
    notes.insert(place, note);
}

/// The field to write in. The moment is taken with the first letter: by the last one the talk has moved on.
#[component]
fn NoteForm(add: Callback<(i64, String, Callback<()>)>) -> impl IntoView {
    let field = NodeRef::<html::Textarea>::new();
    let pinned = RwSignal::new(None::<i64>);
    let position = playhead::position();
    let moment = move || pinned.get().unwrap_or_else(|| position.get());
    let value = move || field.get_untracked().map(|f| f.value()).unwrap_or_default();
    let send = move || {
        let body = value();
        if body.trim().is_empty() {
            return;
        }
        let at_ms = pinned.get_untracked().unwrap_or_else(playhead::now_ms);
        add.run((at_ms, body, Callback::new(move |()| {
            pinned.set(None);
            if let Some(field) = field.get_untracked() {
                field.set_value("");
            }
        })));
    };
    view! {
        <form class="note-form needs-script" on:submit=move |event| { event.prevent_default(); send(); }>
            <textarea
                name="note"
                rows="2"
                aria-label="Note"
                placeholder="Write a note"
                maxlength=MAX_NOTE_CHARS.to_string()
                node_ref=field
                on:input=move |_| {
                    if value().is_empty() {
                        pinned.set(None);
                    } else if pinned.get_untracked().is_none() {
                        pinned.set(Some(playhead::now_ms()));
                    }
                }
                on:keydown=move |event| {
                    if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                        event.prevent_default();
                        send();
                    }
                }
            ></textarea>
            <div class="note-form-row">
                <button
                    type="button"
                    class="chip time"
                    title="Take the current moment"
                    on:click=move |_| pinned.set(pinned.get_untracked().map(|_| playhead::now_ms()))
                >
                    "at " {move || timecode(moment())}
                </button>
                <button type="submit" class="primary">"Add note"</button>
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NoteId;

    #[test]
    fn notes_stand_in_the_order_of_their_moments() {
        let note = |n: u128, at_ms| Note {
            id: NoteId(uuid::Uuid::from_u128(n)), at_ms, body: String::new(), created_at: 0, updated_at: 0,
        };
        let mut all = vec![note(1, 10), note(2, 30)];
        insert(&mut all, note(3, 20));
        insert(&mut all, note(4, 30));
        let order: Vec<u128> = all.iter().map(|n| n.id.0.as_u128()).collect();
        assert_eq!(order, [1, 3, 2, 4]);
    }
}
