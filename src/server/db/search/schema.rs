//! The tables of the index, in the words of each database. They are made right after the migrations, which have one text
//! for both.
//!
//! A row of `search_docs` is a title, a note, or some minutes of a transcript: its words (folded, a space around each) and
//! the text they come from. `who` is the person it belongs to, and a word of the index like the others: so the list of
//! somebody's rows is met with the list of a word's rows before anything is read, and a server with many people is as fast
//! as one with few.

use sqlx::AnyPool;

/// FTS5 over the rows, kept in step by triggers; those run for rows that go with their recording, too. The words come
/// folded, so the tokenizer is the one that only parts at spaces. Two and three letters of a word have lists of their own,
/// for answers while one types.
const SQLITE: &str = "
CREATE TABLE IF NOT EXISTS search_docs (
    id       INTEGER PRIMARY KEY,
    video_id TEXT NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
    kind     BIGINT NOT NULL,
    ref      TEXT NOT NULL,
    who      TEXT NOT NULL,
    words    TEXT NOT NULL,
    body     TEXT NOT NULL,
    UNIQUE (video_id, ref)
);
CREATE INDEX IF NOT EXISTS search_docs_ref ON search_docs (ref);
CREATE VIRTUAL TABLE IF NOT EXISTS search_words USING fts5 (
    who, words, content = 'search_docs', content_rowid = 'id', tokenize = 'ascii', prefix = '2 3'
);
CREATE TRIGGER IF NOT EXISTS search_docs_in AFTER INSERT ON search_docs BEGIN
    INSERT INTO search_words (rowid, who, words) VALUES (new.id, new.who, new.words);
END;
CREATE TRIGGER IF NOT EXISTS search_docs_out AFTER DELETE ON search_docs BEGIN
    INSERT INTO search_words (search_words, rowid, who, words) VALUES ('delete', old.id, old.who, old.words);
END;
CREATE TRIGGER IF NOT EXISTS search_docs_changed AFTER UPDATE ON search_docs BEGIN
    INSERT INTO search_words (search_words, rowid, who, words) VALUES ('delete', old.id, old.who, old.words);
    INSERT INTO search_words (rowid, who, words) VALUES (new.id, new.who, new.words);
END;
";

/// A tsvector beside the rows, made by the database itself, under a GIN index. The long columns lie outside of the rows, so
/// that going through many rows is going through few pages; `words` uncompressed, since phrases are looked for in it. Without
/// `fastupdate` no search has to go through what was not sorted in yet. The lock is for servers that start at the same time.
const POSTGRES: &str = "
BEGIN;
SELECT pg_advisory_xact_lock(7205759403);
CREATE TABLE IF NOT EXISTS search_docs (
    video_id TEXT NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
    kind     BIGINT NOT NULL,
    ref      TEXT NOT NULL,
    who      TEXT NOT NULL,
    words    TEXT NOT NULL,
    body     TEXT NOT NULL,
    lexemes  tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array('@' || who || rtrim(words, ' '), ' '))) STORED,
    PRIMARY KEY (video_id, ref)
);
ALTER TABLE search_docs ALTER COLUMN words SET STORAGE EXTERNAL;
CREATE INDEX IF NOT EXISTS search_docs_ref ON search_docs (ref);
CREATE INDEX IF NOT EXISTS search_docs_lexemes ON search_docs USING gin (lexemes) WITH (fastupdate = off);
COMMIT;
";

/// Makes what is missing.
pub async fn prepare(pool: &AnyPool) -> sqlx::Result<()> {
    let mut connection = pool.acquire().await?;
    if super::is_sqlite(&connection) {
        sqlx::raw_sql(SQLITE).execute(&mut *connection).await?;
        return Ok(());
    }
    // Even "if not exists" waits for whoever writes: look first.
    let there: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM pg_indexes WHERE schemaname = current_schema() AND indexname = 'search_docs_lexemes'")
            .fetch_one(&mut *connection)
            .await?;
    if there == 0 {
        sqlx::raw_sql(POSTGRES).execute(&mut *connection).await?;
    }
    Ok(())
}
