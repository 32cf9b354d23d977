//! H.264 in a few bytes: grey pictures of any size, as simple as the standard allows.

use super::bytes::{Bits, be16, be32, cat};

/// A picture's size in macroblocks of 16 × 16 pixels.
#[derive(Clone, Copy)]
pub struct Size {
    pub wide: u32,
    pub high: u32,
}

/// 64 × 64 pixels.
pub const SMALL: Size = Size { wide: 4, high: 4 };

impl Size {
    pub fn count(self) -> u32 {
        self.wide * self.high
    }
}

/// The sequence parameter set: Constrained Baseline, level 5.1, one reference picture.
pub fn sps(size: Size) -> Vec<u8> {
    // Profile, constraints, level; ids; four bits of frame number; output in decoding order; one reference; no gaps.
    let head = Bits::default().put(66, 8).put(0xC0, 8).put(51, 8).ue(0).ue(0).ue(2).ue(1).put(0, 1);
    // Size; whole frames; direct 8×8; neither cropping nor more words.
    nal(0x67, &head.ue(size.wide - 1).ue(size.high - 1).put(0b1100, 4).closed())
}

/// The picture parameter set: plain codes, nothing special.
pub fn pps() -> Vec<u8> {
    let ids_and_codes = Bits::default().ue(0).ue(0).put(0, 2);
    nal(0x68, &ids_and_codes.ue(0).ue(0).ue(0).put(0, 3).ue(0).ue(0).ue(0).put(0, 3).closed())
}

/// A grey key picture: about one byte a macroblock.
pub fn key_picture(size: Size) -> Vec<u8> {
    // First macroblock, an intra slice, its set, frame number, picture id, how it is kept, the quantiser.
    let head = Bits::default().ue(0).ue(7).ue(0).put(0, 4).ue(0).put(0, 2).ue(0);
    // Each: predicted from its neighbours' mean, and nothing else.
    nal(0x65, &(0..size.count()).fold(head, |bits, _| bits.ue(3).ue(0).ue(0).put(1, 1)).closed())
}

/// "The same again": any size in ten bytes.
pub fn same_again(size: Size, frame_number: u64) -> Vec<u8> {
    let head = Bits::default().ue(0).ue(5).ue(0).put(frame_number % 16, 4).put(0, 3).ue(0);
    nal(0x41, &head.ue(size.count()).closed())
}

/// A note that decoders pass over and copies keep.
pub fn note(text: &str) -> Vec<u8> {
    // Unregistered user data, its length, an id of 16 bytes.
    let body = cat!([5, 16 + text.len() as u8], b"notetaker-canary", text.as_bytes(), [0x80]);
    nal(6, &body)
}

/// What an MP4 and Matroska keep about the track.
pub fn avcc(size: Size) -> Vec<u8> {
    let (sps, pps) = (sps(size), pps());
    cat!([1, 66, 0xC0, 51, 0xFF, 0xE1], be16(sps.len() as u16), sps, [1], be16(pps.len() as u16), pps)
}

/// NAL units as an MP4 and Matroska hold them: each with its length before it.
pub fn measured(units: &[Vec<u8>]) -> Vec<u8> {
    units.iter().flat_map(|unit| cat!(be32(unit.len() as u32), unit)).collect()
}

/// NAL units as a transport stream holds them: each behind a start code.
pub fn started(units: &[Vec<u8>]) -> Vec<u8> {
    units.iter().flat_map(|unit| cat!([0, 0, 0, 1], unit)).collect()
}

/// No three bytes inside a unit may look like a start code.
pub fn nal(header: u8, payload: &[u8]) -> Vec<u8> {
    let (mut unit, mut zeros) = (vec![header], 0);
    for &byte in payload {
        if zeros >= 2 && byte <= 3 {
            unit.push(3);
            zeros = 0;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        unit.push(byte);
    }
    unit
}
