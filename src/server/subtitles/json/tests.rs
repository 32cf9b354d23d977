use super::*;

fn first(text: &str) -> Sentence {
    read(text).unwrap().sentences[0].clone()
}

fn words_of(sentence: &Sentence) -> Vec<(i64, i64, &str)> {
    sentence.words.iter().map(|word| (word.start_ms, word.end_ms, word.text.as_str())).collect()
}

#[test]
fn tokens_of_whisper_cpp_are_put_together_to_words() {
    let file = r#"{"systeminfo":"AVX = 1","model":{"type":"base"},"params":{"language":"en"},"result":{"language":"en"},"transcription":[
        {"timestamps":{"from":"00:00:00,000","to":"00:00:02,000"},"offsets":{"from":0,"to":2000},"text":" Fellow Americans!","speaker":"0","tokens":[
          {"text":"[_BEG_]","timestamps":{"from":"00:00:00,000","to":"00:00:00,000"},"offsets":{"from":0,"to":0},"id":50363,"p":0.9},
          {"text":" Fellow","offsets":{"from":10,"to":600},"id":1,"p":0.9},
          {"text":" Americ","offsets":{"from":600,"to":1100},"id":2},
          {"text":"ans","offsets":{"from":1100,"to":1500},"id":3},
          {"text":"!","offsets":{"from":1500,"to":1600},"id":4},
          {"text":"[_TT_100]","offsets":{"from":2000,"to":2000},"id":5}]}]}"#;
    let script = read(file).unwrap();
    let sentence = &script.sentences[0];
    assert_eq!(
        (script.language.as_deref(), sentence.speaker.as_deref(), sentence.text.as_str()),
        (Some("en"), Some("Speaker 1"), "Fellow Americans!")
    );
    assert_eq!(words_of(sentence), [(10, 600, "Fellow"), (600, 1600, "Americans!")]);
}

#[test]
fn timestamps_do_where_there_are_no_offsets() {
    let sentence = first(r#"{"transcription":[{"timestamps":{"from":"00:01:00,250","to":"00:01:02,000"},"text":" So"}]}"#);
    assert_eq!((sentence.start_ms, sentence.end_ms), (60_250, 62_000));
}

#[test]
fn words_beside_the_segments_find_their_segment_and_its_punctuation() {
    let file = r#"{"task":"transcribe","language":"english","duration":4.0,"text":"Hello there. Good.",
        "segments":[{"id":0,"start":0.0,"end":2.0,"text":" Hello there."},{"id":1,"start":2.0,"end":4.0,"text":" Good."}],
        "words":[{"word":"Hello","start":0.1,"end":0.5},{"word":"there","start":0.5,"end":1.9},{"word":"Good","start":2.5,"end":3.25}]}"#;
    let script = read(file).unwrap();
    assert_eq!(script.language.as_deref(), Some("en"));
    assert_eq!(words_of(&script.sentences[0]), [(100, 500, "Hello"), (500, 1_900, "there.")]);
    assert_eq!(words_of(&script.sentences[1]), [(2_500, 3_250, "Good.")]);
}

#[test]
fn speakers_of_whisperx_and_of_openai_are_kept() {
    let sentence = first(
        r#"{"segments":[{"start":1.0,"end":2.0,"text":" In 2024 we","speaker":"SPEAKER_00",
        "words":[{"word":"In","start":1.0,"end":1.2,"score":0.9,"speaker":"SPEAKER_00"},{"word":"2024"},{"word":"we","start":1.8,"end":2.0}]}],"language":"en"}"#,
    );
    assert_eq!(sentence.speaker.as_deref(), Some("SPEAKER_00"));
    assert_eq!(words_of(&sentence), [(1_000, 1_200, "In"), (1_200, 1_800, "2024"), (1_800, 2_000, "we")]);
    let sentence = first(
        r#"{"task":"transcribe","duration":2.0,"text":"Hi","segments":[{"type":"transcript.text.segment","id":"seg_1","start":0.0,"end":2.0,"text":"Hi","speaker":"A"}]}"#,
    );
    assert_eq!(sentence.speaker.as_deref(), Some("A"));
    assert_eq!(first(r#"[{"start":0,"end":1,"text":"Hi","speaker":2}]"#).speaker.as_deref(), Some("Speaker 3"));
}

#[test]
fn words_alone_become_sentences_at_pauses_and_full_stops() {
    let file = r#"{"text":"x","words":[{"word":"So.","start":0.0,"end":0.4},{"word":"Then","start":0.5,"end":0.8},{"word":"on","start":3.0,"end":3.2}]}"#;
    let texts: Vec<String> = read(file).unwrap().sentences.into_iter().map(|s| s.text).collect();
    assert_eq!(texts, ["So.", "Then", "on"]);
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let cut = "{\n\"segments\": [\n{\"start\": 0.0,";
    assert_eq!(read(cut), Err(SubtitleError::BadJson { line: 3, reason: "it ends before it is complete".into() }));
    let Err(SubtitleError::BadJson { line: 2, reason }) = read("{\n\"segments\": 5}") else { panic!() };
    assert!(reason.starts_with("a value is of another kind than expected"), "{reason}");
    assert_eq!(read(r#"{"text":"Hello"}"#), Err(SubtitleError::Untimed));
    assert_eq!(read(r#"{"name":"package"}"#), Err(SubtitleError::OtherJson));
}

#[test]
fn times_that_make_no_sense_are_bounded() {
    let sentence = first(r#"{"segments":[{"start":-3.5,"end":1e300,"text":"So"}]}"#);
    assert_eq!((sentence.start_ms, sentence.end_ms), (0, 360_000_000));
    let sentence = first(r#"{"transcription":[{"offsets":{"from":-9223372036854775808,"to":9223372036854775807},"text":"So"}]}"#);
    assert_eq!((sentence.start_ms, sentence.end_ms), (0, time::LATEST_MS));
    assert_eq!(first(r#"[{"start":0,"end":1,"text":"Hi","speaker":9223372036854775807}]"#).speaker.unwrap().len(), 27);
    for number in ["1e999", "NaN", "Infinity"] {
        let Err(SubtitleError::BadJson { line: 2, .. }) = read(&format!("[\n{{\"start\":{number},\"end\":1,\"text\":\"Hi\"}}]")) else {
            panic!()
        };
    }
}

#[test]
fn a_text_without_times_is_no_silence() {
    assert_eq!(read(r#"{"text":" ","segments":[]}"#), Ok(Script::default()));
    assert_eq!(read(r#"{"text":"Hello","segments":[]}"#), Err(SubtitleError::Untimed));
    assert_eq!(read(r#"{"text":"Hello","segments":[{"text":"Hello"}]}"#), Err(SubtitleError::Untimed));
    assert_eq!(read(r#"{"transcription":[{"text":"Hello"}]}"#), Err(SubtitleError::Untimed));
    assert_eq!(first(r#"{"text":"Hello","segments":[],"words":[{"word":"Hello","start":1,"end":2}]}"#).start_ms, 1_000);
}

#[test]
fn what_has_no_time_follows_what_has_one() {
    let file = r#"{"segments":[{"start":1,"end":2,"text":"So"},{"text":"then"},{"start":null,"end":null,"text":""},{"start":3,"end":4,"text":"go"}]}"#;
    let times: Vec<_> = read(file).unwrap().sentences.into_iter().map(|s| (s.start_ms, s.end_ms, s.text)).collect();
    assert_eq!(times, [(1_000, 2_000, "So".into()), (2_000, 2_000, "then".to_owned()), (3_000, 4_000, "go".into())]);
}

#[test]
fn chinese_has_no_blanks_between_words() {
    let sentence =
        first(r#"{"words":[{"word":"我们","start":0,"end":0.4},{"word":"走","start":0.4,"end":0.6},{"word":"OK","start":0.7,"end":0.9}]}"#);
    assert_eq!((sentence.text.as_str(), words_of(&sentence)), ("我们走 OK", vec![(0, 600, "我们走"), (700, 900, "OK")]));
    let sentence = first(
        r#"{"segments":[{"start":0,"end":2,"text":"今天讨论。"}],"words":[{"word":"今天","start":0.5,"end":0.9},{"word":"讨论","start":0.9,"end":1.5}]}"#,
    );
    assert_eq!(words_of(&sentence), [(500, 1_500, "今天讨论。")]);
}

#[test]
fn what_tells_nothing_takes_no_memory_and_controls_are_no_text() {
    let file: File =
        serde_json::from_str(r#"{"segments":[{},{"text":" "},{"text":"a","words":[{},{"word":"a"}]}],"words":[{},{}]}"#).unwrap();
    let segments = file.segments.unwrap().0;
    assert_eq!((segments.len(), segments[0].words.as_ref().unwrap().0.len(), file.words.unwrap().0.len()), (1, 0, 0));
    assert_eq!(first(r#"[{"start":0,"end":1,"text":"a\u0000\u0007 b\n"}]"#).text, "a b");
}
