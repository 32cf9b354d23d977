//! Finding in the transcript. Case and accents do not count; a hit is a sentence, and lies on the seek bar too.
//!
//! [`hay`](super::hay) is what is searched, [`marks`](super::marks) shows what was found in it.

use super::{
    Panel,
    hay::{Barn, fold},
};
use crate::browser::{
    dom,
    idle::{Pace, breath},
    timeline::{self, Layer, Mark},
};
use leptos::task::spawn_local;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use web_sys::HtmlElement;

/// As many ticks as can be told apart on a seek bar.
const TICKS: i64 = 400;
/// What the seek bar's tip says of a hit, in characters.
const LABEL_CHARS: usize = 80;

#[derive(Default)]
pub struct Search {
    pub(super) barn: Barn,
    pub(super) found: RefCell<Found>,
    /// Whether the reader was led to what is searched.
    led: Cell<bool>,
    /// The row of the hit that is looked at.
    row: RefCell<Option<HtmlElement>>,
}

#[derive(Default)]
pub struct Found {
    /// Folded; empty when nothing is searched.
    pub(super) needle: String,
    /// The sentences that contain it, in order.
    pub(super) hits: Vec<usize>,
    /// Which of them is looked at.
    at: usize,
    turn: u32,
}

impl Panel {
    /// Searches for what stands in the field, and leads to the first hit from where the reader is.
    pub fn search(self: &Rc<Self>) {
        self.search.led.set(false);
        self.find_hits();
    }

    /// What is searched is searched again: the sentences have changed. The reader stays where they are.
    pub fn search_again(self: &Rc<Self>) {
        if self.is_searching() {
            self.find_hits();
        }
    }

    fn find_hits(self: &Rc<Self>) {
        let Some(field) = dom::find(&self.root, "[data-search]") else { return };
        let needle = String::from(fold(&dom::value(&field).trim().into()));
        let mine = {
            let mut found = self.search.found.borrow_mut();
            found.turn += 1;
            found.needle.clone_from(&needle);
            found.turn
        };
        let panel = self.clone();
        spawn_local(async move {
            let hits = if needle.is_empty() { Vec::new() } else { panel.find(&needle, mine).await };
            if panel.search.found.borrow().turn != mine {
                return;
            }
            let led = panel.search.led.replace(true);
            let from = panel.hit().filter(|_| led).unwrap_or_else(|| panel.reading_at());
            let first = hits.partition_point(|hit| *hit < from);
            {
                let mut found = panel.search.found.borrow_mut();
                found.at = if first < hits.len() { first } else { 0 };
                found.hits = hits;
            }
            panel.paint_found();
            // Each of these is felt by itself; together they would be a long task.
            let show: fn(&Rc<Self>) = if led { |panel| drop(panel.mark_hit()) } else { |panel| panel.look() };
            let works: [fn(&Rc<Self>); 3] = [|panel| panel.repaint_seen(), show, |panel| panel.tick_hits()];
            for work in works {
                breath().await;
                if panel.search.found.borrow().turn != mine {
                    return;
                }
                work(&panel);
            }
        });
    }

    pub fn is_searching(&self) -> bool {
        !self.search.found.borrow().needle.is_empty()
    }

    /// To the next hit, or the one before; around the ends.
    pub fn step(self: &Rc<Self>, by: isize) {
        let count = self.search.found.borrow().hits.len() as isize;
        if count > 0 {
            let at = (self.search.found.borrow().at as isize + by).rem_euclid(count);
            self.search.found.borrow_mut().at = at as usize;
            self.paint_found();
            self.look();
        }
    }

    /// Empties the field. False when it was empty.
    pub fn stop_searching(self: &Rc<Self>) -> bool {
        let Some(field) = dom::find(&self.root, "[data-search]").filter(|field| !dom::value(field).is_empty()) else { return false };
        dom::set_value(&field, "");
        self.search();
        true
    }

    /// The hit that is looked at.
    pub fn hit(&self) -> Option<usize> {
        let found = self.search.found.borrow();
        found.hits.get(found.at).copied()
    }

    /// Which sentences contain `needle`. Nothing, when the search was given up meanwhile.
    async fn find(self: &Rc<Self>, needle: &str, mine: u32) -> Vec<usize> {
        let hay = self.hay().await;
        let mut pace = Pace::begin();
        let (mut hits, mut from) = (Vec::new(), 0);
        // Typed on meanwhile.
        while self.search.found.borrow().turn == mine {
            let Some((index, next)) = hay.next(needle, from) else { return hits };
            hits.push(index);
            // One hit a sentence: on with the next one.
            let Some(next) = next else { return hits };
            from = next;
            if hits.len() % 256 == 0 {
                pace.rest().await;
            }
        }
        Vec::new()
    }

    fn paint_found(&self) {
        let found = self.search.found.borrow();
        let words = match (found.needle.is_empty(), found.hits.len()) {
            (true, _) => String::new(),
            (false, 0) => "No hit".to_owned(),
            (false, count) => [&*(found.at + 1).to_string(), " of ", &count.to_string()].concat(),
        };
        dom::write(&self.root, "[data-found]", &words);
        dom::show(&self.root, "[data-act=previous]", found.hits.len() > 1);
        dom::show(&self.root, "[data-act=next]", found.hits.len() > 1);
    }

    /// Leads to the hit. Following ends, or the talk would take it away again.
    fn look(self: &Rc<Self>) {
        let hit = self.mark_hit();
        let Some((index, row)) = hit else { return };
        self.stop_following();
        if !self.shows(&row) {
            self.bring(&row);
        }
        self.make_active(index);
    }

    /// Marks the row of the hit that is looked at, and no other.
    fn mark_hit(&self) -> Option<(usize, HtmlElement)> {
        let before = self.search.row.take();
        if let Some(row) = &before {
            let _ = row.remove_attribute("data-hit");
        }
        if let Some(index) = before.and_then(|row| self.lines.index_of(&row)) {
            self.paint_text(index);
        }
        let index = self.hit()?;
        let row = self.lines.row(index)?;
        dom::flag(&row, "data-hit", true);
        // It may be far from what is marked already.
        self.paint_text(index);
        self.search.row.replace(Some(row.clone()));
        Some((index, row))
    }

    /// The hits as ticks on the seek bar. Those too close to be told apart are one.
    fn tick_hits(&self) {
        let found = self.search.found.borrow();
        let width = self.lines.start(self.lines.len().saturating_sub(1)) / TICKS;
        let (mut marks, mut last) = (Vec::new(), i64::MIN);
        for index in &found.hits {
            let at_ms = self.lines.start(*index);
            if last == i64::MIN || at_ms - last > width {
                last = at_ms;
                let label = String::from(self.lines.text(*index)).chars().take(LABEL_CHARS).collect();
                marks.push(Mark { at_ms, end_ms: None, label });
            }
        }
        timeline::mark(Layer::Hits, &marks);
    }
}
