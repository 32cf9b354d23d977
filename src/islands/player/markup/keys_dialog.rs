//! The dialog behind `?`: all keys, from the table that the keyboard itself goes by.

use crate::browser::keymap::{GROUPS, Group, SHORTCUTS, Shortcut, caps};
use leptos::prelude::*;

/// It stands inside the player, so that it is there in fullscreen too.
#[component]
pub fn KeysDialog() -> impl IntoView {
    view! {
        <dialog id="keys" class="dialog keys" aria-labelledby="keys-title">
            <h2 id="keys-title">"Keyboard shortcuts"</h2>
            <div class="keys-groups">{GROUPS.map(|(group, title)| view! { <KeysGroup group title /> })}</div>
            // For who speaks to the computer, or has little hold of the keyboard (WCAG 2.2, 2.1.4).
            <label class="keys-switch">
                <input type="checkbox" data-signs="" checked />
                "Letters, figures and signs work as shortcuts"
            </label>
            // Closing needs no script of ours.
            <form class="dialog-buttons" method="dialog">
                <button class="on-dark" autofocus>"Close"</button>
            </form>
        </dialog>
    }
}

#[component]
fn KeysGroup(group: Group, title: &'static str) -> impl IntoView {
    let rows = SHORTCUTS.iter().filter(|row| row.group == group).map(|row| view! { <KeysRow row=*row /> }).collect_view();
    view! {
        <section>
            <h3>{title}</h3>
            <dl>{rows}</dl>
        </section>
    }
}

#[component]
fn KeysRow(row: Shortcut) -> impl IntoView {
    let keys = caps(&row).into_iter().map(|cap| view! { <kbd>{cap}</kbd> }).collect_view();
    view! {
        <div class="keys-row">
            <dt>{keys}</dt>
            <dd>{row.words}</dd>
        </div>
    }
}
