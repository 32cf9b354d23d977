//! Statistics of the recording: what is known when the page is made, and all of it, plots included, once somebody may want to see it.

mod facts;
mod money;
mod panel;

use crate::{
    browser::{dom, heat, playhead, remote::stats::stats_panel, timeline, viewing},
    model::{VideoId, VideoStats},
};
pub use facts::{Facts, seconds};
use leptos::{prelude::*, task::spawn_local};
pub use money::Bill;
pub use panel::{Days, StatsPanel, count};
use web_sys::HtmlElement;

/// The panel as the page brings it: without plots, which would make every page larger for the sake of few.
#[component]
pub fn StatsMarkup(id: VideoId, stats: VideoStats) -> impl IntoView {
    let watched = stats.views > 0;
    view! {
        <div data-numbers="" data-watched=watched>
            <Facts stats storyboard_bytes=None />
            <noscript>
                <p class="panel-more"><a href=format!("/videos/{id}/stats")>"What was watched, and what it costs"</a></p>
            </noscript>
        </div>
    }
}

pub fn wake(tabs: &HtmlElement, id: VideoId) {
    let Some(panel) = dom::find(tabs, "#panel-stats") else { return };
    // The moments are links, for where no script runs.
    dom::listen(&panel, "click", |event| {
        if let Some(moment) = dom::closest(&event, "[data-go]") {
            event.prevent_default();
            playhead::seek_ms(dom::attr(&moment, "data-go").parse().unwrap_or(0));
        }
    })
    .keep();
    // The curve under the line is there for everybody, not only for those who open the tab.
    if dom::find(&panel, "[data-watched]").is_some() {
        refresh(tabs.clone(), id);
    }
}

/// Brings everything up to date, what this page played included. When that fails the old numbers stay: they are better than none.
pub fn refresh(tabs: HtmlElement, id: VideoId) {
    spawn_local(async move {
        viewing::tell().await;
        if let (Some(html), Some(numbers)) = (stats_panel(id).await, dom::find(&tabs, "[data-numbers]")) {
            show(&numbers, &html);
        }
    });
}

fn show(numbers: &HtmlElement, html: &str) {
    let open: Vec<bool> = dom::find_all(numbers, "details").iter().map(|table| table.has_attribute("open")).collect();
    numbers.set_inner_html(html);
    for (table, open) in dom::find_all(numbers, "details").iter().zip(open) {
        dom::flag(table, "open", open);
    }
    if let Some(root) = dom::find(numbers, "[data-seen]") {
        timeline::curve(&shares(&dom::attr(&root, "data-seen")));
        heat::set(&dom::attr(&root, "data-hot"));
    }
}

/// Shares of 0 to 1, one letter each: `0` is nothing, `z` is all.
fn shares(letters: &str) -> Vec<f64> {
    letters.chars().filter_map(|letter| letter.to_digit(36)).map(|digit| f64::from(digit) / 35.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_a_letter_and_a_letter_a_share() {
        let values = [0.0, 0.5, 1.0, 0.03];
        let read = shares(&panel::letters(&values));
        assert!(values.iter().zip(&read).all(|(a, b)| (a - b).abs() < 0.02), "{read:?}");
        assert_eq!(shares("0z!"), [0.0, 1.0]);
    }
}
