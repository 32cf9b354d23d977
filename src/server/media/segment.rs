//! What a cut segment begins with.
//!
//! ffmpeg cuts at every picture the container calls a key frame. In H.264 with open picture groups most of those are not
//! IDR pictures: a browser that jumps there shows nothing (Chromium) or grey.

/// Bytes of a segment that [`starts_with_idr`] wants: parameter sets, captions and the head of the first picture.
pub const HEAD: usize = 64 << 10;

const PACKET: usize = 188;
/// NAL unit types (H.264, table 7-1): a slice of an ordinary and of an IDR picture.
const SLICE: u8 = 1;
const IDR: u8 = 5;

/// Whether the first picture of an MPEG-TS segment is an IDR picture. `head` is its first [`HEAD`] bytes, or all of it.
pub fn starts_with_idr(head: &[u8]) -> bool {
    let payload: Vec<u8> = head.chunks_exact(PACKET).filter_map(picture_payload).flatten().copied().collect();
    let mut at = payload.windows(4).filter(|w| w[..3] == [0, 0, 1]).map(|w| w[3] & 0x1F);
    at.find(|kind| matches!(*kind, SLICE | IDR)) == Some(IDR)
}

/// What a packet carries, if it is of the first picture track as ffmpeg's muxer numbers them: 0x100.
fn picture_payload(packet: &[u8]) -> Option<&[u8]> {
    const PID: u16 = 0x100;
    let pid = u16::from(packet[1] & 0x1F) << 8 | u16::from(packet[2]);
    if packet[0] != 0x47 || pid != PID || packet[3] & 0x10 == 0 {
        return None;
    }
    // The adaptation field, when there is one, tells its own length.
    let start = if packet[3] & 0x20 == 0 { 4 } else { 5 + usize::from(packet[4]) };
    packet.get(start..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(pid: u16, payload: &[u8]) -> Vec<u8> {
        let stuffing = PACKET - 5 - payload.len();
        let mut packet = vec![0x47, (pid >> 8) as u8, pid as u8, 0x30, stuffing as u8];
        packet.resize(5 + stuffing, 0xFF);
        packet.extend_from_slice(payload);
        packet
    }

    #[test]
    fn the_first_picture_tells() {
        let (sps, idr, slice): (&[u8], &[u8], &[u8]) = (&[0, 0, 1, 0x67, 1], &[0, 0, 1, 0x65, 1], &[0, 0, 1, 0x41, 1]);
        let begins = |units: &[&[u8]]| starts_with_idr(&units.iter().flat_map(|unit| packet(0x100, unit)).collect::<Vec<_>>());
        assert!(begins(&[sps, idr, slice]));
        assert!(!begins(&[sps, slice, idr]));
        assert!(!begins(&[sps]));
        assert!(!begins(&[]));
    }

    #[test]
    fn sound_is_passed_over_and_a_unit_may_lie_across_two_packets() {
        let bytes = [packet(0x101, &[0, 0, 1, 0x41]), packet(0x100, &[9, 0, 0]), packet(0x100, &[1, 0x65])].concat();
        assert!(starts_with_idr(&bytes));
    }
}
