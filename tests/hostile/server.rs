//! The whole corpus through a real server, in two lanes: each has a server of its own, so that what one file costs is
//! told from what another does.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use super::{
    bait::Bait,
    corpus::{Hostile, corpus},
    verdict::{Fate, Outcome, judge},
};
use crate::support::{Backend, TestApp};
use notetaker::server::media::{SandboxMode, Tools};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_files_are_refused_or_kept_within_bounds() {
    all_are_harmless(|file| file.quick).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "make torture"]
async fn every_hostile_file_is_refused_or_kept_within_bounds() {
    all_are_harmless(|_| true).await;
}

/// `HOSTILE=name` narrows either to the files whose names hold it.
async fn all_are_harmless(chosen: impl Fn(&Hostile) -> bool) {
    let only = std::env::var("HOSTILE").unwrap_or_default();
    let baits = [Bait::laid(), Bait::laid()];
    let choose = |bait: &Bait, odd: usize| {
        let files = corpus(bait).into_iter().filter(|file| if only.is_empty() { chosen(file) } else { file.name.contains(&only) });
        files.enumerate().filter(|(n, _)| n % 2 == odd).map(|(_, file)| file).collect::<Vec<_>>()
    };
    let files = (choose(&baits[0], 0), choose(&baits[1], 1));
    let (first, second) = tokio::join!(lane(&baits[0], files.0), lane(&baits[1], files.1));
    let outcomes: Vec<Outcome> = first.into_iter().chain(second).collect();
    let table = table(&outcomes);
    println!("\n{table}");
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile.md");
    std::fs::write(&place, &table).unwrap();
    let faults: Vec<String> = outcomes.iter().filter(|outcome| !outcome.faults.is_empty()).map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{} of {} files; all are in {}\n{}", faults.len(), outcomes.len(), place.display(), faults.join("\n"));
}

pub async fn lane(bait: &Bait, files: Vec<Hostile>) -> Vec<Outcome> {
    // A copy of ffmpeg in the server's own folder: what it uses can be told from what another's does ([`super::watch`]).
    let app = TestApp::start_with(Backend::LAPTOP, |config| {
        let (tools, copy) = (Tools::locate(None, None, SandboxMode::Off).unwrap(), config.data_dir.join("ffmpeg"));
        std::fs::create_dir_all(&config.data_dir).unwrap();
        std::fs::copy(tools.ffmpeg, &copy).unwrap();
        config.ffmpeg = Some(copy);
    });
    let app = app.await;
    let mallory = app.person("mallory").await;
    let mut outcomes = Vec::new();
    for file in files {
        let outcome = judge(&app, &mallory, bait, &file).await;
        // Told at once, so that a file that ends the test itself is known.
        println!("{outcome}");
        outcomes.push(outcome);
    }
    outcomes
}

fn table(outcomes: &[Outcome]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for outcome in outcomes {
        let kind = match outcome.fate {
            Fate::Refused(_) => "refused at upload",
            Fate::Failed(_) => "stored, and its stream failed with a sentence",
            Fate::Played { .. } => "played within bounds",
            Fate::Neither(_) => "neither",
        };
        *counts.entry(kind).or_default() += 1;
    }
    let worst = |what: fn(&Outcome) -> f64| outcomes.iter().map(what).fold(0.0, f64::max);
    let longest = worst(|outcome| outcome.took.as_secs_f64());
    let memory = worst(|outcome| (outcome.peak.memory >> 20) as f64);
    let output = worst(|outcome| (outcome.peak.scratch.max(outcome.stored) >> 20) as f64);
    let faults = outcomes.iter().filter(|outcome| !outcome.faults.is_empty()).count();
    let mut text = String::from("| file | what became of it | s | MB of memory | KB of working files |\n|---|---|---|---|---|\n");
    for outcome in outcomes {
        let _ = writeln!(text, "{outcome}");
    }
    let _ = write!(text, "\nfigure: {} hostile files", outcomes.len());
    for (kind, count) in counts {
        let _ = write!(text, ", {count} {kind}");
    }
    let _ = writeln!(text, "; {faults} at fault; at most {longest:.1} s, {memory:.0} MB of memory, {output:.0} MB of output");
    text
}
