//! A short first segment: what ffmpeg cut first is parted once more, at a key frame inside it.
//!
//! A player that loads segments whole shows nothing before all of the first has come, and six seconds of a meeting are most of a
//! second on an ordinary line. ffmpeg cannot make only the first one shorter (`-hls_init_time` is ignored where the list keeps everything: its
//! hlsenc.c goes back to `hls_time` once entries were dropped), and short ones everywhere would triple the objects. Its muxer
//! does repeat the tables in front of each key frame, and writes every other packet whole before it begins the next, so both
//! parts are segments as they are: no byte changes, and the counters of the packets run on from one to the other. Sound that
//! belongs to the last tenths of a second may come with the second part, as it does in any transport stream.
//!
//! Where the parting would not be clean, the segment stays in one piece.

use super::packets::{FIRST_TRACK, PACKET, Packet, TICKS, is_beginning, is_picture, time_stamp};

/// Seconds that the first part has to last. While it plays, the other, about twice as long where key frames are two seconds
/// apart, has to come: that works on a line twice as fast as the recording. With one second it would have to be five times as fast.
const SHORTEST: f64 = 1.5;
/// What is left must be worth a request of its own, in seconds.
const LEAST_REST: f64 = 1.0;
/// Where a key frame is looked for, in bytes: two seconds at 32 Mb/s. Whole packets.
pub const WINDOW: usize = PACKET * 44_620;
/// Bytes in which a beginning shows: parameter sets, captions and the head of a picture.
const HEAD: usize = 16 << 10;

/// The tables at the front: which programs there are, and where the table of the program lies in ffmpeg's streams.
const PROGRAMS: u16 = 0;
const PROGRAM: u16 = 0x1000;

/// Where the first part ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cut {
    /// Bytes of the first part.
    pub at: u64,
    /// How long it lasts.
    pub secs: f64,
}

/// Looks for the parting in the first [`WINDOW`] bytes of a segment that lasts `duration_s`.
pub fn find(bytes: &[u8], duration_s: f64) -> Option<Cut> {
    let (packets, _) = bytes.as_chunks::<PACKET>();
    let first = packets.iter().find_map(picture)?;
    let places = packets.windows(3).enumerate().filter(|(_, three)| begins(&three[0], PROGRAMS) && begins(&three[1], PROGRAM));
    for (at, three) in places {
        let Some(time) = picture(&three[2]).and_then(|time| time.checked_sub(first)) else { continue };
        let secs = time as f64 / TICKS;
        if secs + LEAST_REST > duration_s {
            return None;
        }
        if secs >= SHORTEST && is_beginning(&track(&packets[at + 2..])) {
            return Some(Cut { at: (at * PACKET) as u64, secs });
        }
    }
    None
}

fn begins(packet: &[u8; PACKET], pid: u16) -> bool {
    Packet::read(packet).is_ok_and(|packet| packet.pid == pid && packet.begins)
}

/// When the picture is shown that begins in this packet, in ticks.
fn picture(packet: &[u8; PACKET]) -> Option<u64> {
    let packet = Packet::read(packet).ok().filter(|packet| packet.pid == FIRST_TRACK && packet.begins)?;
    packet.payload.filter(|payload| is_picture(payload)).and_then(time_stamp)
}

/// The first bytes of the picture's track.
fn track(packets: &[[u8; PACKET]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for packet in packets.iter().filter_map(|packet| Packet::read(packet).ok()).filter(|packet| packet.pid == FIRST_TRACK) {
        bytes.extend_from_slice(packet.payload.unwrap_or_default());
        if bytes.len() >= HEAD {
            break;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMETERS: [u8; 10] = [0, 0, 1, 0x67, 1, 0, 0, 1, 0x68, 1];
    const IDR: [u8; 5] = [0, 0, 1, 0x65, 1];
    const SLICE: [u8; 5] = [0, 0, 1, 0x41, 1];

    fn packet(pid: u16, begins: bool, payload: &[u8]) -> [u8; PACKET] {
        let mut packet = [0xFF; PACKET];
        let stuffing = PACKET - 5 - payload.len();
        let start = if begins { 0x40 } else { 0 };
        packet[..5].copy_from_slice(&[0x47, (pid >> 8) as u8 | start, pid as u8, 0x30, stuffing as u8]);
        packet[PACKET - payload.len()..].copy_from_slice(payload);
        packet
    }

    fn pes(id: u8, ms: u64, content: &[u8]) -> Vec<u8> {
        let t = ms * 90;
        let byte = |shift: u32| (t >> shift) as u8;
        let head = [0, 0, 1, id, 0, 0, 0x80, 0x80, 5, byte(29) & 0x0E | 0x21, byte(22), byte(14) | 1, byte(7), byte(0) << 1 | 1];
        [&head[..], content].concat()
    }

    fn shown(ms: u64, content: &[u8]) -> [u8; PACKET] {
        packet(FIRST_TRACK, true, &pes(0xE0, ms, content))
    }

    /// Tables, then a picture that a decoder can begin with.
    fn key(ms: u64) -> Vec<[u8; PACKET]> {
        vec![packet(PROGRAMS, true, &[]), packet(PROGRAM, true, &[]), shown(ms, &[&PARAMETERS[..], &IDR].concat())]
    }

    fn sound(ms: u64) -> Vec<[u8; PACKET]> {
        vec![packet(FIRST_TRACK + 1, true, &pes(0xC0, ms, &[1])), packet(FIRST_TRACK + 1, false, &[2])]
    }

    fn found(parts: &[Vec<[u8; PACKET]>], duration_s: f64) -> Option<(u64, f64)> {
        find(&parts.concat().concat(), duration_s).map(|cut| (cut.at / PACKET as u64, cut.secs))
    }

    #[test]
    fn it_is_parted_in_front_of_the_tables_of_the_first_key_frame_after_a_second_and_a_half() {
        let segment = [key(1400), sound(1400), vec![shown(2400, &SLICE)], key(2400), sound(2000), key(3400), sound(3300), key(5400)];
        assert_eq!(found(&segment, 6.0), Some((11, 2.0)));
        // Keys each five seconds: half of what it would be.
        assert_eq!(found(&[key(0), sound(0), key(5000)], 10.0), Some((5, 5.0)));
    }

    #[test]
    fn without_a_second_key_frame_or_with_little_behind_it_the_segment_stays_whole() {
        assert_eq!(found(&[key(0), sound(0)], 6.0), None);
        assert_eq!(found(&[key(0), key(1000)], 6.0), None);
        assert_eq!(found(&[key(0), key(2000)], 2.5), None);
        assert_eq!(found(&[], 6.0), None);
    }

    #[test]
    fn a_decoder_must_be_able_to_begin_there() {
        let tables = || vec![packet(PROGRAMS, true, &[]), packet(PROGRAM, true, &[])];
        let after = |content: &[u8]| found(&[key(0), tables(), vec![shown(2000, content)], key(4000)], 6.0);
        // An ordinary picture that the container calls a key frame; parameters missing; tables missing.
        assert_eq!(after(&[&PARAMETERS[..], &SLICE, &IDR].concat()), Some((6, 4.0)));
        assert_eq!(after(&IDR), Some((6, 4.0)));
        assert_eq!(found(&[key(0), vec![shown(2000, &[&PARAMETERS[..], &IDR].concat())], key(4000)], 6.0), Some((4, 4.0)));
        // They may be spread over packets, with sound between them.
        let spread = vec![shown(2000, &PARAMETERS), packet(FIRST_TRACK, false, &IDR)];
        assert_eq!(found(&[key(0), tables(), spread], 6.0), Some((3, 2.0)));
    }

    #[test]
    fn sound_alone_stays_whole() {
        let sound = |ms| vec![packet(PROGRAMS, true, &[]), packet(PROGRAM, true, &[]), packet(FIRST_TRACK, true, &pes(0xC0, ms, &[1]))];
        assert_eq!(found(&[sound(0), sound(2000), sound(4000)], 6.0), None);
    }

    #[test]
    fn what_is_no_stream_and_what_ends_in_the_middle_stay_whole() {
        assert_eq!(find(&[0; 5000], 6.0), None);
        let whole = [key(0), key(2000)].concat().concat();
        assert_eq!(find(&whole[..whole.len() - 10], 6.0), None);
    }
}
