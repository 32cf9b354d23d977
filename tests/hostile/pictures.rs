//! Pictures that are too large to be true, and codecs that nobody records with.

use super::{
    bytes::{Bits, be16, be32, cat, deflated_zeros, le16, le32},
    corpus::{Hostile, bounded, never},
    ebml,
    h264::{self, SMALL, Size},
    mp4::{self, Film},
};

/// 14,080 pixels each way: 200 million, just under what ffmpeg itself refuses. 700 bytes make it hold 580 MB.
pub const HUGE: Size = Size { wide: 880, high: 880 };

/// A film that tells one size in its boxes and another in its pictures.
pub fn film_of(told: (u16, u16), size: Size, pictures: Vec<u8>) -> Film {
    Film { told, entry: mp4::avc1(told, &h264::avcc(size)), ..Film::echo(pictures, 6, 2000) }
}

pub fn all() -> Vec<Hostile> {
    [sizes(), codecs(), covers()].into_iter().flatten().collect()
}

fn sizes() -> Vec<Hostile> {
    let small = || h264::measured(&[h264::key_picture(SMALL)]);
    let (large, wide) = (Size { wide: 500, high: 500 }, Size { wide: 1016, high: 8 });
    let mkv = |wide, high| {
        let track = ebml::track(1, 1, "V_MPEG4/ISO/AVC", &h264::avcc(SMALL), &ebml::pixels(wide, high));
        ebml::file(&cat!(ebml::info(12_000.0), ebml::element(ebml::TRACKS, &track), ebml::grey_cluster()))
    };
    vec![
        never("huge-inside.mp4", film_of((64, 64), HUGE, small()).bytes()).quick(),
        never("huge-inside-and-out.mp4", film_of((14_080, 14_080), HUGE, small()).bytes()),
        // Frames of ten bytes, each of which stands for 96 MB.
        never("huge-same-again.mp4", film_of((64, 64), large, h264::measured(&[h264::same_again(large, 1)])).bytes()),
        bounded("huge-told.mp4", Film { told: (65_535, 65_535), ..Film::default() }.bytes()).quick(),
        bounded("huge-in-entry.mp4", Film { entry: mp4::avc1((65_535, 65_535), &h264::avcc(SMALL)), ..Film::default() }.bytes()),
        bounded("none-told.mp4", Film { told: (0, 0), entry: mp4::avc1((0, 0), &h264::avcc(SMALL)), ..Film::default() }.bytes()),
        bounded("ribbon.mp4", film_of((16_256, 128), wide, h264::measured(&[h264::key_picture(wide)])).bytes()),
        bounded("huge-told.mkv", mkv(0x7FFF_FFFF, 0x7FFF_FFFF)).quick(),
        bounded("huge-beyond.mkv", mkv(u64::MAX, u64::MAX)),
        bounded("none-told.mkv", mkv(0, 0)),
        never("huge-vp9.webm", vp9(65_536, 65_536)),
        never("huge-vp9-wide.webm", vp9(16_000, 12_000)).quick(),
        never("huge-hevc.mp4", hevc(65_504, 65_504)),
        never("huge-hevc-wide.mp4", hevc(16_000, 12_000)),
    ]
}

/// Key pictures of any size: the header holds 16 bits of each, less one.
fn vp9(wide: u64, high: u64) -> Vec<u8> {
    let head = Bits::default().put(0b10, 2).put(0, 4).put(1, 1).put(0, 1).put(0x49_8342, 24).put(1, 3).put(0, 1);
    let frame = cat!(head.put(wide - 1, 16).put(high - 1, 16).put(0, 101).bytes(), [0; 60]);
    let track = ebml::track(1, 1, "V_VP9", &[], &ebml::pixels(64, 64));
    let blocks: Vec<u8> = (0..6).flat_map(|n| ebml::block(n * 2000, &frame)).collect();
    cat!(
        ebml::header("webm"),
        ebml::element(ebml::SEGMENT, &cat!(ebml::info(12_000.0), ebml::element(ebml::TRACKS, &track), ebml::cluster(0, &blocks)))
    )
}

/// HEVC whose parameter set tells the size.
fn hevc(wide: u32, high: u32) -> Vec<u8> {
    // Main profile, level 6.2, in the 96 bits of profile and level.
    let profile = |bits: Bits| bits.put(1, 8).put(0x6000_0000, 32).put(0, 48).put(186, 8);
    let layers = profile(Bits::default().put(0, 4).put(3, 2).put(0, 9).put(1, 1).put(0xFFFF, 16));
    let vps = h264::nal(0x40, &cat!([1], layers.put(1, 1).ue(0).ue(0).ue(0).put(0, 6).ue(0).put(0, 2).closed()));
    let head = profile(Bits::default().put(0, 4).put(0, 3).put(1, 1)).ue(0).ue(1);
    // Size; no window; 8 bits; picture count; one picture's buffer; blocks of 8 to 32; the tools all off.
    let sizes = head.ue(wide).ue(high).put(0, 1).ue(0).ue(0).ue(4).put(1, 1).ue(0).ue(0).ue(0).ue(0).ue(2).ue(0).ue(3).ue(0).ue(0);
    let sps = h264::nal(0x42, &cat!([1], sizes.put(0, 4).ue(0).put(0, 5).closed()));
    let tools = Bits::default().ue(0).ue(0).put(0, 7).ue(0).ue(0).ue(0).put(0, 3).ue(0).ue(0).put(0, 10);
    let pps = h264::nal(0x44, &cat!([1], tools.ue(0).put(0, 2).closed()));
    let array = |kind: u8, unit: &[u8]| cat!([0x80 | kind], be16(1), be16(unit.len() as u16), unit);
    let fixed = cat!([1, 1], be32(0x6000_0000), [0; 6], [186, 0xF0, 0, 0xFC, 0xFD, 0xF8, 0xF8, 0, 0, 0x0F, 3]);
    let config = mp4::atom(b"hvcC", &cat!(fixed, array(32, &vps), array(33, &sps), array(34, &pps)));
    // An intra picture of which only the head is there.
    let slice = h264::nal(0x26, &cat!([1], Bits::default().put(1, 1).put(0, 1).ue(0).ue(2).ue(0).closed(), [0x55; 40]));
    Film { entry: mp4::visual(b"hvc1", (64, 64), &config), ..Film::echo(h264::measured(&[slice]), 6, 2000) }.bytes()
}

fn codecs() -> Vec<Hostile> {
    let size = (64, 64);
    let mkv = |codec: &str, private: &[u8], frame: &[u8]| {
        let track = ebml::track(1, 1, codec, private, &ebml::pixels(64, 64));
        ebml::file(&cat!(ebml::info(2000.0), ebml::element(ebml::TRACKS, &track), ebml::cluster(0, &ebml::block(0, frame))))
    };
    // Windows' way to name a codec: a bitmap header with four letters.
    let by_letters = |letters: &[u8; 4]| cat!(le32(40), le32(64), le32(64), le16(1), le16(24), letters, [0; 20]);
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"99999\" height=\"99999\"><image href=\"file:///etc/passwd\"/></svg>";
    let xpm = b"/* XPM */\nstatic char *x[] = {\"60000 60000 1 1\",\"a c #000000\"};\n";
    vec![
        never("codec-png-huge.mp4", Film::picture(b"png ", size, png(16_000, 12_000)).bytes()).quick(),
        never("codec-jpeg-huge.mov", Film::picture(b"jpeg", size, jpeg(65_500, 65_500)).bytes()),
        never("codec-tiff.mov", Film::picture(b"tiff", size, tiff(16_000, 12_000)).bytes()).quick(),
        never("codec-exr.mov", Film::picture(b"exr ", size, exr()).bytes()),
        never("codec-xpm.mov", Film::picture(b"xpm ", size, xpm.to_vec()).bytes()),
        never("codec-svg.mov", Film::picture(b"svg ", size, svg.to_vec()).bytes()).quick(),
        never(
            "codec-webp.mov",
            Film::picture(b"webp", size, b"RIFF\xff\xff\xff\xffWEBPVP8L\xff\0\0\0\x2f\xff\xff\xff\x0f".to_vec()).bytes(),
        ),
        never("codec-gif.mov", Film::picture(b"gif ", size, cat!(b"GIF89a", [0xFF; 6], [0; 40])).bytes()),
        never("codec-jpeg2000.mov", Film::picture(b"mjp2", size, jpeg2000()).bytes()),
        never("codec-tga.mov", Film::picture(b"tga ", size, cat!([0, 0, 10], [0; 9], [0xFF; 4], [32, 8], [0xFF; 40])).bytes()),
        never("codec-cinepak.mov", Film::picture(b"cvid", size, cat!([0, 0, 0, 60], [0xFF; 4], be16(9999), [0x10; 48])).bytes()),
        never("codec-indeo.mov", Film::picture(b"IV50", size, vec![0xF1; 300]).bytes()),
        never("codec-flash.mkv", mkv("V_MS/VFW/FOURCC", &by_letters(b"FSV1"), &cat!([0xFF; 4], deflated_zeros(3 << 20)))),
        never(
            "codec-bitmap-of-negative-size.mkv",
            mkv("V_MS/VFW/FOURCC", &cat!(le32(40), [0xFF; 8], le16(1), le16(32), [0; 24]), &[0; 400]),
        ),
        never("codec-real.mkv", mkv("V_REAL/RV40", &[0xFF; 60], &[0xFF; 400])),
        never("codec-quicktime.mkv", mkv("V_QUICKTIME", &mp4::visual(b"smc ", (65_535, 65_535), &[]), &[0xFF; 400])),
        never("codec-without-a-name.mp4", Film::picture(b"\0\0\0\0", size, vec![0; 400]).bytes()),
    ]
}

/// Cover art is decoded as well, to learn its size.
fn covers() -> Vec<Hostile> {
    let attached = |name: &str, kind: &str, data: &[u8]| {
        let file = cat!(ebml::text(0x466E, name), ebml::text(0x4660, kind), ebml::element(0x465C, data), ebml::number(0x46AE, 7));
        ebml::film_with(&ebml::element(0x1941_A469, &ebml::element(0x61A7, &file)))
    };
    let data = mp4::atom(b"data", &cat!(be32(14), be32(0), png(16_000, 12_000)));
    let list = mp4::atom(b"ilst", &mp4::atom(b"covr", &data));
    let in_mp4 = mp4::atom(b"udta", &mp4::full(b"meta", 0, &cat!(mp4::hdlr(b"mdir"), list)));
    vec![
        bounded("cover-png-huge.mkv", attached("cover.png", "image/png", &png(16_000, 12_000))).quick(),
        bounded("cover-tiff-huge.mkv", attached("cover.tif", "image/tiff", &tiff(16_000, 12_000))),
        bounded("cover-png-huge.mp4", Film { in_moov: in_mp4, ..Film::default() }.bytes()),
    ]
}

pub fn png(wide: u32, high: u32) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], body: &[u8]| cat!(be32(body.len() as u32), kind, body, be32(crc(&cat!(kind, body))));
    let head = chunk(b"IHDR", &cat!(be32(wide), be32(high), [8, 6, 0, 0, 0]));
    cat!(b"\x89PNG\r\n\x1a\n", head, chunk(b"IDAT", &deflated_zeros(64_000)), chunk(b"IEND", &[]))
}

/// CRC-32 as PNG and Ethernet have it.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}

fn jpeg(wide: u16, high: u16) -> Vec<u8> {
    let frame = cat!([0xFF, 0xC0, 0, 17, 8], be16(high), be16(wide), [3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0]);
    cat!([0xFF, 0xD8], frame, [0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0], [0; 50], [0xFF, 0xD9])
}

fn tiff(wide: u32, high: u32) -> Vec<u8> {
    let fields = [(256, wide), (257, high), (259, 1), (273, 8), (278, high), (279, 100)];
    let entries: Vec<u8> = fields.iter().flat_map(|&(tag, value)| cat!(le16(tag), le16(4), le32(1), le32(value))).collect();
    cat!(b"II*\0", le32(8), le16(fields.len() as u16), entries, [0; 200])
}

fn exr() -> Vec<u8> {
    let window = |name: &[u8]| cat!(name, [0], b"box2i\0", le32(16), le32(0), le32(0), le32(50_000), le32(50_000));
    cat!(
        [0x76, 0x2F, 0x31, 1, 2, 0, 0, 0],
        window(b"dataWindow"),
        window(b"displayWindow"),
        b"compression\0compression\0",
        le32(1),
        [3, 0],
        [0; 100]
    )
}

fn jpeg2000() -> Vec<u8> {
    // A picture of 60,000 × 60,000 in tiles of one pixel.
    let size = cat!(be16(0), be32(60_000), be32(60_000), [0; 8], be32(1), be32(1), [0; 8], be16(3), [7, 1, 1].repeat(3));
    cat!(
        [0xFF, 0x4F, 0xFF, 0x51],
        be16(size.len() as u16 + 2),
        size,
        [0xFF, 0x52, 0, 12, 0, 0, 0, 1, 0, 5, 4, 4, 0, 0],
        [0xFF, 0x93],
        [0; 40]
    )
}
