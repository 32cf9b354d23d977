//! MPEG-TS built packet by packet.

use std::collections::HashMap;

use super::{
    bytes::{be16, be32, cat},
    h264::{self, SMALL},
};

pub const PACKET: usize = 188;
/// Type 0x1B of a track: H.264.
pub const H264: u8 = 0x1B;

/// One packet. What does not fill it is stuffed.
pub fn packet(pid: u16, begins: bool, counter: u8, payload: &[u8]) -> Vec<u8> {
    let (begins, room) = (if begins { 0x4000 } else { 0 }, PACKET - 4);
    let head = |control: u8| cat!([0x47], be16(begins | pid & 0x1FFF), [control | counter & 15]);
    match room - payload.len().min(room) {
        0 => cat!(head(0x10), payload[..room]),
        1 => cat!(head(0x30), [0], payload),
        free => cat!(head(0x30), [free as u8 - 1, 0], vec![0xFF; free - 2], payload),
    }
}

/// A table's section in as many packets as it takes.
pub fn section(pid: u16, table: u8, id: u16, body: &[u8]) -> Vec<u8> {
    let length = 0xB000 | (body.len() as u16 + 9);
    let section = cat!([table], be16(length), be16(id), [0xC1, 0, 0], body);
    spread(pid, &cat!([0], section, be32(crc(&section))))
}

/// The list of programs: number and where its list of tracks is.
pub fn programs(list: &[(u16, u16)]) -> Vec<u8> {
    section(0, 0, 1, &list.iter().flat_map(|&(number, pid)| cat!(be16(number), be16(0xE000 | pid))).collect::<Vec<_>>())
}

/// A program's list of tracks: kind and where it is.
pub fn tracks(pid: u16, program: u16, list: &[(u8, u16)]) -> Vec<u8> {
    let listed = list.iter().flat_map(|&(kind, pid)| cat!([kind], be16(0xE000 | pid), be16(0xF000)));
    let clock = list.first().map_or(0x1FFF, |&(_, pid)| pid);
    section(pid, 2, program, &cat!(be16(0xE000 | clock), be16(0xF000), listed.collect::<Vec<_>>()))
}

/// One picture at `time`, in ticks of 1/90,000 s.
pub fn picture(pid: u16, time: u64, payload: &[u8]) -> Vec<u8> {
    let bits = |from: u32| (time >> from & 0x7FFF) as u16;
    let stamp = cat!([0x21 | (time >> 29 & 0x0E) as u8], be16(bits(15) << 1 | 1), be16(bits(0) << 1 | 1));
    // A picture's length may be left open.
    spread(pid, &cat!([0, 0, 1, 0xE0, 0, 0, 0x80, 0x80, 5], stamp, payload))
}

/// The same packets with the counters of each track in order.
pub fn counted(mut packets: Vec<u8>) -> Vec<u8> {
    let mut counters: HashMap<[u8; 2], u8> = HashMap::new();
    for packet in packets.chunks_exact_mut(PACKET) {
        let counter = counters.entry([packet[1] & 0x1F, packet[2]]).or_default();
        packet[3] = packet[3] & 0xF0 | *counter & 15;
        *counter = counter.wrapping_add(1);
    }
    packets
}

/// What the packets carry, without their heads: what lies across two is whole again.
pub fn payloads(packets: &[u8]) -> Vec<u8> {
    let start = |packet: &[u8]| if packet[3] & 0x20 == 0 { 4 } else { 5 + usize::from(packet[4]) };
    packets.chunks_exact(PACKET).flat_map(|packet| packet.get(start(packet)..).unwrap_or_default().to_vec()).collect()
}

/// `payload` in packets of one track, counted from zero.
fn spread(pid: u16, payload: &[u8]) -> Vec<u8> {
    payload.chunks(PACKET - 4).enumerate().flat_map(|(n, piece)| packet(pid, n == 0, n as u8, piece)).collect()
}

/// The lists of an ordinary file: one program with one H.264 track at 0x100.
pub fn lists() -> Vec<u8> {
    cat!(programs(&[(1, 0x1000)]), tracks(0x1000, 1, &[(H264, 0x100)]))
}

/// A grey key picture with `before` it: a note, or nothing.
pub fn grey(time: u64, before: &[Vec<u8>]) -> Vec<u8> {
    let mut units = vec![vec![9, 0xF0], h264::sps(SMALL), h264::pps()];
    units.extend_from_slice(before);
    units.push(h264::key_picture(SMALL));
    picture(0x100, time, &h264::started(&units))
}

/// CRC-32 as MPEG has it: not reflected, not inverted.
fn crc(bytes: &[u8]) -> u32 {
    bytes.iter().fold(u32::MAX, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte) << 24, |sum, _| if sum >> 31 == 1 { sum << 1 ^ 0x04C1_1DB7 } else { sum << 1 })
    })
}
