//! The bar under the picture: play, seek, time, volume, speed, fullscreen.

use super::transport::Transport;
use crate::{
    browser::{keymap::Action, playhead},
    islands::icon::{Icon, IconView},
    model::clock::timecode,
};
use leptos::prelude::*;

/// 0.5× to 2× in quarters.
const SPEEDS: [(&str, f64); 7] =
    [("0.5", 0.5), ("0.75", 0.75), ("1", 1.0), ("1.25", 1.25), ("1.5", 1.5), ("1.75", 1.75), ("2", 2.0)];

#[component]
pub fn Controls(transport: Transport) -> impl IntoView {
    let t = transport;
    let play_icon = Signal::derive(move || if t.playing.get() { Icon::Pause } else { Icon::Play });
    let silent = move || t.muted.get() || t.volume.get() == 0.0;
    let volume_icon = Signal::derive(move || if silent() { Icon::Muted } else { Icon::Volume });
    let set_volume = move |event: leptos::ev::Event| {
        if let (Some(video), Ok(percent)) = (t.video.get_untracked(), event_target_value(&event).parse::<f64>()) {
            video.set_muted(false);
            video.set_volume((percent / 100.0).clamp(0.0, 1.0));
        }
    };
    let set_speed = move |event: leptos::ev::Event| {
        if let (Some(video), Ok(rate)) = (t.video.get_untracked(), event_target_value(&event).parse::<f64>()) {
            video.set_default_playback_rate(rate);
            video.set_playback_rate(rate);
        }
    };
    let speed_value = move || {
        let rate = t.rate.get();
        SPEEDS.iter().find(|(_, value)| *value == rate).map_or("1", |(name, _)| *name)
    };
    let volume_value = move || if silent() { "0".to_string() } else { ((t.volume.get() * 100.0) as i64).to_string() };
    view! {
        <div class="controls needs-script">
            <SeekBar transport />
            <div class="controls-row">
                <button
                    type="button"
                    class="icon-button"
                    aria-label=move || if t.playing.get() { "Pause" } else { "Play" }
                    on:click=move |_| t.act(Action::TogglePlay)
                >
                    <IconView icon=play_icon />
                </button>
                <p class="time">
                    <span data-time="current">{move || timecode(t.position.get())}</span>
                    <span class="dim">" / "</span>
                    <span class="dim" data-time="total">{move || timecode(t.duration.get())}</span>
                </p>
                <span class="gap"></span>
                <button
                    type="button"
                    class="icon-button"
                    aria-label=move || if silent() { "Unmute" } else { "Mute" }
                    on:click=move |_| t.act(Action::ToggleMute)
                >
                    <IconView icon=volume_icon />
                </button>
                <input
                    type="range"
                    class="volume"
                    aria-label="Volume"
                    min="0"
                    max="100"
                    step="5"
                    value="100"
                    prop:value=volume_value
                    on:input=set_volume
                />
                <select class="speed time" aria-label="Speed" on:change=set_speed prop:value=speed_value>
                    {SPEEDS.map(|(name, value)| view! {
                        <option value=name selected=value == 1.0>{name}"×"</option>
                    })}
                </select>
                <button
                    type="button"
                    class="icon-button"
                    aria-label="Fullscreen"
                    on:click=move |_| t.act(Action::ToggleFullscreen)
                >
                    <IconView icon=Icon::Fullscreen />
                </button>
            </div>
        </div>
    }
}

/// The bar to scrub on. What was played and what is loaded are two `<progress>` behind an ordinary range input, which
/// brings keyboard, touch and screen readers with it.
#[component]
fn SeekBar(transport: Transport) -> impl IntoView {
    let t = transport;
    let tip = NodeRef::<leptos::html::Output>::new();
    let hovered = RwSignal::new(None::<i64>);
    let max = move || t.duration.get().max(1).to_string();
    let hover = move |event: leptos::ev::PointerEvent| {
        let Some(bar) = event.current_target() else { return };
        let bar: web_sys::Element = wasm_bindgen::JsCast::unchecked_into(bar);
        let area = bar.get_bounding_client_rect();
        let share = ((f64::from(event.client_x()) - area.left()) / area.width().max(1.0)).clamp(0.0, 1.0);
        hovered.set(Some((share * t.duration.get_untracked() as f64) as i64));
        if let Some(tip) = tip.get_untracked() {
            let _ = web_sys::HtmlElement::style(&tip).set_property("left", &format!("{:.2}%", share * 100.0));
        }
    };
    let seek = move |event: leptos::ev::Event| {
        if let Ok(ms) = event_target_value(&event).parse::<f64>() {
            t.seek(ms as i64);
            playhead::position().set(ms as i64);
        }
    };
    view! {
        <div class="seek" on:pointermove=hover on:pointerleave=move |_| hovered.set(None)>
            <progress class="seek-loaded" aria-hidden="true" max=max value=move || t.buffered.get().to_string()></progress>
            <progress class="seek-played" aria-hidden="true" max=max value=move || t.position.get().to_string()></progress>
            <input
                type="range"
                data-seek=""
                aria-label="Seek"
                min="0"
                max=max
                step="100"
                value="0"
                prop:value=move || t.position.get().to_string()
                aria-valuetext=move || format!("{} of {}", timecode(t.position.get()), timecode(t.duration.get()))
                on:input=seek
            />
            <output class="seek-tip time" aria-hidden="true" node_ref=tip data-open=move || hovered.get().is_some()>
                {move || hovered.get().map(timecode)}
            </output>
        </div>
    }
}
