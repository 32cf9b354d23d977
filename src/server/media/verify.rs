//! Is the output complete? ffmpeg exits 0 on a full disk and leaves an ENDLIST when it is terminated half-way, so only this
//! check makes a result.

use std::collections::BTreeMap;

use m3u8_rs::{MediaPlaylist, MediaSegment};

use super::error::MediaError;
use super::ffmpeg::PLAYLIST;
use super::packets::Damage;
use super::segments::{Hls, Segment, name_of};

/// 33 hours of 6-s segments; a 381 KB file can be made to give 2,000.
pub const MAX_SEGMENTS: usize = 20_000;

/// A copy may be longer than the probe says by what lies between a keyframe and the point where a trimmed recording is
/// told to begin: players skip that lead-in, a copy cannot. In seconds, of a generous keyframe distance.
const LEAD_IN: f64 = 15.0;

/// What is wrong with an output.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Flaw {
    #[error("there is no readable playlist")]
    NoPlaylist,
    #[error("the playlist has no ENDLIST")]
    Unfinished,
    #[error("the playlist lists nothing")]
    NoSegments,
    #[error("the playlist lists {0} segments")]
    TooManySegments(usize),
    #[error("the playlist lists {0:?} where it should list {1:?}")]
    WrongName(String, String),
    #[error("{0} is not a plain segment")]
    NotPlain(String),
    #[error("{0} is missing or empty")]
    Missing(String),
    #[error("{0}: {1}")]
    Damaged(String, Damage),
    #[error("{0} is there but not listed")]
    Stray(String),
    #[error("{got:.1} s came out of {expected:.1} s")]
    TooShort { got: f64, expected: f64 },
    #[error("{got:.1} s came out of only {expected:.1} s")]
    TooLong { got: f64, expected: f64 },
}

impl From<Flaw> for MediaError {
    fn from(flaw: Flaw) -> Self {
        let detail = format!("the output was refused: {flaw}");
        match flaw {
            Flaw::TooShort { got, expected } => MediaError::permanent(
                "cut_short",
                format!("Only {} of {} of this video could be read: the file is damaged or cut short.", clock(got), clock(expected)),
                detail,
            ),
            Flaw::TooLong { .. } => MediaError::permanent(
                "bad_timing",
                "The times written in this video contradict each other, so it cannot be streamed as it is.",
                detail,
            ),
            Flaw::TooManySegments(_) => MediaError::permanent("too_long", "This video is too long to be streamed.", detail),
            Flaw::NoSegments => MediaError::permanent("no_pictures", "No pictures could be read from this video.", detail),
            _ => MediaError::transient("incomplete", "The conversion ended without a complete result. It will be tried again.", detail),
        }
    }
}

/// "1:02:03", "0:07".
fn clock(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// Checks `playlist`, as written by [`super::ffmpeg::hls`], against `files` (every name that was seen in the output folder,
/// with its size), and the duration the probe promised, if it did. `lengths` are what its segments last in truth
/// ([`super::clock`]).
pub fn verify(playlist: &[u8], files: &BTreeMap<String, u64>, lengths: &[f64], expected_secs: Option<f64>) -> Result<Hls, Flaw> {
    let list = m3u8_rs::parse_media_playlist_res(playlist).map_err(|_| Flaw::NoPlaylist)?;
    check_frame(&list)?;
    let mut segments = list.segments.iter().enumerate().map(|(n, s)| segment(n, s, files)).collect::<Result<Vec<_>, _>>()?;
    for (segment, length) in segments.iter_mut().zip(lengths) {
        segment.duration_s = *length;
    }
    if let Some(stray) = files.keys().find(|name| *name != PLAYLIST && !is_listed(name, segments.len())) {
        return Err(Flaw::Stray(stray.clone()));
    }
    let duration_s = segments.iter().map(|s| s.duration_s).sum();
    check_duration(duration_s, expected_secs)?;
    Ok(Hls { total_bytes: segments.iter().map(|s| s.size).sum(), duration_s, segments })
}

fn check_frame(list: &MediaPlaylist) -> Result<(), Flaw> {
    match list.segments.len() {
        _ if !list.end_list => Err(Flaw::Unfinished),
        0 => Err(Flaw::NoSegments),
        many if many > MAX_SEGMENTS => Err(Flaw::TooManySegments(many)),
        _ => Ok(()),
    }
}

/// The segments that a playlist in the making names, without their sizes. What cannot be read yet names none.
pub fn listed(playlist: &[u8]) -> Vec<(String, f64)> {
    let list = m3u8_rs::parse_media_playlist_res(playlist);
    list.map(|list| list.segments.into_iter().map(|s| (s.uri, f64::from(s.duration))).collect()).unwrap_or_default()
}

fn segment(index: usize, listed: &MediaSegment, files: &BTreeMap<String, u64>) -> Result<Segment, Flaw> {
    let name = name_of(index);
    if listed.uri != name {
        return Err(Flaw::WrongName(listed.uri.clone(), name));
    }
    if listed.key.is_some() || listed.map.is_some() || listed.byte_range.is_some() || !listed.duration.is_finite() || listed.duration < 0.0
    {
        return Err(Flaw::NotPlain(name));
    }
    match files.get(&name) {
        Some(&size) if size > 0 => Ok(Segment { file: name.clone(), name, duration_s: f64::from(listed.duration), size, start: 0 }),
        _ => Err(Flaw::Missing(name)),
    }
}

fn is_listed(name: &str, count: usize) -> bool {
    let number = name.strip_prefix("segment").and_then(|rest| rest.strip_suffix(".ts"));
    number.and_then(|n| n.parse::<usize>().ok()).is_some_and(|n| n < count && name == name_of(n))
}

fn check_duration(got: f64, expected: Option<f64>) -> Result<(), Flaw> {
    let Some(expected) = expected else { return Ok(()) };
    let tolerance = (expected / 100.0).max(1.0);
    if got < expected - tolerance {
        return Err(Flaw::TooShort { got, expected });
    }
    if got > expected + tolerance + LEAD_IN {
        return Err(Flaw::TooLong { got, expected });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playlist(names: &[&str], end: &str) -> String {
        let listed: String = names.iter().map(|n| format!("#EXTINF:6.000000,\n{n}\n")).collect();
        format!("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n{listed}{end}")
    }

    fn folder(files: &[(&str, u64)]) -> BTreeMap<String, u64> {
        files.iter().map(|&(n, s)| (n.to_owned(), s)).collect()
    }

    const END: &str = "#EXT-X-ENDLIST\n";
    const TWO: [&str; 2] = ["segment0.ts", "segment1.ts"];
    const WHOLE: [(&str, u64); 3] = [("playlist.m3u8", 200), ("segment0.ts", 1000), ("segment1.ts", 900)];

    fn judged(list: &str, files: &[(&str, u64)], expected: Option<f64>) -> Result<Hls, Flaw> {
        verify(list.as_bytes(), &folder(files), &[], expected)
    }

    #[test]
    fn a_complete_output_is_counted() {
        let hls = judged(&playlist(&TWO, END), &WHOLE, Some(12.0)).unwrap();
        assert_eq!((hls.segments.len(), hls.total_bytes, hls.duration_s), (2, 1900, 12.0));
        let (name, file) = ("segment1.ts".into(), "segment1.ts".into());
        assert_eq!(hls.segments[1], Segment { name, duration_s: 6.0, size: 900, file, start: 0 });
    }

    #[test]
    fn how_long_a_segment_lasts_is_what_its_pictures_say() {
        let list = playlist(&TWO, END);
        let hls = verify(list.as_bytes(), &folder(&WHOLE), &[6.5, 9.0], Some(15.5)).unwrap();
        assert_eq!((hls.duration_s, hls.segments[1].duration_s), (15.5, 9.0));
    }

    #[test]
    fn a_playlist_without_its_end_is_refused() {
        assert_eq!(judged(&playlist(&TWO, ""), &WHOLE, None), Err(Flaw::Unfinished));
    }

    #[test]
    fn what_a_full_disk_leaves_is_refused_and_tried_again() {
        assert_eq!(judged("", &WHOLE, None), Err(Flaw::NoPlaylist));
        let empty = [("segment0.ts", 1000), ("segment1.ts", 0)];
        let flaw = judged(&playlist(&TWO, END), &empty, None).unwrap_err();
        assert_eq!(flaw, Flaw::Missing("segment1.ts".into()));
        assert!(MediaError::from(flaw).transient);
    }

    #[test]
    fn names_must_be_ours_and_in_order() {
        for names in [
            ["segment1.ts", "segment0.ts"],
            ["segment0.ts", "../segment1.ts"],
            ["segment0.ts", "http://x/segment1.ts"],
            ["segment0.ts", "segment01.ts"],
        ] {
            assert!(matches!(judged(&playlist(&names, END), &WHOLE, None), Err(Flaw::WrongName(..))));
        }
    }

    #[test]
    fn a_file_that_nobody_listed_is_refused() {
        for stray in ["segment2.ts", "playlist.m3u8.tmp", "segment+0.ts"] {
            let files = [&WHOLE[..], &[(stray, 5)]].concat();
            assert_eq!(judged(&playlist(&TWO, END), &files, None), Err(Flaw::Stray(stray.into())));
        }
    }

    #[test]
    fn a_segment_that_needs_a_key_or_another_file_is_refused() {
        let list = playlist(&TWO, END).replacen("#EXTINF", "#EXT-X-KEY:METHOD=AES-128,URI=\"http://x/k\"\n#EXTINF", 1);
        assert_eq!(judged(&list, &WHOLE, None), Err(Flaw::NotPlain("segment0.ts".into())));
    }

    #[test]
    fn a_second_or_a_hundredth_may_be_missing_and_no_more() {
        let list = playlist(&TWO, END);
        assert!(judged(&list, &WHOLE, Some(12.9)).is_ok());
        let error = MediaError::from(judged(&list, &WHOLE, Some(300.0)).unwrap_err());
        assert_eq!((error.code, error.transient), ("cut_short", false));
        assert!(error.message.starts_with("Only 0:12 of 5:00"), "{}", error.message);
    }

    #[test]
    fn a_trimmed_recording_may_carry_its_lead_in_but_not_another_film() {
        let list = playlist(&TWO, END);
        assert!(judged(&list, &WHOLE, Some(8.7)).is_ok());
        assert!(check_duration(300.0, Some(12.0)).is_err());
    }

    #[test]
    fn the_number_of_segments_is_bounded() {
        let names: Vec<String> = (0..=MAX_SEGMENTS).map(name_of).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(judged(&playlist(&names, END), &[], None), Err(Flaw::TooManySegments(MAX_SEGMENTS + 1)));
        assert_eq!(judged(&playlist(&[], END), &[], None), Err(Flaw::NoSegments));
    }
}
