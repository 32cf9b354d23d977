//! Finding something again: in titles, notes and what was said, all at once.
//!
//! [`words`] says what a word is, [`query`] what is asked for, [`marks`] where that stands in a text; the index itself is
//! [`crate::server::db::search`].

pub mod marks;
pub mod query;
pub mod words;

use super::{
    App, Result,
    db::search::{Asked, PassageRow, Place, SearchCursor},
};
use crate::model::{
    AppError, VideoId, Viewer,
    search::{Found, Hit, HitKind, SearchResults},
};
use marks::{Mark, mark, shown};
use pulldown_cmark::{Event, Parser, TagEnd};
use query::Term;
use std::borrow::Cow;

/// Recordings on one page of results, unless somebody asks for another number.
const PAGE: i64 = 10;
const MAX_PAGE: i64 = 50;
/// Places that are shown of one recording.
const MAX_HITS: usize = 4;

/// The viewer's recordings in which all words of the query are, with the places where they stand. Without a word in the query
/// there is nothing to find.
pub async fn search_library(app: &App, viewer: &Viewer, query: &str, cursor: Option<&str>, limit: Option<i64>) -> Result<SearchResults> {
    let after = cursor.filter(|text| !text.is_empty()).map(read_cursor).transpose()?;
    let limit = limit.unwrap_or(PAGE).clamp(1, MAX_PAGE);
    let terms = query::parse(query);
    if terms.is_empty() {
        return Ok(SearchResults { results: Vec::new(), total: 0, next_cursor: None });
    }
    let mut rows = app.db.find_videos(Asked { user: viewer.user_id, terms: &terms }, after.as_ref(), limit + 1).await?;
    let total = rows.first().map_or(0, |row| row.total);
    let more = rows.len() as i64 > limit;
    rows.truncate(limit as usize);
    let next_cursor = rows.last().filter(|_| more).map(|last| format!("{}_{}_{}", last.place, last.video.created_at, last.video.id));
    let ids = rows.iter().map(|row| row.video.id()).collect::<sqlx::Result<Vec<VideoId>>>()?;
    let passages = if ids.is_empty() { Vec::new() } else { app.db.find_passages(&ids, &terms).await? };
    let mut videos: Vec<_> = rows.into_iter().map(|row| row.video).collect();
    app.db.with_tags(&mut videos).await?;
    let mut results = Vec::new();
    for video in &videos {
        let of_it = passages.iter().filter(|passage| passage.video_id == video.id);
        let (hits, more_hits) = best(places(of_it, &terms));
        results.push(Found { video: video.view()?, hits, more_hits });
    }
    Ok(SearchResults { results, total, next_cursor })
}

fn read_cursor(text: &str) -> Result<SearchCursor, AppError> {
    let parsed = || {
        let mut parts = text.splitn(3, '_');
        let (place, created_at) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(SearchCursor { place, created_at, id: parts.next()?.parse::<VideoId>().ok()?.to_string() })
    };
    parsed().ok_or_else(|| AppError::invalid("This cursor is not one of ours. Start from the first page."))
}

/// A place in a recording where terms stand.
struct Spot<'a> {
    kind: HitKind,
    at_ms: Option<i64>,
    speaker: Option<&'a str>,
    text: Cow<'a, str>,
    mark: Mark,
}

/// All places in the passages of one recording.
fn places<'a>(passages: impl Iterator<Item = &'a PassageRow>, terms: &[Term]) -> Vec<Spot<'a>> {
    let mut places = Vec::new();
    for passage in passages {
        match Place::of(passage.kind) {
            Place::Title => {
                let text = passage.body.as_str();
                places.extend(mark(&[text], terms).into_iter().map(|mark| Spot {
                    kind: HitKind::Title,
                    at_ms: None,
                    speaker: None,
                    text: text.into(),
                    mark,
                }));
            }
            Place::Note => {
                let Some((at, source)) = passage.body.split_once('\t') else { continue };
                // As it reads, without its Markdown; a word that is in that alone, such as a part of an address, with it.
                let read = plain(source);
                let marks = mark(&[&read], terms);
                let (text, marks) =
                    if marks.is_empty() { (Cow::Borrowed(source), mark(&[source], terms)) } else { (Cow::Owned(read), marks) };
                let at_ms = at.parse().ok();
                places.extend(marks.into_iter().map(|mark| Spot { kind: HitKind::Note, at_ms, speaker: None, text: text.clone(), mark }));
            }
            Place::Sentence => {
                let lines: Vec<[&str; 3]> = passage.body.lines().filter_map(line).collect();
                let texts: Vec<&str> = lines.iter().map(|[_, _, text]| *text).collect();
                for mark in mark(&texts, terms) {
                    let [at, speaker, text] = lines[mark.text];
                    let speaker = Some(speaker).filter(|name| !name.is_empty());
                    places.push(Spot { kind: HitKind::Sentence, at_ms: at.parse().ok(), speaker, text: text.into(), mark });
                }
            }
        }
    }
    places
}

/// The words of a note without what Markdown adds to them. Its HTML is text to us.
fn plain(note: &str) -> String {
    let within = |end: TagEnd| matches!(end, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image);
    let mut plain = String::new();
    for event in Parser::new(note) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => plain.push_str(&text),
            Event::End(end) if within(end) => {}
            Event::SoftBreak | Event::HardBreak | Event::End(_) if !plain.is_empty() && !plain.ends_with(' ') => plain.push(' '),
            _ => {}
        }
    }
    plain.trim_end().to_owned()
}

/// Moment, speaker and text of a line of a transcript.
fn line(line: &str) -> Option<[&str; 3]> {
    let mut parts = line.splitn(3, '\t');
    Some([parts.next()?, parts.next()?, parts.next()?])
}

/// The places worth showing, and how many more there are like them. The title always comes along; of the others those that have
/// the most terms, notes before sentences, in the order of their time.
fn best(mut places: Vec<Spot<'_>>) -> (Vec<Hit>, i64) {
    places.sort_by_key(|spot| (spot.kind != HitKind::Title, u32::MAX - spot.mark.terms, spot.kind, spot.at_ms));
    let titles = places.iter().take_while(|spot| spot.kind == HitKind::Title).count();
    let most = places.get(titles).map_or(0, |spot| spot.mark.terms);
    let good = places.iter().skip(titles).take_while(|spot| spot.mark.terms == most).count();
    // Where hardly any place has all the terms, the next best ones tell where the others are.
    let listed = if good < 2 { MAX_HITS.min(places.len() - titles) } else { MAX_HITS.min(good) };
    let more = good.saturating_sub(listed) as i64;
    places.truncate(titles + listed);
    places.sort_by_key(|spot| (spot.kind, spot.at_ms));
    let hit = |spot: Spot<'_>| {
        let (text, ranges) = shown(&spot.text, &spot.mark.words);
        Hit { kind: spot.kind, at_ms: spot.at_ms, speaker: spot.speaker.map(str::to_owned), text, ranges }
    };
    (places.into_iter().map(hit).collect(), more)
}

/// Takes recordings into the index that were there before it was. Runs until all are, or the server stops.
pub async fn fill(app: &App) -> sqlx::Result<()> {
    let mut taken = 0;
    loop {
        let videos = app.db.videos_to_index(100).await?;
        if videos.is_empty() {
            if taken > 0 {
                tracing::info!(recordings = taken, "the search knows the recordings that were there before it");
            }
            return Ok(());
        }
        let before = taken;
        for video in videos {
            if app.shutdown.is_cancelled() {
                return Ok(());
            }
            match app.db.index_video(video).await {
                Ok(()) => taken += 1,
                // The next round tries again; it comes first then, and must not keep the others out.
                Err(error @ sqlx::Error::Database(_)) => tracing::warn!(%video, %error, "a recording could not be taken into the search"),
                Err(error) => return Err(error),
            }
            // Whoever watches goes first.
            tokio::task::yield_now().await;
        }
        if taken == before {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(place: Place, body: &str) -> PassageRow {
        PassageRow { video_id: String::new(), kind: place as i64, body: body.into() }
    }

    #[test]
    fn title_notes_and_sentences_come_in_this_order_each_with_its_moment() {
        let passages = [
            passage(Place::Sentence, "1000\tAna\tThe plan is set.\n2000\t\tNothing.\n3000\tBen\tPlans change.\n"),
            passage(Place::Note, "500\tplan B"),
            passage(Place::Title, "Planning"),
        ];
        let (hits, more) = best(places(passages.iter(), &query::parse("plan")));
        let told: Vec<_> = hits.iter().map(|hit| (hit.kind, hit.at_ms, hit.speaker.as_deref())).collect();
        assert_eq!(
            told,
            [
                (HitKind::Title, None, None),
                (HitKind::Note, Some(500), None),
                (HitKind::Sentence, Some(1_000), Some("Ana")),
                (HitKind::Sentence, Some(3_000), Some("Ben")),
            ]
        );
        assert_eq!(more, 0);
    }

    #[test]
    fn a_note_is_shown_as_it_reads() {
        assert_eq!(
            plain("# Plan\n\nAsk *Ana* about **the\nbudget**, `x`\n\n- [one](http://a.example/b)\n- <b>two</b>"),
            "Plan Ask Ana about the budget, x one <b>two</b>"
        );
        let passages = [passage(Place::Note, "5\tSee [the page](http://a.example/roadmap) of **Ana**")];
        let (hits, _) = best(places(passages.iter(), &query::parse("ana")));
        assert_eq!((&*hits[0].text, &*hits[0].ranges), ("See the page of Ana", &[(16, 19)][..]));
        let (hits, _) = best(places(passages.iter(), &query::parse("roadmap")));
        assert!(hits[0].text.contains("roadmap"), "{hits:?}");
    }

    #[test]
    fn sentences_that_have_all_the_words_are_shown_before_those_that_have_some() {
        let lines: String = (0..20).map(|n| format!("{}\t\tbudget {}\n", n * 1_000, if n >= 10 { "plan" } else { "" })).collect();
        let (hits, more) = best(places([passage(Place::Sentence, &lines)].iter(), &query::parse("plan budget")));
        assert_eq!((hits.len(), hits[0].at_ms, more), (MAX_HITS, Some(10_000), 6));
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is_one() {
        let id = uuid::Uuid::from_u128(7).to_string();
        assert_eq!(read_cursor(&format!("2_1795_{id}")).unwrap(), SearchCursor { place: 2, created_at: 1_795, id });
        for bad in ["x", "1_2_3", "1_2", "a_b_00000000-0000-0000-0000-000000000007"] {
            assert!(read_cursor(bad).is_err(), "{bad}");
        }
    }
}
