//! How a recording becomes a stream: decided from the probe alone, with the reason in words.
//!
//! Copying costs a second of CPU an hour and loses nothing, so it is done wherever every browser plays the result.

use super::{
    codecs,
    probe::{AudioTrack, Probe, VideoTrack},
};

/// What is done with one track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Track {
    /// Cut into segments without touching a sample.
    Copy,
    /// Decoded, and encoded as H.264 or AAC.
    Convert,
    /// There is none, or none that can be read.
    None,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub picture: Track,
    pub sound: Track,
    /// Why something is converted or left out, in whole sentences; none when everything is copied. [`Plan::told`] shows it.
    pub reason: Option<String>,
    /// Pictures are laid out at an even pace, whatever the probe says of theirs: it does not know of twenty seconds without any.
    pub even: bool,
}

/// Why a file cannot be streamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: &'static str,
    /// Full sentences for the person, ending in what to do.
    pub message: String,
}

/// Key frames farther apart than this, in seconds, are too coarse to seek by: a segment begins at a key frame.
pub const LONGEST_SEGMENT: f64 = 12.0;

/// Whether a copy with such a distance (in seconds) between two key frames is too coarse. Exactly twelve seconds, told in another clock's
/// ticks, are not.
pub fn too_far_apart(gap: f64) -> bool {
    gap > LONGEST_SEGMENT + 0.1
}

/// The widest picture that hardware decoders take (H.264 level 5.2, 4096 × 2304).
const WIDEST: u32 = 4096;

/// Pictures a second beyond which playing stutters, with room for what "120" may mean.
const FASTEST: f64 = 121.0;

const PALE: &str = "It looks pale: its HDR colours could not be converted on this server.";

impl Plan {
    /// The same, with the picture converted, or the sound where there is no other: the index or a copy has shown what the probe could not.
    pub fn converted(self, because: &str) -> Self {
        let alone = self.picture == Track::None;
        let first = format!("The {} was converted because {because}.", if alone { "sound" } else { "picture" });
        let reason = Some([Some(first), self.reason].into_iter().flatten().collect::<Vec<_>>().join(" "));
        match alone {
            true => Self { sound: Track::Convert, reason, ..self },
            false => Self { picture: Track::Convert, reason, even: true, ..self },
        }
    }

    /// Whether what it is about is copied: the picture, or the sound where there is no other.
    pub fn is_copy(&self) -> bool {
        self.picture == Track::Copy || (self.picture == Track::None && self.sound == Track::Copy)
    }

    /// The reason as it is shown. `pale`: this recording is HDR, and this server cannot bring that to ordinary screens.
    pub fn told(&self, pale: bool) -> Option<String> {
        let pale = (pale && self.picture == Track::Convert).then_some(PALE);
        let sentences: Vec<&str> = [self.reason.as_deref(), pale].into_iter().flatten().collect();
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }

    pub fn converts(&self) -> bool {
        self.picture == Track::Convert || self.sound == Track::Convert
    }
}

/// The longest recording, in hours. What says it is longer was not recorded by anybody.
const LONGEST_HOURS: i64 = 24;

pub fn plan(probe: &Probe) -> Result<Plan, Refusal> {
    let picture_ms = probe.video.as_ref().map_or(0, |video| video.duration_ms);
    // A guess is nothing that the file says. However long it turns out to be, no more than a day of it is made.
    if !probe.duration_guessed && probe.duration_ms.max(picture_ms) > LONGEST_HOURS * 3_600_000 {
        let message =
            format!("This file says that it lasts more than {LONGEST_HOURS} hours. Cut it into shorter recordings and upload those.");
        return Err(Refusal { code: "too_long", message });
    }
    let (picture, about_picture) = match &probe.video {
        None => (Track::None, None),
        Some(video) => told(picture(video)?),
    };
    let (sound, about_sound) = match &probe.audio {
        None => (Track::None, None),
        Some(audio) => sound(audio, picture != Track::None)?,
    };
    let reason: Vec<String> = [about_picture, about_sound].into_iter().flatten().collect();
    Ok(Plan { picture, sound, reason: (!reason.is_empty()).then(|| reason.join(" ")), even: false })
}

fn told(why: Option<String>) -> (Track, Option<String>) {
    match why {
        None => (Track::Copy, None),
        Some(why) => (Track::Convert, Some(why)),
    }
}

/// The sentence that says why a picture is converted; none when it is copied.
fn picture(video: &VideoTrack) -> Result<Option<String>, Refusal> {
    if !codecs::decodes_picture(&video.codec) {
        return Err(unreadable("video_codec", "picture", &video.codec));
    }
    let because = |why: String| Ok(Some(format!("The picture was converted because {why}.")));
    if video.codec != "h264" {
        return Ok(Some(format!("The picture was converted from {}, which not every browser plays.", codecs::human(&video.codec))));
    }
    if let Some(form) = rare_h264(video) {
        return because(format!("browsers do not play its form of H.264 ({form})"));
    }
    // A transport stream cannot carry "turn me for showing", so a copy would play sideways.
    if video.rotation != 0 {
        return because(format!("it is stored turned by {}°", video.rotation));
    }
    if video.width.max(video.height) > WIDEST {
        return because(format!("it is larger than browsers play ({} × {})", video.width, video.height));
    }
    if video.fps > FASTEST {
        return because(format!("it has {:.0} pictures a second", video.fps));
    }
    if video.starts_inside {
        return because("it begins between two key frames".to_owned());
    }
    Ok(None)
}

/// The form's name when browsers cannot decode it. The profile counts even where the pixels look ordinary: decoders in
/// browsers go by it.
fn rare_h264(video: &VideoTrack) -> Option<String> {
    const RARE_PROFILES: [&str; 5] = ["High 10", "High 4:2:2", "High 4:4:4", "CAVLC 4:4:4", "Extended"];
    if RARE_PROFILES.iter().any(|p| video.profile.starts_with(p)) {
        return Some(video.profile.clone());
    }
    match video.pix_fmt.as_str() {
        // `yuvj420p` is the same with full-range brightness.
        "yuv420p" | "yuvj420p" => None,
        "" => Some("unknown pixels".to_owned()),
        other => Some(other.to_owned()),
    }
}

/// What is done with the sound, and why. Sound that nobody can read is left out rather than the recording refused, as long
/// as there is a picture.
fn sound(audio: &AudioTrack, picture: bool) -> Result<(Track, Option<String>), Refusal> {
    if !codecs::decodes_sound(&audio.codec) {
        let name = codecs::human(&audio.codec);
        return match picture {
            true => Ok((Track::None, Some(format!("There is no sound: it is {name}, which cannot be read here.")))),
            false => Err(unreadable("audio_codec", "sound", &audio.codec)),
        };
    }
    if audio.codec != "aac" {
        return Ok((Track::Convert, Some(format!("The sound was converted from {}.", name_in_a_sentence(&audio.codec)))));
    }
    // Low Complexity and its two high-efficiency extensions play everywhere; an untold profile is nearly always LC.
    if !matches!(audio.profile.as_str(), "LC" | "HE-AAC" | "HE-AACv2" | "" | "unknown" | "-1") {
        return Ok((
            Track::Convert,
            Some(format!("The sound was converted because browsers do not play its form of AAC ({}).", audio.profile)),
        ));
    }
    if audio.starts_inside {
        return Ok((Track::Convert, Some("The sound was converted so that what was trimmed off is not heard.".to_owned())));
    }
    if audio.channels > 2 {
        return Ok((Track::Convert, Some(format!("The sound was converted from {} channels to stereo.", audio.channels))));
    }
    Ok((Track::Copy, None))
}

fn name_in_a_sentence(codec: &str) -> String {
    if codec.starts_with("pcm_") { "PCM (uncompressed)".to_owned() } else { codecs::human(codec) }
}

fn unreadable(code: &'static str, what: &str, codec: &str) -> Refusal {
    let message = format!(
        "The {what} is {}, which cannot be read here. Save it as H.264 video with AAC sound and upload it again.",
        codecs::human(codec)
    );
    Refusal { code, message }
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
            duration_ms: 5000,
            ..VideoTrack::default()
        }
    }

    fn aac() -> AudioTrack {
        AudioTrack { codec: "aac".into(), profile: "LC".into(), channels: 2, sample_rate: 48_000, starts_inside: false }
    }

    fn planned(video: Option<VideoTrack>, audio: Option<AudioTrack>) -> Result<Plan, Refusal> {
        plan(&Probe { container: "MP4".into(), duration_ms: 5000, duration_guessed: false, size_bytes: 1, video, audio })
    }

    fn reason(video: Option<VideoTrack>, audio: Option<AudioTrack>) -> String {
        planned(video, audio).unwrap().reason.unwrap()
    }

    #[test]
    fn h264_with_aac_or_without_sound_is_copied() {
        let copy = |sound| Ok(Plan { picture: Track::Copy, sound, reason: None, even: false });
        assert_eq!(planned(Some(video()), Some(aac())), copy(Track::Copy));
        assert_eq!(planned(Some(video()), None), copy(Track::None));
        assert_eq!(planned(Some(VideoTrack { pix_fmt: "yuvj420p".into(), ..video() }), None), copy(Track::None));
    }

    #[test]
    fn a_foreign_picture_is_converted_and_its_good_sound_copied() {
        let plan = planned(Some(VideoTrack { codec: "hevc".into(), ..video() }), Some(aac())).unwrap();
        assert_eq!((plan.picture, plan.sound), (Track::Convert, Track::Copy));
        assert_eq!(plan.reason.unwrap(), "The picture was converted from HEVC (H.265), which not every browser plays.");
    }

    #[test]
    fn foreign_sound_is_converted_beside_a_copied_picture() {
        for (codec, name) in [("opus", "Opus"), ("pcm_s16le", "PCM (uncompressed)"), ("mp3", "MP3")] {
            let plan = planned(Some(video()), Some(AudioTrack { codec: codec.into(), ..aac() })).unwrap();
            assert_eq!((plan.picture, plan.sound), (Track::Copy, Track::Convert));
            assert_eq!(plan.reason.unwrap(), format!("The sound was converted from {name}."));
        }
        assert_eq!(reason(Some(video()), Some(AudioTrack { channels: 6, ..aac() })), "The sound was converted from 6 channels to stereo.");
        assert!(reason(Some(video()), Some(AudioTrack { profile: "Main".into(), ..aac() })).contains("form of AAC (Main)"));
        assert!(reason(Some(video()), Some(AudioTrack { starts_inside: true, ..aac() })).contains("trimmed off"));
    }

    #[test]
    fn h264_that_browsers_do_not_play_is_converted_with_its_reason() {
        let odd = |change: &dyn Fn(&mut VideoTrack)| {
            let mut track = video();
            change(&mut track);
            reason(Some(track), None)
        };
        assert!(odd(&|v| v.profile = "High 10".into()).contains("High 10"));
        assert!(odd(&|v| v.pix_fmt = "yuv444p".into()).contains("yuv444p"));
        assert!(odd(&|v| v.rotation = 90).contains("turned by 90°"));
        assert!(odd(&|v| v.width = 7680).contains("larger than browsers play"));
        assert!(odd(&|v| v.fps = 240.0).contains("240 pictures a second"));
        assert!(odd(&|v| v.starts_inside = true).contains("between two key frames"));
    }

    #[test]
    fn both_reasons_are_told() {
        let both = reason(Some(VideoTrack { codec: "vp8".into(), ..video() }), Some(AudioTrack { codec: "vorbis".into(), ..aac() }));
        assert_eq!(both, "The picture was converted from VP8, which not every browser plays. The sound was converted from Vorbis.");
    }

    #[test]
    fn hdr_that_is_left_as_it_is_is_told() {
        let hevc = planned(Some(VideoTrack { codec: "hevc".into(), hdr: true, ..video() }), None).unwrap();
        assert_eq!(hevc.told(false), hevc.reason);
        assert!(
            hevc.told(true)
                .unwrap()
                .ends_with("which not every browser plays. It looks pale: its HDR colours could not be converted on this server.")
        );
        assert_eq!(planned(Some(VideoTrack { hdr: true, ..video() }), None).unwrap().told(true), None, "a copy is as the camera made it");
    }

    #[test]
    fn sound_alone_is_a_recording() {
        assert_eq!(planned(None, Some(aac())), Ok(Plan { picture: Track::None, sound: Track::Copy, reason: None, even: false }));
    }

    #[test]
    fn what_nobody_can_read_is_refused_or_left_out_and_named() {
        let refusal = planned(Some(VideoTrack { codec: "vvc".into(), ..video() }), Some(aac())).unwrap_err();
        assert_eq!((refusal.code, refusal.message.starts_with("The picture is VVC (H.266), which cannot be read")), ("video_codec", true));
        let odd = || Some(AudioTrack { codec: "xma2".into(), ..aac() });
        assert_eq!(planned(None, odd()).unwrap_err().code, "audio_codec");
        assert_eq!(reason(Some(video()), odd()), "There is no sound: it is XMA2, which cannot be read here.");
    }

    #[test]
    fn nobody_records_for_more_than_a_day() {
        let long = Probe {
            container: "MP4".into(),
            duration_ms: 25 * 3_600_000,
            duration_guessed: false,
            size_bytes: 1,
            video: Some(video()),
            audio: None,
        };
        assert_eq!(plan(&long).unwrap_err().code, "too_long");
        assert!(plan(&Probe { duration_guessed: true, ..long }).is_ok(), "a guess refuses nobody");
    }

    #[test]
    fn a_second_look_may_turn_a_copy_into_a_conversion() {
        let plan = planned(Some(video()), Some(AudioTrack { codec: "mp3".into(), ..aac() })).unwrap().converted("x");
        assert_eq!(
            (plan.is_copy(), plan.picture, plan.reason.unwrap().as_str()),
            (false, Track::Convert, "The picture was converted because x. The sound was converted from MP3.")
        );
        let sound = planned(None, Some(aac())).unwrap();
        assert!(sound.is_copy());
        let sound = sound.converted("x");
        assert_eq!((sound.is_copy(), sound.picture, sound.sound), (false, Track::None, Track::Convert));
        assert_eq!(sound.reason.unwrap(), "The sound was converted because x.");
    }
}
