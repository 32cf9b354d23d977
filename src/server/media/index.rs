//! The index of an MP4 (`moov`): how far apart its key frames are, and where its samples lie when it is moved to the front.
//!
//! ISO/IEC 14496-12; the names of the boxes are its own.

use super::boxes::{children, find, number};
use std::ops::Range;

/// Seconds between two key frames of the first picture track of `moov` (a whole box) at most, as they are shown; from the last one to the
/// end counts as well. None when there is no such track, or none that can be made out.
pub fn longest_gap(moov: &[u8]) -> Option<f64> {
    let tracks = children(moov.get(8..)?).filter(|child| &child.kind == b"trak");
    let media = tracks
        .filter_map(|track| find(track.body, b"mdia"))
        .find(|media| find(media, b"hdlr").and_then(|hdlr| hdlr.get(8..12)) == Some(&b"vide"[..]))?;
    let table = find(find(media, b"minf")?, b"stbl")?;
    let timescale = timescale(find(media, b"mdhd")?)?;
    let times: Vec<(u64, u64)> = entries(find(table, b"stts")?, 8)?.map(|e| (number(&e[..4]), number(&e[4..]))).collect();
    let end: u64 = times.iter().map(|(count, delta)| count.saturating_mul(*delta)).fold(0, u64::saturating_add);
    let longest = match find(table, b"stss") {
        // Without this table every sample is a key frame.
        None => times.iter().map(|(_, delta)| *delta).max().unwrap_or(0),
        Some(keys) => {
            let keys: Vec<u64> = entries(keys, 4)?.map(number).collect();
            let offsets = match find(table, b"ctts") {
                Some(ctts) => entries(ctts, 8)?.map(|e| (number(&e[..4]), i64::from(number(&e[4..]) as u32 as i32))).collect(),
                None => Vec::new(),
            };
            longest_way(&times, &offsets, &keys, end)
        }
    };
    Some(longest as f64 / timescale as f64)
}

/// In ticks; `keys` are sample numbers from 1, rising. A picture is shown later than it is decoded by what `offsets` say.
fn longest_way(times: &[(u64, u64)], offsets: &[(u64, i64)], keys: &[u64], end: u64) -> u64 {
    let (mut runs, mut longest, mut last, mut later) = (times.iter().copied(), 0, 0, Offsets { runs: offsets.iter(), from: 0, run: (0, 0) });
    // The run under the cursor: its first sample (from 0), its first time, count and duration of each.
    let mut run = (0, 0, 0, 0);
    for key in keys.iter().map(|key| key.saturating_sub(1)) {
        while key >= run.0 + run.2 {
            let Some((count, delta)) = runs.next() else { return longest };
            run = (run.0 + run.2, run.1 + run.2 * run.3, count, delta);
        }
        let decoded = run.1 + (key - run.0.min(key)) * run.3;
        let shown = decoded.saturating_add_signed(later.of(key));
        longest = longest.max(shown.saturating_sub(last));
        last = shown;
    }
    longest.max(end.saturating_sub(last))
}

/// Walks through offsets by rising sample numbers, from 0.
struct Offsets<'a> {
    runs: std::slice::Iter<'a, (u64, i64)>,
    /// The first sample of the run under the cursor.
    from: u64,
    run: (u64, i64),
}

impl Offsets<'_> {
    fn of(&mut self, sample: u64) -> i64 {
        while sample >= self.from.saturating_add(self.run.0) {
            let Some(next) = self.runs.next() else { return 0 };
            self.from = self.from.saturating_add(self.run.0);
            self.run = *next;
        }
        self.run.1
    }
}

/// The index as it must read when the samples in `moving` lie `by` bytes farther on. None when an offset no longer fits, or
/// where no table says where samples lie (a packed index).
pub fn moved(moov: &[u8], moving: &Range<u64>, by: u64) -> Option<Vec<u8>> {
    let mut patched = moov.to_vec();
    let mut tables = Vec::new();
    for track in children(moov.get(8..)?).filter(|child| &child.kind == b"trak") {
        let table = find(find(find(track.body, b"mdia")?, b"minf")?, b"stbl")?;
        let (body, width) = match (find(table, b"stco"), find(table, b"co64")) {
            (Some(body), _) => (body, 4),
            (None, Some(body)) => (body, 8),
            (None, None) => return None,
        };
        let _whole = entries(body, width)?;
        // Both are parts of the same slice.
        tables.push((body.as_ptr().addr() - moov.as_ptr().addr(), body.len(), width));
    }
    if tables.is_empty() {
        return None;
    }
    for (at, length, width) in tables {
        let body = &mut patched[at..at + length];
        let count = number(&body[4..8]) as usize;
        for entry in body[8..].chunks_exact_mut(width).take(count) {
            let offset = number(entry);
            if moving.contains(&offset) {
                let bytes = (offset + by).to_be_bytes();
                let (over, fits) = bytes.split_at(8 - width);
                if over.iter().any(|byte| *byte != 0) {
                    return None;
                }
                entry.copy_from_slice(fits);
            }
        }
    }
    Some(patched)
}

/// The rows of a table box: version and flags, a count, and that many rows of `width` bytes. None when some are missing.
fn entries(body: &[u8], width: usize) -> Option<impl Iterator<Item = &[u8]>> {
    let count = usize::try_from(number(body.get(4..8)?)).ok()?;
    let rows = body.get(8..8usize.checked_add(count.checked_mul(width)?)?)?;
    Some(rows.chunks_exact(width))
}

fn timescale(mdhd: &[u8]) -> Option<u64> {
    let at = if *mdhd.first()? == 0 { 12 } else { 20 };
    Some(number(mdhd.get(at..at + 4)?)).filter(|scale| *scale > 0)
}

#[cfg(test)]
mod tests {
    use super::{super::boxes::tests::boxed, *};

    fn table(kind: &[u8; 4], rows: &[&[u32]]) -> Vec<u8> {
        let numbers = [0, rows.len() as u32].into_iter().chain(rows.iter().copied().flatten().copied());
        boxed(kind, &[numbers.flat_map(u32::to_be_bytes).collect()])
    }

    /// A picture track at 10 ticks a second.
    fn moov(tables: &[Vec<u8>]) -> Vec<u8> {
        let mdhd = boxed(b"mdhd", &[[0, 0, 0, 10, 0].into_iter().flat_map(u32::to_be_bytes).collect()]);
        let hdlr = boxed(b"hdlr", &[vec![0; 8], b"vide".to_vec(), vec![0; 12]]);
        let minf = boxed(b"minf", &[boxed(b"stbl", tables)]);
        boxed(b"moov", &[boxed(b"mvhd", &[vec![0; 20]]), boxed(b"trak", &[boxed(b"mdia", &[mdhd, hdlr, minf])])])
    }

    #[test]
    fn the_longest_way_between_two_key_frames_is_found_to_the_end() {
        let gap = |keys: &[&[u32]]| longest_gap(&moov(&[table(b"stts", &[&[100, 1], &[100, 2]]), table(b"stss", keys)])).unwrap();
        // 200 frames: 10 s at 10 a second, then 20 s at 5.
        assert_eq!(gap(&[&[1], &[51], &[101], &[151]]), 10.0);
        assert_eq!(gap(&[&[1], &[101]]), 20.0);
        assert_eq!(gap(&[&[1]]), 30.0);
        assert_eq!(longest_gap(&moov(&[table(b"stts", &[&[100, 1], &[2, 50]])])), Some(5.0));
    }

    #[test]
    fn key_frames_are_as_far_apart_as_they_are_shown() {
        // Decoded at 0 s, 5 s and 10 s; the second is shown three seconds later than it is decoded, the last one a second.
        let offsets: &[&[u32]] = &[&[50, 0], &[1, 30], &[49, 0], &[100, 10]];
        let tables = [table(b"stts", &[&[200, 1]]), table(b"stss", &[&[1], &[51], &[101]]), table(b"ctts", offsets)];
        assert_eq!(longest_gap(&moov(&tables)), Some(9.0));
        let gap = |offsets: &[&[u32]]| longest_gap(&moov(&[tables[0].clone(), table(b"stss", &[&[1], &[51], &[151]]), table(b"ctts", offsets)]));
        assert_eq!(gap(&[&[51, 0], &[149, 20]]), Some(12.0));
        // Some are shown earlier than they are decoded.
        assert_eq!(gap(&[&[50, 0], &[1, -20_i32 as u32], &[149, 0]]), Some(12.0));
    }

    #[test]
    fn only_what_moves_gets_new_offsets() {
        let patched = moved(&moov(&[table(b"stco", &[&[40], &[900], &[5000]])]), &(30..1000), 100).unwrap();
        assert_eq!(patched, moov(&[table(b"stco", &[&[140], &[1000], &[5000]])]));
    }

    #[test]
    fn what_does_not_fit_or_is_not_there_is_not_moved() {
        assert_eq!(moved(&moov(&[table(b"stco", &[&[u32::MAX]])]), &(0..u64::MAX), 1), None);
        assert_eq!(moved(&moov(&[]), &(0..9), 1), None);
        assert_eq!(moved(&boxed(b"moov", &[boxed(b"cmov", &[vec![0; 9]])]), &(0..9), 1), None);
        // A table that promises more rows than it has.
        let mut short = table(b"stco", &[&[40]]);
        short[15] = 9;
        assert_eq!(moved(&moov(&[short]), &(0..99), 1), None);
    }
}
