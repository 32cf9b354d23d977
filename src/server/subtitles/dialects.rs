//! Files as other programs write them, each in its own dialect.

use super::*;

/// Start, end, speaker, text.
type Said<'a> = (i64, i64, Option<&'a str>, &'a str);

fn says(file: impl AsRef<[u8]>, expected: &[Said<'_>]) {
    let script = read(file.as_ref()).unwrap();
    let said: Vec<Said<'_>> = script.sentences.iter().map(|s| (s.start_ms, s.end_ms, s.speaker.as_deref(), s.text.as_str())).collect();
    assert_eq!(said, expected);
}

#[test]
fn webvtt_with_everything_in_it() {
    says(
        "\u{feff}WEBVTT - a meeting\r\nKind: captions\r\nLanguage: en-GB\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\nREGION\r\nid:fred width:40%\r\n\r\nNOTE\r\n00:09.000 is not a cue\r\n\r\n\
         intro\r\n00:01.500 --> 00:04.000 align:start position:10% line:-4\r\n<v.loud Ana>So the <i>plan</i>\r\nis &lt;this&gt; &amp; that</v>\r\n",
        &[(1_500, 4_000, Some("Ana"), "So the plan is <this> & that")],
    );
    assert_eq!(read(b"WEBVTT\nLanguage: en-GB\n\n00:00.000 --> 00:01.000\nHi").unwrap().language.as_deref(), Some("en-GB"));
}

#[test]
fn subrip_from_an_old_player_with_windows_letters() {
    let file = b"1\r\n00:00:01,000 --> 00:00:02,000\r\n<font color=\"#ffff00\">Gr\xfc\xdfe</font>\r\n\r\n2\r\n00:00:03,5 --> 00:00:04,75\r\n{\\an8}oben\r\n";
    says(file, &[(1_000, 2_000, None, "Grüße"), (3_500, 4_750, None, "oben")]);
}

#[test]
fn subrip_without_blank_lines_with_blank_lines_inside_and_numbers_missing() {
    says(
        "1\n00:00:01,000 --> 00:00:02,000\nfirst\n2\n00:00:03,000 --> 00:00:04,000\nsecond\n\nand more\n\n00:00:05,000 --> 00:00:06,000\nthird\n",
        &[(1_000, 2_000, None, "first"), (3_000, 4_000, None, "second and more"), (5_000, 6_000, None, "third")],
    );
    // Every line twice as far from the next: a text file sent through Windows and back.
    says(
        "1\n\n00:00:01,000 --> 00:00:02,000\n\nfirst\n\n\n2\n\n00:00:03,000 --> 00:00:04,000\n\nsecond\n",
        &[(1_000, 2_000, None, "first"), (3_000, 4_000, None, "second")],
    );
}

#[test]
fn carriage_returns_alone_end_lines_too() {
    says(
        "WEBVTT\r\r00:01.000 --> 00:02.000\rone\rtwo\r\r00:02.000 --> 00:03.000\rthree",
        &[(1_000, 2_000, None, "one two"), (2_000, 3_000, None, "three")],
    );
}

#[test]
fn utf_16_from_notepad() {
    let file = "WEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\nこんにちは 🎈\r\n";
    let bytes: Vec<u8> = [0xFEFF].into_iter().chain(file.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    says(bytes, &[(1_000, 2_000, None, "こんにちは 🎈")]);
}

#[test]
fn captions_of_youtube_roll_and_time_their_words() {
    let file = "WEBVTT\nKind: captions\nLanguage: en\n\n\
        00:00:00.160 --> 00:00:02.310 align:start position:0%\n \nhello<00:00:00.480><c> and</c><00:00:00.720><c> welcome</c>\n\n\
        00:00:02.310 --> 00:00:02.320 align:start position:0%\nhello and welcome\n \n\n\
        00:00:02.320 --> 00:00:04.550 align:start position:0%\nhello and welcome\nto<00:00:02.560><c> this</c>\n\n\
        00:00:04.550 --> 00:00:04.560 align:start position:0%\nto this\n \n\n\
        00:00:04.560 --> 00:00:06.000 align:start position:0%\nto this\nmeeting\n";
    says(file, &[(160, 2_310, None, "hello and welcome"), (2_320, 4_550, None, "to this"), (4_560, 6_000, None, "meeting")]);
    let words: Vec<_> = parse(file).unwrap()[0].words.iter().map(|w| (w.start_ms, w.end_ms, w.text.clone())).collect();
    assert_eq!(words, [(160, 480, "hello".into()), (480, 720, "and".into()), (720, 2_310, "welcome".into())]);
}

#[test]
fn sbv_of_youtube_and_meet() {
    says(
        "0:00:01.000,0:00:04.250\nGood morning\neverybody\n\n0:00:05.000,0:00:06.000\nYes.\n",
        &[(1_000, 4_250, None, "Good morning everybody"), (5_000, 6_000, None, "Yes.")],
    );
}

#[test]
fn zoom_writes_names_before_colons() {
    let file = "WEBVTT\r\n\r\n1\r\n00:00:03.120 --> 00:00:05.000\r\nAna Müller: Can you hear me?\r\n\r\n2\r\n00:00:05.500 --> 00:00:07.000\r\nBen O'Neill: Yes: loud and clear.\r\n\r\n\
        3\r\n00:00:07.000 --> 00:00:09.000\r\nAna Müller: Good.\r\n\r\n4\r\n00:00:09.000 --> 00:00:10.000\r\nBen O'Neill: So.\r\n";
    says(
        file,
        &[
            (3_120, 5_000, Some("Ana Müller"), "Can you hear me?"),
            (5_500, 7_000, Some("Ben O'Neill"), "Yes: loud and clear."),
            (7_000, 9_000, Some("Ana Müller"), "Good."),
            (9_000, 10_000, Some("Ben O'Neill"), "So."),
        ],
    );
}

#[test]
fn teams_writes_voices_and_ids() {
    let file = "WEBVTT\r\n\r\n2d1f8c0e-1111-4222-8333-444455556666/12-0\r\n00:00:04.250 --> 00:00:06.130\r\n<v Ana Müller (Guest)>Good morning,\r\nTeam: all of you.</v>\r\n\r\n\
        2d1f8c0e-1111-4222-8333-444455556666/13-1\r\n00:00:06.130 --> 00:00:07.000\r\n<v Ben>Morning.</v>\r\n";
    says(file, &[(4_250, 6_130, Some("Ana Müller (Guest)"), "Good morning, Team: all of you."), (6_130, 7_000, Some("Ben"), "Morning.")]);
}

#[test]
fn overlapping_unordered_and_negative_times() {
    let file = "3\n00:00:05,000 --> 00:00:09,000\nlast\n\n1\n-00:00:01,000 --> 00:00:02,000\nbefore the start\n\n2\n00:00:01,000 --> 00:00:06,000\noverlaps\n\n4\n00:00:08,000 --> 00:00:07,000\nbackwards\n";
    says(
        file,
        &[
            (0, 2_000, None, "before the start"),
            (1_000, 6_000, None, "overlaps"),
            (5_000, 9_000, None, "last"),
            (8_000, 8_000, None, "backwards"),
        ],
    );
}

#[test]
fn hours_left_out_and_more_than_two_digits_of_them() {
    says(
        "WEBVTT\n\n59:59.999 --> 1:00:00.000\na\n\n100:00:00.000 --> 100:00:01.000\nb\n",
        &[(3_599_999, 3_600_000, None, "a"), (360_000_000, 360_001_000, None, "b")],
    );
}

#[test]
fn html_in_cues_is_text_without_its_tags() {
    let file = "WEBVTT\n\n00:01.000 --> 00:02.000\n<script>alert(1)</script><img src=x onerror=alert(2)>So <b>it</b>&nbsp;goes &lt;b&gt;\n";
    says(file, &[(1_000, 2_000, None, "alert(1)So it goes <b>")]);
}

#[test]
fn a_renamed_file_is_read_by_what_is_in_it() {
    // SubRip's commas under a WebVTT header, as converters leave them.
    says("WEBVTT\n\n1\n00:00:01,000 --> 00:00:02,000\nHello\n", &[(1_000, 2_000, None, "Hello")]);
    says(
        "WEBVTT\n00:01.000 --> 00:02.000\nHello\n\n00:03.000 --> 00:04.000\nthere\n",
        &[(1_000, 2_000, None, "Hello"), (3_000, 4_000, None, "there")],
    );
    says("[noise]\n1\n00:00:01,000 --> 00:00:02,000\nHello\n", &[(1_000, 2_000, None, "Hello")]);
}

#[test]
fn otter_and_descript_put_speakers_in_subrip() {
    let file = "1\n00:00:00,000 --> 00:00:01,000\nSpeaker 1: So\n\n2\n00:00:01,000 --> 00:00:02,000\nSpeaker 2: Yes\n\n3\n00:00:02,000 --> 00:00:03,000\nSpeaker 1: Go\n\n4\n00:00:03,000 --> 00:00:04,000\nSpeaker 2: On\n";
    assert!(parse(file).unwrap().iter().all(|s| s.speaker.as_deref().is_some_and(|name| name.starts_with("Speaker "))));
}

#[test]
fn what_is_no_transcript_is_refused_in_a_sentence() {
    assert_eq!(read(b""), Err(SubtitleError::Nothing));
    assert_eq!(read(b" \n\n"), Err(SubtitleError::Nothing));
    assert_eq!(read(b"hello\nworld"), Err(SubtitleError::Empty));
    assert_eq!(read(b"WEBVTT\n\n"), Err(SubtitleError::Empty));
    assert_eq!(read(b"\x89PNG\r\n\x1a\n\0\0"), Err(SubtitleError::NotText));
    let told = read(b"WEBVTT\n\n00:01.000 --> tomorrow\nhi\n").unwrap_err().to_string();
    assert_eq!(told, "Line 3: “tomorrow” is not a time. Times look like 00:01:02.000 --> 00:01:05.000.");
}

#[test]
fn hostile_sizes_end_in_good_time() {
    let began = std::time::Instant::now();
    let line = "WEBVTT\n\n00:00.000 --> 00:01.000\n";
    for noise in ["<", "&", "{\\", "<v ", "<00:01.000>", "&#"] {
        let _ = read(format!("{line}{}", noise.repeat(1 << 18)).as_bytes());
    }
    assert_eq!(read(format!("{line}{}", "word ".repeat(5_000)).as_bytes()), Err(SubtitleError::Endless));
    assert_eq!(
        read(format!("WEBVTT\n\n{}", "00:00.000 --> 00:01.000\na\n\n".repeat(MAX_SENTENCES + 1)).as_bytes()),
        Err(SubtitleError::TooMany)
    );
    assert_eq!(read(format!("{line}a{}", "\n".repeat(20 * MAX_SENTENCES)).as_bytes()), Err(SubtitleError::TooMany));
    assert!(read("[".repeat(1 << 20).as_bytes()).is_err());
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}
