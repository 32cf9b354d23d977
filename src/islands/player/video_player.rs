//! The island around the player: it knows the recording, and asks the server for its stream.

use super::{PlayerStatus, hls_player::HlsPlayer, making, markup::PlayerMarkup};
use crate::{
    browser::{
        dom, page, playhead,
        remote::{get_video_stream, record_view, retry_video_stream},
    },
    islands::awake::with,
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
#[component]
pub fn VideoPlayer(
    id: VideoId,
    initial: Answer,
    poster: Option<String>,
    duration_ms: Option<i64>,
    /// It is sound alone.
    sound: bool,
) -> impl IntoView {
    let src = url_of(&initial);
    let status = status_of(&initial, src.is_some());
    view! {
        <LivePlayer>
            <PlayerMarkup id src status poster duration_ms=duration_ms.unwrap_or(0) sound />
        </LivePlayer>
    }
}

/// Feeds the player: asks until the stream is there, renews what runs out, counts the view. What the server found out
/// stands in the markup, so that the first picture needs no further question.
#[island]
pub fn LivePlayer(children: Children) -> impl IntoView {
    let src = RwSignal::new(None);
    let status = RwSignal::new(PlayerStatus::Preparing(String::new()));
    let feed = Feed { src, status, state: StoredValue::new(State { id: None, turn: 0, spare: None }) };
    // The player inside wakes up after this, and says so.
    with("[data-player]", move |frame| {
        let id = dom::attr(&frame, "data-id").parse().ok();
        feed.state.update_value(|state| state.id = id);
        let said = || dom::find(&frame, "[data-sentence-of]").and_then(|p| p.text_content()).unwrap_or_default();
        let found = match dom::attr(&frame, "data-status").as_str() {
            "ready" => PlayerStatus::Ready,
            "growing" => PlayerStatus::Growing(String::new()),
            "failed" => PlayerStatus::Failed(said()),
            _ => PlayerStatus::Preparing(String::new()),
        };
        let being_made = found.is_preparing() || found.is_growing();
        status.set(found);
        src.set(frame.get_attribute("data-src"));
        if being_made {
            spawn_local(feed.follow(Ask::Later));
        }
        spawn_local(feed.renew());
    });
    let ask = move |ask: Ask| spawn_local(feed.follow(ask));
    view! {
        <HlsPlayer
            src
            status
            on_retry=Callback::new(move |()| match status.get_untracked() {
                PlayerStatus::Failed(_) => {
                    status.set(PlayerStatus::Preparing(String::new()));
                    ask(Ask::Retry);
                }
                PlayerStatus::Lost => ask(Ask::Again),
                // It is there and could not be played: the server looks whether all of it is.
                _ => {
                    src.set(None);
                    ask(Ask::Retry);
                }
            })
            on_expired=Callback::new(move |()| match feed.state.try_update_value(|state| state.spare.take()).flatten() {
                Some(url) => src.set(Some(url)),
                None => {
                    src.set(None);
                    ask(Ask::Again);
                }
            })
            on_first_play=Callback::new(move |()| {
                spawn_local(async move {
                    if let Some((id, _)) = feed.now() {
                        // A view that is not counted is no reason to disturb anybody.
                        let _ = record_view(id).await;
                    }
                });
            })
        >
            {children()}
        </HlsPlayer>
    }
}

/// What to begin with.
enum Ask {
    /// It was asked just now, by the server itself.
    Later,
    Again,
    Retry,
}

#[derive(Clone, Copy)]
struct Feed {
    /// What plays; nothing when something is wanted.
    src: RwSignal<Option<String>>,
    status: RwSignal<PlayerStatus>,
    state: StoredValue<State>,
}

struct State {
    id: Option<VideoId>,
    /// Counts what was asked: only the newest question's answer counts, and none after the page was left.
    turn: u32,
    /// A fresh source, kept for the moment the present one is refused.
    spare: Option<String>,
}

impl Feed {
    /// Which recording, and which question is the newest; nothing once the page was left.
    fn now(self) -> Option<(VideoId, u32)> {
        self.state.try_update_value(|state| Some((state.id?, state.turn)))?
    }

    /// Asks, and goes on asking as long as the stream is being made or nobody answers.
    async fn follow(self, ask: Ask) {
        self.state.try_update_value(|state| state.turn += 1);
        let mine = self.now();
        let Some((id, _)) = mine else { return };
        let mut answer = match ask {
            Ask::Later => Ok(StreamState::generating(None, None)),
            Ask::Again => get_video_stream(id).await,
            Ask::Retry => retry_video_stream(id).await,
        };
        let mut unanswered = 0;
        while self.now() == mine {
            let lost = matches!(&answer, Err(error) if error.code == ErrorCode::Network);
            unanswered = if lost { unanswered + 1 } else { 0 };
            if !lost || unanswered >= PATIENCE {
                self.take(&answer);
            }
            let secs = match &answer {
                Ok(state) if state.status == StreamStatus::Generating => state.retry_after.unwrap_or(RETRY_AFTER_SECS),
                Err(_) if lost => RETRY_AFTER_SECS,
                _ => return,
            };
            let factor = if page::hidden() { HIDDEN_FACTOR } else { 1 };
            TimeoutFuture::new(secs * factor * 1_000).await;
            if self.now() == mine {
                answer = get_video_stream(id).await;
            }
        }
    }

    /// Hands on what was answered. What plays is left alone, whatever else is offered: that nothing reloads or jumps when a
    /// stream gets ready is decided here.
    fn take(self, answer: &Answer) {
        let playing = self.src.get_untracked().is_some();
        let offered = url_of(answer).filter(|_| !playing && reaches(answer, playhead::now_ms()));
        let status = status_of(answer, playing || offered.is_some());
        let failed = matches!(status, PlayerStatus::Failed(_));
        // The status goes first: how a source is opened depends on it.
        self.status.set(status);
        if failed {
            self.src.set(None);
        } else if offered.is_some() {
            self.src.set(offered);
        }
    }

    async fn renew(self) {
        loop {
            TimeoutFuture::new(RENEW_AFTER_MS).await;
            let Some((id, _)) = self.now() else { return };
            let fresh = url_of(&get_video_stream(id).await);
            self.state.try_update_value(|state| state.spare = fresh);
        }
    }
}

fn url_of(answer: &Answer) -> Option<String> {
    answer.as_ref().ok().and_then(|state| state.hls_url.clone())
}

/// Whether what is offered contains the moment where the person is. A stream that had to be begun anew has to get there
/// first.
fn reaches(answer: &Answer, ms: i64) -> bool {
    answer.as_ref().is_ok_and(|state| {
        let there = state.progress.as_ref().map_or(0, |progress| progress.playable_ms);
        state.status == StreamStatus::Ready || there >= ms
    })
}

/// `playing`: there is a source to play, or one in use.
fn status_of(answer: &Answer, playing: bool) -> PlayerStatus {
    match answer {
        Ok(state) => match state.status {
            StreamStatus::Ready => PlayerStatus::Ready,
            StreamStatus::Generating => {
                let line = state.progress.as_ref().map(making::words).unwrap_or_default();
                if playing { PlayerStatus::Growing(line) } else { PlayerStatus::Preparing(line) }
            }
            StreamStatus::Failed => PlayerStatus::Failed(state.error_message.clone().unwrap_or_default()),
        },
        Err(error) => match error.code {
            ErrorCode::Unauthorized => PlayerStatus::SignedOut,
            ErrorCode::Network => PlayerStatus::Lost,
            _ => PlayerStatus::Failed(error.message.clone()),
        },
    }
}
