//! `&amp;` and its kin. WebVTT knows all names of HTML; these are the ones that stand in what people write.

use super::markup::until;

/// `&#x10FFFF;`
const LONGEST: usize = 10;

const SIGNS: [(&str, char); 38] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("ensp", ' '),
    ("emsp", ' '),
    ("thinsp", ' '),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("lsaquo", '‹'),
    ("rsaquo", '›'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("iexcl", '¡'),
    ("iquest", '¿'),
    ("middot", '·'),
    ("bull", '•'),
    ("deg", '°'),
    ("euro", '€'),
    ("pound", '£'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("szlig", 'ß'),
    ("aelig", 'æ'),
    ("AElig", 'Æ'),
    ("oelig", 'œ'),
    ("oslash", 'ø'),
    ("Oslash", 'Ø'),
];

/// Names of accents, and letters without and with them by turns.
const ACCENTS: [(&str, &str); 7] = [
    ("uml", "aäeëiïoöuüyÿAÄEËIÏOÖUÜ"),
    ("acute", "aáeéiíoóuúyýAÁEÉIÍOÓUÚYÝ"),
    ("grave", "aàeèiìoòuùAÀEÈIÌOÒUÙ"),
    ("circ", "aâeêiîoôuûAÂEÊIÎOÔUÛ"),
    ("tilde", "aãnñoõAÃNÑOÕ"),
    ("cedil", "cçCÇ"),
    ("ring", "aåAÅ"),
];

/// Entities resolved, each once: `&amp;lt;` is the text `&lt;`.
pub fn resolved(text: &str) -> String {
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let named = until(&rest[1..], b';', LONGEST).and_then(|(name, after)| Some((entity(name)?, after)));
        match named {
            Some((character, after)) => {
                plain.extend(character);
                rest = after;
            }
            None => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// What an entity stands for; marks of direction stand for nothing.
fn entity(name: &str) -> Option<Option<char>> {
    if matches!(name, "lrm" | "rlm") {
        return Some(None);
    }
    let sign = SIGNS.iter().find(|(known, _)| *known == name).map(|(_, sign)| *sign);
    sign.or_else(|| number(name)).or_else(|| accented(name)).map(Some)
}

/// `#39` or `#x2F`
fn number(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => digits.parse(),
    };
    char::from_u32(code.ok()?)
}

/// `eacute`, `Uuml`
fn accented(name: &str) -> Option<char> {
    let mut accent = name.chars();
    let letter = accent.next()?;
    let (_, letters) = ACCENTS.iter().find(|(known, _)| *known == accent.as_str())?;
    let mut letters = letters.chars();
    std::iter::from_fn(|| letters.next().zip(letters.next())).find(|(plain, _)| *plain == letter).map(|(_, accented)| accented)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_resolved_once() {
        assert_eq!(resolved("&amp;lt; &#39;&#x2F;&quot; R&D &unknown; &"), "&lt; '/\" R&D &unknown; &");
    }

    #[test]
    fn letters_and_signs_have_the_names_they_have_in_html() {
        assert_eq!(resolved("Gr&uuml;&szlig;e &ndash; &Eacute;t&eacute;&hellip; ma&ntilde;ana &rsquo;s&lrm;"), "Grüße – Été… mañana ’s");
        assert_eq!(resolved("&xuml; &uml; &;"), "&xuml; &uml; &;");
    }
}
