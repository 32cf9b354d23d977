//! A sentence's text in pieces: what a search found is marked, the words that have times of their own stand alone.

/// `from..to` of the text, in UTF-16 units as JavaScript counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    pub from: usize,
    pub to: usize,
    /// The number of the word that it belongs to.
    pub word: Option<usize>,
    pub hit: bool,
}

type Range = (usize, usize);

/// Cuts a text of `len` units wherever a word or a hit begins or ends. Both are in order; words do not overlap, and one that
/// is nowhere in the text is empty.
pub fn cut(len: usize, words: &[Range], hits: &[Range]) -> Vec<Piece> {
    let mut edges: Vec<usize> = [words, hits].into_iter().flatten().flat_map(|range| [range.0, range.1]).chain([0, len]).collect();
    edges.retain(|edge| *edge <= len);
    edges.sort_unstable();
    edges.dedup();
    let at = |ranges: &[Range], from: usize| ranges.iter().position(|range| range.0 <= from && from < range.1);
    edges.windows(2).map(|pair| Piece { from: pair[0], to: pair[1], word: at(words, pair[0]), hit: at(hits, pair[0]).is_some() }).collect()
}

/// Where `needle` is in `hay`, one behind the other; positions are those of `hay`'s units.
pub fn all_of(hay: &[u16], needle: &[u16]) -> Vec<Range> {
    let (mut found, mut at) = (Vec::new(), 0);
    while !needle.is_empty() && at + needle.len() <= hay.len() {
        let end = at + needle.len();
        let hit = hay[at..end] == *needle;
        if hit {
            found.push((at, end));
        }
        at = if hit { end } else { at + 1 };
    }
    found
}

/// Positions in a folded text, back in the text it was folded from. `lengths`: for each character of the text, its units,
/// and those that folding left of it.
pub fn unfold(ranges: &[Range], lengths: &[(usize, usize)]) -> Vec<Range> {
    let back = |position: usize, end: bool| {
        let (mut plain, mut folded) = (0, 0);
        for (mine, its) in lengths {
            // Marks belong to the letter before them, which is why an end takes them along.
            if folded >= position && !(end && *its == 0) {
                break;
            }
            plain += mine;
            folded += its;
        }
        plain
    };
    let begin = |position: usize| {
        let (mut plain, mut folded) = (0, 0);
        for (mine, its) in lengths {
            if folded + its > position {
                break;
            }
            plain += mine;
            folded += its;
        }
        plain
    };
    ranges.iter().map(|(from, to)| (begin(*from), back(*to, true))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn plain_text_is_one_piece() {
        assert_eq!(cut(5, &[], &[]), [Piece { from: 0, to: 5, word: None, hit: false }]);
        assert_eq!(cut(0, &[], &[]), []);
    }

    #[test]
    fn a_hit_may_begin_in_one_word_and_end_in_the_next() {
        let pieces = cut(9, &[(0, 4), (5, 9)], &[(2, 7)]);
        let seen: Vec<_> = pieces.iter().map(|p| (p.from, p.to, p.word, p.hit)).collect();
        assert_eq!(
            seen,
            [(0, 2, Some(0), false), (2, 4, Some(0), true), (4, 5, None, true), (5, 7, Some(1), true), (7, 9, Some(1), false)]
        );
    }

    #[test]
    fn hits_do_not_overlap() {
        assert_eq!(all_of(&units("aaaa ab"), &units("aa")), [(0, 2), (2, 4)]);
        assert_eq!(all_of(&units("short"), &units("longer than that")), []);
        assert_eq!(all_of(&units("any"), &[]), []);
    }

    #[test]
    fn hits_are_found_again_in_text_that_folding_made_shorter() {
        // "re´sume´ x" with its marks apart: r e+mark s u m e+mark blank x
        let lengths = [(1, 1), (1, 1), (1, 0), (1, 1), (1, 1), (1, 1), (1, 1), (1, 0), (1, 1), (1, 1)];
        assert_eq!(unfold(&[(0, 6)], &lengths), [(0, 8)]);
        assert_eq!(unfold(&[(7, 8)], &lengths), [(9, 10)]);
    }

    #[test]
    fn a_hit_in_a_part_of_one_sign_marks_the_sign() {
        // "x각…y": folding parts the syllable into three letters, and the ellipsis into three points.
        let lengths = [(1, 1), (1, 3), (1, 3), (1, 1)];
        assert_eq!(unfold(&[(1, 3)], &lengths), [(1, 2)]);
        assert_eq!(unfold(&[(5, 6), (7, 8)], &lengths), [(2, 3), (3, 4)]);
    }
}
