//! The packets of a cut segment: is all of it there, and can a player begin with it?
//!
//! ffmpeg 5.1 exits 0, says nothing and lists every segment when writes to the disk failed and room came back meanwhile;
//! what is missing then shows only in the packets. And it cuts at every picture the container calls a key frame: in H.264
//! with open picture groups most of those are not IDR pictures, and a browser that jumps there shows nothing (Chromium).

/// Bytes of a packet (ISO/IEC 13818-1, 2.4.3).
pub const PACKET: usize = 188;
/// Bytes to read at once: whole packets.
pub const CHUNK: usize = PACKET * 1024;
/// The first track, as ffmpeg's muxer numbers them.
pub(super) const FIRST_TRACK: u16 = 0x100;
/// Ticks of a time stamp in a second.
pub(super) const TICKS: f64 = 90_000.0;
/// NAL unit types (H.264, table 7-1): a slice of an ordinary and of an IDR picture.
const SLICE: u8 = 1;
const IDR: u8 = 5;

/// What is wrong with a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    #[error("it is no sequence of whole packets")]
    NotPackets,
    #[error("packets are missing")]
    Gap,
    #[error("it ends too early")]
    Short,
}

/// Continuity counters by packet id, which has 13 bits. They run on from one segment to the next, so that a missing end shows
/// there.
#[derive(Debug, Clone)]
pub struct Continuity(Vec<u8>);

/// No packet of this id was there yet: a counter has four bits.
const NONE_YET: u8 = 0xFF;

impl Default for Continuity {
    fn default() -> Self {
        Self(vec![NONE_YET; 1 << 13])
    }
}

/// When the pictures of a segment are shown, in ticks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shown {
    pub first: u64,
    pub last: u64,
    pub count: u64,
    /// Those of the key frames, as ffmpeg's muxer marks them.
    pub keys: Vec<u64>,
}

impl Shown {
    pub(super) fn take(&mut self, at: u64, key: bool) {
        self.first = if self.count == 0 { at } else { self.first.min(at) };
        self.last = self.last.max(at);
        self.count += 1;
        if key {
            self.keys.push(at);
        }
    }
}

/// One segment being read.
#[derive(Debug)]
pub struct Scan<'a> {
    continuity: &'a mut Continuity,
    first: Option<u64>,
    last: u64,
    shown: Shown,
    /// The first bytes of the first track: parameter sets, captions and the head of the first picture.
    head: Vec<u8>,
}

/// Enough of the first track to find its first picture.
const HEAD: usize = 64 << 10;

impl<'a> Scan<'a> {
    pub fn new(continuity: &'a mut Continuity) -> Self {
        Self { continuity, first: None, last: 0, shown: Shown::default(), head: Vec::new() }
    }

    /// Takes the next [`CHUNK`], or the last bytes of the file.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), Damage> {
        let (packets, rest) = chunk.as_chunks::<PACKET>();
        if !rest.is_empty() {
            return Err(Damage::NotPackets);
        }
        packets.iter().try_for_each(|packet| self.packet(packet))
    }

    fn packet(&mut self, packet: &[u8; PACKET]) -> Result<(), Damage> {
        let Packet { pid, begins, key, payload } = Packet::read(packet)?;
        let Some(payload) = payload else { return Ok(()) };
        let counter = packet[3] & 0x0F;
        let before = std::mem::replace(&mut self.continuity.0[usize::from(pid)], counter);
        if before != NONE_YET && (before + 1) & 0x0F != counter {
            return Err(Damage::Gap);
        }
        if let Some(time) = begins.then(|| time_stamp(payload)).flatten() {
            self.first = Some(self.first.map_or(time, |first| first.min(time)));
            self.last = self.last.max(time);
            if pid == FIRST_TRACK && is_picture(payload) {
                self.shown.take(time, key);
            }
        }
        if pid == FIRST_TRACK && self.head.len() < HEAD {
            self.head.extend_from_slice(payload);
        }
        Ok(())
    }

    /// When anything of it begins, and how many seconds its times reach from there: a segment's missing end shows there, or in the
    /// counters of the next. None when nothing tells its time.
    pub fn reach(&self) -> Option<(u64, f64)> {
        self.first.map(|first| (first, (self.last - first) as f64 / TICKS))
    }

    /// None of sound alone.
    pub fn shown(&self) -> Option<Shown> {
        (self.shown.count > 0).then(|| self.shown.clone())
    }

    /// Whether its first picture is an IDR picture.
    pub fn starts_with_idr(&self) -> bool {
        units(&self.head).find(|kind| matches!(*kind, SLICE | IDR)) == Some(IDR)
    }
}

/// What a packet's first bytes say.
pub(super) struct Packet<'a> {
    pub pid: u16,
    /// Something begins in it: a table, or a picture.
    pub begins: bool,
    /// A decoder can begin with it, says the muxer (`random_access_indicator`).
    pub key: bool,
    /// Behind the adaptation field, which tells its own length; none where there is only that.
    pub payload: Option<&'a [u8]>,
}

impl<'a> Packet<'a> {
    pub fn read(packet: &'a [u8; PACKET]) -> Result<Self, Damage> {
        let [0x47, high, low, flags, ..] = *packet else { return Err(Damage::NotPackets) };
        let start = if flags & 0x20 == 0 { 4 } else { 5 + usize::from(packet[4]) };
        let payload = if flags & 0x10 == 0 { None } else { Some(packet.get(start..).ok_or(Damage::NotPackets)?) };
        let key = start > 5 && packet[5] & 0x40 != 0;
        Ok(Self { pid: u16::from(high & 0x1F) << 8 | u16::from(low), begins: high & 0x40 != 0, key, payload })
    }
}

/// The kinds of the NAL units in H.264 as a transport stream carries it (Annex B), in order.
fn units(bytes: &[u8]) -> impl Iterator<Item = u8> {
    bytes.windows(4).filter(|w| w[..3] == [0, 0, 1]).map(|w| w[3] & 0x1F)
}

/// Whether a decoder that knows nothing yet can begin here: both sets of parameters, then an IDR picture (kinds 7, 8, 5).
pub(super) fn is_beginning(bytes: &[u8]) -> bool {
    let before: Vec<u8> = units(bytes).take_while(|kind| *kind != SLICE && *kind != IDR).collect();
    before.contains(&7) && before.contains(&8) && units(bytes).find(|kind| matches!(*kind, SLICE | IDR)) == Some(IDR)
}

/// Whether this begins a PES packet of a picture (ISO/IEC 13818-1, table 2-22). Sound that is alone is the first track too.
pub(super) fn is_picture(payload: &[u8]) -> bool {
    payload.get(3).is_some_and(|id| id & 0xF0 == 0xE0)
}

/// The presentation time of a PES packet that begins here.
pub(super) fn time_stamp(payload: &[u8]) -> Option<u64> {
    let [0, 0, 1, _, _, _, _, flags, _, a, b, c, d, e, ..] = *payload else { return None };
    let part = |byte: u8, shift: u32| u64::from(byte) << shift;
    (flags & 0x80 != 0).then(|| part(a & 0x0E, 29) | part(b, 22) | part(c & 0xFE, 14) | part(d, 7) | part(e >> 1, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(pid: u16, counter: u8, payload: &[u8]) -> Vec<u8> {
        let stuffing = PACKET - 5 - payload.len();
        let mut packet = vec![0x47, (pid >> 8) as u8 | 0x40, pid as u8, 0x30 | counter, stuffing as u8];
        packet.resize(5 + stuffing, 0xFF);
        packet.extend_from_slice(payload);
        packet
    }

    fn pes(seconds: u64) -> Vec<u8> {
        let t = seconds * 90_000;
        let byte = |shift: u32| (t >> shift) as u8;
        vec![0, 0, 1, 0xE0, 0, 0, 0x80, 0x80, 5, byte(29) & 0x0E | 0x21, byte(22), byte(14) | 1, byte(7), byte(0) << 1 | 1]
    }

    fn scanned<T>(packets: &[Vec<u8>], told: impl FnOnce(&Scan<'_>) -> T) -> T {
        let mut continuity = Continuity::default();
        let mut scan = Scan::new(&mut continuity);
        scan.push(&packets.concat()).unwrap();
        told(&scan)
    }

    #[test]
    fn a_missing_packet_is_noticed_even_between_two_segments() {
        let mut continuity = Continuity::default();
        assert_eq!(
            Scan::new(&mut continuity).push(&[packet(0x100, 14, &[]), packet(0x101, 3, &[]), packet(0x100, 15, &[])].concat()),
            Ok(())
        );
        assert_eq!(Scan::new(&mut continuity.clone()).push(&packet(0x100, 0, &[])), Ok(()));
        assert_eq!(Scan::new(&mut continuity).push(&packet(0x100, 1, &[])), Err(Damage::Gap));
    }

    #[test]
    fn half_a_packet_and_what_is_no_packet_are_noticed() {
        let whole = packet(0x100, 0, &[]);
        let pushed = |bytes: &[u8]| Scan::new(&mut Continuity::default()).push(bytes);
        assert_eq!(pushed(&whole[..100]), Err(Damage::NotPackets));
        assert_eq!(pushed(&[0; PACKET]), Err(Damage::NotPackets));
    }

    #[test]
    fn how_far_a_segment_reaches_is_told_by_whatever_comes_last_in_it() {
        let reach = |packets: &[Vec<u8>]| scanned(packets, |scan| scan.reach());
        assert_eq!(reach(&[packet(0x100, 0, &pes(10)), packet(0x101, 1, &pes(15))]), Some((900_000, 5.0)));
        assert_eq!(reach(&[packet(0x100, 0, &[])]), None);
        // The largest time stamp that fits, 26.5 hours.
        assert_eq!(time_stamp(&pes(95_443)), Some(95_443 * 90_000));
    }

    #[test]
    fn pictures_and_their_key_frames_are_told_and_no_sound() {
        let marked = |mut packet: Vec<u8>, flags: u8| {
            packet[5] = flags;
            packet
        };
        let (key, other) = (|packet| marked(packet, 0x40), |packet| marked(packet, 0));
        let sound = |mut pes: Vec<u8>| {
            pes[3] = 0xC0;
            pes
        };
        let pictures = [key(packet(0x100, 0, &pes(10))), other(packet(0x100, 1, &pes(14))), other(packet(0x100, 2, &pes(12)))];
        let packets = [&pictures[..], &[key(packet(0x101, 0, &pes(20)))]].concat();
        let told = |packets: &[Vec<u8>]| scanned(packets, |scan| scan.shown());
        assert_eq!(told(&packets), Some(Shown { first: 900_000, last: 1_260_000, count: 3, keys: vec![900_000] }));
        assert_eq!(told(&[packet(0x100, 0, &sound(pes(10)))]), None);
    }

    #[test]
    fn the_first_picture_tells_whether_a_player_can_begin() {
        let (sps, idr, slice): (&[u8], &[u8], &[u8]) = (&[0, 0, 1, 0x67, 1], &[0, 0, 1, 0x65, 1], &[0, 0, 1, 0x41, 1]);
        let begins = |units: &[&[u8]]| {
            let packets: Vec<_> = units.iter().enumerate().map(|(n, unit)| packet(0x100, n as u8, unit)).collect();
            scanned(&packets, |scan| scan.starts_with_idr())
        };
        assert!(begins(&[sps, idr, slice]));
        assert!(!begins(&[sps, slice, idr]));
        assert!(!begins(&[sps]));
        // A unit may lie across two packets.
        assert!(begins(&[&[9, 0, 0], &[1, 0x65]]));
    }
}
