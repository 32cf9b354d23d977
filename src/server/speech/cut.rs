//! Where a long recording is cut for a transcriber: where nobody speaks.
//!
//! The rule is the "min cut" of WhisperX (Bain, Huh, Han, Zisserman: "WhisperX: Time-Accurate Speech Transcription of Long-Form
//! Audio", Interspeech 2023, 3.2): what is longer than the longest piece is cut where, between half and all of that length, the
//! least speech is. Theirs asks a model how much that is; ours takes how loud it is, over 300 ms: longer than the closure of any
//! consonant, shorter than most pauses between sentences.

use crate::server::media::sound::FRAME_MS;
use std::{ops::Range, time::Duration};

/// The stretch that has to be quiet, in frames.
const QUIET: usize = 300 / FRAME_MS as usize;
/// Below this a frame is silence: −60 dB of full scale. Whisper hears words in silence that nobody said, so a piece without
/// anything louder is not handed over.
const SILENCE: u16 = 33;

/// The pieces of a recording, in frames: without gaps, in order, none longer than `longest`.
pub fn pieces(levels: &[u16], longest: Duration) -> Vec<Range<usize>> {
    let most = (longest.as_millis() as usize / FRAME_MS as usize).max(2 * QUIET);
    let (mut pieces, mut from) = (Vec::new(), 0);
    while levels.len() - from > most {
        let to = quietest(levels, from + most / 2..from + most);
        pieces.push(from..to);
        from = to;
    }
    if from < levels.len() {
        pieces.push(from..levels.len());
    }
    pieces
}

/// The middle of the quietest stretch; of several, that of the last, which makes the fewest pieces.
fn quietest(levels: &[u16], within: Range<usize>) -> usize {
    let loud = |level: &u16| u64::from(*level).pow(2);
    let mut sum: u64 = levels[within.start..within.start + QUIET].iter().map(loud).sum();
    let (mut least, mut at) = (sum, within.start);
    for end in within.start + QUIET..within.end {
        sum = sum + loud(&levels[end]) - loud(&levels[end - QUIET]);
        if sum <= least {
            (least, at) = (sum, end + 1 - QUIET);
        }
    }
    at + QUIET / 2
}

/// Nobody can have said anything.
pub fn is_silent(levels: &[u16]) -> bool {
    levels.iter().all(|level| *level < SILENCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: usize = 1000 / FRAME_MS as usize;

    /// Talk with pauses from and to these seconds.
    fn talk(secs: usize, pauses: &[Range<usize>]) -> Vec<u16> {
        let mut levels = vec![3_000; secs * SECOND];
        for pause in pauses {
            levels[pause.start * SECOND..pause.end * SECOND].fill(5);
        }
        levels
    }

    fn seconds(pieces: &[Range<usize>]) -> Vec<Range<usize>> {
        pieces.iter().map(|piece| piece.start / SECOND..piece.end / SECOND).collect()
    }

    #[test]
    fn a_short_recording_is_one_piece() {
        let whole = pieces(&talk(60, &[]), Duration::from_secs(60));
        assert_eq!((whole.len(), whole[0].clone()), (1, 0..60 * SECOND));
        assert!(pieces(&[], Duration::from_secs(60)).is_empty());
    }

    #[test]
    fn a_long_one_is_cut_in_its_pauses() {
        let levels = talk(200, &[20..21, 48..49, 70..71, 95..96, 140..142]);
        assert_eq!(seconds(&pieces(&levels, Duration::from_secs(60))), [0..48, 48..95, 95..141, 141..200]);
    }

    #[test]
    fn without_a_pause_pieces_are_no_longer_than_allowed_and_nothing_is_lost() {
        for secs in [61, 119, 121, 500] {
            let levels = talk(secs, &[]);
            let pieces = pieces(&levels, Duration::from_secs(60));
            assert_eq!((pieces[0].start, pieces[pieces.len() - 1].end), (0, levels.len()));
            assert!(pieces.windows(2).all(|two| two[0].end == two[1].start));
            assert!(pieces.iter().all(|piece| piece.len() <= 60 * SECOND && !piece.is_empty()), "{pieces:?}");
        }
    }

    #[test]
    fn silence_is_told_from_a_whisper() {
        assert!(is_silent(&[0, 5, 32]) && !is_silent(&[0, 33]));
    }
}
