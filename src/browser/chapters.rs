//! Where the chapters begin, for whoever jumps between them.

use super::{dom, page};
use std::cell::RefCell;
use web_sys::HtmlElement;

/// So long after its beginning a chapter is gone back to, and not to the one before it.
const JUST_BEGUN_MS: i64 = 3_000;

thread_local! {
    /// Moment and title, in order; nothing as long as nobody said them.
    static ALL: RefCell<Option<Vec<(i64, String)>>> = const { RefCell::new(None) };
}

/// These are the chapters from now on.
pub fn set(all: Vec<(i64, String)>) {
    ALL.set(Some(all));
}

/// Moment and title of the next chapter (`by` is 1), or of the one to go back to (−1).
pub fn beside(now_ms: i64, by: i64) -> Option<(i64, String)> {
    ALL.with_borrow_mut(|all| {
        // Before the list is alive: as the server wrote it.
        let all = all.get_or_insert_with(written);
        let starts: Vec<i64> = all.iter().map(|(start, _)| *start).collect();
        step(&starts, now_ms, by).map(|i| all[i].clone())
    })
}

/// The chapters that stand in the page.
fn written() -> Vec<(i64, String)> {
    let items =
        page::document().and_then(|d| d.document_element()).map(|d| dom::find_all(&d, ".chapter-list [data-at]")).unwrap_or_default();
    let title = |item: &HtmlElement| dom::find(item, "[data-title]").and_then(|title| title.text_content()).unwrap_or_default();
    items.iter().map(|item| (dom::attr(item, "data-at").parse().unwrap_or(0), title(item))).collect()
}

fn step(starts: &[i64], now_ms: i64, by: i64) -> Option<usize> {
    if by > 0 {
        starts.iter().position(|start| *start > now_ms)
    } else {
        // In the first seconds, and before the first chapter, back means further back.
        starts.iter().rposition(|start| *start + JUST_BEGUN_MS <= now_ms).or_else(|| (!starts.is_empty()).then_some(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STARTS: [i64; 3] = [0, 60_000, 120_000];

    #[test]
    fn on_leads_to_the_next_and_nowhere_from_the_last() {
        assert_eq!(step(&STARTS, 0, 1), Some(1));
        assert_eq!(step(&STARTS, 60_000, 1), Some(2));
        assert_eq!(step(&STARTS, 125_000, 1), None);
        assert_eq!(step(&[], 0, 1), None);
    }

    #[test]
    fn back_leads_to_the_beginning_of_this_one_and_from_there_to_the_one_before() {
        assert_eq!(step(&STARTS, 90_000, -1), Some(1));
        assert_eq!(step(&STARTS, 61_000, -1), Some(0));
        assert_eq!(step(&STARTS, 1_000, -1), Some(0));
        assert_eq!(step(&[], 1_000, -1), None);
    }
}
