//! An MP4 built from its boxes, so that any one of them can be made to lie.

use super::{
    bytes::{be16, be32, be64, cat},
    h264::{self, SMALL},
};

pub fn atom(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    cat!(be32(8 + body.len() as u32), kind, body)
}

/// A box whose body begins with a version (the highest byte) and flags.
pub fn full(kind: &[u8; 4], version_and_flags: u32, body: &[u8]) -> Vec<u8> {
    atom(kind, &cat!(be32(version_and_flags), body))
}

/// A box that says how many equal entries follow, and then has `entries`, which may be others.
pub fn table(kind: &[u8; 4], count: u32, entries: &[u8]) -> Vec<u8> {
    full(kind, 0, &cat!(be32(count), entries))
}

/// A film of one track. What is not changed is honest: 12 s of grey in six pictures, every one a key picture.
#[derive(Clone)]
pub struct Film {
    /// The size that `tkhd` and `stsd` tell, in pixels.
    pub told: (u16, u16),
    /// The handler: picture, sound, text.
    pub handler: [u8; 4],
    /// The sample entry, which names the codec, and how many there are said to be.
    pub entry: Vec<u8>,
    pub entries: u32,
    /// Ticks a second, of the movie and of the track.
    pub clocks: (u32, u32),
    /// How long movie and track say they are, in their ticks.
    pub ticks: (u64, u64),
    pub stts: Vec<u8>,
    pub stsc: Vec<u8>,
    pub stsz: Vec<u8>,
    pub stco: Vec<u8>,
    /// Where the track's data lies: in this file, says an honest one.
    pub dref: Vec<u8>,
    /// Boxes added to the sample table, to the track before its media, and to the movie.
    pub in_stbl: Vec<u8>,
    pub in_trak: Vec<u8>,
    pub in_moov: Vec<u8>,
    /// What lies in `mdat`.
    pub media: Vec<u8>,
    /// Tracks; all the same but for their numbers.
    pub tracks: u32,
    /// Boxes after the last.
    pub tail: Vec<u8>,
}

/// Pictures of an honest film, and how long each is seen, in ticks of the track.
pub const PICTURES: u32 = 6;
pub const SHOWN: u32 = 2000;

/// Where the content of `mdat` begins: `ftyp` and the header are before it.
pub const MEDIA_AT: u32 = 40;

impl Default for Film {
    fn default() -> Self {
        let picture = h264::measured(&[h264::key_picture(SMALL)]);
        let at = MEDIA_AT;
        Self {
            told: (64, 64),
            handler: *b"vide",
            entry: avc1((64, 64), &h264::avcc(SMALL)),
            entries: 1,
            clocks: (1000, 1000),
            ticks: (12_000, 12_000),
            stts: table(b"stts", 1, &cat!(be32(PICTURES), be32(SHOWN))),
            stsc: table(b"stsc", 1, &cat!(be32(1), be32(1), be32(1))),
            stsz: equal_samples(picture.len() as u32, PICTURES),
            // One picture, six times.
            stco: table(b"stco", PICTURES, &be32(at).repeat(PICTURES as usize)),
            dref: table(b"dref", 1, &full(b"url ", 1, &[])),
            in_stbl: Vec::new(),
            in_trak: Vec::new(),
            in_moov: Vec::new(),
            media: picture,
            tracks: 1,
            tail: Vec::new(),
        }
    }
}

impl Film {
    /// One sample named `times` times, each seen for `shown` ticks of a thousandth.
    pub fn echo(sample: Vec<u8>, times: u32, shown: u32) -> Self {
        let whole = u64::from(times) * u64::from(shown);
        Self {
            ticks: (whole, whole),
            stts: table(b"stts", 1, &cat!(be32(times), be32(shown))),
            stsz: equal_samples(sample.len() as u32, times),
            stco: table(b"stco", times, &be32(MEDIA_AT).repeat(times as usize)),
            media: sample,
            ..Self::default()
        }
    }

    /// One chunk of `count` samples of `size` bytes.
    pub fn run_of(count: u32, size: u32, media: Vec<u8>) -> Self {
        Self {
            ticks: (u64::from(count), u64::from(count)),
            stts: table(b"stts", 1, &cat!(be32(count), be32(1))),
            stsc: table(b"stsc", 1, &cat!(be32(1), be32(count), be32(1))),
            stsz: equal_samples(size, count),
            stco: table(b"stco", 1, &be32(MEDIA_AT)),
            media,
            ..Self::default()
        }
    }

    /// One picture of another codec, `size` pixels, found as `entry` says.
    pub fn picture(kind: &[u8; 4], size: (u16, u16), sample: Vec<u8>) -> Self {
        Self { told: size, entry: visual(kind, size, &[]), ..Self::echo(sample, 1, 2000) }
    }

    pub fn bytes(&self) -> Vec<u8> {
        cat!(ftyp(), atom(b"mdat", &self.media), self.moov(), self.tail)
    }

    pub fn moov(&self) -> Vec<u8> {
        let tracks: Vec<u8> = (1..=self.tracks).flat_map(|id| self.track(id)).collect();
        atom(b"moov", &cat!(mvhd(self.clocks.0, self.ticks.0), tracks, self.in_moov))
    }

    /// One track of it, to be put into another film.
    pub fn track(&self, id: u32) -> Vec<u8> {
        let stbl = cat!(table(b"stsd", self.entries, &self.entry), self.stts, self.stsc, self.stsz, self.stco, self.in_stbl);
        let minf = cat!(full(b"vmhd", 1, &[0; 8]), atom(b"dinf", &self.dref), atom(b"stbl", &stbl));
        let mdia = cat!(mdhd(self.clocks.1, self.ticks.1), hdlr(&self.handler), atom(b"minf", &minf));
        atom(b"trak", &cat!(tkhd(id, self.ticks.0, self.told), self.in_trak, atom(b"mdia", &mdia)))
    }
}

pub fn ftyp() -> Vec<u8> {
    atom(b"ftyp", &cat!(b"isom", be32(512), b"isomiso2avc1mp41"))
}

pub fn equal_samples(size: u32, count: u32) -> Vec<u8> {
    full(b"stsz", 0, &cat!(be32(size), be32(count)))
}

const UPRIGHT: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

fn matrix() -> Vec<u8> {
    UPRIGHT.iter().flat_map(|number| number.to_be_bytes()).collect()
}

pub fn mvhd(clock: u32, ticks: u64) -> Vec<u8> {
    full(b"mvhd", 1 << 24, &cat!([0; 16], be32(clock), be64(ticks), be32(0x1_0000), be16(0x100), [0; 10], matrix(), [0; 24], be32(2)))
}

fn tkhd(id: u32, ticks: u64, (wide, high): (u16, u16)) -> Vec<u8> {
    let size = cat!(be16(wide), be16(0), be16(high), be16(0));
    full(b"tkhd", 1 << 24 | 3, &cat!([0; 16], be32(id), be32(0), be64(ticks), [0; 16], matrix(), size))
}

fn mdhd(clock: u32, ticks: u64) -> Vec<u8> {
    full(b"mdhd", 1 << 24, &cat!([0; 16], be32(clock), be64(ticks), be16(0x55C4), be16(0)))
}

pub fn hdlr(handler: &[u8; 4]) -> Vec<u8> {
    full(b"hdlr", 0, &cat!([0; 4], handler, [0; 12], b"x\0"))
}

/// A picture's sample entry, and what its codec wants behind it.
pub fn visual(kind: &[u8; 4], (wide, high): (u16, u16), more: &[u8]) -> Vec<u8> {
    let resolution = be32(72 << 16);
    let fixed =
        cat!([0; 6], be16(1), [0; 16], be16(wide), be16(high), resolution, resolution, [0; 4], be16(1), [0; 32], be16(24), [0xFF; 2]);
    atom(kind, &cat!(fixed, more))
}

pub fn avc1(size: (u16, u16), avcc: &[u8]) -> Vec<u8> {
    visual(b"avc1", size, &atom(b"avcC", avcc))
}
