//! Sound files that promise what nobody can hear.

use super::{
    bytes::{be16, be32, be64, cat, le16, le32, le64},
    corpus::{Hostile, bounded, never},
    pictures::png,
};

pub fn all() -> Vec<Hostile> {
    [wavs(), mp3s(), flacs(), oggs(), adts()].into_iter().flatten().collect()
}

/// A WAV of 8-bit samples: channels, rate, and the size it tells.
pub fn wav(channels: u16, rate: u32, told: u32, samples: usize) -> Vec<u8> {
    let format = cat!(le16(1), le16(channels), le32(rate), le32(rate.wrapping_mul(u32::from(channels))), le16(channels), le16(8));
    cat!(b"RIFF", le32(told.wrapping_add(36)), b"WAVEfmt ", le32(16), format, b"data", le32(told), vec![0x80; samples])
}

fn wavs() -> Vec<Hostile> {
    let ds64 = cat!(b"ds64", le32(28), le64(u64::MAX), le64(u64::MAX), le64(u64::MAX), le32(0));
    let format = cat!(b"fmt ", le32(16), le16(1), le16(1), le32(8000), le32(8000), le16(1), le16(8));
    let rf64 = cat!(b"RF64", le32(u32::MAX), b"WAVE", ds64, format, b"data", le32(u32::MAX), [0x80; 40_000]);
    let chunks = cat!(b"RIFF", le32(u32::MAX), b"WAVE", cat!(b"junk", le32(0)).repeat(200_000));
    let extensible = cat!(b"RIFF", le32(100), b"WAVEfmt ", le32(0xFFFF_FFF0), [0xFF; 60]);
    vec![
        never("channels-65535.wav", wav(65_535, 8000, 655_350, 655_350)),
        bounded("channels-255.wav", wav(255, 8000, 255 * 8000, 255 * 8000)),
        // 46 days.
        never("one-sample-a-second.wav", wav(1, 1, 4_000_000, 4_000_000)).quick(),
        never("rate-of-4-billion.wav", wav(1, u32::MAX, 100_000, 100_000)),
        never("rate-of-none.wav", wav(1, 0, 100_000, 100_000)),
        bounded("size-of-4-billion.wav", wav(1, 8000, u32::MAX, 100_000)),
        bounded("size-of-nothing.wav", wav(1, 8000, 0, 100_000)),
        bounded("size-in-64-bits.wav", rf64),
        never("chunks-200000.wav", chunks),
        never("format-of-4-gb.wav", extensible),
    ]
}

/// An ID3 tag that says it has `told` bytes, seven bits to a byte.
fn id3(told: u32, body: &[u8]) -> Vec<u8> {
    let seven = |shift: u32| (told >> shift & 0x7F) as u8;
    cat!(b"ID3\x04\0\0", [seven(21), seven(14), seven(7), seven(0)], body)
}

/// 6 s of silence in frames of 128 kb/s.
fn frames() -> Vec<u8> {
    cat!([0xFF, 0xFB, 0x90, 0x64], [0; 413]).repeat(230)
}

fn mp3s() -> Vec<Hostile> {
    let picture = |kind: &str, data: &[u8]| {
        let body = cat!([0], kind.as_bytes(), [0, 3, 0], data);
        let size = body.len() as u32;
        let seven = |shift: u32| (size >> shift & 0x7F) as u8;
        cat!(b"APIC", [seven(21), seven(14), seven(7), seven(0)], [0, 0], body)
    };
    let tagged = |frame: Vec<u8>| cat!(id3(frame.len() as u32, &frame), frames());
    let many = cat!(b"TXXX", [0, 0, 0, 4, 0, 0], b"\0a\0b").repeat(100_000);
    let broken = cat!(b"APIC", [0xFF; 4], [0, 0], [0; 40]);
    // A count of frames beyond all reason, in the place where encoders write it.
    let xing = cat!([0xFF, 0xFB, 0x90, 0x64], [0; 32], b"Xing", be32(7), be32(u32::MAX), be32(u32::MAX), [0xFF; 100], [0; 265], frames());
    vec![
        never("tag-of-256-mb.mp3", cat!(id3(0x0FFF_FFFF, &[]), frames())).quick(),
        never("tag-without-sound.mp3", id3(1000, &[0; 1000])),
        bounded("tags-one-after-the-other.mp3", cat!(id3(10, &[0; 10]).repeat(20_000), frames())),
        bounded("cover-huge.mp3", tagged(picture("image/png", &png(16_000, 12_000)))).quick(),
        bounded("cover-svg.mp3", tagged(picture("image/svg+xml", b"<svg><image href=\"file:///etc/passwd\"/></svg>"))),
        bounded("cover-by-address.mp3", tagged(picture("-->", b"http://127.0.0.1/"))),
        bounded("texts-100000.mp3", tagged(many)),
        bounded("tag-broken.mp3", tagged(broken)),
        bounded("frames-told-4-billion.mp3", xing),
    ]
}

fn flacs() -> Vec<Hostile> {
    // Block sizes, frame sizes; rate, channels, bits and number of samples in 64 bits; a sum.
    let head = |samples: u64| {
        let counts = 48_000u64 << 44 | 1 << 41 | 15 << 36 | samples;
        cat!(b"fLaC", [0, 0, 0, 34], be16(4096), be16(4096), [0; 6], be64(counts), [0; 16])
    };
    let picture = |told: u32, data: &[u8]| {
        cat!(be32(3), be32(9), b"image/png", be32(0), be32(60_000), be32(60_000), be32(32), be32(0), be32(told), data)
    };
    let block = |kind: u8, body: &[u8]| cat!([kind], be32(body.len() as u32)[1..], body);
    let cover = picture(png(16_000, 12_000).len() as u32, &png(16_000, 12_000));
    let sound = cat!([0xFF, 0xF8, 0xC9, 0x18, 0, 0], [0; 400]).repeat(50);
    vec![
        never("samples-68-billion.flac", cat!(head((1 << 36) - 1), block(0x81, &[0; 100]), sound)).quick(),
        never("cover-huge.flac", cat!(head(48_000), block(0x86, &cover), sound)),
        never("cover-of-4-gb.flac", cat!(head(48_000), block(0x86, &picture(u32::MAX, &[0; 50])), sound)),
        never("comments-4-billion.flac", cat!(head(48_000), block(0x84, &cat!(le32(0), le32(u32::MAX), [0; 50])), sound)),
        never("blocks-100000.flac", cat!(head(48_000), block(1, &[]).repeat(100_000), sound)),
        never("nothing-but-a-head.flac", head(48_000)),
    ]
}

/// A page of stream `serial`; its checksum is made to fit.
fn page(flags: u8, granule: u64, serial: u32, number: u32, packet: &[u8]) -> Vec<u8> {
    let mut laces = vec![255; packet.len() / 255];
    laces.push((packet.len() % 255) as u8);
    let head =
        |sum: u32| cat!(b"OggS", [0, flags], le64(granule), le32(serial), le32(number), le32(sum), [laces.len() as u8], laces, packet);
    head(crc(&head(0)))
}

/// CRC-32 as Ogg has it: from zero, not reflected.
fn crc(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |sum: u32, &byte| {
        (0..8).fold(sum ^ u32::from(byte) << 24, |sum, _| if sum >> 31 == 1 { sum << 1 ^ 0x04C1_1DB7 } else { sum << 1 })
    })
}

fn oggs() -> Vec<Hostile> {
    let opus = |channels: u8, family: u8| {
        cat!(b"OpusHead", [1, channels], le16(312), le32(48_000), le16(0), [family], [1, 0], vec![0; usize::from(channels)])
    };
    let tags = cat!(b"OpusTags", le32(1), b"x", le32(0));
    let begun = |serial: u32| cat!(page(2, 0, serial, 0, &opus(2, 0)), page(0, 0, serial, 1, &tags));
    let silence = |granule: u64, number: u32| page(0, granule, 1, number, &[0xFC, 0xFF, 0xFE]);
    let streams: Vec<u8> = (1..=1000).flat_map(|serial| page(2, 0, serial, 0, &opus(2, 0))).collect();
    let comments = cat!(b"OpusTags", le32(1), b"x", le32(u32::MAX), le32(u32::MAX));
    let told =
        |granule: u64| cat!(begun(1), (2..200).flat_map(|n| silence(u64::from(n) * 960, n)).collect::<Vec<_>>(), silence(granule, 200));
    // Vorbis begins with three packets; here the first promises blocks of 32,768 samples and 255 channels.
    let vorbis = page(2, 0, 1, 0, &cat!(b"\x01vorbis", le32(0), [255], le32(u32::MAX), [0; 12], [0xFF, 1]));
    let links: Vec<u8> = (1..3000).flat_map(|serial| cat!(begun(serial), page(4, 960, serial, 2, &[0xFC, 0xFF, 0xFE]))).collect();
    vec![
        never("streams-1000.ogg", streams).quick(),
        // ffmpeg takes a last time that cannot be for none, and four seconds of sound are there.
        bounded("ends-in-a-far-future.ogg", told(1 << 62)).quick(),
        bounded("ends-before-it-begins.ogg", told(u64::MAX - 5)),
        bounded("channels-255.ogg", cat!(page(2, 0, 1, 0, &opus(255, 255)), page(0, 0, 1, 1, &tags), silence(960, 2))),
        bounded("comments-4-billion.ogg", cat!(page(2, 0, 1, 0, &opus(2, 0)), page(0, 0, 1, 1, &comments), silence(960, 2))),
        never("vorbis-of-255-channels.ogg", vorbis),
        bounded("three-thousand-links.ogg", links),
        never("pages-of-nothing.ogg", cat!(begun(1), (2..20_000).flat_map(|n| page(0, u64::MAX, 1, n, &[])).collect::<Vec<_>>())),
    ]
}

fn adts() -> Vec<Hostile> {
    // Low complexity, 48 kHz, stereo; 13 bits of length.
    let frame = |length: u16, body: &[u8]| {
        cat!([0xFF, 0xF1, 0x4C, 0x80 | (length >> 11) as u8, (length >> 3) as u8, ((length & 7) << 5) as u8 | 0x1F, 0xFC], body)
    };
    vec![
        never("frames-of-no-length.aac", frame(0, &[0; 60]).repeat(1000)),
        bounded("frames-of-seven-bytes.aac", frame(7, &[]).repeat(100_000)),
        never("frames-longer-than-the-file.aac", frame(8191, &[0xFF; 90])),
        bounded("frames-of-noise.aac", frame(607, &[0xA5; 600]).repeat(500)),
    ]
}
