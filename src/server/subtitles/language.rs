//! Names of languages, as transcribers write them, to the tags that browsers know.

/// The languages that Whisper knows (its names, and ISO 639), from its `tokenizer.py`; it calls Javanese by a code that nobody else uses.
const NAMES: [(&str, &str); 101] = [
    ("afrikaans", "af"),
    ("albanian", "sq"),
    ("amharic", "am"),
    ("arabic", "ar"),
    ("armenian", "hy"),
    ("assamese", "as"),
    ("azerbaijani", "az"),
    ("bashkir", "ba"),
    ("basque", "eu"),
    ("belarusian", "be"),
    ("bengali", "bn"),
    ("bosnian", "bs"),
    ("breton", "br"),
    ("bulgarian", "bg"),
    ("cantonese", "yue"),
    ("catalan", "ca"),
    ("chinese", "zh"),
    ("croatian", "hr"),
    ("czech", "cs"),
    ("danish", "da"),
    ("dutch", "nl"),
    ("english", "en"),
    ("estonian", "et"),
    ("faroese", "fo"),
    ("finnish", "fi"),
    ("french", "fr"),
    ("galician", "gl"),
    ("georgian", "ka"),
    ("german", "de"),
    ("greek", "el"),
    ("gujarati", "gu"),
    ("haitian creole", "ht"),
    ("hausa", "ha"),
    ("hawaiian", "haw"),
    ("hebrew", "he"),
    ("hindi", "hi"),
    ("hungarian", "hu"),
    ("icelandic", "is"),
    ("indonesian", "id"),
    ("italian", "it"),
    ("japanese", "ja"),
    ("javanese", "jv"),
    ("kannada", "kn"),
    ("kazakh", "kk"),
    ("khmer", "km"),
    ("korean", "ko"),
    ("lao", "lo"),
    ("latin", "la"),
    ("latvian", "lv"),
    ("lingala", "ln"),
    ("lithuanian", "lt"),
    ("luxembourgish", "lb"),
    ("macedonian", "mk"),
    ("malagasy", "mg"),
    ("malay", "ms"),
    ("malayalam", "ml"),
    ("maltese", "mt"),
    ("maori", "mi"),
    ("marathi", "mr"),
    ("mongolian", "mn"),
    ("myanmar", "my"),
    ("nepali", "ne"),
    ("norwegian", "no"),
    ("nynorsk", "nn"),
    ("occitan", "oc"),
    ("pashto", "ps"),
    ("persian", "fa"),
    ("polish", "pl"),
    ("portuguese", "pt"),
    ("punjabi", "pa"),
    ("romanian", "ro"),
    ("russian", "ru"),
    ("sanskrit", "sa"),
    ("serbian", "sr"),
    ("shona", "sn"),
    ("sindhi", "sd"),
    ("sinhala", "si"),
    ("slovak", "sk"),
    ("slovenian", "sl"),
    ("somali", "so"),
    ("spanish", "es"),
    ("sundanese", "su"),
    ("swahili", "sw"),
    ("swedish", "sv"),
    ("tagalog", "tl"),
    ("tajik", "tg"),
    ("tamil", "ta"),
    ("tatar", "tt"),
    ("telugu", "te"),
    ("thai", "th"),
    ("tibetan", "bo"),
    ("turkish", "tr"),
    ("turkmen", "tk"),
    ("ukrainian", "uk"),
    ("urdu", "ur"),
    ("uzbek", "uz"),
    ("vietnamese", "vi"),
    ("welsh", "cy"),
    ("yiddish", "yi"),
    ("yoruba", "yo"),
    ("jw", "jv"),
];

/// The BCP 47 tag of what a file or a transcriber calls its language: `en`, `pt-BR` and `english` alike. `None` for what is
/// neither, so that nothing strange gets into a header or an attribute.
pub fn tag(name: &str) -> Option<String> {
    let name = name.trim().replace('_', "-");
    // "lao" is a name of three letters.
    if let Some((_, tag)) = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name)) {
        return Some((*tag).to_owned());
    }
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
        assert_eq!(tag("Haitian Creole").as_deref(), Some("ht"));
        assert_eq!(tag("lao").as_deref(), Some("lo"));
        assert_eq!(tag("jw").as_deref(), Some("jv"));
        assert_eq!(tag("zh-Hant-TW").as_deref(), Some("zh-Hant-TW"));
    }

    #[test]
    fn what_is_no_language_is_none() {
        for name in ["", "auto", "e", "en\r\nSet-Cookie: a", "klingonish", "en-\"onload"] {
            assert_eq!(tag(name), None, "{name}");
        }
    }
}
