//! The words of a talk that say what it is about.
//!
//! No language is known here. Function words are found by how often and how evenly they come ([`super::tiling`]); the list of
//! English ones only helps where a talk is too short for that. Words are compared by their first letters, which is stemming
//! good enough for cohesion in most languages with endings (McNamee & Mayfield, "Character N-Gram Tokenization for European
//! Language Text Retrieval", Information Retrieval 7, 2004). Scripts without blanks between words are taken two signs at a time.

use std::collections::{HashMap, HashSet};

/// One line of a transcript, as far as chapters go.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    pub start_ms: i64,
    pub end_ms: i64,
    pub speaker: Option<&'a str>,
    pub text: &'a str,
}

/// A word that may mean something.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// What it is compared by: a number below [`Words::terms`].
    pub term: u32,
    /// Where it stands in the line's text, in bytes.
    pub from: u32,
    pub to: u32,
    /// Which word of its line it is, the others counted too: neighbours can be told by it.
    pub place: u32,
}

/// All lines, taken apart.
#[derive(Debug, Default)]
pub struct Words {
    /// Line by line.
    pub tokens: Vec<Vec<Token>>,
    pub terms: usize,
    /// How often each term comes in all, and in how many lines.
    pub counts: Vec<(u32, u32)>,
    /// So many words are English function words that the talk is in English.
    pub english: bool,
}

/// Letters by which words are compared.
const STEM: usize = 6;
/// In English every second or third word is a function word; in other languages hardly any looks like one.
const ENGLISH_SHARE: f64 = 0.25;

impl Words {
    pub fn of(lines: &[Line<'_>]) -> Self {
        let stop: HashSet<&str> = STOP.split_whitespace().collect();
        let mut known: HashMap<String, u32> = HashMap::new();
        let (mut all, mut function, mut lower) = (0_usize, 0_usize, String::new());
        let mut tokens = Vec::with_capacity(lines.len());
        for line in lines {
            let mut kept = Vec::new();
            for (place, (from, to)) in split(line.text).into_iter().enumerate() {
                let text = &line.text[from..to];
                lower.clear();
                if text.is_ascii() {
                    lower.push_str(text);
                    lower.make_ascii_lowercase();
                } else {
                    lower.extend(text.chars().flat_map(char::to_lowercase));
                }
                all += 1;
                if stop.contains(lower.as_str()) {
                    function += 1;
                    continue;
                }
                if !tells(text) {
                    continue;
                }
                let stem = lower.char_indices().nth(STEM).map_or(&*lower, |(end, _)| &lower[..end]);
                let term = known.get(stem).copied().unwrap_or_else(|| {
                    let next = known.len() as u32;
                    known.insert(stem.to_owned(), next);
                    next
                });
                kept.push(Token { term, from: from as u32, to: to as u32, place: place as u32 });
            }
            tokens.push(kept);
        }
        let counts = counts(&tokens, known.len());
        Self { tokens, terms: known.len(), counts, english: function as f64 > all as f64 * ENGLISH_SHARE }
    }
}

fn counts(lines: &[Vec<Token>], terms: usize) -> Vec<(u32, u32)> {
    let mut counts = vec![(0, 0, usize::MAX); terms];
    for (number, tokens) in lines.iter().enumerate() {
        for token in tokens {
            let (all, in_lines, last) = &mut counts[token.term as usize];
            *all += 1;
            if *last != number {
                (*in_lines, *last) = (*in_lines + 1, number);
            }
        }
    }
    counts.into_iter().map(|(all, in_lines, _)| (all, in_lines)).collect()
}

/// Whether a word can mean much by itself: three letters, or an abbreviation of two; figures alone do not.
fn tells(word: &str) -> bool {
    let count = word.chars().count();
    let letters = word.chars().any(char::is_alphabetic);
    letters && (count > 2 || (count == 2 && (word.chars().all(char::is_uppercase) || word.chars().all(unspaced))))
}

/// The words of a text as ranges of bytes. An apostrophe parts them: what is left of `don't` or `l'heure` is told by its length.
fn split(text: &str) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut start = None;
    let mut before: Option<usize> = None;
    for (at, sign) in text.char_indices() {
        if unspaced(sign) {
            if let Some(from) = start.take() {
                words.push((from, at));
            }
            if let Some(from) = before {
                words.push((from, at + sign.len_utf8()));
            }
            before = Some(at);
            continue;
        }
        before = None;
        match (sign.is_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                words.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    words.extend(start.map(|from| (from, text.len())));
    words
}

/// Signs of scripts that put no blanks between words: Thai to Burmese, Khmer, Kana, Han.
fn unspaced(sign: char) -> bool {
    matches!(sign, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{2FA1F}')
}

/// English function words, what apostrophes leave of them, and the small change of talking.
const STOP: &str = "a about above actually after again against all almost alright also although always am an and another any anybody anyone \
anything anyway are aren around as ask at away back basically be because been before being below between both bring but by call came can cannot \
come comes coming could couldn day days did didn different do does doesn doing don done down each either else end even ever every everybody \
everyone everything exactly far few fine first for from further get gets getting give given go goes going gone gonna good got great guess guys had \
happen has hasn have haven having he hello her here hers hey hi him himself his how however i idea if in into is isn it its itself just keep kind \
knew know known last later least left less let lets like likely little ll long look looking lot lots made make makes making many may maybe me mean \
means might mine more morning most much must my myself need needs never new next nice no nobody none nor not nothing now obviously of off often oh \
ok okay on once one ones only or other others our ours out over own part pass people perfect perhaps please point possible pretty probably put \
quite rather re really right said same saw say saying says second see seem seems seen shall she should shouldn show side since so some somebody \
someone something sometimes soon sorry sort start started still such suppose sure take taken takes talk talked talking tell than thank thanks that \
thats the their theirs them then there these they thing things think third this those though thought three through time times to today together \
told tomorrow too took toward towards tried try trying turn two uh um under until up upon us use used using usually ve very want wanted wants was \
wasn way we week weeks well went were weren what whatever when where whether which while who whole whom whose why will with within without won \
would wouldn wrong yeah year years yep yes yesterday yet you your yours yourself";

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line<'_> {
        Line { start_ms: 0, end_ms: 1, speaker: None, text }
    }

    fn kept(text: &str) -> Vec<&str> {
        Words::of(&[line(text)]).tokens[0].iter().map(|t| &text[t.from as usize..t.to as usize]).collect()
    }

    #[test]
    fn what_means_nothing_by_itself_is_left_out() {
        assert_eq!(kept("So we don't want the budget, in 2026, to go up: OK?"), ["budget"]);
        assert_eq!(kept("L’heure d'été, l'AI et la UX"), ["heure", "été", "AI", "UX"]);
    }

    #[test]
    fn endings_do_not_matter() {
        let words = Words::of(&[line("Budgets budget BUDGETING"), line("planet")]);
        assert_eq!(words.terms, 2);
        assert_eq!(words.tokens[0].iter().map(|t| (t.term, t.place)).collect::<Vec<_>>(), [(0, 0), (0, 1), (0, 2)]);
    }

    #[test]
    fn scripts_without_blanks_are_taken_two_signs_at_a_time() {
        assert_eq!(kept("予算の話 budget"), ["予算", "算の", "の話", "budget"]);
    }

    #[test]
    fn english_is_told_by_its_function_words() {
        assert!(Words::of(&[line("I think that the budget is something we should talk about")]).english);
        assert!(!Words::of(&[line("Ich denke, dass wir über den Haushalt sprechen sollten")]).english);
    }
}
