//! The packets of a stream as ffmpeg's muxer writes it: is all of it there, and can a player begin with it?
//!
//! The container calls pictures key frames that are none to a player: in H.264 with open picture groups most of those are not IDR
//! pictures, and a browser that jumps there shows nothing (Chromium).

/// Bytes of a packet (ISO/IEC 13818-1, 2.4.3).
pub const PACKET: usize = 188;
/// Of the table of services. ffmpeg's muxer writes those of programs and tracks right behind it.
pub const SERVICES: u16 = 0x11;
/// The first track, as ffmpeg's muxer numbers them.
pub const FIRST_TRACK: u16 = 0x100;
/// Ticks of a time stamp in a second.
pub const TICKS: f64 = 90_000.0;
/// Bytes in which a beginning shows: parameter sets, captions and the head of a picture.
const HEAD: usize = 64 << 10;
/// NAL unit types (H.264, table 7-1): a slice of an ordinary and of an IDR picture, both sets of parameters.
const SLICE: u8 = 1;
const IDR: u8 = 5;
const PARAMETERS: [u8; 2] = [7, 8];

/// What is wrong with a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    #[error("it is no sequence of whole packets")]
    NotPackets,
    #[error("packets are missing")]
    Gap,
}

/// Continuity counters by packet id, which has 13 bits.
#[derive(Debug, Clone)]
pub struct Continuity(Vec<u8>);

/// No packet of this id was there yet: a counter has four bits.
const NONE_YET: u8 = 0xFF;

impl Default for Continuity {
    fn default() -> Self {
        Self(vec![NONE_YET; 1 << 13])
    }
}

impl Continuity {
    /// Whether this is the packet that has to follow. One without a payload counts for nothing.
    pub fn follow(&mut self, packet: &Packet<'_>) -> Result<(), Damage> {
        if packet.payload.is_none() {
            return Ok(());
        }
        let before = std::mem::replace(&mut self.0[usize::from(packet.pid)], packet.counter);
        if before == NONE_YET || (before + 1) & 0x0F == packet.counter { Ok(()) } else { Err(Damage::Gap) }
    }
}

/// What a packet's first bytes say.
pub struct Packet<'a> {
    pub pid: u16,
    counter: u8,
    /// Something begins in it: a table, or a picture.
    pub begins: bool,
    /// A decoder can begin with it, says the muxer (`random_access_indicator`).
    pub key: bool,
    /// Behind the adaptation field, which tells its own length; none where there is only that.
    payload: Option<&'a [u8]>,
}

impl<'a> Packet<'a> {
    pub fn read(packet: &'a [u8; PACKET]) -> Result<Self, Damage> {
        let [0x47, high, low, flags, ..] = *packet else { return Err(Damage::NotPackets) };
        let start = if flags & 0x20 == 0 { 4 } else { 5 + usize::from(packet[4]) };
        let payload = if flags & 0x10 == 0 { None } else { Some(packet.get(start..).ok_or(Damage::NotPackets)?) };
        let (pid, key) = (u16::from(high & 0x1F) << 8 | u16::from(low), start > 5 && packet[5] & 0x40 != 0);
        Ok(Self { pid, counter: flags & 0x0F, begins: high & 0x40 != 0, key, payload })
    }

    /// When what begins here is shown or heard, in ticks.
    pub fn time(&self) -> Option<u64> {
        self.payload.filter(|_| self.begins).and_then(time_stamp)
    }
}

/// The presentation time of a PES packet that begins here.
fn time_stamp(payload: &[u8]) -> Option<u64> {
    let [0, 0, 1, _, _, _, _, flags, _, a, b, c, d, e, ..] = *payload else { return None };
    let part = |byte: u8, shift: u32| u64::from(byte) << shift;
    (flags & 0x80 != 0).then(|| part(a & 0x0E, 29) | part(b, 22) | part(c & 0xFE, 14) | part(d, 7) | part(e >> 1, 0))
}

/// Whether a decoder that knows nothing yet can begin with this segment: both sets of parameters, then an IDR picture.
pub fn is_beginning(segment: &[u8]) -> bool {
    let head = head_of(segment);
    let before: Vec<u8> = units(&head).take_while(|kind| !matches!(*kind, SLICE | IDR)).collect();
    PARAMETERS.iter().all(|kind| before.contains(kind)) && units(&head).find(|kind| matches!(*kind, SLICE | IDR)) == Some(IDR)
}

/// The first bytes of the first track.
fn head_of(segment: &[u8]) -> Vec<u8> {
    let mut head = Vec::new();
    for packet in segment.as_chunks::<PACKET>().0.iter().filter_map(|packet| Packet::read(packet).ok()) {
        if packet.pid == FIRST_TRACK {
            head.extend_from_slice(packet.payload.unwrap_or_default());
        }
        if head.len() >= HEAD {
            break;
        }
    }
    head
}

/// The kinds of the NAL units in H.264 as a transport stream carries it (Annex B), in order.
fn units(bytes: &[u8]) -> impl Iterator<Item = u8> {
    bytes.windows(4).filter(|w| w[..3] == [0, 0, 1]).map(|w| w[3] & 0x1F)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A packet with a payload that ends with it. `flags` are those of its adaptation field.
    pub fn packet(pid: u16, counter: u8, begins: bool, flags: u8, payload: &[u8]) -> [u8; PACKET] {
        let mut packet = [0xFF; PACKET];
        let stuffing = PACKET - 5 - payload.len();
        let start = if begins { 0x40 } else { 0 };
        packet[..6].copy_from_slice(&[0x47, (pid >> 8) as u8 | start, pid as u8, 0x30 | counter & 0x0F, stuffing as u8, flags]);
        packet[PACKET - payload.len()..].copy_from_slice(payload);
        packet
    }

    pub fn pes(id: u8, ms: u64, content: &[u8]) -> Vec<u8> {
        let t = ms * 90;
        let byte = |shift: u32| (t >> shift) as u8;
        let head = [0, 0, 1, id, 0, 0, 0x80, 0x80, 5, byte(29) & 0x0E | 0x21, byte(22), byte(14) | 1, byte(7), byte(0) << 1 | 1];
        [&head[..], content].concat()
    }

    fn follows(packets: &[[u8; PACKET]]) -> Result<(), Damage> {
        let mut continuity = Continuity::default();
        packets.iter().try_for_each(|packet| continuity.follow(&Packet::read(packet)?))
    }

    #[test]
    fn a_missing_packet_is_noticed() {
        let counted = |pid, counter| packet(pid, counter, false, 0, &[]);
        assert_eq!(follows(&[counted(0x100, 14), counted(0x101, 3), counted(0x100, 15), counted(0x100, 0)]), Ok(()));
        assert_eq!(follows(&[counted(0x100, 14), counted(0x101, 15), counted(0x100, 0)]), Err(Damage::Gap));
        assert_eq!(follows(&[[0; PACKET]]), Err(Damage::NotPackets));
    }

    #[test]
    fn a_packet_tells_what_it_is_and_when() {
        let told = |bytes: &[u8; PACKET]| Packet::read(bytes).map(|packet| (packet.pid, packet.begins, packet.key, packet.time())).unwrap();
        // The largest time stamp that fits, 26.5 hours.
        let key = packet(0x100, 0, true, 0x40, &pes(0xE0, 95_443_000, &[]));
        assert_eq!(told(&key), (0x100, true, true, Some(95_443 * 90_000)));
        assert_eq!(told(&packet(0x1FFF, 0, false, 0, &[1])), (0x1FFF, false, false, None));
    }

    #[test]
    fn a_decoder_must_be_able_to_begin() {
        let (sps, pps, idr, slice): (&[u8], &[u8], &[u8], &[u8]) =
            (&[0, 0, 1, 0x67, 1], &[0, 0, 1, 0x68, 1], &[0, 0, 1, 0x65, 1], &[0, 0, 1, 0x41, 1]);
        let begins = |parts: &[&[u8]]| {
            // Spread over packets, with sound between them.
            let sound = packet(FIRST_TRACK + 1, 0, true, 0, &pes(0xC0, 0, idr));
            let packets = parts.iter().flat_map(|part| [packet(FIRST_TRACK, 0, false, 0, part), sound]);
            is_beginning(&packets.collect::<Vec<_>>().concat())
        };
        assert!(begins(&[sps, pps, idr, slice]));
        // An ordinary picture that the container calls a key frame; parameters missing.
        assert!(!begins(&[sps, pps, slice, idr]));
        assert!(!begins(&[sps, idr]) && !begins(&[sps, pps]) && !begins(&[]));
        // A unit may lie across two packets.
        assert!(begins(&[sps, pps, &[9, 0, 0], &[1, 0x65]]));
    }
}
