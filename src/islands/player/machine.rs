//! Loads a source, keeps its place when it has to be loaded again, and mends what breaks.

use super::{PlayerStatus, bar::Bar, keyboard};
use crate::browser::{
    dom::{self, Listener},
    engine::{self, Engine},
    keymap::Action,
    page, playhead,
    recovery::{Fault, Recovery, Remedy},
};
use leptos::{prelude::*, task::spawn_local};
use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

/// After this long without a move the bar steps back.
const IDLE_MS: f64 = 2_500.0;
const NO_PLAYER: &str = "This browser cannot play recordings. A current Chrome, Firefox, Edge or Safari can.";
const BROKEN: &str = "This recording cannot be played on from here. Try again; if it stays so, upload it once more.";

/// What the machine asks of whoever feeds it.
#[derive(Clone, Copy)]
pub struct Hooks {
    pub on_retry: Callback<()>,
    pub on_expired: Callback<()>,
    pub on_first_play: Callback<()>,
}

/// One player, gone completely when dropped.
pub struct Machine {
    me: Weak<Self>,
    bar: Rc<Bar>,
    hooks: Hooks,
    auto_play: bool,
    engine: RefCell<Option<Engine>>,
    recovery: Cell<Recovery>,
    /// Counts sources: what was started for an older one must not speak any more.
    turn: Cell<u32>,
    url: RefCell<Option<String>>,
    /// What the page knows, and what went wrong here, which weighs more.
    status: RefCell<PlayerStatus>,
    fault: RefCell<Option<PlayerStatus>>,
    /// Whether the source has to be loaded again, or only the sentence taken away.
    broken: Cell<bool>,
    /// Where it was, for the next load.
    position: Cell<i64>,
    started: Cell<bool>,
    /// It was playing when its source was taken away.
    going: Cell<bool>,
    /// It ran into the end of what there is so far, and waits there for more.
    held: Cell<bool>,
    stirred_at: Cell<f64>,
    listeners: RefCell<Vec<Listener>>,
}

impl Machine {
    pub fn new(bar: Rc<Bar>, hooks: Hooks, auto_play: bool) -> Rc<Self> {
        playhead::attach(&bar.video);
        let asked = page::query("t").and_then(|t| t.parse::<i64>().ok()).unwrap_or(0).max(0);
        let machine = Rc::new_cyclic(|me| Self {
            me: me.clone(),
            bar,
            hooks,
            auto_play,
            engine: RefCell::default(),
            recovery: Cell::default(),
            turn: Cell::new(0),
            url: RefCell::default(),
            status: RefCell::new(PlayerStatus::Preparing(String::new())),
            fault: RefCell::default(),
            broken: Cell::new(false),
            position: Cell::new(asked * 1000),
            started: Cell::new(false),
            going: Cell::new(false),
            held: Cell::new(false),
            stirred_at: Cell::new(0.0),
            listeners: RefCell::default(),
        });
        machine.listen();
        machine
    }

    /// What the page knows about the stream.
    pub fn set_status(&self, status: PlayerStatus) {
        // What covers the picture ends it as well. It goes on from there once there is something to play again.
        if status.covers() && self.engine.borrow().is_some() {
            self.going.set(!self.bar.video.paused());
            self.engine.take();
        }
        self.status.replace(status);
        self.paint();
    }

    /// What to play from now on, at the same moment as before. Nothing: the source of now is refused, another one will come.
    pub fn set_source(&self, url: Option<String>) {
        self.url.replace(url);
        self.open();
    }

    fn open(&self) {
        let (Some(url), Some(me)) = (self.url.borrow().clone(), self.me.upgrade()) else { return };
        let turn = self.turn.get() + 1;
        self.turn.set(turn);
        spawn_local(async move {
            let growing = me.status.borrow().is_growing();
            let choice = engine::choose(&me.bar.video, growing).await;
            if me.turn.get() != turn {
                return;
            }
            let Some(choice) = choice else { return me.fail(PlayerStatus::Failed(NO_PLAYER.into())) };
            let wanted = playhead::take_wanted();
            // A jump made on the empty element is only kept there, and so is a wish to play: attaching forgets both.
            let at = wanted.unwrap_or_else(|| me.position.get().max(me.bar.position())) as f64 / 1000.0;
            let going = me.going.take() || me.auto_play || wanted.is_some() || !me.bar.video.paused();
            let guard = me.me.clone();
            let on_fault = move |fault| {
                if let Some(me) = guard.upgrade() {
                    me.mend(fault);
                }
            };
            // One after the other: dropping the old engine empties the element.
            me.engine.take();
            me.bar.growing.set(growing);
            me.engine.replace(Some(Engine::open(&me.bar.video, choice, &url, at, on_fault)));
            me.broken.set(false);
            me.say(None);
            if going {
                playhead::play(&me.bar.video);
            }
        });
    }

    fn mend(&self, fault: Fault) {
        // Another source is on its way: what this one says does not matter any more.
        if self.url.borrow().is_none() {
            return;
        }
        let mut recovery = self.recovery.get();
        let remedy = recovery.decide(fault, page::online(), page::now_ms());
        self.recovery.set(recovery);
        match remedy {
            Remedy::Wait => {}
            Remedy::NewGrant => self.hooks.on_expired.run(()),
            Remedy::RecoverMedia if self.engine.borrow().as_ref().is_some_and(Engine::recover_media) => {}
            Remedy::RecoverMedia => self.open(),
            Remedy::Lost => self.fail(PlayerStatus::Lost),
            Remedy::GiveUp => self.fail(PlayerStatus::Failed(BROKEN.into())),
        }
    }

    fn fail(&self, fault: PlayerStatus) {
        self.broken.set(true);
        self.say(Some(fault));
    }

    fn say(&self, fault: Option<PlayerStatus>) {
        self.fault.replace(fault);
        self.paint();
    }

    fn retry(&self) {
        let fault = self.fault.take();
        if fault.is_some() {
            self.bar.buffering(true);
            self.paint();
        }
        match fault {
            // The old URL may have run out meanwhile, so a new one is asked for.
            Some(PlayerStatus::Lost) => self.hooks.on_expired.run(()),
            _ => self.hooks.on_retry.run(()),
        }
    }

    fn paint(&self) {
        let (fault, status) = (self.fault.borrow(), self.status.borrow());
        let (status, frame) = (fault.as_ref().unwrap_or(&status), &self.bar.frame);
        dom::set_attr(frame, "data-status", status.name());
        dom::show(frame, "[data-notice=preparing]", status.is_preparing());
        dom::show(frame, ".making", status.is_growing());
        // Before anything is known the server's own words stand there.
        for line in dom::find_all(frame, "[data-making]").iter().filter(|_| !status.making().is_empty()) {
            dom::set_text(line, status.making());
        }
        dom::write(frame, "[data-sentence-of]", status.sentence());
        dom::show(frame, "[data-notice=trouble]", !status.sentence().is_empty());
        let signed_out = *status == PlayerStatus::SignedOut;
        dom::show(frame, "[data-act=retry]", !signed_out);
        dom::show(frame, ".notice a", signed_out);
        if let Some(link) = dom::find(frame, ".notice a").filter(|_| signed_out) {
            // The path of this page needs no escaping in a query; the question mark and equals sign do.
            let second = (self.position.get() / 1000).to_string();
            dom::set_attr(&link, "href", &["/sign-in?next=", &page::path(), "%3Ft%3D", &second].concat());
        }
    }

    fn heard(&self, event: &str) {
        if self.bar.is_loaded() {
            self.position.set(self.bar.position());
        }
        match event {
            "loadeddata" => {
                if let Some(ms) = playhead::take_wanted() {
                    playhead::seek_ms(ms);
                }
            }
            // The end of what there is so far: the element stops, the person does not.
            "ended" if !self.bar.is_whole() => {
                self.held.set(true);
                self.bar.buffering(true);
            }
            "durationchange" if self.held.get() && self.bar.has_more() => {
                self.held.set(false);
                playhead::play(&self.bar.video);
            }
            "play" | "seeking" => self.held.set(false),
            "playing" if !self.started.replace(true) => self.hooks.on_first_play.run(()),
            "timeupdate" => {
                let still = page::now_ms() - self.stirred_at.get() > IDLE_MS;
                dom::flag(&self.bar.frame, "data-idle", still && !self.bar.video.paused());
            }
            _ => {}
        }
    }

    fn stir(&self) {
        self.stirred_at.set(page::now_ms());
        dom::flag(&self.bar.frame, "data-idle", false);
    }

    fn listen(&self) {
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
            match act {
                "play" => me.bar.act(Action::TogglePlay),
                "mute" => me.bar.act(Action::ToggleMute),
                "fullscreen" => me.bar.act(Action::ToggleFullscreen),
                _ => me.retry(),
            }
        }));
        for event in ["pointermove", "focusin"] {
            let stir = with(Self::stir);
            all.push(dom::listen(&self.bar.frame, event, move |_| stir()));
        }
        all.extend(keyboard::listen(self.bar.clone()));
        let offline = with(|me| me.say(Some(PlayerStatus::Lost)));
        all.extend(page::on_window("offline", move |_| offline()));
        let online = with(|me| {
            let lost = *me.fault.borrow() == Some(PlayerStatus::Lost);
            match (lost, me.broken.get()) {
                (true, true) => me.retry(),
                (true, false) => me.say(None),
                _ => {}
            }
        });
        all.extend(page::on_window("online", move |_| online()));
        // Leaving frees decoder and connection at once; a page that comes back from the cache starts again.
        let leave = with(|me| drop(me.engine.take()));
        all.extend(page::on_window("pagehide", move |_| leave()));
        all.extend(page::on_return(with(Self::open)));
        self.listeners.replace(all);
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.listeners.take();
        self.engine.take();
        playhead::detach();
    }
}
