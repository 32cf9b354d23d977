//! Loads a source, keeps its place when it has to be loaded again ([`hearing`] follows it), and mends what breaks ([`mending`]).

mod hearing;
mod mending;

use super::{PlayerStatus, bar::Bar};
use crate::browser::{
    chooser::Choice,
    dom::{self, Listener},
    engine::{self, Engine, Missing},
    playhead,
    recovery::{Fault, Recovery},
    renewal,
    stall::Stall,
};
use gloo_timers::callback::Interval;
use leptos::{prelude::*, task::spawn_local};
use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

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
    stall: Cell<Stall>,
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
    /// It is to play as soon as it can: it was asked to, or it played when its source was taken away.
    going: Cell<bool>,
    /// There is something on the element that can be told to play.
    attached: Cell<bool>,
    /// It ran into the end of what there is so far, and waits there for more.
    held: Cell<bool>,
    stirred_at: Cell<f64>,
    listeners: RefCell<Vec<Listener>>,
    ticker: RefCell<Option<Interval>>,
}

impl Machine {
    pub fn new(bar: Rc<Bar>, hooks: Hooks, auto_play: bool) -> Rc<Self> {
        playhead::attach(&bar.video);
        let start = dom::attr(&bar.frame, "data-at").parse().unwrap_or(0);
        let machine = Rc::new_cyclic(|me| Self {
            me: me.clone(),
            bar,
            hooks,
            auto_play,
            engine: RefCell::default(),
            recovery: Cell::default(),
            stall: Cell::default(),
            turn: Cell::new(0),
            url: RefCell::default(),
            status: RefCell::new(PlayerStatus::Preparing(String::new())),
            fault: RefCell::default(),
            broken: Cell::new(false),
            position: Cell::new(start),
            started: Cell::new(false),
            going: Cell::new(engine::release()),
            attached: Cell::new(false),
            held: Cell::new(false),
            stirred_at: Cell::new(0.0),
            listeners: RefCell::default(),
            ticker: RefCell::default(),
        });
        machine.listen();
        machine
    }

    /// What the page knows about the stream.
    pub fn set_status(&self, status: PlayerStatus) {
        // What covers the picture ends it as well. It goes on from there once there is something to play again.
        if status.covers() && self.engine.borrow().is_some() {
            self.going.set(self.going.get() || !self.bar.video.paused());
            self.close();
        }
        self.status.replace(status);
        self.paint();
    }

    /// What to play from now on, at the same moment as before. Nothing: the source of now is refused, another one will come.
    pub fn set_source(&self, url: Option<String>) {
        let before = self.url.replace(url.clone());
        let Some(url) = url else { return };
        let refused = before.is_none();
        let (playing, renewed) = {
            let engine = self.engine.borrow();
            let usable = engine.as_ref().filter(|_| !self.broken.get());
            (engine.is_some(), usable.is_some_and(|engine| engine.renew(&url, refused)))
        };
        match (renewed, refused) {
            (true, true) => self.say(None),
            (false, true) => self.open(),
            // What plays is not replaced by something that is only newer.
            (false, false) if playing => drop(self.url.replace(before)),
            _ => {}
        }
    }

    fn open(&self) {
        let (Some(url), Some(me)) = (self.url.borrow().clone(), self.me.upgrade()) else { return };
        let turn = self.next_turn();
        spawn_local(async move {
            let growing = me.status.borrow().is_growing();
            let number = |name| dom::attr(&me.bar.frame, name).parse().unwrap_or(0);
            let fleeting = renewal::runs_out(number("data-expires"), number("data-duration"));
            let chosen = engine::choose(&me.bar.video, growing || fleeting).await;
            if me.turn.get() != turn {
                return;
            }
            match chosen {
                Ok(choice) => me.load(choice, &url, growing),
                Err(Missing::Player) => me.fail(PlayerStatus::NoPlayer),
                Err(Missing::Script) => me.mend(Fault::NETWORK),
            }
        });
    }

    fn load(&self, choice: Choice, url: &str, growing: bool) {
        let video = &self.bar.video;
        let guard = self.me.clone();
        let on_fault: Rc<dyn Fn(Fault)> = Rc::new(move |fault| {
            if let Some(me) = guard.upgrade() {
                me.mend(fault);
            }
        });
        self.bar.growing.set(growing);
        let going = self.going.get() || !video.paused() || (self.auto_play && !self.started.get());
        self.going.set(going);
        let adopted = Engine::adopt(video, choice, url, &on_fault);
        let is_adopted = adopted.is_some();
        if is_adopted && !video.paused() {
            // It could only be told to because it is ready; the event that says so may still be on its way, and is no second wish.
            self.attached.set(true);
        }
        let engine = adopted.unwrap_or_else(|| {
            let wanted = playhead::take_wanted();
            self.going.set(going || wanted.is_some());
            // A jump made on the empty element is only kept there, and attaching forgets it.
            let at = wanted.unwrap_or_else(|| self.position.get().max(self.bar.position()));
            self.position.set(at);
            // One after the other: dropping the old engine empties the element.
            self.close();
            // Or an event that is still on its way would be taken for a second wish.
            let _ = video.pause();
            Engine::open(video, choice, url, at as f64 / 1000.0, &on_fault)
        });
        let (guard, turn) = (self.me.clone(), self.turn.get());
        engine.when_attached(Box::new(move || {
            if let Some(me) = guard.upgrade().filter(|me| me.turn.get() == turn) {
                me.begin();
            }
        }));
        self.engine.replace(Some(engine));
        self.broken.set(false);
        // What has just been opened has not stood still yet.
        self.stall.set(Stall::default());
        self.say(None);
        if is_adopted {
            self.catch_up();
        }
    }

    fn begin(&self) {
        self.attached.set(true);
        if self.going.take() {
            playhead::play(&self.bar.video);
        }
    }

    /// Takes everything off the element.
    fn close(&self) {
        self.attached.set(false);
        self.engine.take();
    }

    /// Ends what was begun for the sources so far.
    fn next_turn(&self) -> u32 {
        self.turn.set(self.turn.get() + 1);
        self.turn.get()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.listeners.take();
        self.ticker.take();
        self.engine.take();
        playhead::detach();
    }
}
