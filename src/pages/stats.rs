//! `/stats`: a person's own recordings, all together.

use super::{frame::Frame, problem::Problem};
use crate::{
    api::{get_stats, get_viewer},
    islands::{
        plot::{Table, percent},
        tabs::{Bill, Days, count, seconds},
    },
    model::{
        clock::{bytes, timecode},
        viewing::{ErrorKind, Generations, OwnerStats, TopRecording},
    },
};
use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn StatsPage() -> impl IntoView {
    Suspend::new(async move {
        let viewer = get_viewer().await.ok().flatten();
        let content = match get_stats().await {
            Ok(stats) => view! {
                <Title text="Statistics · Notetaker" />
                <div class="stats-page numbers"><Overview stats /></div>
            }
            .into_any(),
            Err(error) => view! { <Problem error /> }.into_any(),
        };
        view! { <Frame viewer>{content}</Frame> }
    })
}

#[component]
fn Overview(stats: OwnerStats) -> impl IntoView {
    let nothing = stats.recordings == 0;
    let figures = [
        ("recordings", if stats.recordings == 1 { "Recording" } else { "Recordings" }, stats.recordings.to_string()),
        ("duration", "Recorded", timecode(stats.duration_ms)),
        ("watched", "Watched", timecode(stats.watched_ms)),
        ("viewings", if stats.viewings == 1 { "Viewing" } else { "Viewings" }, stats.viewings.to_string()),
        ("viewers", if stats.viewers == 1 { "Viewer" } else { "Viewers" }, stats.viewers.to_string()),
        ("success", "Prepared well", or_dash(stats.generations.success.map(percent))),
    ];
    view! {
        <h1>"Statistics"</h1>
        {nothing.then(|| view! { <p class="panel-empty">"There are no recordings yet. "<a href="/">"Upload one"</a>" and its numbers appear here."</p> })}
        <dl class="figures">
            {figures.map(|(name, label, value)| view! { <div><dt>{label}</dt><dd data-stat=name class="time">{value}</dd></div> })}
        </dl>
        <Days days=stats.days />
        <Top top=stats.top />
        <Making generations=stats.generations />
        <section>
            <h2>"In the bucket"</h2>
            <dl class="stats">
                {[
                    ("source_bytes", "Originals", bytes(stats.source_bytes)),
                    ("hls_bytes", "Streams", bytes(stats.hls_bytes)),
                    ("storyboard_bytes", "Storyboards", bytes(stats.storyboard_bytes)),
                ].map(|(name, label, value)| view! { <div><dt>{label}</dt><dd data-stat=name class="time">{value}</dd></div> })}
            </dl>
            <Bill cost=stats.cost />
        </section>
    }
}

#[component]
fn Top(top: Vec<TopRecording>) -> impl IntoView {
    (!top.is_empty()).then(|| {
        view! {
            <section>
                <h2>"Watched most"</h2>
                <ol class="top">
                    {top.into_iter().map(|one| {
                        let seen = one.completion.map(|share| format!(" · {} seen on average", percent(share))).unwrap_or_default();
                        view! {
                            <li>
                                <a href=format!("/videos/{}", one.id)>{one.title}</a>
                                <span class="dim time">{timecode(one.watched_ms)}" watched · "{count(one.viewings, "viewing")}{seen}</span>
                            </li>
                        }
                    }).collect_view()}
                </ol>
            </section>
        }
    })
}

/// How the making of streams went.
#[component]
fn Making(generations: Generations) -> impl IntoView {
    let Generations { ended, ready, median_ms, p95_ms, playable_median_ms, errors, .. } = generations;
    let lines = [
        ("ended", "Prepared", format!("{ready} of {ended}")),
        ("median_ms", "Half of them within", or_dash(median_ms.map(seconds))),
        ("p95_ms", "95 % within", or_dash(p95_ms.map(seconds))),
        ("playable_median_ms", "Half could be watched after", or_dash(playable_median_ms.map(seconds))),
    ];
    view! {
        <section>
            <h2 id="making-title">"Preparing for playback"</h2>
            <dl class="stats">
                {lines.map(|(name, label, value)| view! { <div><dt>{label}</dt><dd data-stat=name class="time">{value}</dd></div> })}
            </dl>
            {(!errors.is_empty()).then(|| {
                let rows = errors.into_iter().map(|ErrorKind { code, count }| vec![code.replace('_', " "), count.to_string()]).collect();
                view! {
                    <div class="plot-table" tabindex="0" role="region" aria-labelledby="making-title">
                        <Table columns=vec!["What went wrong", "Times"] rows />
                    </div>
                }
            })}
        </section>
    }
}

fn or_dash(value: Option<String>) -> String {
    value.unwrap_or_else(|| "–".into())
}
