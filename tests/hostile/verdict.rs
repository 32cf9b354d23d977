//! One hostile file on its way through a real server: what it is told, what it costs, and what it touched.

use std::{
    fmt,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{
    bait::Bait,
    corpus::Hostile,
    watch::{Peak, Watch, weight},
};
use crate::support::{Person, TestApp};

/// From the first byte sent to the last word about it.
const PATIENCE: Duration = Duration::from_secs(60);
/// All processes that work on one file, together.
pub const MEMORY: u64 = 1 << 30;
/// Working files and stored objects each. No file of the corpus has more than 5 MB.
const OUTPUT: u64 = 256 << 20;

/// Words that no person should have to read: names of our tools, of their parts and of our places.
const FOREIGN: [&str; 18] = [
    "ffmpeg",
    "ffprobe",
    "bwrap",
    "demux",
    "moov",
    "mdat",
    "atom",
    "invalid data",
    "stderr",
    "errno",
    "os error",
    "panic",
    "segment0",
    "127.0.0.1",
    "::",
    "0x",
    "{",
    "/",
];

#[derive(Debug)]
pub enum Fate {
    /// At the end of the upload, with this sentence.
    Refused(String),
    /// It was stored, and its stream failed with this sentence.
    Failed(String),
    Played {
        segments: usize,
        seconds: f64,
    },
    /// No answer in time, or one that the contract does not know.
    Neither(String),
}

pub struct Outcome {
    pub name: &'static str,
    pub fate: Fate,
    pub took: Duration,
    pub peak: Peak,
    /// Bytes of all stored objects but the file itself.
    pub stored: u64,
    /// What went wrong; nothing, where all is well.
    pub faults: Vec<String>,
}

/// Sends one file, watches it until it is settled, and deletes it.
pub async fn judge(app: &TestApp, person: &Person, bait: &Bait, file: &Hostile) -> Outcome {
    let (data, bucket) = (&app.config.data_dir, app.config.data_dir.join("bucket"));
    bait.untouched();
    let (before, visits) = (weight(&bucket), bait.visits());
    let (watch, began) = (Watch::over(data, &data.join("tmp")), Instant::now());
    let (id, fate) = send(person, file, began + PATIENCE).await;
    let took = began.elapsed();
    let peak = watch.end();
    let stored = weight(&bucket).saturating_sub(before + file.bytes.len() as u64);
    let mut faults = judged(file, &fate);
    let mut unless = |fine: bool, fault: String| {
        if !fine {
            faults.push(fault);
        }
    };
    unless(took < PATIENCE, format!("took {took:?}"));
    unless(peak.memory < MEMORY, format!("used {} MB of memory", peak.memory >> 20));
    unless(peak.scratch < OUTPUT, format!("filled {} MB of the disk", peak.scratch >> 20));
    unless(stored < OUTPUT, format!("stored {} MB", stored >> 20));
    unless(bait.visits() == visits, "came to the door".to_owned());
    unless(!bait.was_read(), "read the bait".to_owned());
    unless(bait.leaked_into(&bucket).is_none(), "carried the bait away".to_owned());
    if !matches!(fate, Fate::Refused(_)) {
        let deleted = person.delete(&format!("/api/videos/{id}")).await.status();
        unless(deleted == 204, format!("could not be deleted: {deleted}"));
    }
    Outcome { name: file.name, fate, took, peak, stored, faults }
}

async fn send(person: &Person, file: &Hostile, until: Instant) -> (String, Fate) {
    let (id, verdict) = person.upload_bytes(file.name, &file.bytes).await;
    let status = verdict.status().as_u16();
    let body: Value = verdict.json().await.unwrap_or_default();
    let fate = match status {
        200 => stream(person, &id, until).await,
        422 => Fate::Refused(body["error"]["message"].as_str().unwrap_or_default().to_owned()),
        _ => Fate::Neither(format!("the upload was answered with {status}: {body}")),
    };
    (id, fate)
}

async fn stream(person: &Person, id: &str, until: Instant) -> Fate {
    loop {
        let (status, body) = person.stream(id).await;
        match status {
            200 => return played(person, body["hls_url"].as_str().unwrap_or_default()).await,
            500 => return Fate::Failed(body["error_message"].as_str().unwrap_or_default().to_owned()),
            202 if Instant::now() < until => tokio::time::sleep(Duration::from_millis(50)).await,
            _ => return Fate::Neither(format!("the stream is {status}: {body}")),
        }
    }
}

async fn played(person: &Person, url: &str) -> Fate {
    let response = person.get(url).await;
    let status = response.status();
    let list = response.text().await.unwrap_or_default();
    if status != 200 || !list.contains("#EXT-X-ENDLIST") {
        return Fate::Neither(format!("the playlist is {status}: {list}"));
    }
    let length = |line: &str| line.strip_prefix("#EXTINF:")?.split(',').next()?.parse::<f64>().ok();
    let segments = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
    Fate::Played { segments, seconds: list.lines().filter_map(length).sum() }
}

fn judged(file: &Hostile, fate: &Fate) -> Vec<String> {
    match fate {
        Fate::Refused(sentence) | Fate::Failed(sentence) => is_no_sentence(sentence).into_iter().collect(),
        Fate::Played { .. } if !file.may_play => vec!["was played".to_owned()],
        // Nothing in the corpus lasts longer in truth, whatever it says: 3,000 pictures of six seconds.
        Fate::Played { segments, seconds }
            if *segments == 0 || *seconds <= 0.0 || *seconds > 18_100.0 && !file.name.starts_with("still") =>
        {
            vec![format!("{segments} segments of {seconds} s")]
        }
        Fate::Played { .. } => Vec::new(),
        Fate::Neither(what) => vec![what.clone()],
    }
}

/// What is wrong with words meant for a person.
pub fn is_no_sentence(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let foreign = FOREIGN.iter().find(|word| lower.contains(**word));
    match foreign {
        Some(word) => Some(format!("\"{word}\" is said to a person: {text}")),
        None if !text.starts_with(char::is_uppercase) || !text.ends_with('.') => Some(format!("not a sentence: {text:?}")),
        None if text.len() > 300 => Some(format!("too long: {text}")),
        None => None,
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fate = match &self.fate {
            Fate::Refused(sentence) => format!("refused: {sentence}"),
            Fate::Failed(sentence) => format!("failed: {sentence}"),
            Fate::Played { segments, seconds } => {
                format!("played within bounds: {segments} segments, {seconds:.0} s, {} KB", self.stored >> 10)
            }
            Fate::Neither(what) => what.clone(),
        };
        let (secs, memory, scratch) = (self.took.as_secs_f64(), self.peak.memory >> 20, self.peak.scratch >> 10);
        let faults = if self.faults.is_empty() { String::new() } else { format!(" **{}**", self.faults.join("; ")) };
        write!(f, "| {} | {fate}{faults} | {secs:.1} | {memory} | {scratch} |", self.name)
    }
}

#[test]
fn our_tools_words_are_no_sentence() {
    assert_eq!(is_no_sentence("This is plain text, not a video that can be played here. Upload an MP4, MOV or MKV file."), None);
    for text in ["", "lower case.", "No end", "Invalid data found when processing input.", "See /tmp/x.", "Exit by ffmpeg."] {
        assert!(is_no_sentence(text).is_some(), "{text}");
    }
}
