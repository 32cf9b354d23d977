//! What a file is, judged by its first bytes and never by its name.
//!
//! The answer names the only demuxer ffmpeg may use, so a playlist that calls itself `.mp4` never reaches a demuxer that
//! would follow it (docs/hostile-files.md, "What stops what").

use super::error::MediaError;

/// How much of the head [`sniff`] wants to see, in bytes. The tell-tale farthest in (an Office document's) is past 4 KiB.
pub const SNIFF_LEN: usize = 8192;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileKind {
    /// ISO-BMFF: MP4, M4V, M4A, 3GP and QuickTime.
    Mp4,
    Matroska {
        webm: bool,
    },
    /// What cameras and TV cards write, and some meeting servers.
    TransportStream,
    /// Sound in a container of its own, by ffmpeg's name of the demuxer: "mp3", "wav", "flac", "ogg", "aac".
    Sound(&'static str),
    /// Anything else, as a person would name it, with its article: "a PDF", "plain text".
    Other(String),
}

impl FileKind {
    /// ffmpeg's name of the one demuxer this file may be opened with; none for a kind that is not opened at all.
    pub fn demuxer(&self) -> Option<&'static str> {
        match self {
            Self::Mp4 => Some("mov"),
            Self::Matroska { .. } => Some("matroska"),
            Self::TransportStream => Some("mpegts"),
            Self::Sound(demuxer) => Some(demuxer),
            Self::Other(_) => None,
        }
    }

    /// The same, with the sentence for the person when the file is not opened.
    pub fn require_demuxer(&self) -> Result<&'static str, MediaError> {
        self.demuxer().ok_or_else(|| match self {
            Self::Other(name) => MediaError::wrong_kind(name),
            _ => MediaError::wrong_kind("an unknown kind of file"),
        })
    }
}

/// Names the kind of file that starts with `head` (the first [`SNIFF_LEN`] bytes, or all of a shorter file).
pub fn sniff(head: &[u8]) -> FileKind {
    if head.is_empty() {
        return other("an empty file");
    }
    if let Some(kind) = iso_bmff(head).or_else(|| matroska(head)) {
        return kind;
    }
    if let Some(name) = text(head) {
        return other(name);
    }
    if is_transport_stream(head) {
        return FileKind::TransportStream;
    }
    if let Some(demuxer) = sound(head) {
        return FileKind::Sound(demuxer);
    }
    match infer::get(head) {
        Some(found) => FileKind::Other(with_article(found.mime_type(), found.extension())),
        None => other("an unknown kind of file"),
    }
}

fn other(name: &str) -> FileKind {
    FileKind::Other(name.to_owned())
}

fn iso_bmff(head: &[u8]) -> Option<FileKind> {
    let size = u32::from_be_bytes(head.get(..4)?.try_into().ok()?);
    match head.get(4..8)? {
        b"ftyp" => Some(match picture_brand(head, size as usize) {
            Some(picture) => other(picture),
            None => FileKind::Mp4,
        }),
        // QuickTime before `ftyp`, and a lone piece of a fragmented file. 0 and 1 are the two special sizes.
        b"moov" | b"mdat" | b"wide" | b"free" | b"skip" | b"pnot" | b"styp" if !(2..8).contains(&size) => Some(FileKind::Mp4),
        _ => None,
    }
}

/// HEIC and AVIF pictures are ISO-BMFF as well; only their brands tell. `mif1` is shared by both, so the list decides.
fn picture_brand(head: &[u8], ftyp_size: usize) -> Option<&'static str> {
    let end = ftyp_size.clamp(12, head.len().max(12));
    let brand = |b: &[u8]| match b {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => Some("a HEIC picture"),
        b"avif" | b"avis" => Some("an AVIF picture"),
        b"crx " => Some("a Canon raw picture"),
        _ => None,
    };
    match head.get(8..12)? {
        b"mif1" | b"msf1" => {
            let compatible = head.get(16..end).unwrap_or_default().chunks_exact(4);
            Some(compatible.into_iter().find_map(brand).unwrap_or("a HEIF picture"))
        }
        major => brand(major),
    }
}

/// The demuxer of a plain sound file. An MP3 may start with an ID3 tag or with a frame; so may AAC in ADTS frames.
fn sound(head: &[u8]) -> Option<&'static str> {
    match head {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some("wav"),
        [b'f', b'L', b'a', b'C', ..] => Some("flac"),
        [b'O', b'g', b'g', b'S', ..] => Some("ogg"),
        [b'I', b'D', b'3', ..] => Some("mp3"),
        // Twelve sync bits and layer 0: ADTS, of one of thirteen rates.
        [0xFF, second, third, ..] if second & 0xF6 == 0xF0 => (third >> 2 & 0xF < 13).then_some("aac"),
        // Eleven sync bits: MPEG audio; all ones in the bit rate or the rate is no frame.
        [0xFF, second, third, ..] if second & 0xE0 == 0xE0 => match (second >> 3 & 3, second >> 1 & 3, third >> 4, third >> 2 & 3) {
            (version, layer, bits, rate) if version != 1 && layer != 0 && bits != 15 && bits != 0 && rate != 3 => Some("mp3"),
            _ => None,
        },
        _ => None,
    }
}

/// EBML magic, then the DocType element (id 0x4282, one length byte) among the first few header elements.
fn matroska(head: &[u8]) -> Option<FileKind> {
    let body = head.strip_prefix(&[0x1A, 0x45, 0xDF, 0xA3])?;
    let body = &body[..body.len().min(64)];
    let at = body.windows(2).position(|w| w == [0x42, 0x82])?;
    let len = usize::from(body.get(at + 2)? & 0x7F);
    match body.get(at + 3..at + 3 + len)? {
        b"webm" => Some(FileKind::Matroska { webm: true }),
        b"matroska" => Some(FileKind::Matroska { webm: false }),
        _ => None,
    }
}

/// Text is UTF-8 without control characters that no editor writes; a character cut in half by the end of `head` is fine.
fn text(head: &[u8]) -> Option<&'static str> {
    if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
        // UTF-16; an MP3 frame can start with FF FE too, but no text has its following byte patterns without NULs.
        return head.contains(&0).then_some("plain text");
    }
    let valid = match std::str::from_utf8(head) {
        Ok(all) => all,
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => std::str::from_utf8(&head[..error.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    if valid.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{1b}')) {
        return None;
    }
    let start = valid.trim_start_matches('\u{feff}').trim_start();
    let begins = |prefix: &str| start.get(..prefix.len()).is_some_and(|s| s.eq_ignore_ascii_case(prefix));
    let playlist = ["#EXTM3U", "#EXT-X-", "ffconcat", "[playlist]", "<MPD", "[Reference]"];
    if playlist.iter().any(|p| begins(p)) || start.contains("<MPD ") {
        return Some("a playlist (text)");
    }
    match start {
        _ if begins("%PDF") => Some("a PDF"),
        _ if begins("{\\rtf") => Some("an RTF document"),
        _ if begins("<!doctype html") || begins("<html") => Some("a web page"),
        _ if begins("WEBVTT") => Some("a subtitle file (text)"),
        _ if start.contains("<svg") => Some("an SVG picture"),
        _ => Some("plain text"),
    }
}

/// Sync bytes at the head of three packets in a row; packets are 188 bytes, or 192 from a camcorder (4 bytes in).
fn is_transport_stream(head: &[u8]) -> bool {
    let synced = |start: usize, packet: usize| (0..3).all(|n| head.get(start + n * packet) == Some(&0x47));
    synced(0, 188) || synced(4, 192)
}

fn with_article(mime: &str, extension: &str) -> String {
    let name = match extension {
        "zip" => "a ZIP archive",
        "pdf" => "a PDF",
        "mid" | "midi" => "a MIDI file",
        "doc" | "docx" | "odt" => "a text document",
        "xls" | "xlsx" | "ods" => "a spreadsheet",
        "ppt" | "pptx" | "odp" => "a presentation",
        "epub" | "mobi" => "an e-book",
        "jpg" => "a JPEG picture",
        "tif" => "a TIFF picture",
        "avi" => "an AVI video",
        "wmv" => "a Windows Media video",
        "mpg" => "an MPEG-1 or MPEG-2 video",
        "flv" => "a Flash video",
        "exe" | "dll" | "elf" | "mach" | "obj" => "a program",
        "sqlite" => "a database",
        _ => "",
    };
    if !name.is_empty() {
        return name.to_owned();
    }
    let upper = extension.to_uppercase();
    // Letters whose names begin with a vowel sound: an AAC file, an FLAC file is said "a FLAC".
    let article = if upper.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
    let noun = match mime.split('/').next() {
        Some("image") => "picture",
        Some("audio") => "sound file",
        Some("video") => "video",
        Some("font") => "font",
        _ => "file",
    };
    format!("{article} {upper} {noun}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(head: &[u8]) -> String {
        match sniff(head) {
            FileKind::Other(name) => name,
            kind => format!("{kind:?}"),
        }
    }

    fn ftyp(brands: &[u8]) -> Vec<u8> {
        let mut head = (8 + brands.len() as u32).to_be_bytes().to_vec();
        head.extend_from_slice(b"ftyp");
        head.extend_from_slice(brands);
        head
    }

    #[test]
    fn an_mp4_is_known_by_its_ftyp_and_opened_as_mov() {
        let kind = sniff(&ftyp(b"isom\0\0\x02\0isomiso2avc1mp41"));
        assert_eq!((kind.demuxer(), kind), (Some("mov"), FileKind::Mp4));
    }

    #[test]
    fn an_old_quicktime_file_may_start_with_its_index_or_its_data() {
        for name in [b"moov", b"mdat", b"wide", b"free"] {
            let head = [&[0, 0, 0, 8], &name[..]].concat();
            assert_eq!(sniff(&head), FileKind::Mp4);
        }
    }

    #[test]
    fn heic_and_avif_pictures_are_not_mistaken_for_films() {
        assert_eq!(named(&ftyp(b"heic\0\0\0\0mif1heic")), "a HEIC picture");
        assert_eq!(named(&ftyp(b"mif1\0\0\0\0mif1heic")), "a HEIC picture");
        assert_eq!(named(&ftyp(b"avif\0\0\0\0mif1miaf")), "an AVIF picture");
        assert_eq!(named(&ftyp(b"mif1\0\0\0\0mif1avif")), "an AVIF picture");
    }

    #[test]
    fn a_sound_only_m4a_is_still_iso_bmff() {
        assert_eq!(sniff(&ftyp(b"M4A \0\0\0\0M4A mp42")), FileKind::Mp4);
    }

    #[test]
    fn matroska_and_webm_differ_by_doctype() {
        let mkv = b"\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82\x88matroska\x42\x87";
        let webm = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm\x42\x87";
        assert_eq!(sniff(mkv), FileKind::Matroska { webm: false });
        assert_eq!(sniff(webm), FileKind::Matroska { webm: true });
    }

    #[test]
    fn playlists_and_concat_scripts_are_text_whatever_they_are_called() {
        assert_eq!(named(b"#EXTM3U\n#EXTINF:6,\n../victim/other.mp4\n"), "a playlist (text)");
        assert_eq!(named(b"\xef\xbb\xbf#EXTM3U\n"), "a playlist (text)");
        assert_eq!(named(b"ffconcat version 1.0\nfile '../victim.mp4'\n"), "a playlist (text)");
        assert_eq!(sniff(b"#EXTM3U\n").demuxer(), None);
    }

    #[test]
    fn text_is_text_even_when_a_character_is_cut_in_half() {
        assert_eq!(named("naïve notes, ü".as_bytes()), "plain text");
        assert_eq!(named(&"naïve notes, ü".as_bytes()[.."naïve notes, ü".len() - 1]), "plain text");
    }

    #[test]
    fn common_foreign_files_are_named_as_a_person_would() {
        assert_eq!(named(b""), "an empty file");
        assert_eq!(named(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"), "a PDF");
        assert_eq!(named(b"PK\x03\x04\x14\0\0\0\x08\0"), "a ZIP archive");
        assert_eq!(named(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "a PNG picture");
        assert_eq!(named(b"RIFF\0\0\0\0AVI LIST\0"), "an AVI video");
        assert_eq!(named(&[0xF7, 0, 1, 2, 0xFE]), "an unknown kind of file");
    }

    #[test]
    fn a_transport_stream_is_known_by_its_packets() {
        let mut head = vec![0xFF; 188 * 3];
        (0..3).for_each(|n| head[n * 188] = 0x47);
        assert_eq!(sniff(&head), FileKind::TransportStream);
    }

    #[test]
    fn sound_files_are_known_by_their_first_bytes() {
        for (head, demuxer) in [
            (&b"RIFF\0\0\0\0WAVEfmt \0"[..], "wav"),
            (b"fLaC\0\0\0\x22", "flac"),
            (b"OggS\0\x02", "ogg"),
            (b"ID3\x04\0\0\0\0\0\0", "mp3"),
            (b"\xFF\xFB\x90\x64", "mp3"),
            (b"\xFF\xF1\x50\x80", "aac"),
            (b"\xFF\xF1\x4C\x40", "aac"),
            (b"\xFF\xF9\x50\x80", "aac"),
        ] {
            assert_eq!(sniff(head), FileKind::Sound(demuxer), "{head:x?}");
        }
        assert_eq!(sniff(b"\xFF\xD8\xFF\xE0\0\x10JFIF"), FileKind::Other("a JPEG picture".into()));
        assert_eq!(sniff(b"\xFF\xFF\xFF\xFF").demuxer(), None);
    }
}
