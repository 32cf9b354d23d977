//! Text that tells ffmpeg to open something else, dressed as a recording.

use super::{
    bait::Bait,
    bytes::{be32, cat},
    corpus::{Hostile, never},
    mp4,
    ts::PACKET,
};

/// A playlist of one segment.
pub fn playlist(target: &str) -> String {
    format!("#EXTM3U\n#EXT-X-TARGETDURATION:12\n#EXTINF:12,\n{target}\n#EXT-X-ENDLIST\n")
}

/// A concat script of one file.
pub fn concat(target: &str) -> String {
    format!("ffconcat version 1.0\nfile '{target}'\n")
}

/// A session description: ffmpeg would listen for packets.
pub fn session(port: u16) -> String {
    format!("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\na=rtpmap:96 H264/90000\n")
}

/// A DASH manifest of one file.
pub fn manifest(target: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" profiles=\"urn:mpeg:dash:profile:isoff-on-demand:2011\" \
         type=\"static\" mediaPresentationDuration=\"PT12S\"><Period><AdaptationSet mimeType=\"video/mp2t\">\
         <Representation id=\"v\" bandwidth=\"1\"><BaseURL>{target}</BaseURL></Representation></AdaptationSet></Period></MPD>\n"
    )
}

/// An ID3 tag makes any file an MP3 by its first bytes; ffmpeg, left alone, skips it and looks at what follows.
pub fn behind_id3(script: &str) -> Vec<u8> {
    cat!(b"ID3\x04\0\0\0\0\0\x0a", [0; 10], script.as_bytes())
}

pub fn all(bait: &Bait) -> Vec<Hostile> {
    [playlists(bait), disguises(bait), scripts(bait), documents(bait)].into_iter().flatten().collect()
}

fn playlists(bait: &Bait) -> Vec<Hostile> {
    let (clip, secret, url) = (bait.clip.display().to_string(), bait.secret.display().to_string(), bait.url("a.ts"));
    let tagged = |tag: &str| playlist(&clip).replacen("#EXTINF", &format!("{tag}\n#EXTINF"), 1);
    vec![
        never("playlist.mp4", playlist(&clip)).quick(),
        never("playlist-relative.mkv", playlist("../../../neighbour.ts")),
        never("playlist-http.mp4", playlist(&url)).quick(),
        never("playlist-of-a-secret.ts", playlist(&secret)),
        never("playlist-key.mp4", tagged(&format!("#EXT-X-KEY:METHOD=AES-128,URI=\"{url}\""))),
        never("playlist-map.mp4", tagged(&format!("#EXT-X-MAP:URI=\"{secret}\""))),
        never("playlist-subfile.mp4", playlist(&format!("subfile,,start,0,end,99,,:{secret}"))),
        never("playlist-joined.mp4", playlist(&format!("concat:{clip}|{secret}"))),
        never("playlist-data.mp4", playlist("data:video/mp2t;base64,R0AAEA==")),
        never("playlist-of-playlists.mp4", format!("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{}\n", bait.url("b.m3u8"))),
        never("playlist-pls.mp4", format!("[playlist]\nFile1={url}\nNumberOfEntries=1\n")),
        never("playlist-asx.mp4", format!("<asx version=\"3.0\"><entry><ref href=\"{url}\"/></entry></asx>\n")),
        never("playlist-reference.mov", format!("[Reference]\nRef1={url}\n")),
        never("playlist-smil.mp4", format!("<smil><body><video src=\"{url}\"/></body></smil>\n")),
    ]
}

fn disguises(bait: &Bait) -> Vec<Hostile> {
    let list = playlist(&bait.clip.display().to_string());
    let utf16: Vec<u8> = list.encode_utf16().flat_map(u16::to_le_bytes).collect();
    // Sync bytes where a transport stream has them.
    let mut synced = cat!(b"G", list.as_bytes());
    synced.resize(PACKET * 4, b'\n');
    (1..4).for_each(|n| synced[n * PACKET] = b'G');
    let in_free = cat!(mp4::ftyp(), mp4::atom(b"free", list.as_bytes()));
    vec![
        never("playlist-with-mark.mp4", format!("\u{feff}{list}")),
        never("playlist-after-blanks.ts", format!("{}{list}", " \n".repeat(2000))),
        never("playlist-after-junk.mkv", cat!([0, 1, 2, 0xFF], list.as_bytes())),
        never("playlist-utf16.mp4", cat!([0xFF, 0xFE], utf16)),
        never("playlist-behind-id3.mp3", behind_id3(&list)).quick(),
        never("playlist-behind-ftyp.mp4", cat!(mp4::ftyp(), list.as_bytes())).quick(),
        never("playlist-in-free.mp4", in_free),
        never("playlist-in-mdat.mp4", cat!(mp4::ftyp(), mp4::atom(b"mdat", list.as_bytes()))),
        never("playlist-as-a-box.mp4", cat!(be32(list.len() as u32 + 8), b"free", list.as_bytes())),
        never("playlist-in-packets.ts", synced).quick(),
        never("playlist-as-ebml.mkv", cat!([0x1A, 0x45, 0xDF, 0xA3, 0x8B, 0x42, 0x82, 0x88], b"matroska", list.as_bytes())),
        never("playlist-as-ogg.ogg", cat!(b"OggS\0\x02", list.as_bytes())),
        never("playlist-as-wav.wav", cat!(b"RIFF\xff\xff\xff\xffWAVE", list.as_bytes())),
        never("playlist-as-flac.flac", cat!(b"fLaC", list.as_bytes())),
        never("playlist-as-adts.aac", cat!(b"\xff\xf1\x50\x80\x01\x7f\xfc", list.as_bytes())),
        never("playlist-as-nut.mp4", cat!(b"nut/multimedia container\0", list.as_bytes())),
    ]
}

fn scripts(bait: &Bait) -> Vec<Hostile> {
    let (clip, secret, url) = (bait.clip.display().to_string(), bait.secret.display().to_string(), bait.url("c.ts"));
    vec![
        never("concat.mp4", concat(&clip)),
        never("concat-relative.mkv", concat("neighbour.ts")).quick(),
        never("concat-http.mp4", concat(&url)),
        never("concat-behind-id3.mp3", behind_id3(&concat("neighbour.ts"))),
        never("concat-with-options.mp4", format!("ffconcat version 1.0\nfile '{clip}'\noption safe 0\nstream\nexact_stream_id 0x100\n")),
        never("session.mp4", session(bait.port)).quick(),
        never("session-behind-id3.mp3", behind_id3(&session(bait.port))),
        never("redirect-rtsp.mp4", format!("RTSPtext\nrtsp://127.0.0.1:{}/a\n", bait.port)),
        never("manifest.mp4", manifest(&clip)).quick(),
        never("manifest-http.mp4", manifest(&url)),
        never("manifest-behind-id3.mp3", behind_id3(&manifest(&clip))),
        never(
            "manifest-smooth.mp4",
            format!("<SmoothStreamingMedia MajorVersion=\"2\" Duration=\"1\"><StreamIndex Url=\"{url}\"/></SmoothStreamingMedia>\n"),
        ),
        never("avisynth.mp4", format!("DirectShowSource(\"{secret}\")\n")),
        never("graph.mp4", format!("movie={secret}[out0]\n")),
        never("metadata.mp4", format!(";FFMETADATA1\ntitle={url}\n")),
        never("images.mp4", format!("{}/%03d.png\n", bait.folder.path().display())),
        never("shell.mp4", format!("#!/bin/sh\ncat {secret} > out; curl {url}\n")),
    ]
}

fn documents(bait: &Bait) -> Vec<Hostile> {
    let (secret, url) = (bait.secret.display().to_string(), bait.url("d"));
    let xxe = format!("<!DOCTYPE svg [<!ENTITY x SYSTEM \"file://{secret}\">]>");
    let svg =
        format!("<?xml version=\"1.0\"?>{xxe}<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"{url}\"/><text>&x;</text></svg>\n");
    vec![
        never("picture-svg.mp4", svg).quick(),
        never("picture-xpm.mp4", "/* XPM */\nstatic char *x[] = {\"65535 65535 2 1\",\"a c #000000\",\"b c #ffffff\"};\n"),
        never("subtitles-ass.mkv", format!("[Script Info]\nScriptType: v4.00+\nVideo File: {secret}\nAudio File: {url}\n")),
        never("subtitles-vobsub.mp4", "# VobSub index file, v7 (do not modify this line!)\nsize: 720x576\nid: en, index: 0\n"),
        never("subtitles-srt.mp4", format!("1\n00:00:00,000 --> 00:00:09,000\n<img src=\"{url}\">\n")),
        never("page.mp4", format!("<html><script src=\"{url}\"></script></html>\n")),
        never("shortcut.mp4", format!("[InternetShortcut]\nURL=file://{secret}\n")),
    ]
}
