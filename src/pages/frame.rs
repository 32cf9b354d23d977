//! What stands around every page of somebody who is signed in.

use crate::model::Viewer;
use leptos::prelude::*;

/// The name and its mark: a picture that plays, and lines beside it.
#[component]
pub fn Wordmark() -> impl IntoView {
    view! {
        <span class="wordmark">
            <svg viewBox="0 0 24 24" aria-hidden="true">
                <rect width="24" height="24" rx="6" />
                <path d="M5.5 7.5v9l6.5-4.5Z" class="mark-play" />
                <path d="M15 8.5h4M15 12h4M15 15.5h2.5" class="mark-lines" />
            </svg>
            "Notetaker"
        </span>
    }
}

/// Header and main part. Signing out is a plain form, so that it works without JavaScript.
#[component]
pub fn Frame(viewer: Option<Viewer>, children: Children) -> impl IntoView {
    view! {
        <a class="skip" href="#main">"Skip to content"</a>
        <header class="topbar">
            <a class="home" href="/"><Wordmark /></a>
            {viewer.map(|viewer| view! {
                <div class="account">
                    <span class="account-name">{viewer.email}</span>
                    <form method="post" action="/sign-out">
                        <button type="submit" class="quiet">"Sign out"</button>
                    </form>
                </div>
            })}
        </header>
        <main id="main">{children()}</main>
    }
}
