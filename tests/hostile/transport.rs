//! MPEG-TS with too many tracks, jumping clocks and packets that are none.

use super::{
    bytes::{be16, cat},
    corpus::{Hostile, bounded, never},
    h264::{self, SMALL},
    ts::{self, H264, PACKET},
};

const SECOND: u64 = 90_000;

pub fn all() -> Vec<Hostile> {
    let grey = |times: &[u64]| ts::counted(cat!(ts::lists(), times.iter().flat_map(|&time| ts::grey(time, &[])).collect::<Vec<_>>()));
    let steady: Vec<u64> = (0..40).map(|n| SECOND * (1 + n)).collect();
    let jumping: Vec<u64> = (0..400).map(|n| if n % 2 == 0 { SECOND * n } else { (1 << 33) - SECOND * n }).collect();
    let backwards: Vec<u64> = steady.iter().rev().copied().collect();
    let far: Vec<u64> = (0..5).map(|n| SECOND * 300 * n).collect();
    let mut adapted = grey(&steady);
    adapted.chunks_exact_mut(PACKET).skip(2).for_each(|packet| (packet[3], packet[4]) = (packet[3] | 0x30, 0xFF));
    let mut noise: Vec<u8> = (0..4000 * PACKET as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    noise.chunks_exact_mut(PACKET).for_each(|packet| packet[0] = 0x47);
    let endless = ts::picture(0x100, SECOND, &[0; 1_000_000]);
    // A table that is longer than a table may be, and one that says so of itself.
    let section = ts::packet(0x1000, true, 0, &cat!([0, 2], be16(0xBFFF), [0, 1, 0xC1, 0, 0, 0xE1, 0, 0xFF, 0xFF], [0xFF; 100]));
    vec![
        bounded("tracks-8000.ts", crowd(8000)).quick(),
        bounded("tracks-17.ts", crowd(17)),
        bounded("clock-jumps-by-a-day.ts", grey(&jumping)).quick(),
        bounded("clock-runs-back.ts", grey(&backwards)),
        bounded("clock-runs-in-leaps.ts", grey(&far)),
        never("stuffed-beyond-the-packet.ts", adapted),
        never("noise.ts", noise),
        never("one-picture-of-a-megabyte.ts", ts::counted(cat!(ts::lists(), endless))),
        never("table-beyond-its-packet.ts", cat!(ts::programs(&[(1, 0x1000)]), section.repeat(500))),
        never("nothing-but-sync.ts", cat!([0x47], [0xFF; PACKET - 1]).repeat(1000)),
        never("lists-of-lists.ts", ts::counted(cat!(ts::programs(&[(1, 0), (2, 0), (3, 0)]), ts::tracks(0, 1, &[(H264, 0)]).repeat(300)))),
    ]
}

/// `count` tracks, 200 to a program, and two pictures of each.
fn crowd(count: u16) -> Vec<u8> {
    const FIRST: u16 = 0x60;
    let pids: Vec<(u8, u16)> = (0..count).map(|n| (H264, FIRST + n)).collect();
    let programs: Vec<(u16, u16)> = (1..).map(|n| (n, 0x1F + n)).take(pids.len().div_ceil(200)).collect();
    let lists: Vec<u8> =
        programs.iter().zip(pids.chunks(200)).flat_map(|(&(number, pid), tracks)| ts::tracks(pid, number, tracks)).collect();
    let grey = h264::started(&[vec![9, 0xF0], h264::sps(SMALL), h264::pps(), h264::key_picture(SMALL)]);
    let round = |time: u64| pids.iter().flat_map(|&(_, pid)| ts::picture(pid, time, &grey)).collect::<Vec<_>>();
    ts::counted(cat!(ts::programs(&programs), lists, ts::programs(&programs), lists, round(SECOND), round(3 * SECOND)))
}
