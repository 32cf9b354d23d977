//! Plays one HLS source, and mends what breaks. Where the source comes from is somebody else's business.

use super::{PlayerStatus, controls::Controls, keyboard, notice::Notice, transport::Transport};
use crate::browser::{
    dom::{self, Listener},
    early,
    engine::{self, Engine},
    keymap::Action,
    playhead,
    recovery::{Fault, Recovery, Remedy},
};
use crate::islands::icon::{Icon, IconView};
use leptos::{prelude::*, task::spawn_local};

/// After this long without a move the bar steps back.
const IDLE_MS: f64 = 2_500.0;
const NO_PLAYER: &str = "This browser cannot play recordings. A current Chrome, Firefox, Edge or Safari can.";
const BROKEN: &str = "This recording cannot be played to its end here. Try again; if it stays so, upload it once more.";

/// The player: picture, bar, keyboard, and a sentence for everything that can go wrong.
#[component]
pub fn HlsPlayer(
    /// What to play. A new value while playing goes on at the same moment.
    src: Signal<Option<String>>,
    /// What the server knows about it.
    status: Signal<PlayerStatus>,
    /// The person asks to try again, or the network came back.
    on_retry: Callback<()>,
    /// The source was refused: a new one, please.
    on_expired: Callback<()>,
    /// The first frame moved.
    on_first_play: Callback<()>,
    #[prop(optional, into)] class: String,
    #[prop(optional)] auto_play: bool,
    poster: Option<String>,
    /// Known before the recording is loaded.
    #[prop(optional)]
    duration_ms: i64,
) -> impl IntoView {
    let t = Transport::new(duration_ms);
    let slot = StoredValue::new_local(None::<Engine>);
    let recovery = StoredValue::new(Recovery::default());
    // Counts sources: what was started for an older one must not speak any more.
    let turn = StoredValue::new(0_u32);
    let fault = RwSignal::new(None::<PlayerStatus>);
    let status = Signal::derive(move || fault.get().unwrap_or_else(|| status.get()));
    // Whether the source has to be loaded again, or only the sentence taken away.
    let broken = StoredValue::new(false);
    let reopen = RwSignal::new(0_u32);
    let idle = RwSignal::new(false);
    let moved_at = StoredValue::new(0.0_f64);
    let played = StoredValue::new(false);

    let on_fault = move |found: Fault| {
        let remedy = recovery.try_update_value(|r| r.decide(found, dom::online(), dom::now_ms()));
        match remedy {
            Some(Remedy::NewGrant) => on_expired.run(()),
            Some(Remedy::RecoverMedia) => {
                if !slot.with_value(|engine| engine.as_ref().is_some_and(Engine::recover_media)) {
                    reopen.update(|n| *n += 1);
                }
            }
            Some(Remedy::Lost) => {
                broken.set_value(true);
                fault.set(Some(PlayerStatus::Lost));
            }
            Some(Remedy::GiveUp) => {
                broken.set_value(true);
                fault.set(Some(PlayerStatus::Failed(BROKEN.into())));
            }
            Some(Remedy::Wait) | None => {}
        }
    };

    // The source goes onto the element; a new one goes on where the old one was.
    Effect::new(move |_| {
        reopen.track();
        let (Some(url), Some(video)) = (src.get(), t.video.get()) else { return };
        let mine = turn.try_update_value(|n| { *n += 1; *n });
        spawn_local(async move {
            let choice = engine::choose(&video).await;
            if turn.try_get_value() != mine {
                return;
            }
            let Some(choice) = choice else {
                fault.set(Some(PlayerStatus::Failed(NO_PLAYER.into())));
                return;
            };
            let wanted = playhead::take_wanted();
            let at = wanted.or_else(|| (t.position.get_untracked() == 0).then(playhead::from_address).flatten());
            // A jump made on the empty element is only kept there, and so is a wish to play: attaching forgets both.
            let at = at.unwrap_or_else(|| t.position.get_untracked().max((video.current_time() * 1000.0) as i64));
            let go_on = auto_play || wanted.is_some() || !video.paused();
            // One after the other: dropping the old engine empties the element.
            slot.set_value(None);
            slot.set_value(Some(Engine::open(&video, choice, &url, at as f64 / 1000.0, on_fault)));
            broken.set_value(false);
            fault.set(None);
            if go_on {
                playhead::play(&video);
            }
        });
    });

    let retry = move || match fault.get_untracked() {
        // Our own trouble: the old URL may have run out meanwhile, so a new one is asked for.
        Some(_) => {
            fault.set(None);
            t.buffering.set(true);
            on_expired.run(());
        }
        None => on_retry.run(()),
    };
    let listeners = StoredValue::new_local(Vec::<Listener>::new());
    Effect::new(move |_| {
        let Some(video) = t.video.get() else { return };
        playhead::attach(&video);
        early::wake(&video);
        let mut all = t.follow(&video, move |event| match event {
            "playing" if !played.get_value() => {
                played.set_value(true);
                on_first_play.run(());
            }
            "loadeddata" => {
                if let Some(ms) = playhead::take_wanted() {
                    playhead::seek_ms(ms);
                }
            }
            "timeupdate" => idle.set(t.playing.get_untracked() && dom::now_ms() - moved_at.get_value() > IDLE_MS),
            _ => {}
        });
        all.extend(keyboard::listen(t));
        all.extend(dom::on_window("offline", move |_| fault.set(Some(PlayerStatus::Lost))));
        all.extend(dom::on_window("online", move |_| {
            match fault.get_untracked() {
                Some(PlayerStatus::Lost) if broken.get_value() => retry(),
                Some(PlayerStatus::Lost) => fault.set(None),
                _ => {}
            }
        }));
        // Leaving frees decoder and connection at once; a page that comes back from the cache starts again.
        all.extend(dom::on_window("pagehide", move |_| slot.set_value(None)));
        all.extend(dom::on_return(move || reopen.update(|n| *n += 1)));
        listeners.set_value(all);
    });
    on_cleanup(move || {
        turn.try_update_value(|n| *n += 1);
        listeners.try_update_value(Vec::clear);
        slot.try_update_value(|engine| *engine = None);
        playhead::detach();
    });

    let stir = move || {
        moved_at.set_value(dom::now_ms());
        idle.set(false);
    };
    view! {
        <div
            class=format!("player {class}")
            node_ref=t.frame
            data-player=""
            data-status=move || status.with(PlayerStatus::name)
            data-playing=move || t.playing.get()
            data-buffering=move || t.buffering.get()
            data-idle=move || idle.get()
            on:pointermove=move |_| stir()
            on:focusin=move |_| stir()
        >
            <video
                id="player"
                node_ref=t.video
                playsinline
                preload="metadata"
                poster=poster
                on:click=move |_| t.act(Action::TogglePlay)
            ></video>
            // For the eye only: a click anywhere on the picture plays, and the bar has the button with the name.
            <span class="big-play"><IconView icon=Icon::Play /></span>
            <Notice status transport=t on_retry=Callback::new(move |()| retry()) />
            <p class="script-needed">"Playing needs JavaScript. Everything else on this page can be read without."</p>
            <Controls transport=t />
        </div>
    }
}
