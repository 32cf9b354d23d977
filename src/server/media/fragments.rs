//! How long a large fragmented MP4 lasts, learned from its two ends: what lies between them is not fetched.
//!
//! A fragment (`moof`) says of each track when it begins and how long its samples last, so the last one says when the recording
//! ends. ISO/IEC 14496-12; the names of the boxes are its own.

use super::boxes::{HEADER_WINDOW, children, find, number, parse_header};
use std::{collections::BTreeMap, ops::Range};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    pub whole_ms: i64,
    /// Of the picture alone; 0 when there is none, or when nobody knows.
    pub picture_ms: i64,
    /// From the bytes that the beginning takes, because the end does not tell.
    pub guessed: bool,
}

/// What the index says of a track.
struct Track {
    id: u64,
    picture: bool,
    /// Ticks a second.
    timescale: u64,
    /// Ticks of a sample that does not tell its own.
    sample: u64,
    /// Its first samples are in the index, so it begins before its first fragment.
    begun: bool,
}

/// When the fragments of each track begin and end, in its ticks.
type Times = BTreeMap<u64, Range<u64>>;

/// Reads `moov` (a whole box), `first` (what is there from the first fragment on) and `last` (the end of the file). `after` counts
/// all bytes from the first fragment on.
pub fn length(moov: &[u8], first: &[u8], last: &[u8], after: u64) -> Length {
    let tracks = tracks(moov).unwrap_or_default();
    let begun = times(first, &tracks);
    told(&tracks, &begun, &times(last, &tracks)).unwrap_or_else(|| {
        let beginning = told(&tracks, &begun, &begun).map_or(0, |length| length.whole_ms);
        let share = after as f64 / whole_fragments(first, after).1.max(1) as f64;
        // A float-to-int cast saturates.
        Length { whole_ms: (beginning as f64 * share) as i64, picture_ms: 0, guessed: true }
    })
}

/// How much of `first` ffprobe may see. Half a fragment's index is a damaged file to it; samples may be cut anywhere.
pub fn kept(first: &[u8], after: u64) -> u64 {
    whole_fragments(first, after).0
}

/// Where to cut `first`, and how many bytes of the file its fragments stand for: the samples of the last may go on behind it.
fn whole_fragments(first: &[u8], after: u64) -> (u64, u64) {
    let (mut at, there) = (0, first.len() as u64);
    loop {
        let rest = &first[at as usize..];
        let Ok(header) = parse_header(&rest[..rest.len().min(HEADER_WINDOW)], at, after) else { return (at, at) };
        if header.end() > there {
            return if header.is(b"mdat") { (there, header.end().min(after)) } else { (at, at) };
        }
        at = header.end();
    }
}

fn told(tracks: &[Track], begun: &Times, ended: &Times) -> Option<Length> {
    let spans: Vec<_> = tracks.iter().filter_map(|track| Some((track.picture, span(track, begun, ended)?))).collect();
    let picture = spans.iter().find(|(picture, _)| *picture);
    // The last fragment of the picture alone may begin too early to be seen: then the sound's says nothing about it.
    if picture.is_none() && tracks.iter().any(|track| track.picture) {
        return None;
    }
    let start = spans.iter().map(|(_, span)| span.start).min()?;
    let end = spans.iter().map(|(_, span)| span.end).max()?;
    Some(Length { whole_ms: end - start, picture_ms: picture.map_or(0, |(_, span)| span.end - span.start), guessed: false })
}

/// From when to when a track lasts, in milliseconds.
fn span(track: &Track, begun: &Times, ended: &Times) -> Option<Range<i64>> {
    let (first, last) = (begun.get(&track.id), ended.get(&track.id)?);
    // Of two recordings one behind the other, the end of the second says nothing about both.
    if first.is_some_and(|first| first.end > last.end) {
        return None;
    }
    let start = if track.begun { 0 } else { first.map_or(0, |first| first.start) };
    Some(millis(start, track.timescale)?..millis(last.end, track.timescale)?).filter(|span| !span.is_empty())
}

fn millis(ticks: u64, timescale: u64) -> Option<i64> {
    let scale = u128::from(timescale);
    i64::try_from((u128::from(ticks) * 1000 + scale / 2) / scale).ok()
}

fn tracks(moov: &[u8]) -> Option<Vec<Track>> {
    let moov = find(moov, b"moov")?;
    let extends = || children(find(moov, b"mvex").unwrap_or_default()).filter(|child| &child.kind == b"trex");
    let sample = |id| extends().find(|trex| field(trex.body, 4) == Some(id)).and_then(|trex| field(trex.body, 12)).unwrap_or(0);
    let found = children(moov).filter(|child| &child.kind == b"trak");
    // ffmpeg is not given more either.
    const MOST: usize = 16;
    Some(found.take(MOST).filter_map(|trak| track(trak.body, &sample)).collect())
}

fn track(trak: &[u8], sample: impl Fn(u64) -> u64) -> Option<Track> {
    let media = find(trak, b"mdia")?;
    let id = after_dates(find(trak, b"tkhd")?)?;
    let samples = find(find(find(media, b"minf")?, b"stbl")?, b"stts")?;
    Some(Track {
        id,
        picture: find(media, b"hdlr")?.get(8..12)? == b"vide",
        timescale: after_dates(find(media, b"mdhd")?).filter(|scale| *scale > 0)?,
        sample: sample(id),
        begun: field(samples, 4)? > 0,
    })
}

/// The field behind two dates, which take twice the room in version 1.
fn after_dates(body: &[u8]) -> Option<u64> {
    field(body, if *body.first()? == 0 { 12 } else { 20 })
}

/// A number of four bytes.
fn field(body: &[u8], at: usize) -> Option<u64> {
    Some(number(body.get(at..at.checked_add(4)?)?))
}

fn times(bytes: &[u8], tracks: &[Track]) -> Times {
    let mut times = Times::new();
    for moof in fragments(bytes) {
        for traf in children(moof).filter(|child| &child.kind == b"traf") {
            if let Some((id, run)) = run(traf.body, tracks) {
                let known = times.entry(id).or_insert(run.clone());
                *known = known.start.min(run.start)..known.end.max(run.end);
            }
        }
    }
    times
}

/// The whole fragments that begin somewhere in `bytes`; the first is looked for byte by byte. Each is passed over once found, so that
/// a file of nothing but beginnings is gone through once.
fn fragments(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    const FIRST_CHILD: &[u8; 8] = b"\0\0\0\x10mfhd";
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let name = from + bytes.get(from..)?.windows(4).position(|window| window == b"moof")?;
            from = name + 4;
            let Some(start) = name.checked_sub(4) else { continue };
            let end = start + number(&bytes[start..name]) as usize;
            if let Some(body) = bytes.get(name + 4..end).filter(|body| body.starts_with(FIRST_CHILD)) {
                from = end;
                return Some(body);
            }
        }
    })
}

/// Whose samples these are, and from when to when they last. None without a beginning: then times are counted from the one before.
fn run(traf: &[u8], tracks: &[Track]) -> Option<(u64, Range<u64>)> {
    let header = find(traf, b"tfhd")?;
    let (flags, id) = (field(header, 0)?, field(header, 4)?);
    let track = tracks.iter().find(|track| track.id == id)?;
    // Before it: where the data begin, and how they are described.
    let own = 8 + 8 * (flags & 1) as usize + 4 * (flags >> 1 & 1) as usize;
    let sample = if flags & 8 != 0 { field(header, own)? } else { track.sample };
    let begins = find(traf, b"tfdt")?;
    let start = if *begins.first()? == 0 { field(begins, 4)? } else { number(begins.get(4..12)?) };
    let mut end = start;
    for samples in children(traf).filter(|child| &child.kind == b"trun") {
        end = end.checked_add(ticks(samples.body, sample)?)?;
    }
    Some((id, start..end))
}

/// How long the samples of a `trun` last, when one that does not tell lasts `sample`.
fn ticks(trun: &[u8], sample: u64) -> Option<u64> {
    let (flags, count) = (field(trun, 0)?, field(trun, 4)?);
    if flags & 0x100 == 0 {
        return count.checked_mul(sample);
    }
    // Before the rows: where the data begin, and the flags of the first. A row has up to four fields, the first its duration.
    let at = 8 + 4 * (flags & 1) as usize + 4 * (flags >> 2 & 1) as usize;
    let width = 4 * (flags >> 8 & 0xF).count_ones() as usize;
    let length = usize::try_from(count).ok()?.checked_mul(width)?;
    let rows = trun.get(at..at.checked_add(length)?)?;
    Some(rows.chunks_exact(width).map(|row| number(&row[..4])).sum())
}

#[cfg(test)]
mod tests {
    use super::{super::boxes::tests::boxed, *};

    fn of(kind: &[u8; 4], numbers: &[u32]) -> Vec<u8> {
        boxed(kind, &[numbers.iter().copied().flat_map(u32::to_be_bytes).collect()])
    }

    /// A track at `timescale` ticks a second, with `samples` runs of samples in the index.
    fn trak(id: u32, handler: &[u8; 4], timescale: u32, samples: u32) -> Vec<u8> {
        let hdlr = boxed(b"hdlr", &[vec![0; 8], handler.to_vec(), vec![0; 12]]);
        let minf = boxed(b"minf", &[boxed(b"stbl", &[of(b"stts", &[0, samples])])]);
        boxed(b"trak", &[of(b"tkhd", &[0, 0, 0, id, 0]), boxed(b"mdia", &[of(b"mdhd", &[0, 0, 0, timescale, 0]), hdlr, minf])])
    }

    /// A picture (1) at 100 ticks a second and sound (2) at 1000. A picture that does not tell lasts 4 ticks.
    fn moov() -> Vec<u8> {
        let mvex = boxed(b"mvex", &[of(b"trex", &[0, 1, 1, 4, 0, 0]), of(b"trex", &[0, 2, 1, 0, 0, 0])]);
        boxed(b"moov", &[trak(1, b"vide", 100, 0), trak(2, b"soun", 1000, 0), mvex])
    }

    fn moof(parts: &[Vec<u8>]) -> Vec<u8> {
        boxed(b"moof", &[&[of(b"mfhd", &[0, 1])], parts].concat())
    }

    /// `count` pictures from `start` on, which leave their length to the index.
    fn picture(start: u32, count: u32) -> Vec<u8> {
        boxed(b"traf", &[of(b"tfhd", &[0, 1]), of(b"tfdt", &[0, start]), of(b"trun", &[0, count])])
    }

    /// Samples with lengths of their own, from `start` on, which is told as in recordings of more than 2³² ticks.
    fn sound(start: u32, lengths: &[u32]) -> Vec<u8> {
        let rows = lengths.iter().flat_map(|length| [*length, 77]);
        let trun: Vec<u32> = [0x305, lengths.len() as u32, 9, 9].into_iter().chain(rows).collect();
        boxed(b"traf", &[of(b"tfhd", &[0, 2]), of(b"tfdt", &[1 << 24, 0, start]), of(b"trun", &trun)])
    }

    fn media(bytes: usize) -> Vec<u8> {
        boxed(b"mdat", &[vec![7; bytes]])
    }

    fn exact(whole_ms: i64, picture_ms: i64) -> Length {
        Length { whole_ms, picture_ms, guessed: false }
    }

    #[test]
    fn the_last_fragment_tells_how_long_the_recording_is() {
        let first = [moof(&[picture(0, 25), sound(0, &[500, 500])]), media(100)].concat();
        // The end of a file begins anywhere, such as among samples that look like a fragment.
        let last = [vec![0, 0, 0, 99], b"moof".to_vec(), media(50), moof(&[picture(359_900, 25), sound(3_599_000, &[20, 1003])]), media(9)];
        assert_eq!(length(&moov(), &first, &last.concat(), 1 << 30), exact(3_600_023, 3_600_000));
    }

    #[test]
    fn tracks_may_have_fragments_of_their_own() {
        let first = [moof(&[picture(0, 25)]), media(9), moof(&[sound(0, &[1000])]), media(9)].concat();
        let last = [moof(&[picture(5000, 25)]), media(9), moof(&[sound(50_000, &[900])]), media(9)].concat();
        assert_eq!(length(&moov(), &first, &last, 1 << 30), exact(51_000, 51_000));
    }

    #[test]
    fn a_sample_is_as_long_as_its_fragment_says_before_the_index() {
        let traf = |header: &[u32]| boxed(b"traf", &[of(b"tfhd", header), of(b"tfdt", &[0, 0]), of(b"trun", &[0, 100])]);
        let lasts = |header: &[u32]| length(&moov(), &moof(&[traf(header)]), &moof(&[traf(header)]), 999).picture_ms;
        assert_eq!(lasts(&[0, 1]), 4_000);
        assert_eq!(lasts(&[8, 1, 10]), 10_000);
        assert_eq!(lasts(&[0xB, 1, 0, 0, 0, 10]), 10_000);
    }

    #[test]
    fn what_was_recorded_from_the_middle_is_as_long_as_what_is_there() {
        let first = moof(&[picture(100_000, 25), sound(1_000_100, &[900])]);
        let last = moof(&[picture(101_900, 25), sound(1_019_000, &[900])]);
        assert_eq!(length(&moov(), &first, &last, 1 << 30), exact(20_000, 20_000));
    }

    #[test]
    fn samples_in_the_index_come_before_the_first_fragment() {
        let mvex = boxed(b"mvex", &[of(b"trex", &[0, 1, 1, 4, 0, 0])]);
        let moov = boxed(b"moov", &[trak(1, b"vide", 100, 1), mvex]);
        assert_eq!(length(&moov, &moof(&[picture(200, 25)]), &moof(&[picture(900, 25)]), 1 << 30), exact(10_000, 10_000));
    }

    #[test]
    fn without_a_last_fragment_the_length_is_guessed_from_bytes() {
        let first = [moof(&[picture(0, 25), sound(0, &[1000])]), media(100)].concat();
        let after = first.len() as u64 * 60;
        let guess = Length { whole_ms: 60_000, picture_ms: 0, guessed: true };
        assert_eq!(length(&moov(), &first, &media(100), after), guess);
        // The sound's alone says nothing about the picture, and an end before the beginning says nothing at all.
        assert_eq!(length(&moov(), &first, &moof(&[sound(9_000, &[1000])]), after), guess);
        assert_eq!(length(&moov(), &first, &moof(&[picture(0, 20), sound(0, &[10])]), after), guess);
        assert_eq!(length(b"", b"", b"", 0), Length { whole_ms: 0, ..guess });
    }

    #[test]
    fn a_guess_counts_the_samples_that_are_not_there_any_more() {
        let whole = [moof(&[picture(0, 25)]), media(10_000)].concat();
        let after = whole.len() as u64 * 10;
        assert_eq!(length(&moov(), &whole[..500], &[], after).whole_ms, 10_000);
    }

    #[test]
    fn a_beginning_is_cut_among_samples_or_between_fragments() {
        let (index, samples) = (moof(&[picture(0, 25)]), media(1000));
        let file = [&index[..], &samples, &index, &samples].concat();
        let (one, after) = (index.len() + samples.len(), file.len() as u64);
        let kept = |there: usize| kept(&file[..there], after) as usize;
        assert_eq!((kept(0), kept(index.len() - 1), kept(index.len()), kept(index.len() + 500)), (0, 0, index.len(), index.len() + 500));
        for there in one..one + index.len() {
            assert_eq!(kept(there), one, "{there}");
        }
        assert_eq!((kept(one + index.len() + 8), kept(file.len())), (one + index.len() + 8, file.len()));
    }

    #[test]
    fn nonsense_neither_overflows_nor_lasts() {
        let endless =
            boxed(b"traf", &[of(b"tfhd", &[8, 1, u32::MAX]), of(b"tfdt", &[1 << 24, u32::MAX, u32::MAX]), of(b"trun", &[0, u32::MAX])]);
        // More rows than there are, and no room for any field.
        let short = boxed(b"traf", &[of(b"tfhd", &[0, 1]), of(b"tfdt", &[0, 0]), of(b"trun", &[0x100, u32::MAX, 5])]);
        let empty = boxed(b"traf", &[of(b"tfhd", &[]), of(b"tfdt", &[]), of(b"trun", &[])]);
        for traf in [endless, short, empty] {
            let bytes = moof(&[traf]);
            assert_eq!(length(&moov(), &bytes, &bytes, u64::MAX), Length { whole_ms: 0, picture_ms: 0, guessed: true });
        }
        let beginnings = b"\0\0\0\x20moof".repeat(10_000);
        assert!(length(&moov(), &beginnings, &beginnings, 1 << 30).guessed);
    }
}
