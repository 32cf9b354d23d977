//! The HTML shell and the routes, nothing else.

use crate::pages::{LibraryPage, NotFoundPage, SignInPage, SignUpPage, VideoPage};
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

/// The document around every page. Only the server ever renders it.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#fbfbfd" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#131418" media="(prefers-color-scheme: dark)" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link
                    rel="preload"
                    href="/fonts/inter-latin-5.3.0.woff2"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                />
                // Before everything else: it keeps what is clicked too early.
                <script nonce=use_nonce()>{include_str!("browser/early.js")}</script>
                <HashedStylesheet options=options.clone() id="leptos" />
                <MetaTags />
                <AutoReload options=options.clone() />
                <HydrationScripts options islands=true />
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
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                <Route path=path!("/sign-up") view=SignUpPage ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}
