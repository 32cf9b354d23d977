//! The bar under the picture.

use crate::{
    browser::keymap::{self, Action, SKIP_MS},
    islands::icon::{Icon, IconView},
    model::clock::timecode,
};
use leptos::prelude::*;

/// 0.5× to 2× in quarters.
const SPEEDS: [&str; 7] = ["0.5", "0.75", "1", "1.25", "1.5", "1.75", "2"];

/// Seek, play, time, volume, captions, speed, and what the browser brings along. Over it, while the stream is being made,
/// the line that says how far it is.
#[component]
pub fn Controls(duration_ms: i64, at_ms: i64, making: String, growing: bool, captioned: bool) -> impl IntoView {
    let max = duration_ms.max(1).to_string();
    let at = at_ms.to_string();
    let seeking = [Action::Skip(-SKIP_MS), Action::Skip(SKIP_MS), Action::StartOver, Action::ToEnd];
    view! {
        <div class="controls needs-script">
            <p class="making time" role="status" data-making="" hidden=!growing>{making}</p>
            // What was played and what is loaded are two `progress` behind an ordinary range input, which brings
            // keyboard, touch and screen readers with it.
            <div class="seek">
                // What lies along the line is drawn by `browser/timeline.rs`.
                <svg class="seek-curve" viewBox="0 0 10000 100" preserveAspectRatio="none" aria-hidden="true"><path data-curve="" /></svg>
                <progress class="seek-loaded" aria-hidden="true" max=max.clone() value="0"></progress>
                <progress class="seek-played" aria-hidden="true" max=max.clone() value=at.clone()></progress>
                <svg class="seek-marks" viewBox="0 0 10000 10" preserveAspectRatio="none" aria-hidden="true">
                    <path data-layer="hits" />
                    <path data-layer="notes" />
                </svg>
                <input
                    type="range"
                    data-seek=""
                    aria-label="Seek"
                    aria-keyshortcuts=keymap::notation(&seeking)
                    min="0"
                    max=max
                    step="100"
                    value=at
                />
                <div class="seek-tip" aria-hidden="true">
                    <span class="tip-picture" hidden></span>
                    <span class="tip-chapter"></span>
                    <span class="tip-near"></span>
                    <span class="tip-time time"></span>
                </div>
            </div>
            <div class="controls-row">
                <BarButton act="play" name="Play" icon=Icon::Play active=("Pause", Icon::Pause) />
                <p class="time">
                    <span data-time="current">{timecode(at_ms)}</span>
                    <span class="of dim">" / "</span>
                </p>
                <button type="button" class="length time" data-act="left" title="Length, or time left">
                    <span data-time="total">{timecode(duration_ms)}</span>
                </button>
                <span class="gap"></span>
                <BarButton act="mute" name="Mute" icon=Icon::Volume active=("Unmute", Icon::Muted) />
                <input
                    type="range"
                    class="volume"
                    aria-label="Volume"
                    title="Volume (↑ ↓)"
                    aria-keyshortcuts=keymap::notation(&[Action::Volume(10), Action::Volume(-10)])
                    min="0"
                    max="100"
                    step="5"
                    value="100"
                />
                <BarButton
                    act="captions"
                    name="Show captions"
                    icon=Icon::Captions
                    active=("Hide captions", Icon::Captions)
                    hidden=!captioned
                />
                <select
                    class="speed time"
                    aria-label="Speed"
                    title="Speed (< >)"
                    aria-keyshortcuts=keymap::notation(&[Action::Speed(-1), Action::Speed(1)])
                >
                    {SPEEDS.map(|speed| view! { <option value=speed selected=speed == "1">{speed}"×"</option> })}
                </select>
                // These two are shown where there is something behind them.
                <BarButton act="airplay" name="AirPlay" icon=Icon::AirPlay hidden=true />
                <BarButton act="pip" name="Small window" icon=Icon::Pip active=("Leave the small window", Icon::Pip) hidden=true />
                <BarButton act="keys" name="Keyboard shortcuts" icon=Icon::Keyboard />
                <BarButton act="fullscreen" name="Fullscreen" icon=Icon::Fullscreen active=("Leave fullscreen", Icon::FullscreenOff) />
            </div>
        </div>
    }
}

/// One button. A switch brings both its names along (`data-off`, `data-on`), so that the browser need not know them.
#[component]
fn BarButton(
    act: &'static str,
    name: &'static str,
    icon: Icon,
    /// What it is called and looks like while its state is on.
    #[prop(optional)]
    active: Option<(&'static str, Icon)>,
    #[prop(optional)] hidden: bool,
) -> impl IntoView {
    let action = Action::named(act);
    let key = action.and_then(keymap::hint).map(|key| format!(" ({key})")).unwrap_or_default();
    let title = format!("{name}{key}");
    let shortcuts = action.and_then(|action| keymap::notation(&[action]));
    let (off, on) = (active.map(|_| name), active.map(|(name, _)| name));
    let key = active.map(|_| key);
    let face = if active.is_some() { "when-off" } else { "" };
    view! {
        <button
            type="button"
            class="icon-button"
            data-act=act
            aria-label=name
            title=title
            aria-keyshortcuts=shortcuts
            data-off=off
            data-on=on
            data-key=key
            hidden=hidden
        >
            <IconView icon class=face />
            {active.map(|(_, icon)| view! { <IconView icon class="when-on" /> })}
        </button>
    }
}
