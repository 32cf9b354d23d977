//! Around the player: [`VideoPlayer`] writes its markup on the server; [`LivePlayer`] is the island, which follows the stream.

use super::{PlayerStatus, hls_player::HlsPlayer, making, markup::PlayerMarkup};
use crate::{
    browser::{
        dom, page, playhead,
        remote::{get_video_stream, record_view, retry_video_stream},
        renewal,
    },
    islands::awake::with,
    model::{AppError, ErrorCode, StreamState, StreamStatus, Video, VideoId, stream::RETRY_AFTER_SECS},
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};

/// A page in the background asks this much less often.
const HIDDEN_FACTOR: u32 = 5;
/// Polls that may get no answer before the page says so.
const PATIENCE: u32 = 3;

type Answer = Result<StreamState, AppError>;

/// The player of one recording. `initial` is what the server found out while rendering the page.
#[component]
pub fn VideoPlayer(
    video: Video,
    initial: Answer,
    /// The moment that the address asks for, in milliseconds.
    asked_ms: Option<i64>,
    /// The address of the transcript as WebVTT, when there is one.
    captions: Option<String>,
    /// The transcript's language, as a BCP 47 tag.
    language: Option<String>,
    /// Who watches.
    viewer: String,
) -> impl IntoView {
    let Video { id, title, duration_ms, width, poster_url: poster, position_ms, .. } = video;
    let src = url_of(&initial);
    let expires_in = initial.as_ref().ok().and_then(|state| state.hls_expires_in);
    let status = status_of(&initial, src.is_some());
    let resumed = asked_ms.is_none() && position_ms.is_some();
    let at_ms = asked_ms.or(position_ms).unwrap_or(0);
    let duration_ms = duration_ms.unwrap_or(0);
    let sound = width.is_none();
    view! {
        <LivePlayer>
            <PlayerMarkup id src expires_in status poster duration_ms sound at_ms resumed captions language viewer title />
        </LivePlayer>
    }
}

/// Feeds the player: asks until the stream is there, renews what runs out, counts the view. What the server found out
/// stands in the markup, so that the first picture needs no further question.
#[island]
pub fn LivePlayer(children: Children) -> impl IntoView {
    let src = RwSignal::new(None);
    let status = RwSignal::new(PlayerStatus::Preparing(String::new()));
    let feed = Feed { src, status, state: StoredValue::new(State { id: None, turn: 0, lives: None, due: f64::INFINITY }) };
    // The player inside wakes up after this, and says so.
    with("[data-player]", move |frame| {
        let id = dom::attr(&frame, "data-id").parse().ok();
        feed.state.update_value(|state| state.id = id);
        let said = || dom::find(&frame, "[data-sentence-of]").and_then(|p| p.text_content()).unwrap_or_default();
        let found = match dom::attr(&frame, "data-status").as_str() {
            "ready" => PlayerStatus::Ready,
            "growing" => PlayerStatus::Growing(String::new()),
            "failed" => PlayerStatus::failed(said()),
            _ => PlayerStatus::Preparing(String::new()),
        };
        let being_made = found.is_preparing() || found.is_growing();
        status.set(found);
        src.set(frame.get_attribute("data-src"));
        feed.plan(dom::attr(&frame, "data-expires").parse().ok(), page::opened_at_ms());
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
            on_expired=Callback::new(move |()| {
                src.set(None);
                ask(Ask::Again);
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
    /// How long the source lives, in seconds, and when it is to be renewed.
    lives: Option<u32>,
    due: f64,
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
            let lost = matches!(&answer, Err(error) if matches!(error.code, ErrorCode::Network | ErrorCode::Unavailable));
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
        let failed = status.name() == "failed";
        // The status goes first: how a source is opened depends on it.
        self.status.set(status);
        if failed {
            self.src.set(None);
        } else if offered.is_some() {
            self.plan(lives(answer), page::now_ms());
            self.src.set(offered);
        }
    }

    /// The source was issued at `since` and lives `secs`: when to renew it. One of which nothing is known is not renewed. The
    /// frame says how long, since who plays it is a matter of that: there may have been no source when the page came.
    fn plan(self, secs: Option<u32>, since: f64) {
        let frame = page::document().and_then(|d| d.document_element()).and_then(|root| dom::find(&root, "[data-player]"));
        if let (Some(frame), Some(secs)) = (frame, secs) {
            dom::set_attr(&frame, "data-expires", &secs.to_string());
        }
        self.state.try_update_value(|state| {
            state.lives = secs;
            state.due = secs.map_or(f64::INFINITY, |secs| since + renewal::due_after_ms(secs));
        });
    }

    /// Fetches a fresh source before the present one runs out, as long as the page is there. A paused page may be played
    /// on at any moment; one that nobody sees or hears waits until somebody is back.
    async fn renew(self) {
        while let Some(due) = self.state.try_update_value(|state| state.due) {
            TimeoutFuture::new(renewal::nap_ms(due, page::now_ms())).await;
            let needed = !page::hidden() || page::has("[data-playing]");
            if page::now_ms() < due || !needed || self.src.try_get_untracked().flatten().is_none() {
                continue;
            }
            let Some((id, turn)) = self.now() else { return };
            let answer = get_video_stream(id).await;
            let still_asked = self.now() == Some((id, turn)) && self.src.get_untracked().is_some();
            match url_of(&answer) {
                _ if !still_asked => {}
                Some(url) => {
                    self.plan(lives(&answer), page::now_ms());
                    self.src.set(Some(url));
                }
                // Whoever is refused for good learns it from the player, which may have minutes of it loaded.
                None => {
                    self.state.try_update_value(|state| state.due = page::now_ms() + renewal::retry_after_ms(state.lives.unwrap_or(0)));
                }
            }
        }
    }
}

/// Seconds that the source in the answer lives.
fn lives(answer: &Answer) -> Option<u32> {
    answer.as_ref().ok()?.hls_expires_in
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
            StreamStatus::Failed => PlayerStatus::failed(state.error_message.clone().unwrap_or_default()),
        },
        Err(error) => PlayerStatus::of_error(error),
    }
}
