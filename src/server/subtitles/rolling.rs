//! Captions that roll: YouTube repeats the line before above each new one, and shows each once more alone for a moment in
//! between. Read as they stand, everything would be said three times.

use super::{cues::Cue, markup};

/// Leaves what each cue says anew. Files that do not roll stay as they are.
pub fn undo(cues: &mut Vec<Cue<'_>>, tags: markup::Tags) {
    let shown: Vec<Vec<String>> =
        cues.iter().map(|cue| cue.lines.iter().map(|line| plain(line, tags)).filter(|line| !line.is_empty()).collect()).collect();
    let repeats = |at: usize| at > 0 && shown[at].first().is_some_and(|first| shown[at - 1].last() == Some(first));
    let rolled = (0..cues.len()).filter(|at| shown[*at].len() > 1 && repeats(*at)).count();
    // More than a refrain: a third of the cues at least, since every other is such a moment in between.
    if rolled < 2 || rolled * 3 + 1 < cues.len() {
        return;
    }
    for (at, cue) in cues.iter_mut().enumerate() {
        if repeats(at) {
            let old = cue.lines.iter().position(|line| !plain(line, tags).is_empty()).unwrap_or(0);
            cue.lines.drain(..=old);
        }
    }
    cues.retain(|cue| cue.lines.iter().any(|line| !plain(line, tags).is_empty()));
}

fn plain(line: &str, tags: markup::Tags) -> String {
    markup::read(line, tags, 0, 0).into_iter().map(|sentence| sentence.text).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cues<'a>(all: &[&[&'a str]]) -> Vec<Cue<'a>> {
        all.iter().map(|lines| Cue { start_ms: 0, end_ms: 0, lines: lines.to_vec() }).collect()
    }

    fn rest(mut cues: Vec<Cue<'_>>) -> Vec<String> {
        undo(&mut cues, markup::Tags::All);
        cues.iter().map(|cue| cue.lines.concat().trim().to_owned()).collect()
    }

    #[test]
    fn what_rolls_is_said_once() {
        let all = cues(&[
            &[" ", "hello<c> world</c>"],
            &["hello world", " "],
            &["hello world", "this<c> is</c>"],
            &["this is", " "],
            &["this is", "new"],
        ]);
        assert_eq!(rest(all), ["hello<c> world</c>", "this<c> is</c>", "new"]);
    }

    #[test]
    fn a_refrain_stays() {
        let song = [&["la la"][..], &["la la"], &["la la"], &["la la", "and on"], &["so"]];
        assert_eq!(rest(cues(&song)).len(), 5);
    }
}
