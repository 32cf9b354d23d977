//! What is searched: all sentences as one folded text, made in pieces when it is needed first, or when sentences have changed.

use super::Panel;
use crate::browser::idle::Pace;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, JsString, RegExp};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

/// Who waits for the folded text looks for it this often, in milliseconds.
const LOOK_MS: u32 = 20;

/// One search through one text costs a millisecond, 10,000 small ones would cost thirty.
pub struct Hay {
    text: JsString,
    /// Where each sentence begins in it.
    begins: Vec<u32>,
    /// The state of the sentences that it was made from.
    turn: u32,
}

impl Hay {
    /// The next sentence that contains `needle`, from a position of the text on, and where the sentence behind it begins.
    pub fn next(&self, needle: &str, from: u32) -> Option<(usize, Option<u32>)> {
        let position = u32::try_from(self.text.index_of(needle, from as i32)).ok()?;
        let index = self.begins.partition_point(|begin| *begin <= position).checked_sub(1)?;
        Some((index, self.begins.get(index + 1).copied()))
    }
}

/// The one that was made last.
#[derive(Default)]
pub struct Barn {
    hay: RefCell<Option<Rc<Hay>>>,
    /// Whether one is being made.
    making: Cell<bool>,
}

/// Lower case without accents: `É` becomes `e`. What Chinese and Japanese write as wide as their own signs (`Ａ`) becomes plain.
pub fn fold(text: &JsString) -> JsString {
    thread_local! {
        static MARKS: RegExp = RegExp::new(r"\p{M}", "gu");
    }
    let apart = text.normalize("NFKD");
    MARKS.with(|marks| apart.replace_by_pattern(marks, "")).to_lower_case()
}

impl Panel {
    /// The folded text. Who comes while it is being made waits for it.
    pub async fn hay(self: &Rc<Self>) -> Rc<Hay> {
        let barn = &self.search.barn;
        loop {
            self.loaded().await;
            let known = barn.hay.borrow().clone();
            if let Some(hay) = known.filter(|hay| hay.turn == self.lines.turn.get()) {
                return hay;
            }
            if barn.making.replace(true) {
                TimeoutFuture::new(LOOK_MS).await;
                continue;
            }
            let hay = self.make_hay().await;
            barn.making.set(false);
            barn.hay.replace(Some(Rc::new(hay)));
        }
    }

    async fn make_hay(&self) -> Hay {
        let (turn, parts, mut begins, mut position, mut pace) = (self.lines.turn.get(), Array::new(), Vec::new(), 0, Pace::begin());
        for index in 0..self.lines.len() {
            let part = fold(&self.lines.text(index));
            begins.push(position);
            position += part.length() + 1;
            parts.push(&part);
            if index % 64 == 0 {
                pace.rest().await;
                if self.lines.turn.get() != turn {
                    break;
                }
            }
        }
        // A sign that nobody can type, so that no hit spans two sentences.
        Hay { text: parts.join("\u{0}"), begins, turn }
    }
}
