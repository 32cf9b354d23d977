//! What stands around every page.

mod theme_switch;

use crate::{
    islands::icon::{Icon, IconView},
    model::{Viewer, page::Trouble},
};
use leptos::prelude::*;
use leptos_router::location::RequestUrl;
pub use theme_switch::ThemeSwitch;

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

/// Header and main part. What the header offers are plain forms, so that they work without JavaScript.
#[component]
pub fn Frame(
    viewer: Option<Viewer>,
    /// What the field of the library's search says; none has no field.
    #[prop(default = None)]
    search: Option<String>,
    children: Children,
) -> impl IntoView {
    let class = search.is_some().then_some("library-page");
    view! {
        <a class="skip" href="#main">"Skip to content"</a>
        <header class="topbar">
            <a class="home" href="/"><Wordmark /></a>
            {search.map(|query| view! { <SearchField query /> })}
            <div class="account">
                {viewer.is_some().then(|| view! {
                    <a class="button icon-button" href="/stats" aria-label="Statistics" title="Statistics">
                        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M5 20v-7M12 20V4M19 20v-11" /></svg>
                    </a>
                })}
                <ThemeSwitch />
                {viewer.map(|viewer| view! {
                    <span class="account-name" title=viewer.email.clone()>{viewer.email.clone()}</span>
                    <form method="post" action="/sign-out">
                        <button type="submit" class="quiet">"Sign out"</button>
                    </form>
                })}
            </div>
        </header>
        <main id="main" class=class>{children()}</main>
    }
}

/// A plain form; `islands/library/search.rs` shows what it finds while one types.
#[component]
fn SearchField(query: String) -> impl IntoView {
    view! {
        <form class="search" role="search" action="/" method="get">
            <IconView icon=Icon::Search />
            <input
                type="search"
                name="q"
                value=query
                aria-label="Search titles, notes and words"
                placeholder="Search titles, notes and words …"
                aria-keyshortcuts="/"
                autocomplete="off"
                spellcheck="false"
                enterkeyhint="search"
                maxlength="500"
            />
            <kbd aria-hidden="true" class="needs-script">"/"</kbd>
        </form>
    }
}

/// The address of the page, with its query: what a form or a link leads back to.
pub fn here() -> String {
    if let Some(trouble) = use_context::<Trouble>() {
        return trouble.at;
    }
    let Some(url) = use_context::<RequestUrl>().and_then(|url| url.parse().ok()) else { return "/".into() };
    match (url.path(), url.search()) {
        // To a browser this would be another site.
        (path, _) if path.starts_with("//") => "/".into(),
        (path, "") => path.into(),
        (path, search) => [path, "?", search].concat(),
    }
}
