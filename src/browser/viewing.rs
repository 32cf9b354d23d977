//! This page's viewing: what was played here, kept where a crash cannot reach it, and told to the server.
//!
//! Every time all of it is told, with a number that grows: the server takes the newest and nothing twice. What could not be told is
//! told by the next page. [`watching`](super::watching) has the rules of what counts.

use super::{
    beacon, memory, page,
    transfer::{Exchange, SOON_MS},
    watching::{Sight, Tracker, comes_again},
};
use std::cell::RefCell;

/// As much is lost at most when the tab crashes.
const KEEP_MS: f64 = 1_000.0;
/// Viewings of earlier pages that one page brings along.
const BROUGHT: usize = 20;
/// Batches on their way at the same time: a server that does not answer must not take the connections that the picture needs.
const AT_ONCE: usize = 2;

struct Viewing {
    video: String,
    person: String,
    id: String,
    /// On the person's clock: when the first of it was played, and the last.
    began: f64,
    played: f64,
    tracker: Tracker,
    /// The number that the server has taken, and the one that was kept here.
    told: i64,
    kept: (i64, f64),
    under_way: usize,
}

thread_local! {
    // All islands run in one WASM instance, and a page has one player.
    static NOW: RefCell<Option<Viewing>> = const { RefCell::new(None) };
}

/// What is sent: where to, what, and under which key it is kept here, and how.
struct Batch {
    key: String,
    value: String,
    path: String,
    body: String,
    seq: i64,
}

/// The page's player is awake. `found` are the stretches that it played before.
pub fn begin(video: String, person: String, found: &[(i64, i64)]) {
    let (began, played, told, kept) = (0.0, 0.0, 0, (0, 0.0));
    let (id, tracker, under_way) = (String::new(), Tracker::default(), 0);
    let mut viewing = Viewing { video, person, id, began, played, tracker, told, kept, under_way };
    viewing.renew();
    found.iter().for_each(|(from, to)| viewing.tracker.found(*from, *to));
    NOW.set(Some(viewing));
}

/// Looks at the player (see [`Tracker::look`]). Tells whether something was played since.
pub fn look(rate: f64, sight: Sight) -> bool {
    let (clock, now) = (page::clock_ms(), page::now_ms());
    with(|viewing| {
        if viewing.tracker.seq() > 0 && comes_again(now - viewing.played, sight) {
            viewing.keep(clock);
            viewing.renew();
        }
        let before = viewing.tracker.seq();
        viewing.tracker.look(clock, rate, sight);
        if viewing.tracker.seq() > before {
            viewing.played = now;
            // The page may have been open for long before.
            if before == 0 {
                viewing.began = now;
            }
        }
        if clock - viewing.kept.1 >= KEEP_MS {
            viewing.keep(clock);
        }
        viewing.tracker.seq() > before
    })
    .unwrap_or(false)
}

/// Tells the server what it does not know yet. What does not arrive is told the next time.
pub async fn tell() {
    let batch = with(|viewing| {
        let batch = viewing.batch();
        // The rest of a long one is a viewing of its own.
        if viewing.tracker.is_full() {
            viewing.renew();
        }
        batch.filter(|_| viewing.under_way < AT_ONCE).inspect(|_| viewing.under_way += 1)
    });
    let Some(batch) = batch.flatten() else { return };
    let taken = post(&batch.path, &batch.body).await;
    with(|viewing| {
        viewing.under_way = viewing.under_way.saturating_sub(1);
        if taken && viewing.key() == batch.key {
            viewing.told = viewing.told.max(batch.seq);
        }
    });
    if taken {
        forget(&batch.key, &batch.value);
    }
}

/// The page is being left: nobody will hear the answer.
pub fn part() {
    if let Some(batch) = with(Viewing::batch).flatten() {
        beacon::text(&batch.path, &batch.body);
    }
}

/// Tells what earlier pages of this person's could not tell, or could not be sure to have told.
pub async fn bring() {
    let Some(prefix) = with(|viewing| ["watched:", &*viewing.person, ":"].concat()) else { return };
    for key in memory::keys(&prefix).into_iter().take(BROUGHT) {
        let Some(value) = memory::get(&key).filter(|_| with(|viewing| viewing.key() != key).unwrap_or(true)) else { continue };
        let sent = match read(&key[prefix.len()..], &value) {
            Some((path, body)) => post(&path, &body).await,
            // Written by nobody we know.
            None => true,
        };
        if sent {
            forget(&key, &value);
        }
    }
}

/// What was told need not be kept here, unless there is more by now: this page or another tab may be at it.
fn forget(key: &str, value: &str) {
    if memory::get(key).as_deref() == Some(value) {
        memory::remove(key);
    }
}

impl Viewing {
    /// Begins an empty one.
    fn renew(&mut self) {
        self.id = random_id();
        self.began = page::now_ms();
        self.played = self.began;
        self.tracker = Tracker::default();
        self.told = 0;
        self.kept = (0, 0.0);
    }

    fn key(&self) -> String {
        ["watched:", &*self.person, ":", &self.video, ":", &self.id].concat()
    }

    /// `{when it began}:{number}:{what was played}`.
    fn value(&self) -> String {
        [&*(self.began as i64).to_string(), ":", &*self.tracker.seq().to_string(), ":", &*self.tracker.written()].concat()
    }

    fn keep(&mut self, clock: f64) {
        let seq = self.tracker.seq();
        if seq > self.kept.0 && seq > self.told {
            memory::set(&self.key(), &self.value());
            self.kept = (seq, clock);
        }
    }

    /// What the server does not know yet, and keeps it until it does.
    fn batch(&mut self) -> Option<Batch> {
        let seq = self.tracker.seq();
        if seq == self.told {
            return None;
        }
        let (key, value) = (self.key(), self.value());
        memory::set(&key, &value);
        self.kept.0 = seq;
        let (path, body) = read(&[&*self.video, ":", &*self.id].concat(), &value)?;
        Some(Batch { key, value, path, body, seq })
    }
}

fn with<T>(f: impl FnOnce(&mut Viewing) -> T) -> Option<T> {
    NOW.with_borrow_mut(|viewing| viewing.as_mut().map(f))
}

/// The request for what was kept under `{video}:{viewing}`.
fn read(key: &str, value: &str) -> Option<(String, String)> {
    let (video, id) = key.split_once(':')?;
    let (began, rest) = value.split_once(':')?;
    let (seq, plays) = rest.split_once(':')?;
    let age = page::now_ms() as i64 - began.parse::<i64>().ok()?;
    let body = ["{\"viewing\":\"", id, "\",\"seq\":", seq, ",\"age_ms\":", &*age.to_string(), ",\"plays\":", plays, "}"].concat();
    Some((["/api/videos/", video, "/watched"].concat(), body))
}

/// Whether the server has it, or will never want it.
async fn post(path: &str, body: &str) -> bool {
    let Some(sent) = Exchange::open("POST", path) else { return false };
    sent.header("Content-Type", "application/json");
    sent.within(SOON_MS);
    // Signed out, too many, no server: there will be a better time.
    matches!(sent.send_text(body).await, Some((200..=299 | 400 | 403 | 404 | 413 | 422, _)))
}

/// 128 bits. Not from `crypto`: that has no ids to give where a page came over plain http, and nothing here is a secret.
fn random_id() -> String {
    let mut id = String::new();
    for _ in 0..4 {
        let mut word = (js_sys::Math::random() * 4_294_967_296.0) as u32;
        for _ in 0..8 {
            id.extend(char::from_digit(word & 15, 16));
            word >>= 4;
        }
    }
    id
}
