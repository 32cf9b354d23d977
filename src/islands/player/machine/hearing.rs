//! What the machine hears: the element, the buttons, the page.

use super::{Machine, PlayerStatus};
use crate::{
    browser::{dom, keymap::Action, page, playhead},
    islands::player::keyboard,
};
use gloo_timers::callback::Interval;
use leptos::prelude::*;
use std::rc::Rc;
use web_sys::HtmlMediaElement;

/// After this long without a move the bar steps back.
const IDLE_MS: f64 = 2_500.0;
/// How often it is looked whether playing moves.
const LOOK_MS: u32 = 1_000;

impl Machine {
    /// What happened before anybody here listened.
    pub(super) fn catch_up(&self) {
        let video = &self.bar.video;
        if video.ready_state() >= HtmlMediaElement::HAVE_CURRENT_DATA {
            self.heard("loadeddata");
            if !video.paused() {
                self.heard("playing");
            }
        }
    }

    fn heard(&self, event: &str) {
        let video = &self.bar.video;
        // An element that has no picture yet stands at 0, wherever it is to begin.
        if event == "seeking" || video.ready_state() >= HtmlMediaElement::HAVE_CURRENT_DATA {
            self.position.set(self.bar.position());
        }
        match event {
            "loadeddata" => {
                if let Some(ms) = playhead::take_wanted() {
                    playhead::seek_ms(ms);
                }
            }
            // Play was pressed before there is anything to play. What is put on the element then would forget it, and in
            // WebKitGTK never start at all: so it waits here. Pressed once more, it was not meant.
            "play" if !self.attached.get() && !video.paused() => {
                self.going.set(!self.going.get());
                let _ = video.pause();
            }
            "pause" if !self.attached.get() => self.bar.buffering(self.going.get()),
            // The end of what there is so far: the element stops, the person does not.
            "ended" if !self.bar.is_whole() => {
                self.held.set(true);
                self.bar.buffering(true);
            }
            "durationchange" if self.held.get() && self.bar.has_more() => {
                self.held.set(false);
                playhead::play(video);
            }
            "play" | "seeking" => self.held.set(false),
            "playing" if !self.started.replace(true) => self.hooks.on_first_play.run(()),
            "timeupdate" => {
                let now = page::now_ms();
                let mut recovery = self.recovery.get();
                recovery.plays(now);
                self.recovery.set(recovery);
                let still = now - self.stirred_at.get() > IDLE_MS;
                dom::flag(&self.bar.frame, "data-idle", still && !video.paused());
            }
            _ => {}
        }
    }

    fn stir(&self) {
        self.stirred_at.set(page::now_ms());
        dom::flag(&self.bar.frame, "data-idle", false);
    }

    /// Listens to everything, as long as the machine lives.
    pub(super) fn listen(&self) {
        // Weak: the listeners live in the machine and must not keep it alive.
        let with = |f: fn(&Self)| {
            let me = self.me.clone();
            move || {
                if let Some(me) = me.upgrade() {
                    f(&me);
                }
            }
        };
        let me = self.me.clone();
        let mut all = self.bar.listen(Rc::new(move |event| {
            if let Some(me) = me.upgrade() {
                me.heard(event);
            }
        }));
        let me = self.me.clone();
        all.push(dom::on_act(&self.bar.frame, move |act, _| {
            let Some(me) = me.upgrade() else { return };
            match Action::named(act) {
                Some(action) => me.bar.act(action),
                None if act == "retry" => me.retry(),
                None => {}
            }
        }));
        for event in ["pointermove", "focusin"] {
            let stir = with(Self::stir);
            all.push(dom::listen(&self.bar.frame, event, move |_| stir()));
        }
        all.extend(keyboard::listen(self.bar.clone()));
        let offline = with(|me| me.say(Some(PlayerStatus::Lost)));
        all.extend(page::on_window("offline", move |_| offline()));
        let online = with(Self::back_online);
        all.extend(page::on_window("online", move |_| online()));
        // Leaving frees decoder and connection at once; a page that comes back from the cache starts again.
        let leave = with(|me| {
            me.next_turn();
            me.close();
        });
        all.extend(page::on_window("pagehide", move |_| leave()));
        all.extend(page::on_return(with(Self::open)));
        self.listeners.replace(all);
        self.ticker.replace(Some(Interval::new(LOOK_MS, with(Self::look))));
    }
}
