//! Files that are two things at once.

use super::{
    bytes::{be32, cat},
    corpus::{Hostile, bounded, never},
    ebml,
    mp4::{self, Film, atom},
    pictures::png,
    sounds::wav,
    ts,
};

pub fn all() -> Vec<Hostile> {
    let film = Film::default().bytes();
    let page = b"<html><script>alert(document.domain)</script></html>";
    let archive = cat!(b"PK\x05\x06", [0; 18]);
    // ISO-BMFF looks at the fifth byte; much else at the first.
    let dressed = |first: &[u8; 4], rest: &[u8]| cat!(first, b"ftyp", rest, film);
    let hidden = |inside: &[u8]| Film { tail: atom(b"free", inside), ..Film::default() }.bytes();
    let brand = |name: &[u8; 4]| cat!(be32(16), b"ftyp", name, be32(0), film[32..]);
    let packets: Vec<u8> = (0..40).flat_map(|n| ts::grey(90_000 * (1 + n), &[])).collect();
    vec![
        never("png-and-film.png", cat!(png(64, 64), film)).quick(),
        never("gif-and-film.gif", cat!(b"GIF89a", film)),
        never("gif-as-a-box.mp4", dressed(b"GIF8", b"9a")),
        never("archive-and-film.zip", cat!(b"PK\x03\x04", [0; 26], film)),
        never("document-and-film.pdf", cat!(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", film)).quick(),
        never("program-and-film.mp4", cat!(b"\x7fELF\x02\x01\x01", [0; 60], film)),
        never("packed-film.mp4.gz", cat!([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], film)),
        never("program-for-windows.mp4", cat!(b"MZ\x90\0", [0; 60], film)),
        never("cartridge.swf", cat!(b"CWS\x0a", film)),
        never("video-of-windows.avi", cat!(b"RIFF", [0xFF; 4], b"AVI LIST", film)),
        never("picture-of-a-phone.mp4", brand(b"heic")),
        never("raw-picture.mp4", brand(b"crx ")),
        bounded("film-and-archive.mp4", cat!(film, archive)).quick(),
        bounded("film-and-page.mp4", hidden(page)),
        bounded("film-and-document.mp4", hidden(b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript>>>>endobj\n")),
        bounded("film-and-playlist.mp4", hidden(b"\n#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n")),
        bounded("film-and-film.mkv", cat!(ebml::film_with(&[]), film)),
        bounded("film-in-a-film.mp4", hidden(&ebml::film_with(&[]))),
        bounded("packets-in-a-film.mp4", hidden(&packets)),
        never("matroska-in-a-box.mp4", atom(b"free", &ebml::film_with(&[]))),
        bounded("film-in-a-sound.wav", cat!(wav(1, 8000, 8000, 8000), film)),
        never("head-of-every-kind.mp4", cat!(mp4::ftyp(), ebml::header("matroska"), b"OggSfLaCID3\x04\0RIFF\0\0\0\0WAVE")),
    ]
}
