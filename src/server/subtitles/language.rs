//! Names of languages, as transcribers write them, to the tags that browsers know.

/// The languages that Whisper is good at (its names, and ISO 639-1), from its `tokenizer.py`.
const NAMES: [(&str, &str); 59] = [
    ("afrikaans", "af"),
    ("arabic", "ar"),
    ("armenian", "hy"),
    ("azerbaijani", "az"),
    ("belarusian", "be"),
    ("bosnian", "bs"),
    ("bulgarian", "bg"),
    ("catalan", "ca"),
    ("chinese", "zh"),
    ("croatian", "hr"),
    ("czech", "cs"),
    ("danish", "da"),
    ("dutch", "nl"),
    ("english", "en"),
    ("estonian", "et"),
    ("finnish", "fi"),
    ("french", "fr"),
    ("galician", "gl"),
    ("german", "de"),
    ("greek", "el"),
    ("hebrew", "he"),
    ("hindi", "hi"),
    ("hungarian", "hu"),
    ("icelandic", "is"),
    ("indonesian", "id"),
    ("italian", "it"),
    ("japanese", "ja"),
    ("kannada", "kn"),
    ("kazakh", "kk"),
    ("korean", "ko"),
    ("latvian", "lv"),
    ("lithuanian", "lt"),
    ("macedonian", "mk"),
    ("malay", "ms"),
    ("maori", "mi"),
    ("marathi", "mr"),
    ("nepali", "ne"),
    ("norwegian", "no"),
    ("persian", "fa"),
    ("polish", "pl"),
    ("portuguese", "pt"),
    ("romanian", "ro"),
    ("russian", "ru"),
    ("serbian", "sr"),
    ("slovak", "sk"),
    ("slovenian", "sl"),
    ("spanish", "es"),
    ("swahili", "sw"),
    ("swedish", "sv"),
    ("tagalog", "tl"),
    ("tamil", "ta"),
    ("thai", "th"),
    ("turkish", "tr"),
    ("ukrainian", "uk"),
    ("urdu", "ur"),
    ("vietnamese", "vi"),
    ("welsh", "cy"),
    ("bengali", "bn"),
    ("telugu", "te"),
];

/// The BCP 47 tag of what a file or a transcriber calls its language: `en`, `pt-BR` and `english` alike. `None` for what is
/// neither, so that nothing strange gets into a header or an attribute.
pub fn tag(name: &str) -> Option<String> {
    let name = name.trim().replace('_', "-");
    let mut parts = name.split('-');
    let primary = parts.next()?.to_ascii_lowercase();
    let plain = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    if plain(&primary, 2..=3) && primary.bytes().all(|b| b.is_ascii_alphabetic()) {
        let mut all = vec![primary.as_str()];
        all.extend(parts.take(3));
        return all.iter().all(|part| plain(part, 1..=8)).then(|| all.join("-"));
    }
    NAMES.iter().find(|(known, _)| *known == primary).map(|(_, tag)| (*tag).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_tags_become_tags() {
        assert_eq!(tag("English").as_deref(), Some("en"));
        assert_eq!(tag("pt_BR").as_deref(), Some("pt-BR"));
        assert_eq!(tag("DE").as_deref(), Some("de"));
        assert_eq!(tag("zh-Hant-TW").as_deref(), Some("zh-Hant-TW"));
    }

    #[test]
    fn what_is_no_language_is_none() {
        for name in ["", "auto", "e", "en\r\nSet-Cookie: a", "klingonish", "en-\"onload"] {
            assert_eq!(tag(name), None, "{name}");
        }
    }
}
