//! Which bytes of a stored file a probe and a poster need, so that a 4 GB upload is judged after fetching a few MB.
//!
//! The ranges go into a sparse file of the full size: offsets stay true, and the holes read as zeroes.

use std::ops::Range;

use super::boxes::{BoxHeader, MAX_INDEX};

/// Up to this size the whole file is fetched: one request is simpler than five, and about as quick.
const WHOLE_FILE: u64 = 32 << 20;

/// Media data that a probe sees, in bytes. ffprobe reads at most 10 MB of it (`-probesize`), and the poster's frames lie
/// in the first seconds.
const MEDIA_HEAD: u64 = 16 << 20;

/// The end of a fragmented file, which tells how long it is if its last fragment begins there: with a key frame every four
/// seconds, one of 30 Mb/s has 15 MB.
const LAST_FRAGMENT: u64 = 16 << 20;

/// Matroska keeps its cues and tags (with the durations) at the end when it was written in one go; in a transport stream and
/// in Ogg the last time stamps tell how long it is.
const TAIL: u64 = 4 << 20;

/// Ranges nearer than this are fetched as one: a round trip costs more than the bytes between.
const MERGE_GAP: u64 = 64 << 10;

/// What to fetch of an MP4 whose top level is `boxes`: the index and every small box, and the first stretch of media.
///
/// Of a fragmented file that is all up to its first fragment, and a stretch from there on. From a part ffprobe reports the
/// duration of that part; the true one is learned from [`fragmented`].
pub fn ranges_to_fetch(boxes: &[BoxHeader], file_size: u64) -> Vec<Range<u64>> {
    if file_size <= WHOLE_FILE {
        return whole(file_size);
    }
    let mut media_left = MEDIA_HEAD;
    let mut others_left = MAX_INDEX;
    let wanted = boxes.iter().map(|b| {
        let length = match &b.kind {
            b"mdat" => {
                let taken = media_left.min(b.size.saturating_sub(b.header_len));
                media_left -= taken;
                b.header_len + taken
            }
            // Where the walk ends: whatever comes from here on.
            b"moof" => MEDIA_HEAD,
            // Padding: that it is there matters, what is in it does not.
            b"free" | b"skip" | b"wide" => b.header_len,
            _ => {
                let taken = others_left.min(b.size);
                others_left -= taken;
                taken.max(b.header_len)
            }
        };
        b.offset..b.offset.saturating_add(length).min(file_size)
    });
    merged(wanted.collect())
}

/// The stretches of a large fragmented MP4 that tell how long it lasts ([`super::fragments`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragmented {
    /// The `moov` box.
    pub index: Range<u64>,
    /// From the first fragment on, as far as [`ranges_to_fetch`] goes.
    pub first: Range<u64>,
    /// The end of the file, which is not among what ffprobe gets to see.
    pub last: Range<u64>,
}

/// None for a file that has no fragments, or is fetched whole.
pub fn fragmented(boxes: &[BoxHeader], file_size: u64) -> Option<Fragmented> {
    let moof = boxes.iter().find(|b| b.is(b"moof")).filter(|_| file_size > WHOLE_FILE)?;
    let moov = boxes.iter().find(|b| b.is(b"moov"))?;
    Some(Fragmented {
        index: moov.offset..moov.end(),
        first: moof.offset..moof.offset.saturating_add(MEDIA_HEAD).min(file_size),
        last: moof.offset.max(file_size - LAST_FRAGMENT)..file_size,
    })
}

/// What to fetch of any other file: its head and its tail.
pub fn head_and_tail(file_size: u64) -> Vec<Range<u64>> {
    if file_size <= WHOLE_FILE {
        return whole(file_size);
    }
    vec![0..MEDIA_HEAD, file_size - TAIL..file_size]
}

/// At most one range, so that an empty file asks for nothing.
fn whole(file_size: u64) -> Vec<Range<u64>> {
    std::iter::once(0..file_size).filter(|r| !r.is_empty()).collect()
}

fn merged(mut ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    ranges.retain(|r| !r.is_empty());
    ranges.sort_by_key(|r| r.start);
    ranges.into_iter().fold(Vec::new(), |mut done: Vec<Range<u64>>, range| {
        match done.last_mut() {
            Some(last) if range.start <= last.end.saturating_add(MERGE_GAP) => last.end = last.end.max(range.end),
            _ => done.push(range),
        }
        done
    })
}

#[cfg(test)]
mod tests {
    use super::super::boxes::tests::at;
    use super::*;

    const GIB: u64 = 1 << 30;
    const MIB: u64 = 1 << 20;

    #[test]
    fn a_small_file_is_fetched_whole_and_an_empty_one_not_at_all() {
        assert_eq!(ranges_to_fetch(&[], 32 * MIB), vec![0..32 * MIB]);
        assert_eq!(head_and_tail(5), vec![0..5]);
        assert_eq!(ranges_to_fetch(&[], 0), vec![]);
    }

    #[test]
    fn an_index_at_the_end_makes_two_ranges() {
        let boxes = [at(b"ftyp", 0, 32), at(b"mdat", 32, GIB - 32), at(b"moov", GIB, MIB)];
        assert_eq!(ranges_to_fetch(&boxes, GIB + MIB), vec![0..40 + 16 * MIB, GIB..GIB + MIB]);
    }

    #[test]
    fn an_index_at_the_front_makes_one() {
        let boxes = [at(b"ftyp", 0, 32), at(b"moov", 32, MIB), at(b"mdat", 32 + MIB, GIB)];
        assert_eq!(ranges_to_fetch(&boxes, GIB + MIB + 32), vec![0..40 + 17 * MIB]);
    }

    #[test]
    fn padding_is_skipped_and_several_stretches_of_media_share_one_allowance() {
        let boxes =
            [at(b"moov", 0, 100), at(b"mdat", 100, 12 * MIB), at(b"free", 100 + 12 * MIB, GIB), at(b"mdat", 100 + 12 * MIB + GIB, GIB)];
        let size = boxes[3].end();
        let second = boxes[3].offset;
        assert_eq!(ranges_to_fetch(&boxes, size), vec![0..108 + 12 * MIB, second..second + 8 + 4 * MIB + 8]);
    }

    #[test]
    fn of_a_large_fragmented_file_the_head_is_fetched_and_the_end_tells_its_length() {
        let boxes = [at(b"ftyp", 0, 32), at(b"moov", 32, 900), at(b"moof", 932, 500)];
        assert_eq!(ranges_to_fetch(&boxes, GIB), vec![0..932 + 16 * MIB]);
        let parts = Fragmented { index: 32..932, first: 932..932 + 16 * MIB, last: GIB - 16 * MIB..GIB };
        assert_eq!(fragmented(&boxes, GIB), Some(parts));
    }

    #[test]
    fn fragments_at_the_very_end_are_not_looked_for_before_them() {
        let media = 100 * MIB;
        let boxes = [at(b"moov", 0, 900), at(b"mdat", 900, media), at(b"moof", 900 + media, 500)];
        let size = 900 + media + 2000;
        assert_eq!(fragmented(&boxes, size).unwrap().last, 900 + media..size);
        assert_eq!(ranges_to_fetch(&boxes, size), vec![0..908 + 16 * MIB, 900 + media..size]);
    }

    #[test]
    fn a_small_fragmented_file_is_fetched_whole_and_one_without_fragments_has_none() {
        let boxes = [at(b"moov", 0, 900), at(b"moof", 900, 500)];
        assert_eq!((ranges_to_fetch(&boxes, 32 * MIB), fragmented(&boxes, 32 * MIB)), (vec![0..32 * MIB], None));
        assert_eq!(fragmented(&boxes[..1], GIB), None);
    }

    #[test]
    fn any_other_large_file_gives_its_head_and_its_tail() {
        assert_eq!(head_and_tail(GIB), vec![0..16 * MIB, GIB - 4 * MIB..GIB]);
    }
}
