//! Edits of a transcript, as a function from sentences to what replaces which of them. No edit loses the times of what it does
//! not touch, and each has an inverse: [`Edit::Replace`] with what was there.

use crate::{
    model::{
        AppError, Sentence, Word,
        transcript::{MAX_SENTENCE_CHARS, MAX_SENTENCES},
    },
    server::subtitles::{self, speakers, words},
};
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Another text for a sentence.
    Text { index: usize, text: String },
    /// Somebody else said it; an empty name means nobody in particular.
    Speaker { index: usize, speaker: String },
    /// A speaker is called `to`, everywhere, or in the sentences of these numbers alone: of nobody, too.
    Rename { from: String, to: String, only: Option<Vec<usize>> },
    /// Two sentences of one, the second from character `at` on.
    Split { index: usize, at: usize },
    /// One of a sentence and the next.
    Merge { index: usize },
    /// `count` sentences from `index` on become these: how an edit is undone.
    Replace { index: usize, count: usize, sentences: Vec<Sentence> },
}

/// `removed` sentences from `index` on are replaced by `sentences`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub index: usize,
    pub removed: usize,
    pub sentences: Vec<Sentence>,
}

/// What an edit makes of the sentences.
pub fn apply(sentences: &[Sentence], edit: Edit) -> Result<Change, AppError> {
    let one = |index: usize| sentences.get(index).ok_or_else(no_sentence);
    match edit {
        Edit::Text { index, text } => {
            let old = one(index)?;
            let text = clean(&text, MAX_SENTENCE_CHARS)?;
            let words = words::fitted(&old.words, &text, old.start_ms, old.end_ms);
            Ok(instead(index, words::tidy(Sentence { text, words, ..old.clone() })))
        }
        Edit::Speaker { index, speaker } => Ok(instead(index, Sentence { speaker: speakers::clean(&speaker), ..one(index)?.clone() })),
        Edit::Rename { from, to, only } => rename(sentences, &from, &to, only.as_deref()),
        Edit::Split { index, at } => {
            let next = sentences.get(index + 1).map_or(i64::MAX, |next| next.start_ms);
            let halves = split(one(index)?, at, next)?;
            Ok(Change { index, removed: 1, sentences: halves.into() })
        }
        Edit::Merge { index } => {
            let second =
                sentences.get(index + 1).ok_or_else(|| AppError::invalid("There is no next sentence to put this one together with."))?;
            Ok(Change { index, removed: 2, sentences: vec![merged(one(index)?, second)?] })
        }
        Edit::Replace { index, count, sentences: new } => replace(sentences, index, count, new),
    }
}

fn no_sentence() -> AppError {
    AppError::invalid("There is no such sentence any more. Reload the page.")
}

fn instead(index: usize, sentence: Sentence) -> Change {
    Change { index, removed: 1, sentences: vec![sentence] }
}

/// A text as it is kept.
fn clean(text: &str, most: usize) -> Result<String, AppError> {
    let text = words::one_line(text);
    match text.chars().count() {
        0 => Err(AppError::invalid("A sentence needs some text.")),
        count if count > most => Err(AppError::invalid(format!("A sentence has at most {most} characters; this one has {count}."))),
        _ => Ok(text),
    }
}

fn rename(sentences: &[Sentence], from: &str, to: &str, only: Option<&[usize]>) -> Result<Change, AppError> {
    let (from, to) = (speakers::clean(from), speakers::clean(to));
    let named = |index: &usize| sentences.get(*index).is_some_and(|sentence| sentence.speaker == from);
    let theirs: BTreeSet<usize> = match only {
        Some(only) => only.iter().copied().filter(named).collect(),
        // Nobody can be told apart from nobody.
        None if from.is_none() => BTreeSet::new(),
        None => (0..sentences.len()).filter(named).collect(),
    };
    let (Some(&first), Some(&last)) = (theirs.first(), theirs.last()) else {
        return Err(AppError::invalid("Nobody here has this name any more. Reload the page."));
    };
    let renamed = sentences[first..=last].iter().zip(first..).map(|(sentence, index)| match theirs.contains(&index) {
        true => Sentence { speaker: to.clone(), ..sentence.clone() },
        false => sentence.clone(),
    });
    Ok(Change { index: first, removed: last + 1 - first, sentences: renamed.collect() })
}

/// Where the times of words are known the cut is between two of them; in the middle of a word, or without any, it is where
/// the letters say. `next_ms` keeps the second half from beginning behind the sentence that follows.
fn split(sentence: &Sentence, at: usize, next_ms: i64) -> Result<[Sentence; 2], AppError> {
    let byte = sentence.text.char_indices().nth(at).map_or(sentence.text.len(), |(byte, _)| byte);
    let (before, after) = (sentence.text[..byte].trim_end(), sentence.text[byte..].trim_start());
    if before.is_empty() || after.is_empty() {
        return Err(AppError::invalid("A sentence is split between two words: put the cursor there first."));
    }
    let both = words::spread(&[before, after], sentence.start_ms, sentence.end_ms);
    let (mut first_end, mut second_start) = (both[0].end_ms, both[1].start_ms);
    let (mut first_words, mut second_words) = (Vec::new(), Vec::new());
    if !sentence.words.is_empty() {
        first_words = sentence.words.clone();
        let whole = before.split_whitespace().count();
        second_words = first_words.split_off(whole.min(first_words.len()));
        // In the middle of a word: each part has its share of the word's time.
        if second_words.len() < after.split_whitespace().count()
            && let Some(word) = first_words.pop()
        {
            let (head, tail) = (before.split_whitespace().last().unwrap_or(""), after.split_whitespace().next().unwrap_or(""));
            let mut parts = words::spread(&[head, tail], word.start_ms, word.end_ms).into_iter();
            first_words.extend(parts.next());
            drop(second_words.splice(0..0, parts));
        }
        first_end = first_words.last().map_or(first_end, |word| word.end_ms);
        second_start = second_words.first().map_or(second_start, |word| word.start_ms);
    }
    let begins = second_start.min(next_ms).max(sentence.start_ms);
    let first = Sentence { end_ms: first_end, text: before.to_owned(), words: first_words, ..sentence.clone() };
    let second = Sentence { start_ms: begins, text: after.to_owned(), words: second_words, ..sentence.clone() };
    Ok([words::tidy(first), words::tidy(second)])
}

fn merged(first: &Sentence, second: &Sentence) -> Result<Sentence, AppError> {
    // Chinese and Japanese have no blank between sentences.
    let glued = first.text.ends_with(words::is_ideographic) && second.text.starts_with(words::is_ideographic);
    let text = clean(&[first.text.as_str(), if glued { "" } else { " " }, &second.text].concat(), MAX_SENTENCE_CHARS)?;
    let timed = !first.words.is_empty() || !second.words.is_empty();
    let words = if timed { together(words_of(first), words_of(second), glued) } else { Vec::new() };
    let end_ms = first.end_ms.max(second.end_ms);
    Ok(words::tidy(Sentence {
        start_ms: first.start_ms,
        end_ms,
        speaker: first.speaker.clone().or_else(|| second.speaker.clone()),
        text,
        words,
    }))
}

/// The words of both; without a blank in between, the last of the one and the first of the other are one word.
fn together(mut words: Vec<Word>, more: Vec<Word>, glued: bool) -> Vec<Word> {
    let mut more = more.into_iter();
    if glued
        && let Some(last) = words.last_mut()
        && let Some(next) = more.next()
    {
        last.text.push_str(&next.text);
        last.end_ms = next.end_ms;
    }
    words.extend(more);
    words
}

/// The words with their times, or with their share of the sentence's.
fn words_of(sentence: &Sentence) -> Vec<Word> {
    match sentence.words.is_empty() {
        true => words::spread(&sentence.text.split_whitespace().collect::<Vec<_>>(), sentence.start_ms, sentence.end_ms),
        false => sentence.words.clone(),
    }
}

fn replace(sentences: &[Sentence], index: usize, count: usize, new: Vec<Sentence>) -> Result<Change, AppError> {
    let end = index.checked_add(count).filter(|end| *end <= sentences.len()).ok_or_else(no_sentence)?;
    let left = sentences.len() - count + new.len();
    if left == 0 {
        return Err(AppError::invalid("This is the last sentence. Remove the whole transcript instead."));
    }
    if left > MAX_SENTENCES {
        return Err(AppError::invalid(format!("A transcript has at most {MAX_SENTENCES} sentences.")));
    }
    let tidied = new.into_iter().map(|sentence| {
        let speaker = sentence.speaker.as_deref().and_then(speakers::clean);
        // What a file brought may be longer than what a person writes, and goes back as it was.
        Ok(words::tidy(Sentence { text: clean(&sentence.text, subtitles::LONGEST)?, speaker, ..sentence }))
    });
    let new: Vec<Sentence> = tidied.collect::<Result<_, AppError>>()?;
    let before = index.checked_sub(1).map(|index| &sentences[index]);
    let around: Vec<&Sentence> = before.into_iter().chain(&new).chain(sentences.get(end)).collect();
    if !around.is_sorted_by_key(|sentence| sentence.start_ms) {
        return Err(AppError::invalid("These sentences do not belong here: they are spoken at another time."));
    }
    Ok(Change { index, removed: count, sentences: new })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[(i64, i64, &str)]) -> Vec<Word> {
        list.iter().map(|(start_ms, end_ms, text)| Word { start_ms: *start_ms, end_ms: *end_ms, text: (*text).into() }).collect()
    }

    fn timed(speaker: &str, list: &[(i64, i64, &str)]) -> Sentence {
        let words = words(list);
        let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        Sentence { start_ms: words[0].start_ms, end_ms: words[words.len() - 1].end_ms, speaker: speakers::clean(speaker), text, words }
    }

    fn talk() -> Vec<Sentence> {
        vec![
            timed("Ana", &[(0, 100, "So"), (100, 400, "then"), (450, 900, "let's")]),
            timed("Ana", &[(1_000, 1_200, "go."), (1_200, 1_300, "Now.")]),
            Sentence { start_ms: 2_000, end_ms: 3_000, speaker: Some("Ben".into()), text: "Good idea".into(), words: Vec::new() },
        ]
    }

    /// The talk after an edit, and after that was undone.
    fn after(edit: Edit) -> Vec<Sentence> {
        let before = talk();
        let change = apply(&before, edit).unwrap();
        let mut now = before.clone();
        let old: Vec<Sentence> = now.splice(change.index..change.index + change.removed, change.sentences.clone()).collect();
        let undo = apply(&now, Edit::Replace { index: change.index, count: change.sentences.len(), sentences: old }).unwrap();
        let mut undone = now.clone();
        drop(undone.splice(undo.index..undo.index + undo.removed, undo.sentences));
        assert_eq!(undone, before, "undone");
        now
    }

    #[test]
    fn a_mended_word_keeps_its_time() {
        let now = after(Edit::Text { index: 0, text: "So than  let's\n".into() });
        assert_eq!(
            (now[0].text.as_str(), &now[0].words),
            ("So than let's", &words(&[(0, 100, "So"), (100, 400, "than"), (450, 900, "let's")]))
        );
    }

    #[test]
    fn a_speaker_is_named_unnamed_and_renamed_everywhere() {
        assert_eq!(after(Edit::Speaker { index: 2, speaker: "  Cleo ".into() })[2].speaker.as_deref(), Some("Cleo"));
        assert_eq!(after(Edit::Speaker { index: 2, speaker: " ".into() })[2].speaker, None);
        let rename = |from: &str, to: &str, only| Edit::Rename { from: from.into(), to: to.into(), only };
        let names = |talk: Vec<Sentence>| talk.into_iter().map(|s| s.speaker.unwrap_or_default()).collect::<Vec<_>>();
        assert_eq!(names(after(rename("Ana", "Anna", None))), ["Anna", "Anna", "Ben"]);
        assert!(apply(&talk(), rename("Nobody", "X", None)).is_err());
        assert!(apply(&talk(), rename("", "X", None)).is_err());
    }

    #[test]
    fn a_speaker_who_became_another_one_or_nobody_is_told_apart_again_by_numbers() {
        for other in ["Ben", ""] {
            let one = Edit::Rename { from: "Ana".into(), to: other.into(), only: None };
            let became = after(one);
            let back = Edit::Rename { from: other.into(), to: "Ana".into(), only: Some(vec![0, 1]) };
            let change = apply(&became, back).unwrap();
            assert_eq!((change.index, change.removed, &change.sentences[..]), (0, 2, &talk()[..2]), "{other}");
        }
        // Neither those that are called otherwise nor those that are not there.
        for only in [vec![2, 7], vec![]] {
            assert!(apply(&talk(), Edit::Rename { from: "Ana".into(), to: "Ben".into(), only: Some(only) }).is_err());
        }
    }

    #[test]
    fn a_sentence_is_split_between_words_with_their_times() {
        let now = after(Edit::Split { index: 0, at: 3 });
        assert_eq!((now[0].start_ms, now[0].end_ms, now[0].text.as_str()), (0, 100, "So"));
        assert_eq!((now[1].start_ms, now[1].end_ms, now[1].text.as_str()), (100, 900, "then let's"));
        assert_eq!(now[1].words, words(&[(100, 400, "then"), (450, 900, "let's")]));
    }

    #[test]
    fn a_sentence_is_split_in_a_word_and_without_times_by_its_letters() {
        let now = after(Edit::Split { index: 0, at: 5 });
        assert_eq!((now[0].text.as_str(), now[1].text.as_str()), ("So th", "en let's"));
        assert_eq!((now[0].words.last().unwrap().end_ms, now[1].words[0].start_ms), (250, 250));
        let now = after(Edit::Split { index: 2, at: 4 });
        assert_eq!((now[2].end_ms, now[3].start_ms, now[3].text.as_str()), (2_500, 2_500, "idea"));
    }

    #[test]
    fn a_split_at_an_edge_is_refused() {
        for at in [0, 9, 99] {
            assert!(apply(&talk(), Edit::Split { index: 2, at }).is_err(), "{at}");
        }
    }

    #[test]
    fn merging_keeps_every_time_and_splitting_again_gives_both_back() {
        let now = after(Edit::Merge { index: 0 });
        assert_eq!((now.len(), now[0].end_ms, now[0].text.as_str(), now[0].words.len()), (2, 1_300, "So then let's go. Now.", 5));
        let again = apply(&now, Edit::Split { index: 0, at: "So then let's".len() }).unwrap();
        assert_eq!(again.sentences, talk()[..2]);
        // One of them without times of words: its words share its time.
        let mixed = after(Edit::Merge { index: 1 });
        assert_eq!(mixed[1].words[2..], words(&[(2_000, 2_500, "Good"), (2_500, 3_000, "idea")]));
        assert!(apply(&talk(), Edit::Merge { index: 2 }).is_err());
    }

    #[test]
    fn what_is_written_without_blanks_is_merged_without_one() {
        let all = [timed("", &[(0, 400, "今天讨论。")]), timed("", &[(400, 900, "明天见。")])];
        let merged = apply(&all, Edit::Merge { index: 0 }).unwrap().sentences;
        assert_eq!((merged[0].text.as_str(), &merged[0].words), ("今天讨论。明天见。", &words(&[(0, 900, "今天讨论。明天见。")])));
        let mixed = [timed("", &[(0, 400, "今天")]), timed("", &[(400, 900, "OK")])];
        assert_eq!(apply(&mixed, Edit::Merge { index: 0 }).unwrap().sentences[0].text, "今天 OK");
    }

    #[test]
    fn an_edit_of_the_longest_sentence_that_a_file_may_bring_can_be_undone() {
        let long = Sentence { end_ms: 9_000, text: "word ".repeat(3_000).trim().into(), ..Sentence::default() };
        let edited = apply(std::slice::from_ref(&long), Edit::Speaker { index: 0, speaker: "Ana".into() }).unwrap().sentences;
        let undone = apply(&edited, Edit::Replace { index: 0, count: 1, sentences: vec![long.clone()] }).unwrap().sentences;
        assert_eq!(undone, [long]);
    }

    #[test]
    fn sentences_are_removed_but_for_the_last() {
        assert_eq!(after(Edit::Replace { index: 0, count: 1, sentences: Vec::new() }).len(), 2);
        assert!(apply(&talk(), Edit::Replace { index: 0, count: 3, sentences: Vec::new() }).is_err());
    }

    #[test]
    fn what_does_not_belong_is_refused() {
        let late = Sentence { start_ms: 9_000, end_ms: 9_100, text: "late".into(), ..Sentence::default() };
        assert!(apply(&talk(), Edit::Replace { index: 0, count: 1, sentences: vec![late] }).is_err());
        assert!(apply(&talk(), Edit::Replace { index: 2, count: 2, sentences: Vec::new() }).is_err());
        assert!(apply(&talk(), Edit::Replace { index: usize::MAX, count: 2, sentences: Vec::new() }).is_err());
        assert!(apply(&talk(), Edit::Text { index: 0, text: " \u{7} ".into() }).is_err());
        assert!(apply(&talk(), Edit::Text { index: 0, text: "x".repeat(MAX_SENTENCE_CHARS + 1) }).is_err());
        assert!(apply(&talk(), Edit::Text { index: 3, text: "x".into() }).is_err());
    }
}
