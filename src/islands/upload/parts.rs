//! Sending the parts of one file, three at a time, each with its own patience.

use super::{Phase, Upload, pace::Pace, stop};
use crate::{
    browser::{page, remote::get_upload, transfer},
    model::{AppError, ErrorCode, PartUrl, VideoId, upload::part_len},
};
use gloo_timers::future::TimeoutFuture;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

/// Three lanes fill a long line; more only starve each other.
const LANES: usize = 3;
const TRIES: u32 = 5;
/// The first pause before trying again; it doubles each time: 1, 2, 4, 8 s.
const BACK_OFF_MS: u32 = 1_000;
/// How often a page without network looks whether it is back.
const OFFLINE_POLL_MS: u32 = 1_000;
/// The card is repainted at most this often.
const REPAINT_MS: f64 = 150.0;

/// What is still to be sent.
pub struct Plan {
    pub id: VideoId,
    pub part_size: i64,
    /// Bytes the bucket has already.
    pub received: i64,
    pub missing: Vec<PartUrl>,
}

/// What the lanes share.
struct Shared {
    upload: Rc<Upload>,
    id: VideoId,
    part_size: i64,
    queue: RefCell<Vec<PartUrl>>,
    done: Cell<i64>,
    /// Bytes of each lane's part that are on their way.
    flying: [Cell<i64>; LANES],
    pace: RefCell<Pace>,
    painted: Cell<f64>,
}

pub async fn send(upload: Rc<Upload>, plan: Plan) -> Result<(), AppError> {
    let mut queue = plan.missing;
    // Taken from the end: the first parts go first.
    queue.reverse();
    let shared = Rc::new(Shared {
        upload,
        id: plan.id,
        part_size: plan.part_size,
        queue: RefCell::new(queue),
        done: Cell::new(plan.received),
        flying: Default::default(),
        pace: RefCell::default(),
        painted: Cell::new(0.0),
    });
    shared.paint(true);
    stop::all((0..LANES).map(|lane| -> stop::Lane<AppError> { Box::pin(run_lane(shared.clone(), lane)) }).collect()).await
}

async fn run_lane(shared: Rc<Shared>, lane: usize) -> Result<(), AppError> {
    let next = || shared.queue.borrow_mut().pop();
    while let Some(part) = next() {
        let number = part.number;
        send_part(&shared, lane, part).await?;
        shared.flying[lane].set(0);
        shared.done.set(shared.done.get() + part_len(shared.upload.size, shared.part_size, number));
        shared.paint(true);
    }
    Ok(())
}

async fn send_part(shared: &Rc<Shared>, lane: usize, part: PartUrl) -> Result<(), AppError> {
    let from = (part.number - 1) * shared.part_size;
    let to = from + part_len(shared.upload.size, shared.part_size, part.number);
    let mut url = part.url;
    for attempt in 0..TRIES {
        let progress = shared.clone();
        let sent = transfer::put(&url, &shared.upload.file, from, to, move |bytes| {
            progress.flying[lane].set(bytes);
            progress.paint(false);
        });
        let Err(status) = sent.await else { return Ok(()) };
        shared.flying[lane].set(0);
        shared.paint(true);
        // A refusal on the first try is an expired URL: a fresh one needs no pause.
        if status != 403 || attempt > 0 {
            TimeoutFuture::new(BACK_OFF_MS << attempt).await;
        }
        wait_for_network(shared).await;
        match get_upload(shared.id).await {
            Ok(now) => match now.parts.into_iter().find(|p| p.number == part.number) {
                Some(fresh) => url = fresh.url,
                // It did arrive; only the answer was lost.
                None => return Ok(()),
            },
            Err(error) if error.code == ErrorCode::Network => {}
            Err(error) => return Err(error),
        }
    }
    Err(AppError::new(
        ErrorCode::Network,
        "The upload does not get through. Everything sent so far is kept; press Retry to go on from there.",
    ))
}

async fn wait_for_network(shared: &Shared) {
    while !page::online() {
        shared.upload.set_phase(Phase::Offline);
        TimeoutFuture::new(OFFLINE_POLL_MS).await;
    }
    if shared.upload.is(|phase| matches!(phase, Phase::Offline)) {
        shared.upload.set_phase(Phase::Uploading);
    }
}

impl Shared {
    /// Puts the numbers on the card; `now` without waiting for the next repaint.
    fn paint(&self, now: bool) {
        let time = page::now_ms();
        if now || time - self.painted.get() >= REPAINT_MS {
            self.painted.set(time);
            let bytes = self.done.get() + self.flying.iter().map(Cell::get).sum::<i64>();
            let speed = self.pace.borrow_mut().sample(time, bytes);
            self.upload.set_progress(bytes.min(self.upload.size), speed);
        }
    }
}
