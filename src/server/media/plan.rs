//! Can this file be streamed as it is? Decided from the probe alone, with the reason in words when it cannot.

use super::probe::{AudioTrack, Probe, VideoTrack};

/// How a file becomes a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// Both tracks are what every browser plays: cut into segments without touching a sample.
    Copy,
}

/// Why a file cannot be streamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: &'static str,
    /// Full sentences for the person, ending in what to do.
    pub message: String,
}

/// The way out that every refusal of a codec offers.
const ADVICE: &str = "Save it as H.264 video with AAC sound and upload it again.";

pub fn plan(probe: &Probe) -> Result<Plan, Refusal> {
    let Some(video) = &probe.video else {
        return Err(Refusal {
            code: "sound_only",
            message: "This file has sound but no picture, and only recordings with a picture can be streamed yet.".to_owned(),
        });
    };
    check_video(video)?;
    probe.audio.as_ref().map_or(Ok(()), check_audio)?;
    Ok(Plan::Copy)
}

fn check_video(video: &VideoTrack) -> Result<(), Refusal> {
    let refuse = |code, what: String| Err(Refusal { code, message: format!("The picture is {what}, which cannot be streamed as it is yet. {ADVICE}") });
    if video.codec != "h264" {
        return refuse("video_codec", human_codec(&video.codec));
    }
    // Browsers decode 8-bit 4:2:0 only; `yuvj420p` is the same with full-range brightness.
    if let Some(kind) = rare_h264(video) {
        return refuse("video_profile", format!("H.264 in a rare form ({kind})"));
    }
    // A transport stream cannot carry "turn me for showing", so a copy would play sideways.
    if video.rotation != 0 {
        return refuse("video_rotated", format!("stored turned by {}°", video.rotation));
    }
    Ok(())
}

/// The form's name when browsers cannot decode it. The profile counts even where the pixels look ordinary: decoders in
/// browsers go by it.
fn rare_h264(video: &VideoTrack) -> Option<String> {
    const RARE_PROFILES: [&str; 5] = ["High 10", "High 4:2:2", "High 4:4:4", "CAVLC 4:4:4", "Extended"];
    if RARE_PROFILES.iter().any(|p| video.profile.starts_with(p)) {
        return Some(video.profile.clone());
    }
    match video.pix_fmt.as_str() {
        "yuv420p" | "yuvj420p" => None,
        "" => Some("unknown pixels".to_owned()),
        other => Some(other.to_owned()),
    }
}

fn check_audio(audio: &AudioTrack) -> Result<(), Refusal> {
    let refuse = |code, what: String| Err(Refusal { code, message: format!("The sound is {what}, which cannot be streamed as it is yet. {ADVICE}") });
    if audio.codec != "aac" {
        return refuse("audio_codec", human_codec(&audio.codec));
    }
    // Low Complexity and its two high-efficiency extensions play everywhere; an untold profile is nearly always LC.
    match audio.profile.as_str() {
        "LC" | "HE-AAC" | "HE-AACv2" | "" | "unknown" | "-1" => Ok(()),
        rare => refuse("audio_profile", format!("AAC in a rare form ({rare})")),
    }
}

/// A codec's name as a person may have met it in their recorder's settings.
pub fn human_codec(codec: &str) -> String {
    let known = match codec {
        "h264" => "H.264",
        "hevc" => "HEVC (H.265)",
        "vvc" => "VVC (H.266)",
        "av1" => "AV1",
        "vp8" => "VP8",
        "vp9" => "VP9",
        "mpeg4" => "MPEG-4 Part 2 (DivX or Xvid)",
        "msmpeg4v3" | "msmpeg4v2" => "Microsoft's MPEG-4",
        "mpeg1video" => "MPEG-1",
        "mpeg2video" => "MPEG-2",
        "prores" => "Apple ProRes",
        "dnxhd" => "Avid DNxHD",
        "mjpeg" => "Motion JPEG",
        "png" => "a sequence of PNG pictures",
        "h263" => "H.263",
        "dvvideo" => "DV",
        "theora" => "Theora",
        "ffv1" => "FFV1",
        "rawvideo" => "uncompressed video",
        "qtrle" => "Apple Animation",
        "aac" => "AAC",
        "opus" => "Opus",
        "vorbis" => "Vorbis",
        "mp3" => "MP3",
        "mp2" => "MP2",
        "ac3" => "Dolby Digital (AC-3)",
        "eac3" => "Dolby Digital Plus (E-AC-3)",
        "dts" => "DTS",
        "flac" => "FLAC",
        "alac" => "Apple Lossless",
        "amr_nb" | "amr_wb" => "AMR",
        "" | "none" | "unknown" => "of an unknown kind",
        pcm if pcm.starts_with("pcm_") => "uncompressed (PCM)",
        other => return other.to_uppercase(),
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn video() -> VideoTrack {
        VideoTrack {
            codec: "h264".into(),
            profile: "High".into(),
            width: 1280,
            height: 720,
            fps: 30.0,
            pix_fmt: "yuv420p".into(),
            rotation: 0,
            duration_ms: 5000,
        }
    }

    fn aac() -> AudioTrack {
        AudioTrack { codec: "aac".into(), profile: "LC".into(), channels: 2, sample_rate: 48_000 }
    }

    fn planned(video: Option<VideoTrack>, audio: Option<AudioTrack>) -> Result<Plan, Refusal> {
        plan(&Probe { container: "MP4".into(), duration_ms: 5000, size_bytes: 1, video, audio })
    }

    #[test]
    fn h264_with_aac_or_without_sound_is_copied() {
        assert_eq!(planned(Some(video()), Some(aac())), Ok(Plan::Copy));
        assert_eq!(planned(Some(video()), None), Ok(Plan::Copy));
        assert_eq!(planned(Some(VideoTrack { pix_fmt: "yuvj420p".into(), ..video() }), None), Ok(Plan::Copy));
    }

    #[test]
    fn a_foreign_picture_is_refused_by_its_human_name() {
        let refusal = planned(Some(VideoTrack { codec: "hevc".into(), ..video() }), Some(aac())).unwrap_err();
        assert_eq!(refusal.code, "video_codec");
        assert_eq!(
            refusal.message,
            "The picture is HEVC (H.265), which cannot be streamed as it is yet. Save it as H.264 video with AAC sound and upload it again."
        );
    }

    #[test]
    fn foreign_sound_is_refused_by_its_human_name() {
        for (codec, name) in [("opus", "Opus"), ("pcm_s16le", "uncompressed (PCM)"), ("mp3", "MP3"), ("", "of an unknown kind")] {
            let refusal = planned(Some(video()), Some(AudioTrack { codec: codec.into(), ..aac() })).unwrap_err();
            assert!(refusal.message.starts_with(&format!("The sound is {name}, which")), "{}", refusal.message);
        }
    }

    #[test]
    fn h264_that_browsers_cannot_decode_is_refused() {
        for (profile, pix_fmt) in [("High 10", "yuv420p10le"), ("High 4:4:4 Predictive", "yuv444p"), ("High 4:2:2", "yuv420p"), ("High", "gray")] {
            let track = VideoTrack { profile: profile.into(), pix_fmt: pix_fmt.into(), ..video() };
            assert_eq!(planned(Some(track), None).unwrap_err().code, "video_profile");
        }
    }

    #[test]
    fn a_picture_that_a_copy_would_show_sideways_is_refused() {
        assert_eq!(planned(Some(VideoTrack { rotation: 90, ..video() }), None).unwrap_err().code, "video_rotated");
    }

    #[test]
    fn aac_of_a_rare_profile_is_refused() {
        assert_eq!(planned(Some(video()), Some(AudioTrack { profile: "Main".into(), ..aac() })).unwrap_err().code, "audio_profile");
    }

    #[test]
    fn sound_alone_is_refused_and_said_to_be_sound() {
        assert!(planned(None, Some(aac())).unwrap_err().message.starts_with("This file has sound but no picture"));
    }
}
