//! The player as the server renders it.

mod controls;
mod keys_dialog;

use super::PlayerStatus;
use crate::{
    islands::icon::{Icon, IconView},
    model::{VideoId, clock::timecode},
};
use controls::Controls;
use keys_dialog::KeysDialog;
use leptos::prelude::*;

/// What stands there as long as nothing is known of how far the making is.
const FIRST_TIME: &str = "This takes a few seconds the first time; then it is ready here by itself.";

/// Picture, bar, and the places for what may have to be said.
#[component]
pub fn PlayerMarkup(
    id: VideoId,
    src: Option<String>,
    /// Seconds that the grant in `src` lives.
    expires_in: Option<u32>,
    status: PlayerStatus,
    poster: Option<String>,
    /// 0 when the original does not tell.
    duration_ms: i64,
    /// It is sound alone: a card stands where the picture would be.
    sound: bool,
    /// Where playing starts.
    at_ms: i64,
    /// It starts there because the viewer left off there, and not because a link said so.
    resumed: bool,
    /// The address of the transcript as WebVTT, when there is one.
    captions: Option<String>,
    /// The transcript's language, as a BCP 47 tag.
    language: Option<String>,
    /// Who watches: for whom volume, speed and captions are remembered.
    viewer: String,
    title: String,
) -> impl IntoView {
    let trouble = !status.sentence().is_empty();
    let second = (at_ms / 1000).to_string();
    let (words, way_on) = status.way_on(&format!("/videos/{id}"), &second).unzip();
    let making = status.making().to_owned();
    let first_words = if making.is_empty() { FIRST_TIME.to_owned() } else { making.clone() };
    let card = sound.then(|| view! { <div class="sound-card"><p><IconView icon=Icon::Sound />"Sound recording"</p></div> });
    let expires = expires_in.filter(|_| src.is_some()).map(|secs| secs.to_string());
    let captioned = captions.is_some();
    let at = (at_ms > 0).then(|| at_ms.to_string());
    view! {
        <div
            class="player"
            data-player=""
            data-id=id.to_string()
            data-src=src
            data-expires=expires
            data-status=status.name()
            data-duration=duration_ms.to_string()
            data-at=at
            data-viewer=viewer
            data-captioned=captioned
            data-language=language.clone()
        >
            <video id="player" playsinline preload="metadata" poster=poster aria-label=title>
                // Loaded when captions are turned on, and not before.
                {captions.map(|src| view! { <track kind="captions" srclang=language.clone() label="Transcript" src=src /> })}
                // Loaded once the page is alive (islands/chapters), and anew whenever they change.
                <track kind="chapters" label="Chapters" src=format!("/api/videos/{id}/chapters.vtt") />
            </video>
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
                <button type="button" class="on-dark" data-act="retry" hidden=!status.can_retry()>
                    <IconView icon=Icon::Retry />
                    "Retry"
                </button>
                <a class="button on-dark" href=way_on hidden=words.is_none()>{words}</a>
            </div>
            <div class="buffering">
                <span class="spinner"></span>
            </div>
            // What a key or a finger just did, for the eye; and for who cannot see it, that and a wait.
            <p class="jump time" aria-hidden="true"></p>
            <p class="visually-hidden" role="status" data-told=""></p>
            {resumed.then(|| view! { <Resumed at_ms /> })}
            <p class="script-needed">"Playing needs JavaScript. Everything else on this page can be read without."</p>
            <Controls duration_ms at_ms making growing=status.is_growing() captioned />
            <KeysDialog />
        </div>
    }
}

/// That it goes on where it was left, and the way back to the beginning.
#[component]
fn Resumed(at_ms: i64) -> impl IntoView {
    view! {
        <div class="resumed needs-script" role="status">
            <p class="time">{format!("Resumed at {}", timecode(at_ms))}</p>
            <button type="button" class="on-dark" data-act="start-over">"Start over"</button>
        </div>
    }
}
