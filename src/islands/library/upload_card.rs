//! One upload on the shelf. When it is done it becomes the recording's card, in the same place.

use super::recording_card::RecordingCard;
use crate::{
    islands::{
        icon::{Icon, IconView},
        upload::{Phase, Upload, pace::seconds_left, queue::Queue},
    },
    model::{Video, clock, video::title_from_file_name},
};
use leptos::prelude::*;

#[component]
pub fn UploadCard(upload: Upload, queue: Queue, doomed: RwSignal<Option<Video>>) -> impl IntoView {
    let name = move || upload.phase.with(Phase::name);
    // The words change many times a second, the card's shape seldom: only the shape rebuilds elements.
    let recording = Memo::new(move |_| match upload.phase.get() {
        Phase::Done(video) => Some(video),
        _ => None,
    });
    view! {
        <li data-upload=upload.key.to_string() data-state=name>
            {move || match recording.get() {
                Some(video) => view! { <RecordingCard video doomed /> }.into_any(),
                None => view! { <Travelling upload queue /> }.into_any(),
            }}
        </li>
    }
}

/// The card while the file is on its way.
#[component]
fn Travelling(upload: Upload, queue: Queue) -> impl IntoView {
    let percent = move || upload.sent.get() as f64 * 100.0 / upload.size.max(1) as f64;
    let error = move || match upload.phase.get() {
        Phase::Failed { error, .. } => Some(error.message),
        _ => None,
    };
    let title = upload.name.with_value(|name| title_from_file_name(name));
    view! {
        <article class="card card-upload">
            <div class="poster">
                {move || match error() {
                    Some(message) => view! {
                        <p class="upload-error" role="alert"><IconView icon=Icon::Alert />{message}</p>
                    }.into_any(),
                    None => view! { <Gauge upload percent=Signal::derive(percent) /> }.into_any(),
                }}
            </div>
            <h2 class="card-title">{title}</h2>
            <p class="card-line">{upload.name.get_value()}" · "{clock::bytes(upload.size)}</p>
            <Buttons upload queue />
        </article>
    }
}

/// The bar and the sentence under it.
#[component]
fn Gauge(upload: Upload, percent: Signal<f64>) -> impl IntoView {
    let words = move || match upload.phase.get() {
        Phase::Waiting => "Waiting for its turn".to_string(),
        Phase::Offline => "The network went away. It goes on as soon as it is back.".into(),
        Phase::Paused => format!("Paused at {} %", percent.get() as i64),
        Phase::Checking => "Checking the recording".into(),
        _ => {
            let speed = upload.speed.get();
            let rate = speed.map(|s| format!(" · {}/s", clock::bytes(s as i64))).unwrap_or_default();
            let left = seconds_left(upload.size - upload.sent.get(), speed)
                .map(|secs| format!(" · {} left", clock::roughly(secs)))
                .unwrap_or_default();
            format!("{} %{rate}{left}", percent.get() as i64)
        }
    };
    let value = move || format!("{:.1}", percent.get());
    view! {
        <div class="gauge">
            <progress max="100" value=value aria-label="Uploaded"></progress>
            <p class="time">{words}</p>
        </div>
    }
}

/// What can be done with it now.
#[component]
fn Buttons(upload: Upload, queue: Queue) -> impl IntoView {
    let pausable = move || upload.phase.with(|p| matches!(p, Phase::Waiting | Phase::Uploading | Phase::Offline));
    let resumable = move || upload.phase.with(|p| *p == Phase::Paused);
    let retryable = move || upload.phase.with(|p| matches!(p, Phase::Failed { retry: true, .. }));
    view! {
        <div class="card-buttons">
            <Show when=pausable><button type="button" on:click=move |_| upload.pause()>"Pause"</button></Show>
            <Show when=resumable><button type="button" on:click=move |_| upload.resume()>"Resume"</button></Show>
            <Show when=retryable>
                <button type="button" class="primary" on:click=move |_| upload.resume()>"Retry"</button>
            </Show>
            <button type="button" class="quiet" on:click=move |_| queue.cancel(upload)>"Cancel"</button>
        </div>
    }
}
