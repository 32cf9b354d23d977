//! The player as the server renders it.

use super::PlayerStatus;
use crate::{
    islands::icon::{Icon, IconView},
    model::{VideoId, clock::timecode},
};
use leptos::prelude::*;

/// 0.5× to 2× in quarters.
const SPEEDS: [&str; 7] = ["0.5", "0.75", "1", "1.25", "1.5", "1.75", "2"];

/// What stands there as long as nothing is known of how far the making is.
const FIRST_TIME: &str = "This takes a few seconds the first time; then it is ready here by itself.";

/// Picture, bar, and the places for what may have to be said.
#[component]
pub fn PlayerMarkup(
    id: VideoId,
    src: Option<String>,
    status: PlayerStatus,
    poster: Option<String>,
    /// 0 when the original does not tell.
    duration_ms: i64,
    /// It is sound alone: a card stands where the picture would be.
    sound: bool,
) -> impl IntoView {
    let trouble = !status.sentence().is_empty();
    let making = status.making().to_owned();
    let first_words = if making.is_empty() { FIRST_TIME.to_owned() } else { making.clone() };
    let card = sound.then(|| view! { <div class="sound-card"><p><IconView icon=Icon::Sound />"Sound recording"</p></div> });
    view! {
        <div
            class="player"
            data-player=""
            data-id=id.to_string()
            data-src=src
            data-status=status.name()
            data-duration=duration_ms.to_string()
        >
            <video id="player" playsinline preload="metadata" poster=poster></video>
            {card}
            // For the eye only: a click anywhere on the picture plays, and the bar has the button with the name.
            <span class="big-play"><IconView icon=Icon::Play /></span>
            <div class="notice" data-notice="preparing" role="status" hidden=!status.is_preparing()>
                <span class="spinner"></span>
                <p><b>"Preparing your video. "</b><span data-making="">{first_words}</span></p>
            </div>
            <div class="notice" data-notice="trouble" role="alert" hidden=!trouble>
                <IconView icon=Icon::Alert />
                <p data-sentence-of="trouble">{status.sentence().to_owned()}</p>
                <button type="button" class="on-dark" data-act="retry" hidden=status == PlayerStatus::SignedOut>
                    <IconView icon=Icon::Retry />
                    "Retry"
                </button>
                <a class="button on-dark" href="/sign-in" hidden=status != PlayerStatus::SignedOut>"Sign in"</a>
            </div>
            <div class="buffering" role="status"><span class="spinner"></span></div>
            <p class="script-needed">"Playing needs JavaScript. Everything else on this page can be read without."</p>
            <Controls duration_ms making growing=status.is_growing() />
        </div>
    }
}

/// The bar under the picture: seek, play, time, volume, speed, fullscreen. Over it, while the stream is being made, the
/// line that says how far it is.
#[component]
fn Controls(duration_ms: i64, making: String, growing: bool) -> impl IntoView {
    let max = duration_ms.max(1).to_string();
    view! {
        <div class="controls needs-script">
            <p class="making time" role="status" data-making="" hidden=!growing>{making}</p>
            // What was played and what is loaded are two `progress` behind an ordinary range input, which brings
            // keyboard, touch and screen readers with it.
            <div class="seek">
                <progress class="seek-loaded" aria-hidden="true" max=max.clone() value="0"></progress>
                <progress class="seek-played" aria-hidden="true" max=max.clone() value="0"></progress>
                <input type="range" data-seek="" aria-label="Seek" min="0" max=max step="100" value="0" />
                <output class="seek-tip time" aria-hidden="true"></output>
            </div>
            <div class="controls-row">
                <button type="button" class="icon-button" data-act="play" aria-label="Play">
                    <IconView icon=Icon::Play class="when-off" />
                    <IconView icon=Icon::Pause class="when-on" />
                </button>
                <p class="time">
                    <span data-time="current">"0:00"</span>
                    <span class="dim">" / "</span>
                    <span class="dim" data-time="total">{timecode(duration_ms)}</span>
                </p>
                <span class="gap"></span>
                <button type="button" class="icon-button" data-act="mute" aria-label="Mute">
                    <IconView icon=Icon::Volume class="when-off" />
                    <IconView icon=Icon::Muted class="when-on" />
                </button>
                <input type="range" class="volume" aria-label="Volume" min="0" max="100" step="5" value="100" />
                <select class="speed time" aria-label="Speed">
                    {SPEEDS.map(|speed| view! { <option value=speed selected=speed == "1">{speed}"×"</option> })}
                </select>
                <button type="button" class="icon-button" data-act="fullscreen" aria-label="Fullscreen">
                    <IconView icon=Icon::Fullscreen />
                </button>
            </div>
        </div>
    }
}
