//! Searching a thousand hours of talk, on either database, beside a request that looks up one row by its id.

use super::{Anyhow, databases::databases, person::Person, server::Server};
use std::{
    path::Path,
    time::{Duration, Instant},
};

const RECORDINGS: usize = 1_000;
/// An hour of talk.
const SENTENCES: usize = 600;
const WORDS_A_SENTENCE: usize = 12;
const VOCABULARY: usize = 20_000;
const ROUNDS: usize = 40;

pub async fn search(work: &Path) -> Anyhow<()> {
    println!("\n| search over {RECORDINGS} recordings of {SENTENCES} sentences | p50, ms | p95, ms | slowest, ms |");
    println!("|---|---|---|---|");
    for (name, url) in databases().await? {
        let server = Server::with_database(&work.join(["search-", name].concat()), url.as_deref()).await?;
        let client = Person::sign_up(&server.base).await?;
        let mut talk = Talk(7);
        let start = Instant::now();
        let mut first = String::new();
        for n in 0..RECORDINGS {
            let id = client.place(&format!("Meeting {n} {}", talk.word())).await?;
            client.put(&format!("/api/videos/{id}/transcript?file_name=talk.vtt"), talk.hour()).await?;
            first = id;
        }
        let took = start.elapsed().as_secs_f64();
        let by_id = format!("/api/videos/{first}");
        row(name, "beside: one recording by its id", timed(&client, |_| by_id.clone()).await?);
        for (what, query) in kinds() {
            row(name, what, timed(&client, |n| ["/api/search?q=", &encoded(&query(n))].concat()).await?);
        }
        println!("| {name}: taken in and indexed, {:.0} sentences a second | | | |", (RECORDINGS * SENTENCES) as f64 / took);
    }
    Ok(())
}

type Kind = (&'static str, fn(usize) -> String);

/// What people type, and the worst they could.
fn kinds() -> Vec<Kind> {
    vec![
        ("a rare word", |n| spelled(9_000 + n * 100)),
        ("a frequent word", |n| spelled(100 + n * 5)),
        ("the most frequent words", |n| spelled(n % 4)),
        ("two letters of a word", |n| spelled(50 + n * 7)[..2].to_owned()),
        ("four letters of a word", |n| spelled(3_000 + n * 11).chars().take(4).collect()),
        ("three words", |n| [spelled(40 + n), spelled(600 + n), spelled(4_000 + n)].join(" ")),
        ("a phrase of two words", |n| format!("\"{} {}\"", spelled(20 + n), spelled(45 + n))),
        ("a phrase of the most frequent words", |n| format!("\"{} {}\"", spelled(n % 3), spelled((n + 1) % 4))),
        ("a word nobody said", |n| format!("zzz{n}q")),
    ]
}

fn row(database: &str, what: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let ms = |part: f64| took[((took.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
    println!("| {database}: {what} | {:.1} | {:.1} | {:.1} |", ms(0.5), ms(0.95), ms(1.0));
}

async fn timed(client: &Person, path: impl Fn(usize) -> String) -> Anyhow<Vec<Duration>> {
    let mut took = Vec::new();
    for n in 0..ROUNDS {
        let path = path(n);
        let start = Instant::now();
        client.fetch(&path).await?;
        took.push(start.elapsed());
    }
    Ok(took)
}

/// Talk in which words are as frequent as Zipf says: the n-th comes 1/n times as often as the first.
struct Talk(u64);

impl Talk {
    /// Between 0 and 1, from a linear congruential generator (Knuth's MMIX): the same talk in every run.
    fn chance(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn word(&mut self) -> String {
        spelled(((VOCABULARY as f64).powf(self.chance()) - 1.0) as usize)
    }

    /// An hour as WebVTT.
    fn hour(&mut self) -> String {
        let mut vtt = String::from("WEBVTT\n\n");
        for n in 0..SENTENCES {
            let at = n * 6;
            let words: Vec<String> = (0..WORDS_A_SENTENCE).map(|_| self.word()).collect();
            vtt += &format!(
                "{:02}:{:02}:{:02}.000 --> {:02}:{:02}:{:02}.500\n{}.\n\n",
                at / 3600,
                at / 60 % 60,
                at % 60,
                at / 3600,
                at / 60 % 60,
                at % 60 + 5,
                words.join(" ")
            );
        }
        vtt
    }
}

/// The n-th word of a language of syllables.
fn spelled(mut n: usize) -> String {
    const SYLLABLES: [&str; 20] =
        ["ba", "de", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "we", "xi", "yo", "zu", "cha", "sta", "ple", "gri", "ont"];
    let mut word = String::from(SYLLABLES[n % 20]);
    while n >= 20 {
        n /= 20;
        word.push_str(SYLLABLES[(n * 7) % 20]);
    }
    word
}

fn encoded(query: &str) -> String {
    url::form_urlencoded::byte_serialize(query.as_bytes()).collect()
}
