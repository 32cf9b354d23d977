//! ffprobe's JSON, and what we take from it.

use std::collections::HashMap;

use serde::Deserialize;

use super::{AudioTrack, Probe, VideoTrack};
use crate::server::media::MediaError;

/// Reads the output of `ffprobe -print_format json -show_format -show_streams`.
pub(super) fn parse(json: &[u8]) -> Result<Probe, MediaError> {
    let told: Told = serde_json::from_slice(json)
        .map_err(|e| MediaError::permanent("unreadable", "This file could not be read as a video.", format!("ffprobe's JSON: {e}")))?;
    let find = |kind| told.streams.iter().find(|s| s.codec_type == kind && !s.is_cover());
    let mut video = find("video").map(Stream::video).transpose()?;
    if let (Some(video), Some(track)) = (&mut video, find("video")) {
        let first = told.packets.iter().find(|packet| packet.stream_index == track.index);
        // "K": a key frame. "D": before the beginning that the file names, so decoded and thrown away.
        video.starts_inside = first.is_some_and(|packet| !packet.flags.contains('K') || packet.flags.contains('D'));
    }
    let mut audio = find("audio").map(Stream::audio);
    if let (Some(audio), Some(track)) = (&mut audio, find("audio")) {
        let first = told.packets.iter().find(|packet| packet.stream_index == track.index);
        audio.starts_inside = first.is_some_and(|packet| packet.flags.contains('D') && packet.seconds() < -PRIMING);
    }
    if video.is_none() && audio.is_none() {
        return Err(MediaError::permanent("no_streams", "This file holds neither picture nor sound.", "no video or audio stream"));
    }
    Ok(Probe {
        container: told.format.container(),
        duration_ms: millis(told.format.duration.as_deref()),
        duration_guessed: false,
        size_bytes: told.format.size.as_deref().and_then(|s| s.parse().ok()).unwrap_or(0),
        video,
        audio,
    })
}

#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    streams: Vec<Stream>,
    #[serde(default)]
    format: Format,
    /// The first few of all streams.
    #[serde(default)]
    packets: Vec<Packet>,
}

/// Seconds that an encoder may need before the first sound that is meant to be heard; AAC's take 20 to 130 ms.
const PRIMING: f64 = 0.2;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Packet {
    stream_index: usize,
    flags: String,
    pts_time: Option<String>,
}

impl Packet {
    fn seconds(&self) -> f64 {
        self.pts_time.as_deref().and_then(|time| time.parse().ok()).unwrap_or(0.0)
    }
}

#[derive(Deserialize, Default)]
struct Format {
    #[serde(default)]
    format_name: String,
    duration: Option<String>,
    size: Option<String>,
    #[serde(default)]
    tags: HashMap<String, String>,
}

impl Format {
    fn container(&self) -> String {
        match self.format_name.split(',').next().unwrap_or_default() {
            "mov" if self.tags.get("major_brand").is_some_and(|b| b.trim() == "qt") => "QuickTime",
            "mov" => "MP4",
            "matroska" => "Matroska",
            "mpegts" => "MPEG-TS",
            "mp3" => "MP3",
            "wav" => "WAV",
            "flac" => "FLAC",
            "ogg" => "Ogg",
            "aac" => "AAC",
            name => name,
        }
        .to_owned()
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Stream {
    index: usize,
    codec_type: String,
    codec_name: Option<String>,
    profile: Option<String>,
    width: u32,
    height: u32,
    pix_fmt: Option<String>,
    color_transfer: Option<String>,
    color_primaries: Option<String>,
    color_space: Option<String>,
    field_order: Option<String>,
    avg_frame_rate: String,
    r_frame_rate: String,
    start_time: Option<String>,
    duration: Option<String>,
    sample_rate: Option<String>,
    channels: u32,
    disposition: HashMap<String, i64>,
    tags: HashMap<String, String>,
    side_data_list: Vec<SideData>,
}

#[derive(Deserialize)]
struct SideData {
    /// Counter-clockwise degrees, as the display matrix has it.
    rotation: Option<f64>,
}

impl Stream {
    /// Cover art is a "video" of one picture.
    fn is_cover(&self) -> bool {
        self.disposition.get("attached_pic").is_some_and(|&set| set != 0)
    }

    fn video(&self) -> Result<VideoTrack, MediaError> {
        // ffprobe exits 0 with no size when a picture is over its limit.
        if self.width == 0 || self.height == 0 {
            return Err(MediaError::permanent(
                "no_picture_size",
                "The picture in this file has no size, or one too large to be real.",
                format!("{}x{}", self.width, self.height),
            ));
        }
        Ok(VideoTrack {
            codec: self.codec_name.clone().unwrap_or_default(),
            profile: self.profile.clone().unwrap_or_default(),
            width: self.width,
            height: self.height,
            fps: ratio(&self.avg_frame_rate).or_else(|| ratio(&self.r_frame_rate)).unwrap_or(0.0),
            pix_fmt: self.pix_fmt.clone().unwrap_or_default(),
            rotation: self.clockwise(),
            duration_ms: self.duration_ms(),
            grid_fps: ratio(&self.r_frame_rate).unwrap_or(0.0),
            hdr: matches!(self.color_transfer.as_deref(), Some("smpte2084" | "arib-std-b67")),
            primaries: self.color_primaries.clone().unwrap_or_default(),
            matrix: self.color_space.clone().unwrap_or_default(),
            interlaced: matches!(self.field_order.as_deref(), Some("tt" | "bb" | "tb" | "bt")),
            starts_inside: false,
        })
    }

    fn audio(&self) -> AudioTrack {
        AudioTrack {
            codec: self.codec_name.clone().unwrap_or_default(),
            profile: self.profile.clone().unwrap_or_default(),
            channels: self.channels,
            sample_rate: self.sample_rate.as_deref().and_then(|s| s.parse().ok()).unwrap_or(0),
            starts_inside: false,
        }
    }

    /// Rounded to quarter turns: no recorder writes others, and no player shows them.
    fn clockwise(&self) -> u16 {
        let matrix = self.side_data_list.iter().find_map(|s| s.rotation).map(|counter| -counter);
        let degrees = matrix.or_else(|| self.tags.get("rotate")?.parse().ok()).unwrap_or(0.0);
        let quarters = (degrees / 90.0).round().rem_euclid(4.0);
        (quarters as u16) * 90
    }

    /// Matroska has no field for it but a tag, which counts from the start of the file.
    fn duration_ms(&self) -> i64 {
        match self.duration.as_deref() {
            Some(own) => millis(Some(own)),
            None => {
                let end = self.tags.get("DURATION").map_or(0, |tag| clock_millis(tag));
                (end - millis(self.start_time.as_deref())).max(0)
            }
        }
    }
}

/// "12.5" seconds to 12,500 ms; 0 for what is absent or no sensible number.
fn millis(seconds: Option<&str>) -> i64 {
    let seconds: f64 = seconds.and_then(|s| s.parse().ok()).unwrap_or(0.0);
    // A float-to-int cast saturates, so an absurd duration cannot overflow.
    if seconds.is_finite() && seconds > 0.0 { (seconds * 1000.0).round() as i64 } else { 0 }
}

/// "00:00:12.023000000" to 12,023 ms.
fn clock_millis(clock: &str) -> i64 {
    let seconds = clock.split(':').try_fold(0.0, |sum, part| part.parse::<f64>().ok().map(|n| sum * 60.0 + n));
    millis(seconds.map(|s| s.to_string()).as_deref())
}

/// "30000/1001" to 29.97; None for "0/0".
fn ratio(text: &str) -> Option<f64> {
    let (above, below) = text.split_once('/')?;
    let value = above.parse::<f64>().ok()? / below.parse::<f64>().ok()?;
    (value.is_finite() && value > 0.0).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMAT: &str =
        r#""format":{"format_name":"mov,mp4,m4a,3gp,3g2,mj2","duration":"12.000000","size":"2848373","tags":{"major_brand":"isom"}}"#;

    fn parsed(streams: &str) -> Result<Probe, MediaError> {
        parse(format!(r#"{{"streams":[{streams}],{FORMAT}}}"#).as_bytes())
    }

    const H264: &str = r#"{"codec_type":"video","codec_name":"h264","profile":"High","width":640,"height":360,"pix_fmt":"yuv420p",
        "r_frame_rate":"60/1","avg_frame_rate":"30000/1001","duration":"11.5","disposition":{"attached_pic":0}}"#;
    const AAC: &str = r#"{"codec_type":"audio","codec_name":"aac","profile":"LC","channels":2,"sample_rate":"48000"}"#;

    #[test]
    fn an_ordinary_file_tells_its_tracks() {
        let probe = parsed(&format!("{H264},{AAC}")).unwrap();
        let video = probe.video.as_ref().unwrap();
        assert_eq!((probe.container.as_str(), probe.duration_ms, probe.size_bytes), ("MP4", 12_000, 2_848_373));
        assert_eq!((video.width, video.height, video.rotation, video.duration_ms), (640, 360, 0, 11_500));
        assert!((video.fps - 29.97).abs() < 0.01);
        assert!(!video.starts_inside);
        assert_eq!(
            probe.audio,
            Some(AudioTrack { codec: "aac".into(), profile: "LC".into(), channels: 2, sample_rate: 48_000, starts_inside: false })
        );
    }

    #[test]
    fn a_copy_is_expected_to_be_as_long_as_the_picture() {
        assert_eq!(parsed(H264).unwrap().expected_secs(), Some(11.5));
        assert_eq!(parsed(AAC).unwrap().expected_secs(), Some(12.0));
    }

    #[test]
    fn cover_art_is_not_a_video() {
        let cover = r#"{"codec_type":"video","codec_name":"mjpeg","width":600,"height":600,"disposition":{"attached_pic":1}}"#;
        assert_eq!(parsed(&format!("{cover},{AAC}")).unwrap().video, None);
        assert_eq!(parsed(&format!("{cover},{H264}")).unwrap().video.unwrap().codec, "h264");
    }

    #[test]
    fn a_picture_without_a_size_is_refused() {
        assert_eq!(parsed(r#"{"codec_type":"video","codec_name":"h264","width":0,"height":0}"#).unwrap_err().code, "no_picture_size");
    }

    #[test]
    fn a_file_with_neither_picture_nor_sound_is_refused_in_a_sentence() {
        let error = parsed(r#"{"codec_type":"data"}"#).unwrap_err();
        assert_eq!((error.code, error.message.as_str()), ("no_streams", "This file holds neither picture nor sound."));
        assert_eq!(parse(b"{}").unwrap_err().code, "no_streams");
        assert_eq!(parse(b"").unwrap_err().code, "unreadable");
    }

    #[test]
    fn rotation_is_told_clockwise_from_the_matrix_or_the_old_tag() {
        let turned = |extra: &str| parsed(&H264.replacen('{', &format!("{{{extra},"), 1)).unwrap().video.unwrap().rotation;
        assert_eq!(turned(r#""side_data_list":[{"side_data_type":"Display Matrix","rotation":-90}]"#), 90);
        assert_eq!(turned(r#""side_data_list":[{"rotation":90}]"#), 270);
        assert_eq!(turned(r#""tags":{"rotate":"180"}"#), 180);
    }

    #[test]
    fn hdr_is_told_with_its_colours() {
        let told = r#""color_transfer":"arib-std-b67","color_primaries":"bt2020","color_space":"bt2020nc""#;
        let hlg = parsed(&H264.replacen('{', &format!("{{{told},"), 1)).unwrap().video.unwrap();
        assert_eq!((hlg.hdr, hlg.primaries.as_str(), hlg.matrix.as_str()), (true, "bt2020", "bt2020nc"));
        let plain = parsed(H264).unwrap().video.unwrap();
        assert_eq!((plain.hdr, plain.primaries.as_str(), plain.matrix.as_str()), (false, "", ""));
    }

    #[test]
    fn matroska_durations_are_read_from_the_tag() {
        let mkv = r#"{"codec_type":"video","codec_name":"h264","width":2,"height":2,"start_time":"0.023000","tags":{"DURATION":"00:01:12.023000000"}}"#;
        assert_eq!(parsed(mkv).unwrap().video.unwrap().duration_ms, 72_000);
    }

    #[test]
    fn a_picture_that_begins_between_two_key_frames_is_noticed() {
        let began = |packets: &str| {
            let h264 = H264.replacen('{', r#"{"index":1,"#, 1);
            let json = format!(r#"{{"packets":[{packets}],"streams":[{AAC},{h264}],{FORMAT}}}"#);
            parse(json.as_bytes()).unwrap().video.unwrap().starts_inside
        };
        assert!(began(r#"{"stream_index":0,"flags":"K_"},{"stream_index":1,"flags":"KD"}"#));
        assert!(began(r#"{"stream_index":1,"flags":"__"}"#));
        assert!(!began(r#"{"stream_index":0,"flags":"KD"},{"stream_index":1,"flags":"K_"}"#));
    }

    #[test]
    fn sound_from_before_the_beginning_is_told_from_an_encoders_priming() {
        let inside = |flags: &str, time: &str| {
            let json = format!(r#"{{"packets":[{{"stream_index":0,"flags":"{flags}","pts_time":"{time}"}}],"streams":[{AAC}],{FORMAT}}}"#);
            parse(json.as_bytes()).unwrap().audio.unwrap().starts_inside
        };
        assert!(inside("KD", "-1.003"));
        assert!(!inside("KD", "-0.021333"));
        assert!(!inside("K_", "-1.003"));
    }

    #[test]
    fn absurd_numbers_do_not_overflow() {
        assert_eq!((millis(Some("1e300")), millis(Some("-5")), millis(Some("N/A"))), (i64::MAX, 0, 0));
        assert_eq!((ratio("0/0"), ratio("25/0"), ratio("")), (None, None, None));
    }
}
