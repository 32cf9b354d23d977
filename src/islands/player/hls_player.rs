//! Plays one HLS source. Where the source comes from is somebody else's business.

use super::{
    PlayerStatus,
    bar::Bar,
    machine::{Hooks, Machine},
};
use crate::{
    browser::dom,
    islands::awake::{awake, effect},
};
use leptos::prelude::*;

/// The player around its markup, the children: it wakes up in the browser and follows its signals from then on.
#[component]
pub fn HlsPlayer(
    /// What to play. A new value while playing goes on at the same moment; none says that one is on its way.
    src: RwSignal<Option<String>>,
    /// What the server knows about it.
    status: RwSignal<PlayerStatus>,
    /// The person asks to try again.
    on_retry: Callback<()>,
    /// The source was refused: a new one, please.
    on_expired: Callback<()>,
    /// The first frame moved.
    on_first_play: Callback<()>,
    #[prop(optional)] class: &'static str,
    #[prop(optional)] auto_play: bool,
    #[prop(optional)] poster: Option<String>,
    children: Children,
) -> impl IntoView {
    awake("[data-player]", move |frame| {
        if !class.is_empty() {
            let _ = frame.class_list().add_1(class);
        }
        let Some(bar) = Bar::of(frame) else { return };
        if let Some(poster) = poster {
            dom::set_attr(&bar.video, "poster", &poster);
        }
        // The two effects hold the machine; with their owner they go, and the machine with them.
        let machine = Machine::new(bar, Hooks { on_retry, on_expired, on_first_play }, auto_play);
        let follower = machine.clone();
        effect(Box::new(move || follower.set_status(status.get())));
        effect(Box::new(move || machine.set_source(src.get())));
    });
    children()
}
