//! The top level of an MP4, read from a few bytes: is it whole, and where does its index lie?
//!
//! [`Walk`] is fed 16 bytes at a time and says which 16 it wants next, so the same code judges a local file and one that
//! still lies in a bucket (one small ranged GET per box; honest files have about five).

use super::error::MediaError;

/// Bytes that hold any box header: 4 size, 4 name, 8 for the long form of the size.
pub const HEADER_WINDOW: usize = 16;

/// Honest unfragmented files have a handful of top-level boxes, and the walk of a fragmented one ends at its first
/// fragment. More than this is a file built to keep us busy.
const MAX_BOXES: usize = 256;

/// The largest index that is read, in bytes. 24 hours at 60 frames a second need about 60 MiB.
pub const MAX_INDEX: u64 = 64 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoxHeader {
    pub kind: [u8; 4],
    /// Where the header begins, in bytes from the start of the file.
    pub offset: u64,
    /// Header and content together, in bytes; "to the end of the file" is already resolved.
    pub size: u64,
    pub header_len: u64,
}

impl BoxHeader {
    /// The first byte after the box; past the end of the file when the file is cut short.
    pub fn end(&self) -> u64 {
        self.offset.saturating_add(self.size)
    }

    pub fn is(&self, kind: &[u8; 4]) -> bool {
        &self.kind == kind
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BoxError {
    #[error("the header at byte {0} is incomplete")]
    Short(u64),
    #[error("the box at byte {0} is smaller than its own header")]
    Size(u64),
    #[error("the bytes at {0} are not a box header")]
    Name(u64),
}

/// Reads one header from `window`, the up to 16 bytes found at `offset` of a file of `file_size` bytes.
pub fn parse_header(window: &[u8], offset: u64, file_size: u64) -> Result<BoxHeader, BoxError> {
    let short: [u8; 4] = window.get(..4).and_then(|b| b.try_into().ok()).ok_or(BoxError::Short(offset))?;
    let kind: [u8; 4] = window.get(4..8).and_then(|b| b.try_into().ok()).ok_or(BoxError::Short(offset))?;
    // Registered names are printable ASCII; a few QuickTime ones hold the Mac's copyright sign.
    if !kind.iter().all(|c| matches!(c, 0x20..=0x7E | 0xA9)) {
        return Err(BoxError::Name(offset));
    }
    let (size, header_len) = match u32::from_be_bytes(short) {
        0 => (file_size.saturating_sub(offset), 8),
        1 => {
            let long = window.get(8..16).and_then(|b| b.try_into().ok()).ok_or(BoxError::Short(offset))?;
            (u64::from_be_bytes(long), 16)
        }
        size => (u64::from(size), 8),
    };
    if size < header_len {
        return Err(BoxError::Size(offset));
    }
    Ok(BoxHeader { kind, offset, size, header_len })
}

/// A box inside another.
pub struct Child<'a> {
    pub kind: [u8; 4],
    pub body: &'a [u8],
}

/// The boxes in a body. What is no box ends the row.
pub fn children(body: &[u8]) -> impl Iterator<Item = Child<'_>> {
    let mut rest = body;
    std::iter::from_fn(move || {
        let header = parse_header(rest.get(..rest.len().min(HEADER_WINDOW))?, 0, rest.len() as u64).ok()?;
        let (whole, after) = rest.split_at_checked(usize::try_from(header.size).ok()?)?;
        rest = after;
        Some(Child { kind: header.kind, body: &whole[header.header_len as usize..] })
    })
}

pub fn find<'a>(body: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    children(body).find(|child| &child.kind == kind).map(|child| child.body)
}

/// Up to eight bytes, the greatest first.
pub fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// What the top level says about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mp4Layout {
    /// Whole. A fragmented file keeps its index in pieces all through, so only reading all of it tells whether the end is
    /// there; the copy is checked against the probed duration instead.
    Complete { fragmented: bool },
    /// A box reaches past the end: `have` of at least `need` bytes are there.
    Truncated { have: u64, need: u64 },
    /// No `moov`: a recorder writes it last.
    NoIndex,
    /// `moov` is larger than [`MAX_INDEX`].
    IndexTooLarge,
    /// Not a chain of boxes.
    Damaged,
}

impl Mp4Layout {
    /// The sentence for the person, when the file cannot be used.
    pub fn refusal(&self) -> Option<MediaError> {
        let (code, message) = match *self {
            Self::Complete { .. } => return None,
            Self::Truncated { have, need } => (
                "cut_short",
                format!(
                    "This MP4 is cut short: {} of {} are there. The recording or the copy was interrupted; upload the whole file again.",
                    megabytes(have),
                    megabytes(need)
                ),
            ),
            Self::NoIndex => (
                "no_index",
                "This MP4 cannot be played: its index is missing, because the recording or the copy was interrupted before it was finished."
                    .to_owned(),
            ),
            Self::IndexTooLarge => ("index_too_large", "The index of this MP4 is larger than any real recording's.".to_owned()),
            Self::Damaged => ("damaged", "This MP4 is damaged near its beginning and cannot be read.".to_owned()),
        };
        Some(MediaError::permanent(code, message, format!("{self:?}")))
    }
}

/// Decimal megabytes, as file managers show them.
fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// A walk along the top level. Ask [`Walk::next_offset`], fetch up to [`HEADER_WINDOW`] bytes there, [`Walk::push`] them,
/// until there is no next offset.
#[derive(Debug)]
pub struct Walk {
    file_size: u64,
    boxes: Vec<BoxHeader>,
    next: Option<u64>,
}

impl Walk {
    pub fn new(file_size: u64) -> Self {
        Self { file_size, boxes: Vec::new(), next: (file_size > 0).then_some(0) }
    }

    pub fn next_offset(&self) -> Option<u64> {
        self.next
    }

    /// Takes the bytes found at [`Walk::next_offset`]. Bytes that are no header end the walk: [`Walk::layout`] judges what
    /// was seen until then (old QuickTime files may end in padding).
    pub fn push(&mut self, window: &[u8]) {
        let Some(offset) = self.next.take() else { return };
        let Ok(header) = parse_header(window, offset, self.file_size) else { return };
        self.boxes.push(header);
        // The first fragment ends the walk: everything after it is more of the same, once per second or so, and a request for
        // each would take minutes. Nothing relies on the rest being sound: ffmpeg reads it through a pipe, in the sandbox, under
        // the demuxer that we name, and what comes out is measured.
        let fragment_seen = header.is(b"moof");
        let room_for_another = header.end().saturating_add(8) <= self.file_size;
        if room_for_another && !fragment_seen && self.boxes.len() < MAX_BOXES {
            self.next = Some(header.end());
        }
    }

    pub fn boxes(&self) -> &[BoxHeader] {
        &self.boxes
    }

    pub fn layout(&self) -> Mp4Layout {
        layout(&self.boxes, self.file_size)
    }
}

/// Judges a finished walk.
pub fn layout(boxes: &[BoxHeader], file_size: u64) -> Mp4Layout {
    let has = |kind| boxes.iter().any(|b| b.is(kind));
    let index = boxes.iter().find(|b| b.is(b"moov"));
    if let Some(cut) = boxes.iter().find(|b| b.end() > file_size) {
        // A size beyond all reason is damage rather than a lost tail; the bound keeps the sentence sensible.
        const PETABYTE: u64 = 1 << 50;
        return if cut.end() < PETABYTE { Mp4Layout::Truncated { have: file_size, need: cut.end() } } else { Mp4Layout::Damaged };
    }
    match index {
        Some(index) if index.size > MAX_INDEX => Mp4Layout::IndexTooLarge,
        Some(_) => Mp4Layout::Complete { fragmented: has(b"moof") },
        None if has(b"mdat") || has(b"moof") || has(b"ftyp") => Mp4Layout::NoIndex,
        None => Mp4Layout::Damaged,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn at(kind: &[u8; 4], offset: u64, size: u64) -> BoxHeader {
        BoxHeader { kind: *kind, offset, size, header_len: 8 }
    }

    pub fn boxed(kind: &[u8; 4], parts: &[Vec<u8>]) -> Vec<u8> {
        let body = parts.concat();
        [&header(body.len() as u32 + 8, kind)[..], &body].concat()
    }

    fn header(size: u32, kind: &[u8; 4]) -> Vec<u8> {
        [&size.to_be_bytes()[..], kind].concat()
    }

    /// Walks a whole file held in memory.
    fn walk(file: &[u8]) -> Walk {
        let mut walk = Walk::new(file.len() as u64);
        while let Some(offset) = walk.next_offset() {
            let start = offset as usize;
            walk.push(&file[start..file.len().min(start + HEADER_WINDOW)]);
        }
        walk
    }

    fn filled(size: u32, kind: &[u8; 4]) -> Vec<u8> {
        let mut bytes = header(size, kind);
        bytes.resize(size as usize, 0);
        bytes
    }

    #[test]
    fn a_long_size_is_read_from_the_next_eight_bytes() {
        let window = [&header(1, b"mdat")[..], &5_000_000_000u64.to_be_bytes()].concat();
        let parsed = parse_header(&window, 40, 6_000_000_000).unwrap();
        assert_eq!((parsed.size, parsed.header_len, parsed.end()), (5_000_000_000, 16, 5_000_000_040));
    }

    #[test]
    fn size_zero_means_to_the_end_of_the_file() {
        assert_eq!(parse_header(&header(0, b"mdat"), 100, 1000).unwrap().size, 900);
    }

    #[test]
    fn a_box_smaller_than_its_header_and_a_nameless_one_are_errors() {
        assert_eq!(parse_header(&header(7, b"free"), 5, 99), Err(BoxError::Size(5)));
        assert_eq!(parse_header(&header(9, b"\0\0\0\0"), 5, 99), Err(BoxError::Name(5)));
        assert_eq!(parse_header(&[0, 0, 0], 5, 8), Err(BoxError::Short(5)));
        assert_eq!(parse_header(&header(1, b"mdat"), 5, 13), Err(BoxError::Short(5)));
    }

    #[test]
    fn a_whole_file_is_complete_whichever_side_its_index_is_on() {
        let (ftyp, moov, mdat) = (filled(24, b"ftyp"), filled(90, b"moov"), filled(900, b"mdat"));
        for file in [[&ftyp[..], &moov, &mdat].concat(), [&ftyp[..], &mdat, &moov].concat()] {
            let walk = walk(&file);
            assert_eq!((walk.boxes().len(), walk.layout()), (3, Mp4Layout::Complete { fragmented: false }));
        }
    }

    #[test]
    fn a_lost_tail_is_told_with_both_sizes() {
        let file = [filled(24, b"ftyp"), header(48_000_000 - 24, b"mdat"), vec![0; 12_300_000 - 32]].concat();
        let refusal = walk(&file).layout().refusal().unwrap();
        assert_eq!(refusal.code, "cut_short");
        assert!(refusal.message.starts_with("This MP4 is cut short: 12.3 MB of 48.0 MB are there."), "{}", refusal.message);
    }

    #[test]
    fn an_interrupted_recording_has_no_index() {
        let file = [filled(24, b"ftyp"), header(0, b"mdat"), vec![7; 500]].concat();
        assert_eq!(walk(&file).layout(), Mp4Layout::NoIndex);
    }

    #[test]
    fn the_walk_of_a_fragmented_file_ends_at_its_first_fragment() {
        let pair = [filled(60, b"moof"), filled(600, b"mdat")].concat();
        let file = [filled(24, b"ftyp"), filled(90, b"moov"), pair.repeat(5000)].concat();
        let walk = walk(&file);
        assert_eq!((walk.boxes().len(), walk.layout()), (3, Mp4Layout::Complete { fragmented: true }));
    }

    #[test]
    fn padding_after_the_last_box_is_forgiven() {
        let file = [filled(24, b"ftyp"), filled(90, b"moov"), filled(90, b"mdat"), vec![0; 20]].concat();
        assert_eq!(walk(&file).layout(), Mp4Layout::Complete { fragmented: false });
    }

    #[test]
    fn a_chain_of_tiny_boxes_ends_after_a_bounded_number_of_reads() {
        let walk = walk(&filled(8, b"free").repeat(100_000));
        assert_eq!((walk.boxes().len(), walk.layout()), (MAX_BOXES, Mp4Layout::Damaged));
    }

    #[test]
    fn absurd_sizes_neither_overflow_nor_reach_the_sentence() {
        let cut = layout(&[at(b"ftyp", 0, 24), at(b"mdat", 24, u64::MAX)], 1000);
        assert_eq!(cut, Mp4Layout::Damaged);
        assert_eq!(layout(&[at(b"moov", 0, 1 << 30)], 2 << 30), Mp4Layout::IndexTooLarge);
    }
}
