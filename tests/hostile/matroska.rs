//! Matroska whose elements lie about their size, their time, their number, or lead in circles.

use super::{
    bytes::{be16, be32, be64, cat},
    corpus::{Hostile, bounded, never},
    ebml::{self, BLOCK, CLUSTER, INFO, SEGMENT, TIME, TRACKS, UNKNOWN, element, number, sized},
};

pub fn all() -> Vec<Hostile> {
    [sizes(), times(), crowds()].into_iter().flatten().collect()
}

/// Segment and tracks of an honest film, and `rest`.
fn film(rest: &[u8]) -> Vec<u8> {
    ebml::file(&cat!(ebml::info(12_000.0), element(TRACKS, &ebml::grey_track()), rest))
}

fn sizes() -> Vec<Hostile> {
    let tracks = element(TRACKS, &ebml::grey_track());
    let vast = be64(1 << 56 | 0xFF_FFFF_FFFF_FFFE);
    let open = cat!(
        ebml::header("matroska"),
        sized(
            SEGMENT,
            &UNKNOWN,
            &cat!(ebml::info(12_000.0), tracks, sized(CLUSTER, &UNKNOWN, &cat!(number(TIME, 0), ebml::grey_block(0))))
        )
    );
    let nested = (0..5000).fold(Vec::new(), |inner: Vec<u8>, _| sized(CLUSTER, &UNKNOWN, &inner));
    let segments = (0..5000).fold(Vec::new(), |inner: Vec<u8>, _| sized(SEGMENT, &UNKNOWN, &inner));
    let tags = (0..5000).fold(Vec::new(), |inner: Vec<u8>, _| element(0x67C8, &inner));
    let private = element(
        TRACKS,
        &element(ebml::TRACK, &cat!(element(0xD7, &[1]), element(0x83, &[1]), sized(0x63A2, &be64(1 << 56 | 1 << 30), &[0; 60]))),
    );
    vec![
        bounded("size-unknown.mkv", open),
        never("clusters-in-clusters.mkv", film(&nested)).quick(),
        never("segments-in-segments.mkv", cat!(ebml::header("matroska"), segments)),
        bounded("tags-in-tags.mkv", ebml::film_with(&element(0x1254_C367, &element(0x7373, &tags)))),
        never("size-of-a-cluster-vast.mkv", film(&sized(CLUSTER, &vast, &[]))),
        never("size-of-a-block-vast.mkv", film(&element(CLUSTER, &cat!(number(TIME, 0), sized(BLOCK, &vast, &[0x81, 0, 0, 0x80]))))),
        never("size-of-private-vast.mkv", ebml::file(&cat!(ebml::info(12_000.0), private, ebml::grey_cluster()))).quick(),
        never(
            "size-of-nine-bytes.mkv",
            cat!(ebml::header("matroska"), sized(SEGMENT, &[0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], &[0; 80])),
        ),
        never("nothing-but-a-head.mkv", ebml::header("matroska")),
        never("cut-after-its-tracks.mkv", film(&sized(CLUSTER, &[0x84], &[]))),
    ]
}

fn times() -> Vec<Hostile> {
    let timed = |scale: u64, length: f64| {
        let info = element(INFO, &cat!(number(0x2A_D7B1, scale), ebml::float(0x4489, length)));
        ebml::file(&cat!(info, element(TRACKS, &ebml::grey_track()), ebml::grey_cluster()))
    };
    let at = |times: &[u64]| film(&times.iter().flat_map(|&time| ebml::cluster(time, &ebml::grey_block(0))).collect::<Vec<_>>());
    let rate = ebml::track(
        1,
        1,
        "V_MPEG4/ISO/AVC",
        &super::h264::avcc(super::h264::SMALL),
        &cat!(ebml::pixels(64, 64), number(0x23_E383, u64::MAX)),
    );
    vec![
        bounded("clock-stands-still.mkv", timed(0, 12_000.0)),
        bounded("clock-of-centuries.mkv", timed(u64::MAX, 12_000.0)),
        bounded("length-is-no-number.mkv", timed(1_000_000, f64::NAN)).quick(),
        bounded("length-is-infinite.mkv", timed(1_000_000, f64::INFINITY)),
        bounded("length-is-negative.mkv", timed(1_000_000, -1e300)),
        bounded("length-is-vast.mkv", timed(1_000_000, 1e300)),
        bounded("clusters-backwards.mkv", at(&[10_000, 8000, 6000, 4000, 2000, 0])),
        never("clusters-years-apart.mkv", at(&[0, 2000, 4000, 1 << 40])).quick(),
        never("clusters-at-the-end-of-time.mkv", at(&[u64::MAX, u64::MAX - 1, 1 << 63])),
        bounded("frames-of-centuries.mkv", ebml::file(&cat!(ebml::info(12_000.0), element(TRACKS, &rate), ebml::grey_cluster()))),
    ]
}

fn crowds() -> Vec<Hostile> {
    let laced = |flags: u8, laces: &[u8]| film(&ebml::cluster(0, &element(BLOCK, &cat!([0x81], be16(0), [flags], laces)).repeat(2000)));
    // "The list of parts lies where this list lies."
    let seek = |target: u64| element(0x114D_9B74, &element(0x4DBB, &cat!(element(0x53AB, &be32(0x114D_9B74)), number(0x53AC, target))));
    let point = element(0xBB, &cat!(number(0xB3, 0), element(0xB7, &cat!(element(0xF7, &[1]), number(0xF1, 0)))));
    let chapter = element(0xB6, &cat!(number(0x73C4, 1), number(0x91, 0), number(0x92, u64::MAX)));
    let empty = element(BLOCK, &[0x81, 0, 0, 0x80]);
    vec![
        never("laces-of-nothing.mkv", laced(0x84, &[0xFF, 0])).quick(),
        never("laces-of-more-than-there-is.mkv", laced(0x82, &cat!([0xFF], [0xFF; 254]))),
        never("laces-of-negative-size.mkv", laced(0x86, &cat!([0xFE, 0x81], [0x80; 200]))),
        never("parts-in-a-circle.mkv", ebml::file(&seek(0).repeat(500))),
        bounded("parts-in-a-circle-and-a-film.mkv", ebml::film_with(&seek(0).repeat(500))),
        bounded("places-30000-the-same.mkv", ebml::film_with(&element(0x1C53_BB6B, &point.repeat(30_000)))),
        bounded("chapters-30000.mkv", ebml::film_with(&element(0x1043_A770, &element(0x45B9, &chapter.repeat(30_000))))),
        never("blocks-of-nothing.mkv", film(&ebml::cluster(0, &empty.repeat(300_000)))),
        never("clusters-of-nothing.mkv", film(&ebml::cluster(0, &[]).repeat(100_000))),
    ]
}
