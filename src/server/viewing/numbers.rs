//! From viewings to numbers. No I/O: rows in, [`Watched`] out.

use super::{
    density::Density,
    plays::{LONGEST_MS, Plays, Span, length, union},
};
use crate::{
    model::{
        Sentence,
        viewing::{Day, HotSentence, Stop, Watched, Watcher},
    },
    server::db::viewings::{DayRow, Sums, ViewingRow},
};
use std::collections::BTreeMap;

/// Slices of the curve: as many as a plot of the player's width has room for.
const MAX_SLICES: i64 = 200;
/// Places where people stop are told this coarsely.
const STOP_PLACES: i64 = 20;
const MAX_STOPS: usize = 3;
/// Sentences played again at least half of the way once. The transcript marks all of these.
const HOT: f64 = 0.5;
const MAX_SENTENCES: usize = 40;
const MAX_PEOPLE: usize = 50;
/// Days shown.
pub const DAYS: i64 = 30;
pub const DAY_MS: i64 = 86_400_000;

/// What is known of a recording and its viewings. `rows` may be fewer than `sums` counts: only the newest are looked into.
pub struct Known<'a> {
    pub duration_ms: Option<i64>,
    pub sums: &'a Sums,
    pub rows: &'a [ViewingRow],
    pub days: &'a [DayRow],
    pub sentences: &'a [Sentence],
    pub now: i64,
}

pub fn watched(known: &Known<'_>) -> Watched {
    let plays: Vec<Plays> = known.rows.iter().map(|row| Plays::read(&row.plays)).collect();
    let covered: Vec<Vec<Span>> = plays.iter().map(Plays::covered).collect();
    let furthest = covered.iter().filter_map(|spans| spans.last()).map(|(_, to)| *to).max().unwrap_or(0);
    // Of one that is still being made nobody may know the length; what was played exists.
    let whole = known.duration_ms.filter(|ms| *ms > 0).unwrap_or(furthest).min(LONGEST_MS);
    let played = Density::of(plays.iter().flat_map(|plays| plays.spans().iter().copied()));
    let seen = Density::of(covered.iter().flatten().copied());
    let count = plays.len() as i64;
    let slices = slices(whole);
    let share = |part: i64, of: i64| if of > 0 { rounded(part as f64 / of as f64) } else { 0.0 };
    let last = whole - whole / 20;
    Watched {
        viewings: known.sums.viewings,
        viewers: known.sums.viewers,
        watched_ms: known.sums.watched_ms,
        completion: share(covered.iter().map(|spans| length(spans)).sum(), whole * count).min(1.0),
        finished: share(covered.iter().filter(|spans| spans.last().is_some_and(|(_, to)| *to > last)).count() as i64, count),
        retention: slices.iter().map(|(from, to)| share(seen.between(*from, *to), (to - from) * count).min(1.0)).collect(),
        replays: slices.iter().map(|(from, to)| share(played.between(*from, *to) - seen.between(*from, *to), to - from)).collect(),
        stops: stops(&plays, whole, last),
        sentences: hot(known.sentences, &played, &seen),
        days: every_day(known.days, known.now),
        people: people(known.rows, covered, whole),
    }
}

/// Equal slices, 200 at most, none shorter than a second unless the whole is.
fn slices(whole: i64) -> Vec<Span> {
    if whole <= 0 {
        return Vec::new();
    }
    let count = (whole / 1000).clamp(1, MAX_SLICES);
    (0..count).map(|i| (whole * i / count, whole * (i + 1) / count)).collect()
}

/// Where viewings ended before `last`, from which on they count as finished.
fn stops(plays: &[Plays], whole: i64, last: i64) -> Vec<Stop> {
    let mut places: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for at in plays.iter().filter_map(Plays::stopped_at).filter(|at| *at <= last && whole > 0) {
        places.entry(at * STOP_PLACES / whole).or_default().push(at);
    }
    let mut stops: Vec<Stop> =
        places.into_values().map(|all| Stop { at_ms: all.iter().sum::<i64>() / all.len() as i64, viewings: all.len() as i64 }).collect();
    stops.sort_by_key(|stop| (-stop.viewings, stop.at_ms));
    stops.truncate(MAX_STOPS);
    stops
}

fn hot(sentences: &[Sentence], played: &Density, seen: &Density) -> Vec<HotSentence> {
    let again = |sentence: &Sentence| {
        let (from, to) = (sentence.start_ms, sentence.end_ms);
        let length = (to - from).max(1);
        rounded((played.between(from, to) - seen.between(from, to)) as f64 / length as f64)
    };
    let mut hot: Vec<(f64, &Sentence)> =
        sentences.iter().map(|sentence| (again(sentence), sentence)).filter(|(again, _)| *again >= HOT).collect();
    hot.sort_by(|(a, first), (b, second)| b.total_cmp(a).then(first.start_ms.cmp(&second.start_ms)));
    let told = |(replays, sentence): (f64, &Sentence)| HotSentence {
        start_ms: sentence.start_ms,
        end_ms: sentence.end_ms,
        speaker: sentence.speaker.clone(),
        text: sentence.text.clone(),
        replays,
    };
    hot.into_iter().take(MAX_SENTENCES).map(told).collect()
}

/// The last thirty days, today included.
pub fn every_day(rows: &[DayRow], now: i64) -> Vec<Day> {
    let today = now / DAY_MS;
    let found: BTreeMap<i64, &Sums> = rows.iter().map(|row| (row.day, &row.sums)).collect();
    let nothing = Sums::default();
    (today - DAYS + 1..=today)
        .map(|day| {
            let sums = found.get(&day).copied().unwrap_or(&nothing);
            Day { day: day * DAY_MS, viewings: sums.viewings, viewers: sums.viewers, watched_ms: sums.watched_ms }
        })
        .collect()
}

fn people(rows: &[ViewingRow], covered: Vec<Vec<Span>>, whole: i64) -> Vec<Watcher> {
    let mut people: BTreeMap<&str, (Watcher, Vec<Span>)> = BTreeMap::new();
    for (row, spans) in rows.iter().zip(covered) {
        let new = || (Watcher { email: row.email.clone(), viewings: 0, watched_ms: 0, completion: 0.0, last_at: 0 }, Vec::new());
        let (watcher, all) = people.entry(&row.email).or_insert_with(new);
        watcher.viewings += 1;
        watcher.watched_ms += row.watched_ms;
        watcher.last_at = watcher.last_at.max(row.updated_at);
        all.extend(spans);
    }
    let mut people: Vec<Watcher> = people
        .into_values()
        .map(|(watcher, all)| Watcher { completion: rounded(length(&union(all)) as f64 / whole.max(1) as f64).min(1.0), ..watcher })
        .collect();
    people.sort_by(|a, b| b.watched_ms.cmp(&a.watched_ms).then(a.email.cmp(&b.email)));
    people.truncate(MAX_PEOPLE);
    people
}

/// Four decimals: a curve of two hundred values stays small, and no number claims more than is known.
fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewing(email: &str, plays: &str) -> ViewingRow {
        let read = Plays::read(plays);
        let (watched_ms, covered_ms) = (read.watched_ms(), length(&read.covered()));
        ViewingRow { email: email.into(), plays: plays.into(), watched_ms, covered_ms, updated_at: 7 }
    }

    fn of(duration_ms: Option<i64>, rows: &[ViewingRow], sentences: &[Sentence]) -> Watched {
        let sums = Sums { viewings: rows.len() as i64, viewers: 1, watched_ms: rows.iter().map(|row| row.watched_ms).sum() };
        watched(&Known { duration_ms, sums: &sums, rows, days: &[], sentences, now: 0 })
    }

    fn sentence(start_ms: i64, end_ms: i64, text: &str) -> Sentence {
        Sentence { start_ms, end_ms, text: text.into(), ..Sentence::default() }
    }

    #[test]
    fn the_curve_is_the_share_of_viewings_that_saw_each_second() {
        let rows = [viewing("ana", "0-20000"), viewing("ben", "0-5000 10000-15500")];
        let numbers = of(Some(20_000), &rows, &[]);
        assert_eq!(numbers.retention.len(), 20);
        assert_eq!(&numbers.retention[..6], [1.0, 1.0, 1.0, 1.0, 1.0, 0.5]);
        assert_eq!(&numbers.retention[14..17], [1.0, 0.75, 0.5]);
        assert_eq!(numbers.completion, 0.7625);
        assert_eq!(numbers.finished, 0.5);
        assert_eq!(numbers.stops, [Stop { at_ms: 15_500, viewings: 1 }]);
    }

    #[test]
    fn what_is_played_again_is_a_replay_and_no_more_seen() {
        let numbers = of(Some(10_000), &[viewing("ana", "0-5000 2000-4000 2000-3500")], &[]);
        assert_eq!(&numbers.replays[..5], [0.0, 0.0, 2.0, 1.5, 0.0]);
        assert_eq!(numbers.completion, 0.5);
        assert_eq!(numbers.watched_ms, 8_500);
    }

    #[test]
    fn the_sentences_played_again_most_come_first() {
        let sentences = [sentence(0, 2_000, "once"), sentence(2_000, 4_000, "twice more"), sentence(4_000, 6_000, "again")];
        let numbers = of(Some(10_000), &[viewing("ana", "0-10000 2000-6000 2000-4000")], &sentences);
        let hot: Vec<_> = numbers.sentences.iter().map(|s| (s.text.as_str(), s.replays)).collect();
        assert_eq!(hot, [("twice more", 2.0), ("again", 1.0)]);
    }

    #[test]
    fn somebody_who_comes_twice_is_one_person_who_saw_more() {
        let rows = [viewing("ana", "0-4000"), viewing("ana", "2000-6000"), viewing("ben", "0-1000")];
        let numbers = of(Some(10_000), &rows, &[]);
        let ana = &numbers.people[0];
        assert_eq!((ana.email.as_str(), ana.viewings, ana.watched_ms, ana.completion), ("ana", 2, 8_000, 0.6));
        assert_eq!(numbers.people.len(), 2);
    }

    #[test]
    fn stops_close_together_are_one_place() {
        let rows = [viewing("a", "0-30000"), viewing("b", "0-32000"), viewing("c", "0-70000"), viewing("d", "0-100000")];
        let numbers = of(Some(100_000), &rows, &[]);
        assert_eq!(numbers.stops, [Stop { at_ms: 31_000, viewings: 2 }, Stop { at_ms: 70_000, viewings: 1 }]);
    }

    #[test]
    fn without_viewings_and_without_a_length_nothing_is_divided_by_nothing() {
        let nobody = of(Some(10_000), &[], &[]);
        assert_eq!((nobody.completion, nobody.finished, nobody.retention), (0.0, 0.0, vec![0.0; 10]));
        assert_eq!(of(None, &[], &[]).retention, Vec::<f64>::new());
        // Still being made: what was played is what there is.
        assert_eq!(of(None, &[viewing("ana", "0-3000")], &[]).retention, [1.0; 3]);
        assert_eq!(slices(400), [(0, 400)]);
        assert_eq!(slices(4 * 3_600_000).len(), 200);
    }

    #[test]
    fn every_one_of_thirty_days_is_told() {
        let sums = Sums { viewings: 2, viewers: 1, watched_ms: 9 };
        let now = 100 * DAY_MS + 5;
        let days = every_day(&[DayRow { day: 98, sums }], now);
        assert_eq!((days.len(), days[29].day, days[0].day), (30, 100 * DAY_MS, 71 * DAY_MS));
        assert_eq!(days.iter().map(|day| day.viewings).sum::<i64>(), 2);
        assert_eq!(days[27].watched_ms, 9);
    }
}
