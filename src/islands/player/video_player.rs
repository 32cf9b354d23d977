//! The island around the player: it knows the recording, and asks the server for its stream.

use super::{PlayerStatus, hls_player::HlsPlayer};
use crate::{
    api::{get_video_stream, record_view, retry_video_stream},
    browser::dom,
    model::{AppError, ErrorCode, StreamState, StreamStatus, VideoId, stream::RETRY_AFTER_SECS},
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};

/// A page in the background asks this much less often.
const HIDDEN_FACTOR: u32 = 5;
/// Polls that may get no answer before the page says so.
const PATIENCE: u32 = 3;
/// A grant lives an hour at least. At four fifths of it a fresh one is fetched and kept, so that a refusal later costs
/// no wait.
const RENEW_AFTER_MS: u32 = 48 * 60 * 1_000;

type Answer = Result<StreamState, AppError>;

/// The player of one recording. `initial` is what the server found out while rendering the page.
#[island]
pub fn VideoPlayer(id: VideoId, initial: Answer, poster: Option<String>, duration_ms: Option<i64>) -> impl IntoView {
    let src = RwSignal::new(url_of(&initial));
    let status = RwSignal::new(status_of(&initial));
    let spare = StoredValue::new(None::<String>);
    // Counts what was asked: only the newest question's answer counts, and none after the page is left.
    let turn = StoredValue::new(0_u32);
    let next_turn = move || turn.try_update_value(|n| { *n += 1; *n });
    let take = move |answer: Answer| {
        if let Some(url) = url_of(&answer) {
            src.set(Some(url));
        }
        status.set(status_of(&answer));
    };

    // Asks until the stream is there.
    let follow = move |first: Answer| {
        let mine = next_turn();
        spawn_local(async move {
            let mut answer = first;
            let mut unanswered = 0;
            loop {
                let lost = matches!(&answer, Err(error) if error.code == ErrorCode::Network);
                unanswered = if lost { unanswered + 1 } else { 0 };
                let pause = match &answer {
                    Ok(StreamState { status: StreamStatus::Generating, retry_after, .. }) => *retry_after,
                    Err(_) if lost => None,
                    _ => return take(answer),
                };
                if !lost || unanswered >= PATIENCE {
                    take(answer);
                }
                let secs = pause.unwrap_or(RETRY_AFTER_SECS) * if dom::hidden() { HIDDEN_FACTOR } else { 1 };
                TimeoutFuture::new(secs * 1_000).await;
                if turn.try_get_value() != mine {
                    return;
                }
                answer = get_video_stream(id).await;
                if turn.try_get_value() != mine {
                    return;
                }
            }
        });
    };

    let first = StoredValue::new(initial);
    Effect::new(move |_| {
        if status.get_untracked() == PlayerStatus::Preparing {
            follow(first.get_value());
        }
        spawn_local(async move {
            loop {
                TimeoutFuture::new(RENEW_AFTER_MS).await;
                if turn.try_get_value().is_none() {
                    return;
                }
                spare.try_set_value(get_video_stream(id).await.ok().and_then(|state| state.hls_url));
            }
        });
    });

    let on_expired = Callback::new(move |()| match spare.try_update_value(Option::take).flatten() {
        Some(url) => src.set(Some(url)),
        None => spawn_local(async move { follow(get_video_stream(id).await) }),
    });
    let on_retry = Callback::new(move |()| {
        // Only a stream that could not be made has to be made again.
        if matches!(status.get_untracked(), PlayerStatus::Failed(_)) {
            status.set(PlayerStatus::Preparing);
            spawn_local(async move { follow(retry_video_stream(id).await) });
        } else if status.get_untracked() == PlayerStatus::Lost {
            spawn_local(async move { follow(get_video_stream(id).await) });
        }
    });
    let on_first_play = Callback::new(move |()| {
        spawn_local(async move {
            // A view that is not counted is no reason to disturb anybody.
            let _ = record_view(id).await;
        });
    });
    on_cleanup(move || turn.dispose());

    view! {
        <HlsPlayer
            src=src.into()
            status=status.into()
            on_retry
            on_expired
            on_first_play
            poster
            duration_ms=duration_ms.unwrap_or(0)
        />
    }
}

fn url_of(answer: &Answer) -> Option<String> {
    answer.as_ref().ok().and_then(|state| state.hls_url.clone())
}

fn status_of(answer: &Answer) -> PlayerStatus {
    match answer {
        Ok(StreamState { status: StreamStatus::Ready, .. }) => PlayerStatus::Ready,
        Ok(StreamState { status: StreamStatus::Generating, .. }) => PlayerStatus::Preparing,
        Ok(StreamState { error_message, .. }) => PlayerStatus::Failed(error_message.clone().unwrap_or_default()),
        Err(error) => match error.code {
            ErrorCode::Unauthorized => PlayerStatus::SignedOut,
            ErrorCode::Network => PlayerStatus::Lost,
            _ => PlayerStatus::Failed(error.message.clone()),
        },
    }
}
