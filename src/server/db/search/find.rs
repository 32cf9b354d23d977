//! Asking the index.

use crate::{
    model::{UserId, VideoId},
    server::{
        db::{Db, library::binds, videos::VideoRow},
        search::query::Term,
    },
};

/// Where in a recording something was found, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Title = 1,
    Note = 2,
    Sentence = 3,
}

impl Place {
    pub fn of(kind: i64) -> Self {
        match kind {
            1 => Self::Title,
            2 => Self::Note,
            _ => Self::Sentence,
        }
    }
}

/// Where a page of results starts: after this recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchCursor {
    pub place: i64,
    pub created_at: i64,
    pub id: String,
}

/// What is asked for, by whom.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub user: UserId,
    /// At least one. All of them must be somewhere in the recording.
    pub terms: &'a [Term],
}

/// A recording in which every term is.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FoundRow {
    #[sqlx(flatten)]
    pub video: VideoRow,
    /// The place in which the last of the terms was found.
    pub place: i64,
    /// How many recordings follow the cursor, this one included.
    pub total: i64,
}

/// A title, a note or some minutes of a transcript in which one of the terms is.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct PassageRow {
    pub video_id: String,
    pub kind: i64,
    pub body: String,
}

/// So many notes, and so many passages of talk, are read for one page of results: some hours for each recording. Each has its
/// part of them, so that one in which the words are everywhere leaves some for the others.
const MAX_PASSAGES: usize = 240;
const MIN_PASSAGES: usize = 8;

impl Db {
    /// The recordings that have all terms, title before note before transcript, the newest first among equals.
    ///
    /// Each term has a set of recordings; the answer is what is in all of them. So the words need not stand in one sentence,
    /// and the work is bound by the number of recordings and not of sentences.
    pub async fn find_videos(&self, asked: Asked<'_>, after: Option<&SearchCursor>, limit: i64) -> sqlx::Result<Vec<FoundRow>> {
        let mut connection = self.0.acquire().await?;
        let (sets, binds) = if super::is_sqlite(&connection) { sqlite_sets(asked) } else { postgres_sets(asked) };
        let at = binds.len();
        let (count, user, place, created, id, most) = (asked.terms.len(), at + 1, at + 2, at + 3, at + 4, at + 5);
        let sql = format!(
            "SELECT v.*, p.position_ms, f.place, COUNT(*) OVER () AS total
             FROM (SELECT video_id, MAX(place) AS place FROM ({sets}) AS terms GROUP BY video_id HAVING COUNT(*) = {count}) AS f
             JOIN videos v ON v.id = f.video_id
             LEFT JOIN positions p ON p.video_id = v.id AND p.user_id = v.user_id
             WHERE v.user_id = ${user} AND v.trashed_at IS NULL
               AND (f.place > ${place} OR (f.place = ${place} AND (v.created_at < ${created} OR (v.created_at = ${created} AND v.id < ${id}))))
             ORDER BY f.place, v.created_at DESC, v.id DESC LIMIT ${most}"
        );
        // Before the first place stands for "from the start".
        let start = SearchCursor { place: 0, created_at: 0, id: String::new() };
        let after = after.unwrap_or(&start);
        let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql));
        for bind in binds {
            query = query.bind(bind);
        }
        query
            .bind(asked.user.to_string())
            .bind(after.place)
            .bind(after.created_at)
            .bind(&after.id)
            .bind(limit)
            .fetch_all(&mut *connection)
            .await
    }

    /// Where the terms are in these recordings.
    pub async fn find_passages(&self, videos: &[VideoId], terms: &[Term]) -> sqlx::Result<Vec<PassageRow>> {
        let mut connection = self.0.acquire().await?;
        let place_of = if super::is_sqlite(&connection) { "instr" } else { "strpos" };
        let (ids, first) = (binds(1, videos.len()), 1 + videos.len());
        let pieces: Vec<String> = (first..first + terms.len()).map(|n| format!("{place_of}(words, ${n}) > 0")).collect();
        let each = (MAX_PASSAGES / videos.len().max(1)).max(MIN_PASSAGES);
        let sql = format!(
            "SELECT video_id, kind, body FROM
               (SELECT video_id, kind, ref, body, ROW_NUMBER() OVER (PARTITION BY video_id, kind ORDER BY ref) AS place
                FROM search_docs WHERE video_id IN ({ids}) AND ({})) AS passages
             WHERE place <= {each} ORDER BY kind, ref",
            pieces.join(" OR ")
        );
        let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql));
        for video in videos {
            query = query.bind(video.to_string());
        }
        for term in terms {
            query = query.bind(piece(term));
        }
        query.fetch_all(&mut *connection).await
    }
}

/// For each term the recordings that have it, with the best place: `(term, video_id, place)`; and the values to bind.
fn sqlite_sets(asked: Asked<'_>) -> (String, Vec<String>) {
    let set = |(n, _): (usize, &Term)| {
        format!(
            "SELECT {n} AS term, d.video_id, MIN(d.kind) AS place FROM search_words JOIN search_docs d ON d.id = search_words.rowid
             WHERE search_words MATCH ${} GROUP BY d.video_id",
            n + 1
        )
    };
    let sets: Vec<String> = asked.terms.iter().enumerate().map(set).collect();
    (sets.join(" UNION ALL "), asked.terms.iter().map(|term| fts5(asked.user, term)).collect())
}

fn postgres_sets(asked: Asked<'_>) -> (String, Vec<String>) {
    let (mut sets, mut binds) = (Vec::new(), Vec::new());
    for (n, term) in asked.terms.iter().enumerate() {
        binds.push(tsquery(asked.user, term));
        let mut set =
            format!("SELECT {n} AS term, video_id, MIN(kind) AS place FROM search_docs WHERE lexemes @@ CAST(${} AS tsquery)", binds.len());
        if term.words.len() > 1 {
            // Four times as fast as LIKE, which goes through the text letter by letter.
            binds.push(piece(term));
            set.push_str(&format!(" AND strpos(words, ${}) > 0", binds.len()));
        }
        set.push_str(" GROUP BY video_id");
        sets.push(set);
    }
    (sets.join(" UNION ALL "), binds)
}

/// A term in the language of FTS5. The words are letters and digits alone, in quotes all the same.
fn fts5(user: UserId, term: &Term) -> String {
    format!("who : \"{}\" AND words : \"{}\"{}", user.0.simple(), term.words.join(" "), if term.prefix { " *" } else { "" })
}

/// A term in the language of tsquery: all its words. That they follow one another, [`piece`] sees to.
fn tsquery(user: UserId, term: &Term) -> String {
    let words: Vec<String> = term.words.iter().map(|word| format!("'{word}'")).collect();
    format!("'@{}' & {}{}", user.0.simple(), words.join(" & "), if term.prefix { ":*" } else { "" })
}

/// A term as a piece of `words`.
fn piece(term: &Term) -> String {
    format!(" {}{}", term.words.join(" "), if term.prefix { "" } else { " " })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(words: &[&str], prefix: bool) -> Term {
        Term { words: words.iter().map(|word| (*word).to_owned()).collect(), prefix }
    }

    #[test]
    fn each_database_is_asked_in_its_own_language() {
        let user = UserId(uuid::Uuid::from_u128(7));
        let (one, phrase) = (term(&["budget"], true), term(&["went", "better"], false));
        assert_eq!(fts5(user, &one), "who : \"00000000000000000000000000000007\" AND words : \"budget\" *");
        assert_eq!(fts5(user, &phrase), "who : \"00000000000000000000000000000007\" AND words : \"went better\"");
        assert_eq!(tsquery(user, &one), "'@00000000000000000000000000000007' & 'budget':*");
        assert_eq!(tsquery(user, &phrase), "'@00000000000000000000000000000007' & 'went' & 'better'");
        assert_eq!((piece(&one), piece(&phrase)), (" budget".into(), " went better ".into()));
    }
}
