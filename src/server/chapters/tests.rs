use super::*;
use crate::server::media::scenes::Change;

/// A meeting of three subjects, twelve lines of eight seconds each.
fn meeting() -> Vec<Sentence> {
    const BUDGET: &str = "The budget for the venue is forty thousand.|Catering takes a third of the budget.|Can catering cost less than the venue?|\
        The venue wants a deposit before catering is booked.|So budget and deposit first, catering later.|Budget agreed: venue, catering, deposit.";
    const HIRING: &str = "Now the candidates for the design role.|Two candidates sent a portfolio.|The first portfolio was strong, the interview was weak.|\
        Another interview with both candidates then?|A designer with that portfolio will not wait.|Interview on Monday, both candidates, with portfolio.";
    const SERVERS: &str = "Then the outage of the servers on Sunday.|The database filled the disk and the servers stopped.|A bigger disk, or archive the database?|\
        Archive the database, and alert before the disk is full.|The alert has to wake somebody when servers stop.|Alert, archive, disk: database team does it.";
    let texts = [BUDGET, HIRING, SERVERS].into_iter().flat_map(|part| part.split('|').chain(part.split('|')));
    texts
        .enumerate()
        .map(|(n, text)| Sentence {
            start_ms: n as i64 * 8_000 + 400,
            end_ms: n as i64 * 8_000 + 7_900,
            text: text.trim().into(),
            ..Sentence::default()
        })
        .collect()
}

#[test]
fn a_meeting_of_three_subjects_gets_three_chapters_that_say_what_they_are_about() {
    let found = from_transcript(&meeting(), 288_000).chapters;
    assert_eq!(found.iter().map(|chapter| chapter.start_ms).collect::<Vec<_>>(), [0, 96_000, 192_000], "{found:?}");
    for (chapter, word) in found.iter().zip(["budget", "candidates", "database"]) {
        assert!(chapter.title.to_lowercase().contains(word), "{found:?}");
    }
}

#[test]
fn one_subject_or_next_to_nothing_proposes_nothing() {
    assert_eq!(from_transcript(&[], 0).chapters, []);
    assert_eq!(from_transcript(&meeting()[..1], 288_000).chapters, []);
    assert_eq!(from_transcript(&meeting()[..12], 96_000).chapters, []);
}

#[test]
fn nothing_begins_behind_the_end_of_the_recording() {
    // The transcript of a longer one: its third subject begins at 3:12.
    let found = from_transcript(&meeting(), 190_000).chapters;
    assert!(found.iter().all(|chapter| chapter.start_ms < 190_000), "{found:?}");
}

#[test]
fn scenes_are_numbered_and_begin_with_the_next_whole_second() {
    let seen = [(0, 0.0), (10_000, 0.12), (22_467, 0.6), (24_000, 0.05), (30_000, 0.0), (32_000, 0.0), (34_000, 0.0)];
    let changes = seen.map(|(at_ms, score)| Change { at_ms, score });
    let found = from_scenes(&changes, 36_000).chapters;
    let told: Vec<_> = found.iter().map(|chapter| (chapter.start_ms, chapter.title.as_str())).collect();
    assert_eq!(told, [(0, "Scene 1"), (10_000, "Scene 2"), (23_000, "Scene 3")]);
    assert_eq!(from_scenes(&changes[..1], 36_000).chapters, []);
}

#[test]
fn a_title_is_one_line_of_some_length() {
    assert_eq!(clean(" Numbers,\n\tof \u{7} May \u{7}").unwrap(), "Numbers, of May");
    assert!(clean(" \n ").is_err());
    assert!(clean(&"x".repeat(MAX_CHAPTER_TITLE_CHARS + 1)).is_err());
    assert!(clean(&"ü".repeat(MAX_CHAPTER_TITLE_CHARS)).is_ok());
}

#[test]
fn a_chapter_begins_with_a_whole_second_inside_of_the_recording() {
    let row = VideoRow { duration_ms: Some(20_400), ..VideoRow::default() };
    assert_eq!([-5, 0, 999, 12_345, 99_000].map(|ms| start(&row, ms)), [0, 0, 0, 12_000, 20_000]);
    assert_eq!(start(&VideoRow::default(), 99_999), 99_000);
}
