//! What the browser brings along: small window, television, fullscreen, media keys. Buttons for what it has not are
//! hidden.

use super::Bar;
use crate::{
    browser::{
        dom::{self, Listener},
        elsewhere, fullscreen,
        keymap::{Action, SKIP_MS},
        media_session, page, playhead,
    },
    model::moment::moment_ms,
};
use std::rc::Rc;

/// What was resumed is old news once this much was played, or a jump led this far away.
const NEWS_MS: i64 = 10_000;

impl Bar {
    pub(super) fn listen_around(self: &Rc<Self>, all: &mut Vec<Listener>) {
        let (frame, video) = (&self.frame, &self.video);
        let has_picture = dom::find(frame, ".sound-card").is_none();
        dom::show(frame, "[data-act=pip]", has_picture && elsewhere::has_window(video));
        dom::show(frame, "[data-act=fullscreen]", fullscreen::offered(frame, video));
        for event in elsewhere::WINDOW_EVENTS {
            all.push(self.on(video, event, |bar, _| bar.switch("pip", "data-pip", elsewhere::in_window(&bar.video))));
        }
        all.push(self.on(video, elsewhere::SCREENS_EVENT, |bar, event| {
            dom::show(&bar.frame, "[data-act=airplay]", elsewhere::has_screen(event));
        }));
        all.push(self.on(frame, "fullscreenchange", |bar, _| bar.switch("fullscreen", "data-fullscreen", fullscreen::is_on())));
        all.extend(self.listen_to_captions());
        // A link to another moment of the page that is open.
        all.extend(page::on_window("hashchange", |_| {
            if let Some(ms) = page::hash().strip_prefix("#t=").and_then(moment_ms) {
                playhead::seek_ms(ms);
            }
        }));
    }

    /// Goes along with what the element does.
    pub(super) fn accompany(self: &Rc<Self>, event: &str) {
        match event {
            // Not before the first picture: until then everything else can wait.
            "loadeddata" => self.recall_captions(),
            "playing" | "pause" | "seeked" | "ratechange" | "durationchange" => self.tell_media_keys(),
            "timeupdate" => self.forget_resuming(),
            _ => {}
        }
    }

    /// Nothing before it first plays: a page that was only opened takes no media keys.
    pub(super) fn tell_media_keys(self: &Rc<Self>) {
        if !self.video.paused() && !self.announced.replace(true) {
            media_session::describe(&dom::attr(&self.video, "aria-label"), &dom::attr(&self.video, "poster"));
            let bar = Rc::downgrade(self);
            media_session::serve(Box::new(move |ask: &str, secs: Option<f64>| {
                if let Some(bar) = bar.upgrade() {
                    bar.asked(ask, secs.map(|secs| (secs * 1000.0) as i64));
                }
            }));
        }
        if self.announced.get() && self.is_loaded() {
            media_session::place(self.total(), self.position(), self.video.playback_rate());
        }
    }

    /// A media key. `ms` is how far or where to, where the key says so.
    fn asked(self: &Rc<Self>, ask: &str, ms: Option<i64>) {
        match ask {
            "play" => playhead::play(&self.video),
            "pause" => {
                let _ = self.video.pause();
            }
            "seekbackward" => self.act(Action::Skip(-ms.unwrap_or(SKIP_MS))),
            "seekforward" => self.act(Action::Skip(ms.unwrap_or(SKIP_MS))),
            _ => {
                if let Some(ms) = ms {
                    self.seek(ms);
                }
            }
        }
    }

    fn forget_resuming(&self) {
        let chip = dom::find(&self.frame, ".resumed:not([hidden])").filter(|_| self.is_loaded());
        if let Some(chip) = chip {
            let from = dom::attr(&self.frame, "data-at").parse::<i64>().unwrap_or(0);
            dom::flag(&chip, "hidden", (self.position() - from).abs() >= NEWS_MS);
        }
    }
}
