//! Matroska built from its elements.

use super::{
    bytes::{be16, be64, cat},
    h264::{self, SMALL},
};

pub const SEGMENT: u32 = 0x1853_8067;
pub const INFO: u32 = 0x1549_A966;
pub const TRACKS: u32 = 0x1654_AE6B;
pub const TRACK: u32 = 0xAE;
pub const CLUSTER: u32 = 0x1F43_B675;
pub const TIME: u32 = 0xE7;
pub const BLOCK: u32 = 0xA3;

/// An element; its size takes one byte where it fits, as our sniffing expects of the header.
pub fn element(id: u32, body: &[u8]) -> Vec<u8> {
    match body.len() {
        short @ ..127 => sized(id, &[0x80 | short as u8], body),
        long => sized(id, &be64(1 << 56 | long as u64), body),
    }
}

/// An element whose size is written as the test likes.
pub fn sized(id: u32, size: &[u8], body: &[u8]) -> Vec<u8> {
    let id = id.to_be_bytes();
    let first = id.iter().position(|&byte| byte != 0).unwrap_or(3);
    cat!(id[first..], size, body)
}

/// The size that means "until something else begins".
pub const UNKNOWN: [u8; 8] = [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];

pub fn number(id: u32, value: u64) -> Vec<u8> {
    element(id, &be64(value))
}

pub fn float(id: u32, value: f64) -> Vec<u8> {
    element(id, &value.to_be_bytes())
}

pub fn text(id: u32, value: &str) -> Vec<u8> {
    element(id, value.as_bytes())
}

/// The EBML header of `matroska` or `webm`.
pub fn header(kind: &str) -> Vec<u8> {
    element(0x1A45_DFA3, &cat!(text(0x4282, kind), element(0x4287, &[4]), element(0x4285, &[2])))
}

/// How long it says it is, in milliseconds.
pub fn info(milliseconds: f64) -> Vec<u8> {
    element(INFO, &cat!(number(0x2A_D7B1, 1_000_000), float(0x4489, milliseconds), text(0x4D80, "x"), text(0x5741, "x")))
}

/// A track of `codec`; `kind` is 1 for pictures, 2 for sound, 17 for subtitles.
pub fn track(id: u8, kind: u8, codec: &str, private: &[u8], more: &[u8]) -> Vec<u8> {
    let named = cat!(element(0xD7, &[id]), number(0x73C5, u64::from(id) + 1), element(0x83, &[kind]), text(0x86, codec));
    element(TRACK, &cat!(named, element(0x63A2, private), more))
}

/// The size of a picture, in pixels.
pub fn pixels(wide: u64, high: u64) -> Vec<u8> {
    element(0xE0, &cat!(number(0xB0, wide), number(0xBA, high)))
}

pub fn grey_track() -> Vec<u8> {
    track(1, 1, "V_MPEG4/ISO/AVC", &h264::avcc(SMALL), &pixels(64, 64))
}

/// A block of track 1 that is a key picture, `ticks` after its cluster.
pub fn block(ticks: u16, sample: &[u8]) -> Vec<u8> {
    element(BLOCK, &cat!([0x81], be16(ticks), [0x80], sample))
}

pub fn grey_block(ticks: u16) -> Vec<u8> {
    block(ticks, &h264::measured(&[h264::key_picture(SMALL)]))
}

pub fn cluster(time: u64, blocks: &[u8]) -> Vec<u8> {
    element(CLUSTER, &cat!(number(TIME, time), blocks))
}

/// 12 s of grey in six pictures.
pub fn grey_cluster() -> Vec<u8> {
    cluster(0, &(0..6).flat_map(|n| grey_block(n * 2000)).collect::<Vec<_>>())
}

/// A file whose segment holds `elements`.
pub fn file(elements: &[u8]) -> Vec<u8> {
    cat!(header("matroska"), element(SEGMENT, elements))
}

/// An honest film with `more` before its pictures.
pub fn film_with(more: &[u8]) -> Vec<u8> {
    file(&cat!(info(12_000.0), element(TRACKS, &grey_track()), more, grey_cluster()))
}
