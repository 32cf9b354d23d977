//! The sentences over the picture: preparing, failed, lost, buffering.

use super::{PlayerStatus, transport::Transport};
use crate::{
    browser::dom,
    islands::icon::{Icon, IconView},
};
use leptos::prelude::*;

/// What the player has to say, if anything.
#[component]
pub fn Notice(status: Signal<PlayerStatus>, transport: Transport, on_retry: Callback<()>) -> impl IntoView {
    let retry = move || view! {
        <button type="button" class="on-dark" on:click=move |_| on_retry.run(())>
            <IconView icon=Icon::Retry />
            "Retry"
        </button>
    };
    view! {
        {move || match status.get() {
            PlayerStatus::Ready => None,
            PlayerStatus::Preparing => Some(view! {
                <div class="notice" role="status">
                    <span class="spinner"></span>
                    <p><b>"Preparing your video."</b>" This takes a few seconds the first time; then it is ready here by itself."</p>
                </div>
            }.into_any()),
            PlayerStatus::Failed(message) => Some(view! {
                <div class="notice" role="alert">
                    <IconView icon=Icon::Alert />
                    <p>{message}</p>
                    {retry()}
                </div>
            }.into_any()),
            PlayerStatus::SignedOut => Some(view! {
                <div class="notice" role="alert">
                    <IconView icon=Icon::Lock />
                    <p>"Your session has ended. Sign in again, and you come back to this very second."</p>
                    <a class="button on-dark" href=move || sign_in_address(transport.position.get())>"Sign in"</a>
                </div>
            }.into_any()),
            PlayerStatus::Lost => Some(view! {
                <div class="notice notice-bar" role="alert">
                    <IconView icon=Icon::Offline />
                    <p>"The network went away. We go on as soon as it is back."</p>
                    {retry()}
                </div>
            }.into_any()),
        }}
        <Show when=move || status.get() == PlayerStatus::Ready && transport.buffering.get()>
            <div class="buffering" role="status"><span class="spinner"></span><span class="visually-hidden">"Loading"</span></div>
        </Show>
    }
}

/// The sign-in page, which leads back here. The page's own path is all `next` may hold, so it needs no escaping but
/// for the question mark.
fn sign_in_address(position_ms: i64) -> String {
    format!("/sign-in?next={}%3Ft%3D{}", dom::path(), position_ms / 1000)
}
