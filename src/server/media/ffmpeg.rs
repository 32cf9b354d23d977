//! The arguments given to ffmpeg and ffprobe, as functions of values. What each guarding flag stops, and what happens without
//! it, is measured on hostile files (docs/hostile-files.md, "What stops what").
//!
//! Names of output files are relative: the process runs inside its output folder ([`super::sandbox`]), so they are the same with
//! and without a sandbox. A stream goes to stdout.

mod pictures;

pub use pictures::{POSTER, PosterAt, candidate, candidates, poster, poster_at, sheet, storyboard};

use std::ffi::OsString;
use std::path::Path;

use super::plan::{Plan, Track};
use super::probe::{Probe, VideoTrack};
use super::sandbox::{NOWHERE, STDOUT};
use super::tools::Abilities;

/// Bytes of sound that are packed together. A player that reads a segment while it comes shows nothing before it has sound, too:
/// with ffmpeg's own 2,930 that is 0.7 s into the recording, with this 0.2 s, and segments grow by 0.1 % (64 kb/s beside 180
/// of picture; 700 bytes cost 1.5 %).
const SOUND_BYTES: u32 = 1000;
/// Tables come at every cut and key frame, and need not come in between; the table of services ([`super::packets::SERVICES`]) comes at
/// cuts alone, and so tells them.
const TABLES: &str = "pat_period=86400:sdt_period=86400";

/// `ffprobe` on `input`, answering in JSON on stdout.
pub fn probe(input: &Path, demuxer: &str) -> Vec<OsString> {
    let mut args = list(&["-hide_banner", "-v", "error"]);
    args.extend(guarded(input, demuxer));
    args.extend(list(&["-err_detect", "explode", "-print_format", "json", "-show_format", "-show_streams"]));
    // A few packets, to see whether the picture begins with a key frame.
    args.extend(list(&["-show_packets", "-read_intervals", "%+#20", "-i"]));
    args.push(input.into());
    args
}

/// `ffmpeg` turning `input` into one transport stream on stdout, tracks copied or converted as `plan` says, for
/// [`super::segmenter`] to part.
///
/// `max_secs` bounds the output of a file whose timestamps run away. `V` (not `v`) passes over cover art.
pub fn stream(input: &Path, demuxer: &str, plan: &Plan, probe: &Probe, max_secs: u64, able: Abilities) -> Vec<OsString> {
    let mut args = opening(input, demuxer);
    if !plan.converts() {
        // Of 160 files with a few damaged bytes these refused none that went through without; a conversion gets past a
        // damaged picture, as players do, and is measured afterwards.
        args.extend(list(&["-xerror", "-err_detect", "explode"]));
    }
    args.push("-i".into());
    args.push(input.into());
    args.extend(picture(plan, probe.video.as_ref(), able));
    args.extend(sound(plan.sound, demuxer));
    args.extend(only_media());
    args.extend(list(&["-t", &max_secs.to_string(), "-nostats"]));
    // The muxer of transport streams keeps sound back until more of it comes, for as long as a pause lasts. That of HLS has it written at
    // every cut, which is the first key frame of each second here: where segments end is decided by us, and its list is of no use.
    // (`-f segment` does the same, and takes twice the CPU: it prints the times of each packet and throws the text away.)
    args.extend(list(&["-f", "hls", "-hls_time", "1", "-hls_list_size", "1"]));
    args.extend(list(&[able.segment_options, &format!("pes_payload_size={SOUND_BYTES}:{TABLES}")]));
    args.extend(list(&["-protocol_whitelist", "pipe", "-hls_segment_filename", STDOUT, NOWHERE]));
    args
}

fn picture(plan: &Plan, video: Option<&VideoTrack>, able: Abilities) -> Vec<OsString> {
    match (plan.picture, video) {
        (Track::Copy, _) => list(&["-map", "0:V:0", "-c:v", "copy"]),
        (Track::Convert, Some(video)) => {
            let filters = super::encode::filters(video, able.tone(video), plan.even);
            let mut args = list(&["-map", "0:V:0", "-vf", &filters, "-vsync", "vfr"]);
            args.extend(list(&super::encode::X264));
            args
        }
        _ => list(&["-vn"]),
    }
}

/// Packets of sound may come some milliseconds before the one in front of them is over: where recordings were joined, in Matroska whose times
/// are whole milliseconds. ffmpeg gives up a copy for that; each is moved behind the other. The index of an MP4 has no such thing.
const IN_ORDER: &str = "setts=pts=if(N\\,max(PTS\\,PREV_OUTPTS+1)\\,PTS):dts=if(N\\,max(DTS\\,PREV_OUTDTS+1)\\,DTS)";

fn sound(track: Track, demuxer: &str) -> Vec<OsString> {
    match track {
        Track::Copy if demuxer == "mov" => list(&["-map", "0:a:0", "-c:a", "copy"]),
        Track::Copy => list(&["-map", "0:a:0", "-c:a", "copy", "-bsf:a", IN_ORDER]),
        Track::Convert => {
            let mut args = list(&["-map", "0:a:0"]);
            args.extend(list(&super::encode::AAC));
            args
        }
        Track::None => list(&["-an"]),
    }
}

/// `ffmpeg` telling on stdout how much each key frame of `input` differs from the one before ([`super::scenes`]). Frames are
/// made small first, which also takes the noise out of them.
pub fn scenes(input: &Path, demuxer: &str) -> Vec<OsString> {
    let mut args = opening(input, demuxer);
    args.extend(list(&["-skip_frame", "nokey", "-i"]));
    args.push(input.into());
    args.extend(list(&["-map", "0:V:0", "-an"]));
    args.extend(only_media());
    let filter = "scale=320:-2:flags=fast_bilinear,select='gte(scene,0)',metadata=print:key=lavfi.scene_score:file=pipe\\\\:1";
    args.extend(list(&["-vf", filter, "-vsync", "passthrough", "-f", "null", "-"]));
    args
}

/// `ffmpeg` writing the sound of `input` as transcribers take it: one channel, 16 kHz, 16 bits, nothing else. As in a
/// conversion ([`super::encode::AAC`]), gaps and a late beginning are filled with silence, so that times stay true.
pub fn samples(input: &Path, demuxer: &str, max_secs: u64) -> Vec<OsString> {
    let mut args = opening(input, demuxer);
    args.push("-i".into());
    args.push(input.into());
    args.extend(list(&["-map", "0:a:0", "-vn"]));
    args.extend(only_media());
    let filter = format!("aresample={}:async=1:min_hard_comp=0.03:first_pts=0", super::sound::RATE);
    args.extend(list(&["-af", &filter, "-ac", "1", "-c:a", "pcm_s16le", "-t", &max_secs.to_string()]));
    args.extend(list(&["-f", "s16le", "-protocol_whitelist", "file", super::sound::FILE]));
    args
}

/// What every ffmpeg run begins with.
///
/// In a transport stream, ffmpeg takes ten seconds without a packet for a clock that jumped, and moves whatever follows: where a camera was
/// off for twenty seconds the picture came twenty seconds early from then on. A clock that jumps back is set right all the same.
fn opening(input: &Path, demuxer: &str) -> Vec<OsString> {
    let mut args = list(&["-nostdin", "-hide_banner", "-v", "error", "-y", "-dts_delta_threshold", "86400"]);
    args.extend(guarded(input, demuxer));
    args
}

/// Limits and the one allowed demuxer; they stand before `-i` and hold for it. Naming the demuxer is what stops a
/// playlist dressed as an MP4, the whitelist what stops one nested inside.
fn guarded(input: &Path, demuxer: &str) -> Vec<OsString> {
    let protocol = if input == Path::new(super::sandbox::STDIN) { "pipe" } else { "file" };
    list(&[
        "-max_alloc",
        "268435456",
        "-threads",
        "2",
        "-protocol_whitelist",
        protocol,
        "-format_whitelist",
        demuxer,
        "-f",
        demuxer,
        "-max_streams",
        "16",
        "-probesize",
        "10M",
        "-analyzeduration",
        "10M",
        "-max_pixels",
        "40000000",
    ])
}

/// No subtitles, no data tracks, and nothing of the recorder's metadata (places, names) in what is served.
fn only_media() -> Vec<OsString> {
    list(&["-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"])
}

fn list(args: &[&str]) -> Vec<OsString> {
    args.iter().map(OsString::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABLE: Abilities = Abilities { segment_options: "-hls_segment_options", tone_maps: true };

    pub(super) fn joined(args: &[OsString]) -> String {
        args.iter().map(|a| a.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    fn probe_with(video: Option<VideoTrack>) -> Probe {
        Probe { container: "MP4".into(), duration_ms: 9000, duration_guessed: false, size_bytes: 1, video, audio: None }
    }

    fn cut(picture: Track, sound: Track) -> String {
        let plan = Plan { picture, sound, reason: None, even: false };
        joined(&stream(Path::new("/in"), "mov", &plan, &probe_with(Some(VideoTrack::default())), 900, ABLE))
    }

    #[test]
    fn the_copy_is_the_invocation_that_held() {
        assert_eq!(
            cut(Track::Copy, Track::Copy),
            "-nostdin -hide_banner -v error -y -dts_delta_threshold 86400 -max_alloc 268435456 -threads 2 -protocol_whitelist file -format_whitelist mov -f mov \
             -max_streams 16 -probesize 10M -analyzeduration 10M -max_pixels 40000000 -xerror -err_detect explode -i /in \
             -map 0:V:0 -c:v copy -map 0:a:0 -c:a copy -sn -dn -map_metadata -1 -map_chapters -1 -t 900 -nostats \
             -f hls -hls_time 1 -hls_list_size 1 \
             -hls_segment_options pes_payload_size=1000:pat_period=86400:sdt_period=86400 \
             -protocol_whitelist pipe -hls_segment_filename pipe:stream%d pipe:3"
        );
    }

    #[test]
    fn what_comes_through_a_pipe_can_name_no_file() {
        let plan = Plan { picture: Track::Copy, sound: Track::None, reason: None, even: false };
        let line = joined(&stream(Path::new("pipe:0"), "mov", &plan, &probe_with(None), 9, ABLE));
        assert!(line.contains("-protocol_whitelist pipe -format_whitelist mov -f mov") && line.contains("-i pipe:0"), "{line}");
    }

    #[test]
    fn a_track_that_is_not_there_is_not_asked_for() {
        assert!(cut(Track::None, Track::Copy).contains("-vn -map 0:a:0 -c:a copy"));
        assert!(cut(Track::Copy, Track::None).contains("-map 0:V:0 -c:v copy -an"));
    }

    #[test]
    fn a_conversion_puts_a_key_frame_every_two_seconds_and_keeps_the_sound_in_time() {
        let line = cut(Track::Convert, Track::Convert);
        assert!(line.contains("-force_key_frames expr:") && line.contains("async=1"), "{line}");
        assert!(!line.contains("-xerror"));
    }

    #[test]
    fn every_invocation_names_its_demuxer_before_its_input() {
        let (input, plan) = (Path::new("/in"), Plan { picture: Track::Copy, sound: Track::None, reason: None, even: false });
        let posters = [poster(input, "matroska", PosterAt::FirstFrame, None), candidates(input, "matroska", None)];
        for args in [probe(input, "matroska"), stream(input, "matroska", &plan, &probe_with(None), 9, ABLE)].into_iter().chain(posters) {
            let line = joined(&args);
            let guard = line.find("-protocol_whitelist file -format_whitelist matroska -f matroska").unwrap();
            assert!(guard < line.find("-i /in").unwrap());
        }
    }
}
