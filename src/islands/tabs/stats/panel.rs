//! All numbers of a recording, as the server draws them.

use super::{Facts, money::Bill};
use crate::{
    islands::plot::{AreaPlot, ColumnPlot, Frame, Table, percent},
    model::{
        VideoId,
        clock::{day, timecode},
        viewing::{Day, HotSentence, Stop, VideoNumbers, Watched, Watcher},
    },
};
use leptos::prelude::*;

/// Sentences that are listed; the transcript marks more.
const LISTED: usize = 5;

#[component]
pub fn StatsPanel(id: VideoId, numbers: VideoNumbers) -> impl IntoView {
    let VideoNumbers { stats, storyboard_bytes, watched, cost } = numbers;
    let whole = stats.duration_ms.unwrap_or(0);
    let seen = if watched.viewings > 0 && whole > 0 { letters(&watched.retention) } else { String::new() };
    let hot = heat(&watched.sentences);
    view! {
        <div class="numbers" data-seen=seen data-hot=hot>
            {if watched.viewings > 0 {
                view! { <WatchedPart id whole watched /> }.into_any()
            } else {
                view! {
                    <p class="panel-empty">
                        "Nobody has watched this yet. Once somebody does, you see here what was really played, where people stopped, and what they watched again."
                    </p>
                }.into_any()
            }}
            <section>
                <h2>"The recording"</h2>
                <Facts stats storyboard_bytes />
            </section>
            <section>
                <h2>"Cost in the bucket"</h2>
                <Bill cost />
            </section>
        </div>
    }
}

#[component]
fn WatchedPart(id: VideoId, whole: i64, watched: Watched) -> impl IntoView {
    // Shares of what? One that tells no length has it once it was prepared.
    let known = whole > 0;
    let again = known && watched.replays.iter().any(|times| *times >= 0.05);
    let mut figures = vec![
        ("viewings", if watched.viewings == 1 { "Viewing" } else { "Viewings" }, watched.viewings.to_string()),
        ("viewers", if watched.viewers == 1 { "Viewer" } else { "Viewers" }, watched.viewers.to_string()),
        ("watched", "Watched", timecode(watched.watched_ms)),
    ];
    if known {
        figures.push(("completion", "Seen on average", percent(watched.completion)));
        figures.push(("finished", "To the end", percent(watched.finished)));
    }
    let stops = if known { watched.stops } else { Vec::new() };
    view! {
        <dl class="figures">
            {figures
                .into_iter()
                .map(|(name, label, value)| view! { <div><dt>{label}</dt><dd data-stat=name class="time">{value}</dd></div> })
                .collect_view()}
        </dl>
        {known.then(|| view! { <Retention whole values=watched.retention.clone() /> })}
        {again.then(|| view! { <Replays whole values=watched.replays.clone() /> })}
        <Sentences id sentences=watched.sentences />
        <Stops id stops />
        <Days days=watched.days />
        <People people=watched.people />
    }
}

#[component]
fn Retention(whole: i64, values: Vec<f64>) -> impl IntoView {
    let frame = Frame {
        id: "retention",
        title: "What was seen",
        sentence: "The share of viewings that saw each part of the recording.".into(),
        top: "100 %".into(),
        from: timecode(0),
        to: timecode(whole),
        columns: vec!["From", "Seen by"],
        rows: slices(whole, &values, percent),
    };
    view! { <AreaPlot frame values /> }
}

#[component]
fn Replays(whole: i64, values: Vec<f64>) -> impl IntoView {
    let most = values.iter().copied().fold(0.0, f64::max);
    let frame = Frame {
        id: "replays",
        title: "What was watched again",
        sentence: "How often each part was played once more, over all viewings.".into(),
        top: times(most),
        from: timecode(0),
        to: timecode(whole),
        columns: vec!["From", "Played again"],
        rows: slices(whole, &values, times),
    };
    let count = values.len();
    let columns =
        values.into_iter().enumerate().map(|(i, value)| (value, format!("{}: {}", timecode(start(whole, i, count)), times(value))));
    view! { <ColumnPlot frame columns=columns.collect() /> }
}

#[component]
fn Sentences(id: VideoId, sentences: Vec<HotSentence>) -> impl IntoView {
    (!sentences.is_empty()).then(|| {
        view! {
            <section>
                <h2>"Sentences watched again most"</h2>
                <ol class="hot">
                    {sentences.into_iter().take(LISTED).map(|sentence| view! {
                        <li>
                            <Moment id ms=sentence.start_ms />
                            <p>
                                {sentence.speaker.map(|name| view! { <b>{name}" "</b> })}
                                {sentence.text}
                                <span class="dim">" · "{again(sentence.replays)}</span>
                            </p>
                        </li>
                    }).collect_view()}
                </ol>
            </section>
        }
    })
}

#[component]
fn Stops(id: VideoId, stops: Vec<Stop>) -> impl IntoView {
    (!stops.is_empty()).then(|| {
        view! {
            <section>
                <h2>"Where people stop"</h2>
                <ul class="hot">
                    {stops.into_iter().map(|stop| view! {
                        <li>
                            <Moment id ms=stop.at_ms />
                            <p>{count(stop.viewings, "viewing")}" ended around here"</p>
                        </li>
                    }).collect_view()}
                </ul>
            </section>
        }
    })
}

/// Viewings by day, of one recording or of many.
#[component]
pub fn Days(days: Vec<Day>) -> impl IntoView {
    let sum: i64 = days.iter().map(|day| day.viewings).sum();
    let most = days.iter().map(|day| day.viewings).max().unwrap_or(0);
    let told = |of: &Day| format!("{}: {}, {}", day(of.day), count(of.viewings, "viewing"), count(of.viewers, "viewer"));
    let frame = Frame {
        id: "days",
        title: "Viewings by day",
        sentence: format!("{} in the last 30 days. Days are those of UTC.", count(sum, "viewing")),
        top: most.to_string(),
        from: days.first().map(|first| day(first.day)).unwrap_or_default(),
        to: "Today".into(),
        columns: vec!["Day", "Viewings", "Viewers", "Watched"],
        rows: days
            .iter()
            .rev()
            .map(|of| vec![day(of.day), of.viewings.to_string(), of.viewers.to_string(), timecode(of.watched_ms)])
            .collect(),
    };
    let columns = days.iter().map(|of| (of.viewings as f64, told(of))).collect();
    view! { <ColumnPlot frame columns /> }
}

#[component]
fn People(people: Vec<Watcher>) -> impl IntoView {
    let rows = people
        .into_iter()
        .map(|one| vec![one.email, one.viewings.to_string(), timecode(one.watched_ms), percent(one.completion), day(one.last_at)])
        .collect();
    view! {
        <section>
            <h2 id="people-title">"Who watched"</h2>
            <div class="plot-table" tabindex="0" role="region" aria-labelledby="people-title">
                <Table columns=vec!["Person", "Viewings", "Watched", "Seen", "Last"] rows />
            </div>
        </section>
    }
}

#[component]
fn Moment(id: VideoId, ms: i64) -> impl IntoView {
    view! { <a class="button moment time" href=format!("/videos/{id}?t={}", ms / 1000) data-go=ms.to_string() title="Go to this moment">{timecode(ms)}</a> }
}

fn start(whole: i64, slice: usize, slices: usize) -> i64 {
    (i128::from(whole) * slice as i128 / slices.max(1) as i128) as i64
}

/// One row a slice.
fn slices(whole: i64, values: &[f64], words: impl Fn(f64) -> String) -> Vec<Vec<String>> {
    values.iter().enumerate().map(|(i, value)| vec![timecode(start(whole, i, values.len())), words(*value)]).collect()
}

/// `3 viewings`.
pub fn count(n: i64, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// `2×`, `0.5×`.
fn times(value: f64) -> String {
    let text = format!("{value:.1}");
    format!("{}×", text.strip_suffix(".0").unwrap_or(&text))
}

fn again(replays: f64) -> String {
    match replays.round() as i64 {
        ..=1 => "played once more".into(),
        n => format!("played {n} times more"),
    }
}

/// One letter a share, for the line under the player: what this page draws as an area comes along in 200 bytes.
pub fn letters(values: &[f64]) -> String {
    values.iter().filter_map(|value| char::from_digit((value.clamp(0.0, 1.0) * 35.0).round() as u32, 36)).collect()
}

/// How hot each sentence is, against the hottest: `1200:3 45000:1`.
fn heat(sentences: &[HotSentence]) -> String {
    let most = sentences.first().map_or(1.0, |hottest| hottest.replays.max(0.01));
    let pairs =
        sentences.iter().map(|sentence| format!("{}:{}", sentence.start_ms, (sentence.replays / most * 3.0).ceil().clamp(1.0, 3.0)));
    pairs.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hottest_sentence_is_three_and_a_mild_one_is_one() {
        let sentence = |start_ms, replays| HotSentence { start_ms, end_ms: start_ms + 1, speaker: None, text: String::new(), replays };
        assert_eq!(heat(&[sentence(5, 9.0), sentence(1, 5.0), sentence(3, 0.5)]), "5:3 1:2 3:1");
        assert_eq!(heat(&[]), "");
    }

    #[test]
    fn amounts_are_words() {
        assert_eq!((count(1, "viewing"), count(2, "viewing")), ("1 viewing".into(), "2 viewings".into()));
        assert_eq!((times(2.0), times(0.5)), ("2×".into(), "0.5×".into()));
        assert_eq!((again(0.6), again(2.4)), ("played once more".into(), "played 2 times more".into()));
    }
}
