//! What the machine does when something goes wrong, and what it says.

use super::{Machine, PlayerStatus};
use crate::browser::{
    dom,
    engine::Engine,
    page,
    recovery::{Fault, Recovery, Remedy},
    stall::Stall,
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};

const BROKEN: &str = "This recording cannot be played on from here. Try again; if it stays so, upload it once more.";
const UNREACHABLE: &str = "The recording cannot be reached right now. Nothing is lost; try again in a moment.";

impl Machine {
    pub(super) fn mend(&self, fault: Fault) {
        // Another source is on its way: what this one says does not matter any more.
        if self.url.borrow().is_none() {
            return;
        }
        let mut recovery = self.recovery.get();
        let remedy = recovery.decide(fault, page::online(), page::now_ms());
        self.recovery.set(recovery);
        match remedy {
            Remedy::Wait => {}
            Remedy::NewGrant => self.refetch(),
            Remedy::Again { after_ms } => self.refetch_after(after_ms),
            Remedy::RecoverMedia if self.engine.borrow().as_ref().is_some_and(Engine::recover_media) => {}
            Remedy::RecoverMedia => self.open(),
            Remedy::Lost => self.fail(PlayerStatus::Lost),
            Remedy::Unreachable => self.fail(PlayerStatus::Failed(UNREACHABLE.into())),
            Remedy::Expired => self.fail(PlayerStatus::Expired),
            Remedy::GiveUp => self.fail(PlayerStatus::Failed(BROKEN.into())),
        }
    }

    /// A fresh source, to go on at the same moment: the spare one, or what the server has now.
    fn refetch(&self) {
        let has_spare = match (&*self.engine.borrow(), &*self.url.borrow()) {
            (Some(engine), Some(url)) => engine.is_behind(url),
            _ => false,
        };
        if has_spare {
            self.open();
        } else {
            self.hooks.on_expired.run(());
        }
    }

    fn refetch_after(&self, ms: u32) {
        self.bar.buffering(!self.bar.video.paused());
        let (guard, turn) = (self.me.clone(), self.turn.get());
        spawn_local(async move {
            TimeoutFuture::new(ms).await;
            if let Some(me) = guard.upgrade().filter(|me| me.turn.get() == turn) {
                me.refetch();
            }
        });
    }

    pub(super) fn fail(&self, fault: PlayerStatus) {
        self.broken.set(true);
        self.say(Some(fault));
    }

    pub(super) fn say(&self, fault: Option<PlayerStatus>) {
        self.fault.replace(fault);
        self.paint();
    }

    /// The person asks to try again, or the network is back: everything may be tried once more.
    pub(super) fn retry(&self) {
        self.recovery.set(Recovery::default());
        self.stall.set(Stall::default());
        let fault = self.fault.take();
        if fault.is_some() {
            self.bar.buffering(true);
            self.paint();
        }
        match fault {
            // The old address may have run out meanwhile, so a new one is asked for; and what hangs is opened anew.
            Some(PlayerStatus::Lost | PlayerStatus::Slow) => {
                self.broken.set(true);
                self.hooks.on_expired.run(());
            }
            _ => self.hooks.on_retry.run(()),
        }
    }

    pub(super) fn back_online(&self) {
        let lost = *self.fault.borrow() == Some(PlayerStatus::Lost);
        if self.broken.get() {
            self.retry();
        } else if lost {
            self.say(None);
        }
    }

    /// Looks, once a second, whether what should move does.
    pub(super) fn look(&self) {
        let video = &self.bar.video;
        let going = self.going.get() || (!video.paused() && !video.ended());
        let wanted = going && !self.broken.get() && !self.status.borrow().covers();
        let mut stall = self.stall.get();
        let stalled = stall.look(wanted, self.bar.position(), page::now_ms());
        self.stall.set(stall);
        dom::flag(&self.bar.frame, "data-stalled", stalled);
        self.bar.tell_waiting(wanted && self.bar.frame.has_attribute("data-buffering"));
        let said = self.fault.borrow().clone();
        match (stalled, said) {
            (true, None) if page::online() => {
                self.say(Some(PlayerStatus::Slow));
                self.stir_native();
            }
            (true, None) => self.say(Some(PlayerStatus::Lost)),
            (false, Some(PlayerStatus::Slow)) => self.say(None),
            _ => {}
        }
    }

    /// hls.js keeps trying by itself. A native player may stand still for ever: WebKitGTK's does now and then after a jump, when the
    /// machine is busy.
    fn stir_native(&self) {
        if !self.engine.borrow().as_ref().is_some_and(Engine::is_native) {
            return;
        }
        let mut recovery = self.recovery.get();
        let after = recovery.stands_still(page::now_ms());
        self.recovery.set(recovery);
        if let Some(ms) = after {
            self.refetch_after(ms);
        }
    }

    pub(super) fn paint(&self) {
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
        dom::show(frame, "[data-act=retry]", status.can_retry());
        let way_on = status.way_on(&page::path(), &(self.position.get() / 1000).to_string());
        dom::show(frame, ".notice a", way_on.is_some());
        if let (Some((words, href)), Some(link)) = (way_on, dom::find(frame, ".notice a")) {
            dom::set_text(&link, words);
            dom::set_attr(&link, "href", &href);
        }
    }
}
