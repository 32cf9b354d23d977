//! The index over titles, notes and transcripts: SQLite's FTS5 or PostgreSQL's full text, behind the same few functions.
//!
//! Whoever writes a text calls one of them inside the transaction that stores it, so the index is never of another opinion
//! than the tables. [`schema`] is what the two databases have their own words for, [`find`] how they are asked, [`fill`]
//! what takes in the recordings that were there before the index was.

mod fill;
mod find;
mod schema;

pub use fill::INDEX_VERSION;
pub use find::{Asked, FoundRow, PassageRow, Place, SearchCursor};
pub(super) use schema::prepare;

use crate::{
    model::{NoteId, Sentence, UserId, VideoId},
    server::search::words,
};
use sqlx::{Any, AnyConnection, Transaction};
use std::collections::BTreeMap;

/// So much of a recording is one row of the index: few rows for a search to go through, and not much to write anew when a
/// sentence is corrected.
const SPAN_MS: i64 = 20 * 60 * 1_000;
/// A file may claim any times; what comes later shares the last row's span.
const MAX_SPANS: i64 = 1_000;
/// A row with more is parted, whatever its span: 1 MB is the most that PostgreSQL takes, spaces and all.
const MAX_ROW_BYTES: usize = 64 << 10;
/// A longer sentence – a file may have all of a talk in one – becomes several lines with the same moment.
const MAX_LINE_BYTES: usize = 16 << 10;

pub(super) fn is_sqlite(connection: &AnyConnection) -> bool {
    connection.backend_name() == "SQLite"
}

/// Takes in the title of a recording, in place of the one before.
pub(super) async fn index_title(tx: &mut Transaction<'_, Any>, video: VideoId, user: UserId, title: &str) -> sqlx::Result<()> {
    put(tx, video, user, &Doc { place: Place::Title, name: "title", words: words::line([title]), body: title.to_owned() }).await
}

/// Takes in a note, in place of what it said before.
pub(super) async fn index_note(
    tx: &mut Transaction<'_, Any>,
    note_id: NoteId,
    video: VideoId,
    user: UserId,
    at_ms: i64,
    body: &str,
) -> sqlx::Result<()> {
    let text = [&at_ms.to_string(), "\t", body].concat();
    put(tx, video, user, &Doc { place: Place::Note, name: &note_id.to_string(), words: words::line([body]), body: text }).await
}

/// The note is no more.
pub(super) async fn forget_note(tx: &mut Transaction<'_, Any>, note_id: NoteId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM search_docs WHERE ref = $1").bind(note_id.to_string()).execute(&mut **tx).await.map(drop)
}

/// Takes in a transcript, in place of the one before; none at all when there are no sentences. Rows that stay as they are are
/// not written.
pub(super) async fn index_transcript(
    tx: &mut Transaction<'_, Any>,
    video: VideoId,
    user: UserId,
    sentences: &[Sentence],
) -> sqlx::Result<()> {
    let rows = rows_of(sentences);
    // The names are numbers of our own making: nothing in them can be SQL.
    let kept: Vec<String> = rows.keys().map(|name| ["'", name, "'"].concat()).collect();
    let gone = format!(
        "DELETE FROM search_docs WHERE video_id = $1 AND kind = $2{}",
        if kept.is_empty() { String::new() } else { format!(" AND ref NOT IN ({})", kept.join(", ")) }
    );
    sqlx::query(sqlx::AssertSqlSafe(gone)).bind(video.to_string()).bind(Place::Sentence as i64).execute(&mut **tx).await?;
    for (name, (words, body)) in rows {
        put(tx, video, user, &Doc { place: Place::Sentence, name: &name, words, body }).await?;
    }
    Ok(())
}

/// One row of the index.
struct Doc<'a> {
    place: Place,
    /// What it is called among the rows of its recording.
    name: &'a str,
    words: String,
    /// What a result shows: a title; moment, tab and text of a note; moment, tab, speaker, tab, text a line of a transcript.
    body: String,
}

/// Writes a row if it is another than the one that is there. One without a word cannot be found, and goes.
async fn put(tx: &mut Transaction<'_, Any>, video: VideoId, user: UserId, doc: &Doc<'_>) -> sqlx::Result<()> {
    if doc.words.trim().is_empty() {
        let gone = sqlx::query("DELETE FROM search_docs WHERE video_id = $1 AND ref = $2").bind(video.to_string()).bind(doc.name);
        return gone.execute(&mut **tx).await.map(drop);
    }
    sqlx::query(
        "INSERT INTO search_docs (video_id, kind, ref, who, words, body) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (video_id, ref) DO UPDATE SET who = excluded.who, words = excluded.words, body = excluded.body
         WHERE search_docs.body <> excluded.body OR search_docs.words <> excluded.words OR search_docs.who <> excluded.who",
    )
    .bind(video.to_string())
    .bind(doc.place as i64)
    .bind(doc.name)
    .bind(user.0.simple().to_string())
    .bind(&doc.words)
    .bind(&doc.body)
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// The rows a transcript becomes: name → words and lines. A row holds a span of time, whatever changes before it: so the
/// others stay as they are.
fn rows_of(sentences: &[Sentence]) -> BTreeMap<String, (String, String)> {
    let mut rows = BTreeMap::<String, (String, String)>::new();
    let mut part_of = BTreeMap::<i64, usize>::new();
    for sentence in sentences {
        let span = (sentence.start_ms.max(0) / SPAN_MS).min(MAX_SPANS);
        let part = part_of.entry(span).or_default();
        let (at, speaker) = (sentence.start_ms.max(0).to_string(), flat(sentence.speaker.as_deref().unwrap_or_default()));
        for text in lines_of(&sentence.text) {
            let words = words::line([text]);
            let full = rows.get(&name_of(span, *part)).is_some_and(|(there, _)| there.len() + words.len() > MAX_ROW_BYTES);
            *part += usize::from(full);
            let (line, body) = rows.entry(name_of(span, *part)).or_insert_with(|| (" ".into(), String::new()));
            // It begins with the space that the line before ended with.
            line.push_str(&words[1..]);
            for piece in [&*at, "\t", &speaker, "\t", &flat(text), "\n"] {
                body.push_str(piece);
            }
        }
    }
    rows
}

/// A text in lines that a row has room for, parted between words. Nearly always it is one.
fn lines_of(mut text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    while text.len() > MAX_LINE_BYTES {
        let most = text.floor_char_boundary(MAX_LINE_BYTES);
        let end = text[..most].rfind(char::is_whitespace).filter(|at| *at > 0).unwrap_or(most);
        let (line, rest) = text.split_at(end);
        lines.push(line);
        text = rest;
    }
    lines.push(text);
    lines
}

fn name_of(span: i64, part: usize) -> String {
    format!("{span}.{part}")
}

/// On one line.
fn flat(text: &str) -> String {
    text.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(start_ms: i64, text: &str) -> Sentence {
        Sentence { start_ms, end_ms: start_ms + 1_000, speaker: Some("Ana".into()), text: text.into(), words: Vec::new() }
    }

    #[test]
    fn a_transcript_becomes_a_row_for_each_span() {
        let rows = rows_of(&[sentence(1_000, "So, the plan"), sentence(2_000, "for\nMay"), sentence(SPAN_MS, "Later")]);
        assert_eq!(rows["0.0"].0, " so the plan for may ");
        assert_eq!(rows["0.0"].1, "1000\tAna\tSo, the plan\n2000\tAna\tfor May\n");
        assert_eq!(rows["1.0"].0, " later ");
        assert_eq!(rows.len(), 2);
    }

    #[test]
    fn a_row_never_grows_beyond_what_a_database_takes() {
        let long = "word ".repeat(4_000);
        let rows = rows_of(&(0..20).map(|_| sentence(i64::MAX - 1_000, &long)).collect::<Vec<_>>());
        assert!(rows.len() > 4 && rows.values().all(|(words, _)| words.len() <= MAX_ROW_BYTES));
        assert_eq!(rows_of(&[sentence(-5, "early")])["0.0"].1, "0\tAna\tearly\n");
    }

    #[test]
    fn a_sentence_without_end_is_parted_between_words() {
        let text = (0..50_000).map(|n| format!("w{n} ")).collect::<String>();
        let rows = rows_of(&[sentence(5, &text)]);
        assert!(rows.len() > 4 && rows.values().all(|(words, _)| words.len() <= MAX_ROW_BYTES));
        let words: usize = rows.values().map(|(words, _)| words.split_whitespace().count()).sum();
        assert_eq!(words, 50_000);
        assert!(rows.values().flat_map(|(_, body)| body.lines()).all(|line| line.starts_with("5\tAna\t")));
        assert_eq!(lines_of(&"会".repeat(20_000)).concat().len(), 60_000);
    }

    #[test]
    fn only_the_row_of_a_changed_sentence_is_another() {
        let before: Vec<_> = (0..100).map(|n| sentence(n * 60_000, "the same words")).collect();
        let mut after = before.clone();
        after[50].text = "other words".into();
        let (before, after) = (rows_of(&before), rows_of(&after));
        let changed = before.iter().filter(|(name, row)| after[*name] != **row).count();
        assert_eq!((before.len(), changed), (5, 1));
    }
}
