//! Boxes that contradict each other, themselves, or arithmetic.

use super::{
    bytes::{be16, be32, be64, cat},
    corpus::{Hostile, bounded, never},
    crowds::grey,
    mp4::{self, Film, MEDIA_AT, PICTURES, atom, full, table},
};

pub fn all() -> Vec<Hostile> {
    [sizes(), nests(), tables(), places(), extras()].into_iter().flatten().collect()
}

/// A box of which the size is a lie.
fn lying(kind: &[u8; 4], size: u32, body: &[u8]) -> Vec<u8> {
    cat!(be32(size), kind, body)
}

/// The same in the long form.
fn long(kind: &[u8; 4], size: u64, body: &[u8]) -> Vec<u8> {
    cat!(be32(1), kind, be64(size), body)
}

fn sizes() -> Vec<Hostile> {
    let film = Film::default();
    let (ftyp, mdat, moov) = (mp4::ftyp(), atom(b"mdat", &film.media), film.moov());
    let inside = |lie: Vec<u8>| Film { in_moov: lie, ..Film::default() }.bytes();
    vec![
        never("size-zero-before-the-index.mp4", cat!(ftyp, lying(b"mdat", 0, &film.media), moov)),
        bounded("size-zero-inside.mp4", inside(lying(b"udta", 0, &[0; 40]))),
        bounded("size-one-inside.mp4", inside(long(b"udta", u64::MAX, &[0; 40]))),
        bounded("size-of-seven-inside.mp4", inside(lying(b"udta", 7, &[0; 40]))),
        never("size-overflows.mp4", cat!(ftyp, long(b"mdat", u64::MAX - 15, &film.media), moov)).quick(),
        never("size-negative.mp4", cat!(ftyp, long(b"free", 1 << 63, &[]), mdat, moov)),
        never("size-points-back.mp4", cat!(ftyp, long(b"free", u64::MAX - 31, &[]), mdat, moov)),
        never("size-of-index-too-large.mp4", cat!(ftyp, mdat, lying(b"moov", 0x7FFF_FFFF, &moov[8..]))),
        never("size-of-index-too-small.mp4", cat!(ftyp, mdat, lying(b"moov", 9, &moov[8..]))),
        bounded("size-of-everything-zero.mp4", cat!(ftyp, mdat, moov, [0; 400])),
        never("no-index.mp4", cat!(ftyp, mdat)),
        never("nothing-but-index.mp4", cat!(ftyp, atom(b"moov", &[]))),
        never("a-hundred-thousand-boxes.mp4", atom(b"free", &[]).repeat(100_000)).quick(),
    ]
}

fn nests() -> Vec<Hostile> {
    let deep = |kind: &[u8; 4], levels: usize| (0..levels).fold(Vec::new(), |inner: Vec<u8>, _| atom(kind, &inner));
    let meta = (0..5000).fold(Vec::new(), |inner: Vec<u8>, _| full(b"meta", 0, &cat!(mp4::hdlr(b"mdta"), inner)));
    let two_indexes = cat!(Film::default().moov(), Film { ticks: (99, 99), ..Film::default() }.moov());
    vec![
        never("nest-of-indexes.mp4", cat!(mp4::ftyp(), deep(b"moov", 10_000))).quick(),
        never("nest-of-notes.mp4", Film { in_moov: deep(b"udta", 10_000), ..Film::default() }.bytes()),
        never("nest-of-tracks.mp4", Film { in_moov: deep(b"trak", 10_000), ..Film::default() }.bytes()),
        never("nest-of-tables.mp4", Film { in_stbl: deep(b"stbl", 10_000), ..Film::default() }.bytes()),
        bounded("nest-of-data.mp4", Film { in_moov: meta, ..Film::default() }.bytes()),
        bounded("two-indexes.mp4", Film { tail: two_indexes, ..Film::default() }.bytes()),
    ]
}

fn tables() -> Vec<Hostile> {
    let four_billion = u32::MAX;
    let stsc = |entries: &[u8]| Film { stsc: table(b"stsc", (entries.len() / 12) as u32, entries), ..Film::default() }.bytes();
    vec![
        never("table-of-sizes.mp4", Film { stsz: mp4::equal_samples(0, four_billion), ..Film::default() }.bytes()).quick(),
        bounded("table-of-times.mp4", Film { stts: table(b"stts", four_billion, &[0; 40]), ..Film::default() }.bytes()),
        never("table-of-places.mp4", Film { stco: table(b"stco", four_billion, &[0; 40]), ..Film::default() }.bytes()),
        never("table-of-chunks.mp4", Film { stsc: table(b"stsc", four_billion, &[0; 48]), ..Film::default() }.bytes()),
        bounded("table-of-offsets.mp4", Film { in_stbl: table(b"ctts", four_billion, &[0; 40]), ..Film::default() }.bytes()),
        bounded("table-of-keys.mp4", Film { in_stbl: table(b"stss", four_billion, &[0; 40]), ..Film::default() }.bytes()),
        bounded("table-of-references.mp4", Film { dref: table(b"dref", four_billion, &[0; 40]), ..Film::default() }.bytes()),
        bounded(
            "offsets-of-centuries.mp4",
            Film { in_stbl: table(b"ctts", 1, &cat!(be32(PICTURES), be32(0x7FFF_FFFF))), ..Film::default() }.bytes(),
        ),
        bounded("chunks-of-many.mp4", stsc(&cat!(be32(1), be32(0x7FFF_FFFF), be32(1)))),
        bounded("chunks-in-no-order.mp4", stsc(&cat!(be32(9), be32(1), be32(1), be32(2), be32(0), be32(7), be32(0), be32(1), be32(1)))),
        bounded("samples-of-a-gigabyte.mp4", Film { stsz: mp4::equal_samples(0x3FFF_FFFF, PICTURES), ..Film::default() }.bytes()),
    ]
}

/// Samples that are not where the index says.
fn places() -> Vec<Hostile> {
    let chunks = |place: u64| Film { stco: table(b"co64", PICTURES, &be64(place).repeat(PICTURES as usize)), ..Film::default() }.bytes();
    let film = Film::default();
    let promised = lying(b"mdat", 8 + 100_000_000, &film.media);
    // The index in front, and of the data it speaks of only the beginning.
    let (moov, stop) = (film.moov(), 20);
    vec![
        never("places-past-the-end.mp4", chunks(1 << 40)).quick(),
        never("places-at-the-very-end.mp4", chunks(u64::MAX)),
        never("places-overflow.mp4", chunks(i64::MAX as u64)),
        bounded(
            "places-in-the-index.mp4",
            Film { stco: table(b"stco", PICTURES, &be32(MEDIA_AT + 200).repeat(6)), ..Film::default() }.bytes(),
        ),
        never("promised-and-not-there.mp4", cat!(mp4::ftyp(), moov, promised)).quick(),
        never("cut-in-a-picture.mp4", cat!(mp4::ftyp(), film.moov(), lying(b"mdat", 8 + film.media.len() as u32, &film.media[..stop]))),
    ]
}

fn extras() -> Vec<Hostile> {
    let kind = |kind: &[u8; 4], body: &[u8]| Film { in_moov: full(kind, 1 << 24, body), ..Film::default() }.bytes();
    let track = |boxes: Vec<u8>| Film { in_stbl: boxes, ..Film::default() }.bytes();
    let keys = full(b"keys", 0, &cat!(be32(u32::MAX), be32(12), b"mdtaname"));
    let meta = atom(b"meta", &cat!(mp4::hdlr(b"mdta"), keys, atom(b"ilst", &atom(b"\0\0\0\x01", &[0xFF; 20]))));
    let sound = Film {
        handler: *b"soun",
        entry: atom(b"sowt", &cat!([0; 6], be16(1), [0; 8], be16(0xFFFF), be16(16), [0; 4], be32(u32::MAX))),
        ..Film::run_of(1_000_000, 2, grey())
    };
    let encrypted = cat!(mp4::avc1((64, 64), &[]), atom(b"sinf", &cat!(atom(b"frma", b"avc1"), full(b"schm", 0, b"cenc\0\x01\0\0"))));
    vec![
        bounded("keys-of-4-billion.mp4", Film { in_moov: meta, ..Film::default() }.bytes()),
        bounded("rights-of-4-billion.mp4", kind(b"pssh", &cat!([0x11; 16], be32(u32::MAX), [0; 40]))),
        bounded("secrets-of-4-billion.mp4", track(cat!(full(b"saiz", 0, &cat!([0], be32(u32::MAX))), full(b"saio", 0, &be32(u32::MAX))))),
        bounded("groups-of-4-billion.mp4", track(full(b"sbgp", 0, &cat!(b"rap ", be32(u32::MAX), [0; 40])))),
        bounded("encrypted.mp4", Film { entry: encrypted, ..Film::default() }.bytes()),
        never("sound-of-65535-channels.mov", sound.bytes()),
        bounded("a-track-of-nothing.mp4", Film { handler: *b"hint", ..Film::default() }.bytes()),
    ]
}
