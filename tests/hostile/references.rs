//! Real containers whose tracks claim to lie elsewhere: in another file, behind an address, in another recording.

use super::{
    bait::Bait,
    bytes::{be16, be32, cat},
    corpus::{Hostile, bounded, never},
    ebml,
    h264::{self, SMALL},
    mp4::{self, Film, MEDIA_AT, atom, full, table},
};

/// A Macintosh alias record with a path: `levels` up from here, or absolute when there are none.
pub fn alias(path: &str, levels: u16) -> Vec<u8> {
    let levels = if levels == 0 { 0xFFFF } else { levels };
    let padding = vec![0; path.len() % 2];
    let named = cat!(be16(2), be16(path.len() as u16), path.as_bytes(), padding, be16(0xFFFF), be16(0));
    full(b"alis", 0, &cat!([0; 10], [0; 28], [0; 12], [0; 64], [0; 16], be16(levels), be16(levels), [0; 16], named))
}

/// A film whose one sample, `size` bytes, is the whole of the file that `reference` names.
pub fn film_elsewhere(reference: &[u8], size: u32) -> Film {
    Film {
        entry: mp4::visual(b"png ", (64, 64), &[]),
        dref: table(b"dref", 1, reference),
        stsz: mp4::equal_samples(size, 1),
        stts: table(b"stts", 1, &cat!(be32(1), be32(2000))),
        stco: table(b"stco", 1, &be32(0)),
        ..Film::default()
    }
}

pub fn all(bait: &Bait) -> Vec<Hostile> {
    [in_mp4(bait), in_matroska(bait)].into_iter().flatten().collect()
}

fn in_mp4(bait: &Bait) -> Vec<Hostile> {
    let clip = bait.clip.display().to_string();
    let size = std::fs::metadata(&bait.clip).unwrap().len() as u32;
    let elsewhere = |reference: Vec<u8>| film_elsewhere(&reference, size).bytes();
    let located = |url: &str| full(b"url ", 0, &cat!(url.as_bytes(), [0]));
    // A reference movie: nothing but the address of another.
    let data_reference = full(b"rdrf", 0, &cat!(b"url ", be32(clip.len() as u32 + 8), b"file://", clip.as_bytes(), [0]));
    let reference = atom(b"moov", &atom(b"rmra", &atom(b"rmda", &data_reference)));
    let named = atom(b"udta", &atom(b"\xa9src", &cat!(be16(clip.len() as u16), be16(0), clip.as_bytes())));
    let chapters = atom(b"tref", &atom(b"chap", &be32(99)));
    vec![
        bounded("elsewhere-absolute.mov", elsewhere(alias(&clip, 0))).quick(),
        bounded("elsewhere-relative.mov", elsewhere(alias("neighbour.ts", 1))),
        bounded("elsewhere-file.mp4", elsewhere(located(&format!("file://{clip}")))),
        bounded("elsewhere-http.mp4", elsewhere(located(&bait.url("e.mp4")))),
        bounded("elsewhere-by-name.mp4", elsewhere(full(b"urn ", 0, &cat!(b"urn:x\0", bait.url("f").as_bytes(), [0])))),
        never("elsewhere-reference-movie.mov", cat!(mp4::ftyp(), reference)),
        never("elsewhere-nothing-there.mp4", Film { stco: table(b"stco", 6, &be32(0xFFFF_0000).repeat(6)), ..Film::default() }.bytes()),
        bounded("elsewhere-in-its-notes.mp4", Film { in_moov: named, ..Film::default() }.bytes()),
        bounded("elsewhere-chapters.mp4", Film { in_trak: chapters, ..Film::default() }.bytes()),
        bounded("elsewhere-subtitles.mp4", with_subtitles(&format!("<img src=\"{}\">", bait.url("g")))),
    ]
}

/// A film of which a second track is text.
fn with_subtitles(text: &str) -> Vec<u8> {
    let sample = cat!(be16(text.len() as u16), text.as_bytes());
    let picture = h264::measured(&[h264::key_picture(SMALL)]);
    let lines = Film {
        handler: *b"sbtl",
        entry: atom(b"tx3g", &cat!([0; 6], be16(1), [0; 30])),
        stts: table(b"stts", 1, &cat!(be32(1), be32(12_000))),
        stsz: mp4::equal_samples(sample.len() as u32, 1),
        stco: table(b"stco", 1, &be32(MEDIA_AT + picture.len() as u32)),
        ..Film::default()
    };
    let film = Film { in_moov: lines.track(2), media: cat!(picture, sample), ..Film::default() };
    film.bytes()
}

fn in_matroska(bait: &Bait) -> Vec<Hostile> {
    let (clip, url) = (bait.clip.display().to_string(), bait.url("h"));
    let linked = cat!(
        ebml::number(0x2A_D7B1, 1_000_000),
        ebml::element(0x3E_B923, &[7; 16]),
        ebml::text(0x3E_83BB, &clip),
        ebml::text(0x3C_83AB, &url)
    );
    let tracks = ebml::element(ebml::TRACKS, &ebml::grey_track());
    let linked = ebml::file(&cat!(ebml::element(ebml::INFO, &linked), tracks, ebml::grey_cluster()));
    let times = cat!(ebml::number(0x91, 0), ebml::number(0x92, 9_000_000_000));
    let chapter = ebml::element(0xB6, &cat!(ebml::number(0x73C4, 1), times, ebml::element(0x6E67, &[7; 16])));
    let ordered = ebml::element(0x1043_A770, &ebml::element(0x45B9, &cat!(ebml::number(0x45DD, 1), chapter)));
    let attached = |name: &str, kind: &str, data: &[u8]| {
        let file = cat!(ebml::text(0x466E, name), ebml::text(0x4660, kind), ebml::element(0x465C, data), ebml::number(0x46AE, 7));
        ebml::element(0x1941_A469, &ebml::element(0x61A7, &file))
    };
    let list = super::scripts::playlist(&clip);
    let style = format!("[Script Info]\nVideo File: {clip}\n[Fonts]\nfontname: {url}\n");
    let lines = ebml::track(2, 17, "S_TEXT/ASS", style.as_bytes(), &[]);
    let with_lines = cat!(ebml::info(12_000.0), ebml::element(ebml::TRACKS, &cat!(ebml::grey_track(), lines)), ebml::grey_cluster());
    vec![
        bounded("linked-to-a-file.mkv", linked).quick(),
        bounded("linked-chapters.mkv", ebml::film_with(&ordered)),
        bounded(
            "attached-playlist.mkv",
            ebml::film_with(&attached("../../../list.m3u8", "application/vnd.apple.mpegurl", list.as_bytes())),
        ),
        bounded("attached-font.mkv", ebml::film_with(&attached("/usr/share/fonts/x.ttf", "font/ttf", &[0x41; 500]))),
        bounded(
            "attached-svg.mkv",
            ebml::film_with(&attached("c.svg", "image/svg+xml", format!("<svg><image href=\"{url}\"/></svg>").as_bytes())),
        ),
        bounded("subtitles-with-references.mkv", ebml::file(&with_lines)),
    ]
}
