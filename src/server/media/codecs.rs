//! The codecs we know: their names as people say them, and whether we decode them.

/// A codec's name as a person may have met it in their recorder's settings.
pub fn human(codec: &str) -> String {
    match PICTURE.iter().chain(&SOUND).find(|(known, _)| *known == codec) {
        Some((_, name)) => (*name).to_owned(),
        None if codec.starts_with("pcm_") => "uncompressed (PCM)".to_owned(),
        None => match codec {
            "vvc" => "VVC (H.266)".to_owned(),
            "" | "none" | "unknown" => "of an unknown kind".to_owned(),
            other => other.to_uppercase(),
        },
    }
}

/// Pictures we convert. What is not here is a rarity whose decoder nobody has looked at for years.
pub fn decodes_picture(codec: &str) -> bool {
    PICTURE.iter().any(|(known, _)| *known == codec)
}

pub fn decodes_sound(codec: &str) -> bool {
    codec.starts_with("pcm_") || SOUND.iter().any(|(known, _)| *known == codec)
}

const PICTURE: [(&str, &str); 28] = [
    ("h264", "H.264"),
    ("hevc", "HEVC (H.265)"),
    ("av1", "AV1"),
    ("vp8", "VP8"),
    ("vp9", "VP9"),
    ("mpeg4", "MPEG-4 Part 2 (DivX or Xvid)"),
    ("msmpeg4v3", "Microsoft's MPEG-4"),
    ("msmpeg4v2", "Microsoft's MPEG-4"),
    ("mpeg1video", "MPEG-1"),
    ("mpeg2video", "MPEG-2"),
    ("vc1", "VC-1"),
    ("wmv3", "Windows Media Video"),
    ("prores", "Apple ProRes"),
    ("dnxhd", "Avid DNxHD"),
    ("cfhd", "CineForm"),
    ("mjpeg", "Motion JPEG"),
    ("png", "a sequence of PNG pictures"),
    ("h263", "H.263"),
    ("flv1", "Sorenson H.263"),
    ("svq3", "Sorenson Video"),
    ("dvvideo", "DV"),
    ("theora", "Theora"),
    ("ffv1", "FFV1"),
    ("huffyuv", "HuffYUV"),
    ("utvideo", "Ut Video"),
    ("rawvideo", "uncompressed video"),
    ("qtrle", "Apple Animation"),
    ("rpza", "Apple Video"),
];

const SOUND: [(&str, &str); 21] = [
    ("aac", "AAC"),
    ("opus", "Opus"),
    ("vorbis", "Vorbis"),
    ("mp3", "MP3"),
    ("mp2", "MP2"),
    ("mp1", "MPEG-1 Layer I"),
    ("ac3", "Dolby Digital (AC-3)"),
    ("eac3", "Dolby Digital Plus (E-AC-3)"),
    ("dts", "DTS"),
    ("truehd", "Dolby TrueHD"),
    ("flac", "FLAC"),
    ("alac", "Apple Lossless"),
    ("amr_nb", "AMR"),
    ("amr_wb", "AMR"),
    ("speex", "Speex"),
    ("gsm_ms", "GSM"),
    ("wmav2", "Windows Media Audio"),
    ("adpcm_ms", "ADPCM"),
    ("adpcm_ima_wav", "ADPCM"),
    ("adpcm_ima_qt", "ADPCM"),
    ("qdm2", "QDesign Music"),
];
