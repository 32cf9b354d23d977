//! A little that stands for a lot: tracks, segments, samples, years, and bytes that are packed tight.

use super::{
    bytes::{be32, cat, deflated_zeros},
    corpus::{Hostile, bounded, never},
    ebml,
    h264::{self, SMALL},
    mp4::{self, Film, PICTURES, atom, full, table},
};

pub fn grey() -> Vec<u8> {
    h264::measured(&[h264::key_picture(SMALL)])
}

/// A key picture, or one that is none, with `filler` bytes of nothing behind it.
pub fn heavy(picture: Vec<u8>, filler: usize) -> Vec<u8> {
    h264::measured(&[picture, h264::nal(12, &vec![0xFF; filler])])
}

/// Two pictures a second for 150 s: 300 MB out of one.
pub fn echo() -> Film {
    Film::echo(heavy(h264::key_picture(SMALL), 1_000_000), 300, 500)
}

/// `count` pictures of six seconds, each a segment.
pub fn segments(count: u32) -> Film {
    Film::echo(grey(), count, 6000)
}

/// Six pictures, each seen for 63 years.
pub fn years() -> Film {
    Film { clocks: (1, 1), ..Film::echo(grey(), 6, 2_000_000_000) }
}

/// An index of `count` samples in 700 bytes: each takes 24 bytes of memory when the file is opened.
pub fn samples(count: u32) -> Film {
    Film::run_of(count, 1, grey())
}

pub fn all() -> Vec<Hostile> {
    [tracks(), times(), packed(), fragments()].into_iter().flatten().collect()
}

fn tracks() -> Vec<Hostile> {
    let many: Vec<u8> = (1..=1000u32)
        .flat_map(|n| ebml::track((n % 126 + 1) as u8, 1, "V_MPEG4/ISO/AVC", &h264::avcc(SMALL), &ebml::pixels(64, 64)))
        .collect();
    let bare: Vec<u8> = (0..50_000).flat_map(|_| atom(b"trak", &[])).collect();
    let kinds: Vec<u8> = (0..2000).flat_map(|_| mp4::avc1((64, 64), &h264::avcc(SMALL))).collect();
    vec![
        never("tracks-1000.mp4", Film { tracks: 1000, ..Film::default() }.bytes()).quick(),
        bounded("tracks-17.mp4", Film { tracks: 17, ..Film::default() }.bytes()),
        never("tracks-1000.mkv", ebml::file(&cat!(ebml::info(12_000.0), ebml::element(ebml::TRACKS, &many), ebml::grey_cluster()))),
        bounded("tracks-bare.mp4", Film { in_moov: bare, ..Film::default() }.bytes()),
        bounded("entries-without-end.mp4", Film { entries: u32::MAX, ..Film::default() }.bytes()),
        bounded("entries-2000.mp4", Film { entries: 2000, entry: kinds, ..Film::default() }.bytes()),
    ]
}

fn times() -> Vec<Hostile> {
    let edits = |entry: &[u8]| Film { in_trak: atom(b"edts", &table(b"elst", 1, entry)), ..Film::default() }.bytes();
    let many_edits = table(b"elst", 50_000, &cat!(be32(1), be32(0), be32(0x1_0000)).repeat(50_000));
    let stts = |entries: &[u8]| table(b"stts", (entries.len() / 8) as u32, entries);
    vec![
        bounded("segments-3000.mp4", segments(3000).bytes()),
        never("segments-30000.mp4", segments(30_000).bytes()),
        never("echo.mp4", echo().bytes()).quick(),
        never("echo-4000.mp4", Film::echo(heavy(h264::key_picture(SMALL), 1_000_000), 4000, 500).bytes()),
        bounded("echo-without-keys.mp4", Film::echo(heavy(h264::same_again(SMALL, 1), 1_000_000), 2000, 40).bytes()),
        bounded("still-a-million-times.mp4", Film::echo(grey(), 1_000_000, 40).bytes()),
        bounded("samples-2-million.mp4", samples(2_000_000).bytes()),
        bounded("samples-60-million.mp4", samples(60_000_000).bytes()).quick(),
        bounded("samples-without-end.mp4", samples(u32::MAX).bytes()),
        never("years.mp4", years().bytes()).quick(),
        bounded("years-told.mp4", Film { ticks: (1 << 62, 1 << 62), ..Film::default() }.bytes()),
        never(
            "weeks-between-two.mp4",
            Film { stts: stts(&cat!(be32(1), be32(2_000_000_000), be32(5), be32(2000))), ..Film::default() }.bytes(),
        )
        .quick(),
        bounded("no-time-at-all.mp4", Film { stts: stts(&cat!(be32(PICTURES), be32(0))), ..Film::default() }.bytes()),
        bounded("no-clock.mp4", Film { clocks: (0, 0), ..Film::default() }.bytes()),
        bounded("fastest-clock.mp4", Film { clocks: (u32::MAX, u32::MAX), ..Film::default() }.bytes()),
        bounded(
            "backwards.mp4",
            Film { stts: stts(&cat!(be32(3), be32(2000), be32(3), be32(-2000i32 as u32))), ..Film::default() }.bytes(),
        ),
        bounded("edits-50000.mp4", Film { in_trak: atom(b"edts", &many_edits), ..Film::default() }.bytes()),
        bounded("edit-before-the-beginning.mp4", edits(&cat!(be32(12_000), be32(0x8000_0000), be32(0x1_0000)))),
        bounded("edit-past-the-end.mp4", edits(&cat!(be32(u32::MAX), be32(0x7FFF_FFFF), be32(0x1_0000)))),
        bounded("edit-empty-for-years.mp4", edits(&cat!(be32(u32::MAX), be32(u32::MAX), be32(0x1_0000)))),
    ]
}

/// Indexes and frames that are compressed.
fn packed() -> Vec<Hostile> {
    let compressed = |told: u32, data: &[u8]| {
        let cmov = atom(b"cmov", &cat!(atom(b"dcom", b"zlib"), atom(b"cmvd", &cat!(be32(told), data))));
        cat!(mp4::ftyp(), atom(b"mdat", &grey()), atom(b"moov", &cmov))
    };
    let zlib = {
        let compression = ebml::element(0x5034, &ebml::number(0x4254, 0));
        let encoding = cat!(ebml::number(0x5031, 0), ebml::number(0x5032, 1), ebml::number(0x5033, 0), compression);
        ebml::element(0x6D80, &ebml::element(0x6240, &encoding))
    };
    let track = ebml::track(1, 1, "V_MPEG4/ISO/AVC", &h264::avcc(SMALL), &cat!(ebml::pixels(64, 64), zlib));
    let flood = deflated_zeros(9_000_000);
    let blocks: Vec<u8> = (0..40).flat_map(|n| ebml::block(n * 300, &flood)).collect();
    let private = ebml::track(1, 1, "V_MPEG4/ISO/AVC", &flood, &cat!(ebml::pixels(64, 64), ebml::element(0x6D80, &[])));
    let file =
        |track: &[u8], blocks: &[u8]| ebml::file(&cat!(ebml::info(12_000.0), ebml::element(ebml::TRACKS, track), ebml::cluster(0, blocks)));
    vec![
        never("packed-index-200-mb.mov", compressed(200_000_000, &deflated_zeros(200_000_000))).quick(),
        never("packed-index-4-gb.mov", compressed(u32::MAX, &deflated_zeros(1_000_000))),
        never("packed-index-of-nothing.mov", compressed(0, &[])),
        never("packed-frames-9-mb.mkv", file(&track, &blocks)),
        never("packed-private.mkv", file(&private, &blocks[..flood.len()])),
    ]
}

fn fragments() -> Vec<Hostile> {
    let trex = atom(b"mvex", &full(b"trex", 0, &cat!(be32(1), be32(1), be32(2000), be32(0), be32(0))));
    let begun = Film {
        in_moov: trex,
        stts: table(b"stts", 0, &[]),
        stsc: table(b"stsc", 0, &[]),
        stsz: mp4::equal_samples(0, 0),
        stco: table(b"stco", 0, &[]),
        ..Film::default()
    };
    let fragment = |run: &[u8], time: &[u8]| {
        let head = full(b"tfhd", 0x02_0000, &be32(1));
        atom(b"moof", &cat!(full(b"mfhd", 0, &be32(1)), atom(b"traf", &cat!(head, time, run))))
    };
    let empty = fragment(&full(b"trun", 0, &be32(0)), &[]);
    let endless = fragment(&full(b"trun", 0, &be32(u32::MAX)), &[]);
    let sized = fragment(&full(b"trun", 0x200, &cat!(be32(u32::MAX), be32(100))), &[]);
    let late = fragment(&full(b"trun", 0x200, &cat!(be32(1), be32(40))), &full(b"tfdt", 1 << 24, &[0x7F; 8]));
    let with = |tail: Vec<u8>| Film { tail, ..begun.clone() }.bytes();
    // An index of pieces whose first piece is the index itself.
    let index = full(b"sidx", 0, &cat!(be32(1), be32(1000), be32(0), be32(0), be32(1), be32(0x8000_002C), be32(2000), be32(0x9000_0000)));
    let random =
        |count: u32| atom(b"mfra", &cat!(full(b"tfra", 0, &cat!(be32(1), be32(0x3F), be32(count), [0; 64])), full(b"mfro", 0, &be32(116))));
    vec![
        never("fragments-60000-empty.mp4", with(empty.repeat(60_000))),
        never("fragment-of-4-billion.mp4", with(endless)).quick(),
        never("fragment-of-4-billion-sizes.mp4", with(sized)),
        bounded("fragment-in-a-far-future.mp4", with(cat!(late, atom(b"mdat", &grey())))),
        never("fragments-in-a-loop.mp4", with(index.repeat(2000))),
        never("fragment-index-of-4-billion.mp4", with(random(u32::MAX))),
    ]
}
