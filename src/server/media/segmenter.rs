//! One transport stream parted into segments, in memory, as it comes.
//!
//! ffmpeg cuts at every second or so ([`super::ffmpeg::stream`]): its muxer writes whatever sound it still holds, then all of its tables, and
//! begins with a key frame. The counters of its packets run on. So what begins with the table of services is a segment as it is, and no
//! byte changes.

use super::clock::{Clock, Told};
use super::packets::{Continuity, Damage, FIRST_TRACK, PACKET, Packet, SERVICES};

/// Bytes after which a segment ends with the next key frame, however short it is: two seconds at 128 Mb/s.
const LARGE: usize = 32 << 20;
/// What is read at once, in bytes.
const CHUNK: usize = 256 << 10;

/// A segment, whole.
#[derive(Debug)]
pub struct Part {
    pub bytes: Vec<u8>,
    pub duration_s: f64,
}

#[derive(Debug, Default)]
pub struct Segmenter {
    /// Of the segment in the making.
    bytes: Vec<u8>,
    /// How many of them have been looked at: whole packets.
    looked: usize,
    /// Where the tables begin that no picture followed yet.
    tables: Option<usize>,
    continuity: Continuity,
    pub clock: Clock,
}

impl Segmenter {
    /// Where the next bytes of the stream go, behind those that are there.
    pub fn room(&mut self) -> &mut Vec<u8> {
        if self.bytes.capacity() - self.bytes.len() < CHUNK {
            self.bytes.reserve(CHUNK);
        }
        &mut self.bytes
    }

    /// How large the segment in the making is.
    pub fn pending(&self) -> usize {
        self.bytes.len()
    }

    /// The next segment, if all of it came. Asked until there is none.
    pub fn part(&mut self) -> Result<Option<Part>, Damage> {
        while let Some(bytes) = self.bytes[self.looked..].first_chunk() {
            let (at, packet) = (self.looked, Packet::read(bytes)?);
            self.continuity.follow(&packet)?;
            self.looked += PACKET;
            if packet.pid == SERVICES && packet.begins {
                self.tables = Some(at);
            }
            let Some(time) = packet.time() else { continue };
            if packet.pid != FIRST_TRACK {
                self.clock.sound(time);
                continue;
            }
            let key = packet.key;
            self.clock.picture(time, key);
            // In front of the first segment's tables there is none.
            let cut = self.tables.take().filter(|tables| key && *tables > 0);
            if let Some(cut) = cut.filter(|_| self.clock.is_due(time) || self.looked >= LARGE) {
                return Ok(Some(Part { duration_s: self.clock.part(time), bytes: self.split(cut) }));
            }
        }
        Ok(None)
    }

    fn split(&mut self, at: usize) -> Vec<u8> {
        let rest = self.bytes.split_off(at);
        self.looked -= at;
        std::mem::replace(&mut self.bytes, rest)
    }

    /// The last segment, when the stream has ended. None if nothing ever began.
    pub fn end(&mut self, told: Told) -> Result<Option<Part>, Damage> {
        if self.looked < self.bytes.len() {
            return Err(Damage::NotPackets);
        }
        let bytes = std::mem::take(&mut self.bytes);
        self.looked = 0;
        Ok(self.clock.has_begun().then(|| Part { duration_s: self.clock.end(told), bytes }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::packets::tests::{packet, pes};
    use super::*;

    const KEY: u8 = 0x40;
    const PROGRAMS: u16 = 0;

    /// Packets with counters that run on.
    #[derive(Default)]
    struct Stream(Vec<[u8; PACKET]>, std::collections::BTreeMap<u16, u8>);

    impl Stream {
        fn add(&mut self, pid: u16, begins: bool, flags: u8, payload: &[u8]) {
            let counter = self.1.entry(pid).or_default();
            self.0.push(packet(pid, *counter, begins, flags, payload));
            *counter += 1;
        }
        fn tables(&mut self) {
            self.add(SERVICES, true, 0, &[]);
            self.add(PROGRAMS, true, 0, &[]);
        }
        fn picture(&mut self, ms: u64, flags: u8) {
            self.add(FIRST_TRACK, true, flags, &pes(0xE0, ms + 1400, &[1]));
            self.add(FIRST_TRACK, false, 0, &[2]);
        }
        fn key(&mut self, ms: u64) {
            self.tables();
            self.picture(ms, KEY);
        }
        fn sound(&mut self, ms: u64) {
            self.add(FIRST_TRACK + 1, true, KEY, &pes(0xC0, ms + 1400, &[3]));
        }
        fn bytes(&self) -> Vec<u8> {
            self.0.concat()
        }
    }

    const TOLD: Told = Told { secs: None, whole: false };

    /// The parts of a stream that comes in pieces of so many bytes: packets and tenths of a second of each.
    fn parts(stream: &Stream, piece: usize) -> Vec<(usize, i64)> {
        let (mut segmenter, mut found, mut whole) = (Segmenter::default(), Vec::new(), Vec::new());
        for piece in stream.bytes().chunks(piece) {
            segmenter.room().extend_from_slice(piece);
            while let Some(part) = segmenter.part().unwrap() {
                found.push(part);
            }
        }
        found.extend(segmenter.end(TOLD).unwrap());
        found.iter().for_each(|part| whole.extend_from_slice(&part.bytes));
        assert_eq!(whole, stream.bytes(), "not a byte is lost");
        found.iter().map(|part| (part.bytes.len() / PACKET, (part.duration_s * 10.0).round() as i64)).collect()
    }

    #[test]
    fn it_is_parted_in_front_of_the_tables_of_key_frames_however_it_comes() {
        let mut stream = Stream::default();
        for ms in (0..10_000).step_by(1000) {
            if ms % 2000 == 0 { stream.key(ms) } else { stream.picture(ms, 0) }
            stream.sound(ms);
        }
        for piece in [1, 100, PACKET, 1000, 1 << 20] {
            assert_eq!(parts(&stream, piece), [(8, 20), (16, 40), (16, 40)], "{piece}");
        }
    }

    #[test]
    fn tables_before_an_ordinary_picture_and_key_frames_without_tables_part_nothing() {
        let mut stream = Stream::default();
        stream.key(0);
        stream.tables();
        stream.picture(2000, 0);
        stream.picture(4000, KEY);
        // Sound may come between tables and key frame: it goes with them.
        stream.tables();
        stream.sound(6000);
        stream.picture(6000, KEY);
        assert_eq!(parts(&stream, 500), [(10, 60), (5, 1)]);
    }

    #[test]
    fn sound_alone_is_parted_like_pictures() {
        let mut stream = Stream::default();
        for ms in (0..9000).step_by(500) {
            if ms % 2000 == 0 {
                stream.tables();
            }
            stream.add(FIRST_TRACK, true, KEY, &pes(0xC0, ms + 1400, &[1]));
        }
        assert_eq!(parts(&stream, 500), [(6, 20), (12, 40), (10, 30)]);
    }

    #[test]
    fn what_is_large_ends_with_the_next_key_frame() {
        let mut stream = Stream::default();
        stream.key(0);
        let filler: Vec<_> = (1..=LARGE / PACKET).map(|n| packet(FIRST_TRACK, (n + 1) as u8, false, 0, &[0])).collect();
        stream.0.extend(filler);
        stream.1.insert(FIRST_TRACK, ((LARGE / PACKET + 2) & 0x0F) as u8);
        stream.key(100);
        stream.key(200);
        assert_eq!(parts(&stream, 1 << 20)[1..], [(8, 2)]);
    }

    #[test]
    fn what_is_missing_and_what_is_no_stream_is_noticed() {
        let mut stream = Stream::default();
        stream.key(0);
        let looked_at = |bytes: &[u8]| {
            let mut segmenter = Segmenter::default();
            segmenter.room().extend_from_slice(bytes);
            segmenter.part().and_then(|_| segmenter.end(TOLD)).map(|part| part.is_some())
        };
        let whole = stream.bytes();
        assert_eq!(looked_at(&whole), Ok(true));
        assert_eq!(looked_at(&whole[..whole.len() - 100]), Err(Damage::NotPackets));
        assert_eq!(looked_at(&[0; PACKET]), Err(Damage::NotPackets));
        assert_eq!(looked_at(&[&whole[..], &whole].concat()), Err(Damage::Gap));
        // Tables and sound, and no picture.
        let mut silent = Stream::default();
        silent.tables();
        silent.sound(0);
        assert_eq!([looked_at(&silent.bytes()), looked_at(&[])], [Ok(false), Ok(false)]);
    }
}
