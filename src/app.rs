//! The HTML shell and the routes, nothing else.

use crate::{
    model::page::Theme,
    pages::{Hydration, LibraryPage, NotFoundPage, SignInPage, SignUpPage, StatsPage, TrashPage, VideoPage, VideoStatsPage, inline},
};
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

const DESCRIPTION: &str = "Recorded meetings, kept in private and played at once, with notes and transcript beside the picture.";

/// The document around every page. Only the server ever renders it.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let theme = use_context::<Theme>().map(Theme::name);
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="description" content=DESCRIPTION />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#f9fafb" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#121417" media="(prefers-color-scheme: dark)" />
                <link rel="icon" href="/favicon.ico" sizes="32x32" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
                <link
                    rel="preload"
                    href="/fonts/inter-5.3.0-1.woff2"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                />
                // It changes the colours above, and must come before anything is drawn.
                <script nonce=use_nonce()>{inline::THEME.as_str()}</script>
                // Before everything else: it keeps what is clicked too early.
                <script nonce=use_nonce()>{inline::EARLY.as_str()}</script>
                <HashedStylesheet options=options.clone() id="leptos" />
                <MetaTags />
                <AutoReload options=options.clone() />
                <Hydration options />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The routes. Pages with data are sent whole (`Async`): nothing has to be swapped in by a script.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title text="Notetaker" />
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=LibraryPage ssr=SsrMode::Async />
                <Route path=path!("/videos/:id") view=VideoPage ssr=SsrMode::Async />
                <Route path=path!("/videos/:id/stats") view=VideoStatsPage ssr=SsrMode::Async />
                <Route path=path!("/stats") view=StatsPage ssr=SsrMode::Async />
                <Route path=path!("/trash") view=TrashPage ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                <Route path=path!("/sign-up") view=SignUpPage ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}
