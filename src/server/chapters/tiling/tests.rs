//! Meetings made up at random, whose turns are known.

use super::*;

/// Numbers that are the same in every run: a linear congruential generator (Knuth's constants for 64 bits).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn word(&mut self) -> String {
        let (consonants, vowels) = (b"bcdfgklmnprst", b"aeiou");
        (0..3).flat_map(|_| [consonants[self.below(13)] as char, vowels[self.below(5)] as char]).collect()
    }
}

const FUNCTION: &str =
    "we the to and of that is it in a for on have this not with be are do so but can will if there what about they you all was from";

struct Said {
    start_ms: i64,
    end_ms: i64,
    speaker: &'static str,
    text: String,
}

struct Meeting {
    said: Vec<Said>,
    /// The lines with which another subject begins.
    turns: Vec<usize>,
}

impl Meeting {
    /// So many lines about each subject. A third of the words are the subject's, a sixth are everybody's.
    fn of(seed: u64, subjects: &[usize]) -> Self {
        let mut dice = Dice(seed);
        let everybodys: Vec<String> = (0..60).map(|_| dice.word()).collect();
        let function: Vec<&str> = FUNCTION.split(' ').collect();
        let (mut said, mut turns, mut now, mut speaker) = (Vec::new(), Vec::new(), 0, "Ana");
        for (number, lines) in subjects.iter().enumerate() {
            let its: Vec<String> = (0..40).map(|_| dice.word()).collect();
            if number > 0 {
                turns.push(said.len());
                now += 2_000;
            }
            for _ in 0..*lines {
                let count = 5 + dice.below(12);
                let words: Vec<&str> = (0..count)
                    .map(|_| match dice.below(100) {
                        // Some words of a subject come much more often than others.
                        0..35 => {
                            let (a, b) = (dice.below(40), dice.below(40));
                            &*its[a.min(b)]
                        }
                        35..50 => &*everybodys[dice.below(60)],
                        _ => function[dice.below(function.len())],
                    })
                    .collect();
                let text = words.join(" ");
                if dice.below(10) < 3 {
                    speaker = ["Ana", "Ben", "Cy"][dice.below(3)];
                }
                let end_ms = now + count as i64 * 350;
                said.push(Said { start_ms: now, end_ms, speaker, text });
                now = end_ms + dice.below(400) as i64;
            }
        }
        Self { said, turns }
    }

    fn lines(&self) -> Vec<Line<'_>> {
        self.said.iter().map(|s| Line { start_ms: s.start_ms, end_ms: s.end_ms, speaker: Some(s.speaker), text: &s.text }).collect()
    }

    fn found(&self) -> Vec<usize> {
        let lines = self.lines();
        boundaries(&lines, &Words::of(&lines), lines.last().map_or(0, |line| line.end_ms))
    }
}

/// How many of the turns have one of `found` within two lines.
fn hits(turns: &[usize], found: &[usize]) -> usize {
    turns.iter().filter(|turn| found.iter().any(|line| line.abs_diff(**turn) <= 2)).count()
}

#[test]
fn turns_are_found_within_two_lines_and_better_than_by_equal_spacing() {
    let (mut all, mut hit, mut by_spacing, mut too_many) = (0, 0, 0, 0);
    for seed in 0..24 {
        let mut dice = Dice(seed * 7919 + 1);
        let subjects: Vec<usize> = (0..2 + dice.below(6)).map(|_| 25 + dice.below(55)).collect();
        let meeting = Meeting::of(seed, &subjects);
        let found = meeting.found();
        let (lines, parts) = (meeting.said.len(), subjects.len());
        let spaced: Vec<usize> = (1..parts).map(|part| part * lines / parts).collect();
        all += meeting.turns.len();
        hit += hits(&meeting.turns, &found);
        by_spacing += hits(&meeting.turns, &spaced);
        too_many += found.len() - hits(&found, &meeting.turns);
    }
    println!("{all} turns: {hit} found, {too_many} too many, {by_spacing} by equal spacing");
    assert!(hit * 100 >= all * 90, "{hit} of {all}");
    assert!(too_many * 100 <= all * 5, "{too_many} too many for {all}");
    assert!(hit > by_spacing * 3, "{by_spacing} by equal spacing");
}

#[test]
fn a_talk_that_keeps_to_its_subject_has_no_turns() {
    let found: usize = (0..40).map(|seed| Meeting::of(1000 + seed, &[[20, 60, 120, 300][seed as usize % 4]]).found().len()).sum();
    assert!(found <= 2, "{found} turns in forty talks");
}

#[test]
fn a_boundary_goes_to_the_pause() {
    let mut meeting = Meeting::of(5, &[40, 40]);
    let turn = meeting.turns[0];
    // Somebody thanks before the new subject begins: without words that mean something it could belong to either.
    meeting.said[turn - 1].text = "so yes thank you all that is it".into();
    assert_eq!(meeting.found(), [turn]);
    // The pause comes before the thanks instead.
    for said in &mut meeting.said[turn..] {
        said.start_ms -= 2_000;
        said.end_ms -= 2_000;
    }
    for said in &mut meeting.said[turn - 1..] {
        said.start_ms += 3_000;
        said.end_ms += 3_000;
        said.speaker = "Ben";
    }
    meeting.said[turn - 2].speaker = "Ana";
    assert_eq!(meeting.found(), [turn - 1]);
}

#[test]
fn nothing_or_little_said_has_no_turns() {
    let none: [Line<'_>; 0] = [];
    assert!(boundaries(&none, &Words::of(&none), 0).is_empty());
    assert!(Meeting::of(1, &[1]).found().is_empty());
    assert!(Meeting::of(1, &[3, 3]).found().is_empty());
    let silent = [Line { start_ms: 0, end_ms: 1, speaker: None, text: "…" }; 500];
    assert!(boundaries(&silent, &Words::of(&silent), 600_000).is_empty());
    let same = [Line { start_ms: 0, end_ms: 1, speaker: None, text: "budget budget budget budget" }; 500];
    assert!(boundaries(&same, &Words::of(&same), 600_000).is_empty());
}

#[test]
fn languages_without_a_list_do_too() {
    let meeting = Meeting::of(3, &[50, 50, 50]);
    let mut foreign = Meeting::of(3, &[50, 50, 50]);
    for said in &mut foreign.said {
        // Function words that are in no list of ours.
        said.text = said
            .text
            .split(' ')
            .map(|word| if FUNCTION.contains(word) { ["vex", &word[..1]].concat() } else { word.to_owned() })
            .collect::<Vec<_>>()
            .join(" ");
    }
    assert_eq!(hits(&meeting.turns, &foreign.found()), 2);
}

/// How long this thread has worked: other tests on the same cores do not count.
pub(in crate::server::chapters) fn worked_ms() -> i64 {
    use nix::sys::{
        resource::{UsageWho, getrusage},
        time::TimeValLike,
    };
    let usage = getrusage(UsageWho::RUSAGE_THREAD).unwrap();
    usage.user_time().num_milliseconds() + usage.system_time().num_milliseconds()
}

#[test]
fn ten_thousand_lines_take_a_moment() {
    let meeting = Meeting::of(9, &[500; 20]);
    let lines = meeting.lines();
    assert_eq!(lines.len(), 10_000);
    let start = worked_ms();
    let words = Words::of(&lines);
    let found = boundaries(&lines, &words, lines[9_999].end_ms);
    let took = worked_ms() - start;
    println!("10,000 lines in {took} ms, {} turns", found.len());
    // A debug build takes ten times as long.
    assert!(took < if cfg!(debug_assertions) { 2_000 } else { 100 }, "{took} ms");
    assert!(hits(&meeting.turns, &found) >= 10, "{found:?}");
}
