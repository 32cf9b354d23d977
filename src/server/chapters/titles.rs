//! What a part of a talk is called: by the words that set it apart from the rest of the talk, else by its first telling line.

use super::words::{Line, Words};
use std::{cmp::Reverse, collections::HashMap};

/// As much as fits on a chip and in a tip over the seek bar, in characters.
const LONGEST: usize = 56;
/// Terms that are looked at, and things that a title names.
const CANDIDATES: usize = 8;
const NAMED: usize = 3;
/// A term must come at least so often in its part, and most of the times that it comes at all.
const TWICE: usize = 2;
const MOSTLY: f64 = 0.5;
/// Beside the most telling term only those are named that are not much weaker.
const NEARLY: f64 = 0.4;
/// Among so many lines the telling one is looked for.
const FIRST_LINES: usize = 8;

/// A term of one part.
#[derive(Clone, Copy, Debug)]
struct Term {
    term: u32,
    here: usize,
    score: f64,
}

/// The title of the part from line `from` to before `to`.
pub fn title(lines: &[Line<'_>], words: &Words, from: usize, to: usize) -> String {
    let terms = telling(lines, words, from, to);
    let named = named(lines, words, &terms, from, to);
    if named.is_empty() { opening(lines, words, from, to) } else { joined(named, words.english) }
}

/// The terms that tell this part from the others, the best first: tf · idf over the whole talk, weighed by the share of the
/// term that falls into this part.
fn telling(lines: &[Line<'_>], words: &Words, from: usize, to: usize) -> Vec<Term> {
    let mut here: HashMap<u32, usize> = HashMap::new();
    for (line, tokens) in lines[from..to].iter().zip(&words.tokens[from..to]) {
        for token in tokens.iter().filter(|token| words.english || !is_short(&line.text[token.from as usize..token.to as usize])) {
            *here.entry(token.term).or_default() += 1;
        }
    }
    let lines = words.tokens.len() as f64;
    let mut terms: Vec<Term> = here
        .into_iter()
        .map(|(term, here)| (term, here, words.counts[term as usize]))
        .filter(|(_, here, (all, _))| *here >= TWICE && *here as f64 >= f64::from(*all) * MOSTLY)
        .map(|(term, here, (all, in_lines))| {
            let score = here as f64 * (here as f64 / f64::from(all)) * (1.0 + lines / f64::from(in_lines)).ln();
            Term { term, here, score }
        })
        .collect();
    terms.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.term.cmp(&b.term)));
    terms.truncate(CANDIDATES);
    terms
}

/// Where function words are not known, the short ones are taken for such: `der`, `les`, `que`; but not `API`.
fn is_short(word: &str) -> bool {
    word.chars().count() == 3 && !word.chars().all(char::is_uppercase) && word.is_ascii()
}

/// What the title names: words as they are written, two of them together where they are said together.
fn named(lines: &[Line<'_>], words: &Words, terms: &[Term], from: usize, to: usize) -> Vec<String> {
    let Some(best) = terms.first() else { return Vec::new() };
    let strong: Vec<&Term> = terms.iter().filter(|term| term.score >= best.score * NEARLY).collect();
    let pairs = pairs(words, from, to);
    let mut used: Vec<u32> = Vec::new();
    let mut named = Vec::new();
    for term in strong {
        if named.len() == NAMED || used.contains(&term.term) {
            continue;
        }
        // Another candidate that stands right before or behind it, at least every second time.
        let partner = terms.iter().filter(|other| other.term != term.term && !used.contains(&other.term)).find_map(|other| {
            let often = |pair: &(u32, u32)| pairs.get(pair).is_some_and(|count| *count >= TWICE && *count * 2 >= term.here.min(other.here));
            [(term.term, other.term), (other.term, term.term)].into_iter().find(often)
        });
        match partner {
            Some((first, second)) => {
                used.extend([first, second]);
                named.push([&*written(lines, words, first, from, to), " ", &*written(lines, words, second, from, to)].concat());
            }
            None => {
                used.push(term.term);
                named.push(written(lines, words, term.term, from, to));
            }
        }
    }
    while named.len() > 1 && named.iter().map(|name| name.chars().count() + 2).sum::<usize>() > LONGEST {
        named.pop();
    }
    named
}

/// How often one term stands right before another.
fn pairs(words: &Words, from: usize, to: usize) -> HashMap<(u32, u32), usize> {
    let mut pairs = HashMap::new();
    for tokens in &words.tokens[from..to] {
        for two in tokens.windows(2).filter(|two| two[1].place == two[0].place + 1) {
            *pairs.entry((two[0].term, two[1].term)).or_default() += 1;
        }
    }
    pairs
}

/// The form in which a term is written most often. The capital at the beginning of a line tells nothing, unless it is there
/// every time.
fn written(lines: &[Line<'_>], words: &Words, term: u32, from: usize, to: usize) -> String {
    // How often each comes, and which came first. A map: of one stem there may be as many forms as words.
    let mut forms: HashMap<&str, (usize, Reverse<usize>)> = HashMap::new();
    for inside in [true, false] {
        for (line, tokens) in lines[from..to].iter().zip(&words.tokens[from..to]) {
            for token in tokens.iter().filter(|token| token.term == term && (token.place > 0) == inside) {
                let first = Reverse(forms.len());
                forms.entry(&line.text[token.from as usize..token.to as usize]).or_insert((0, first)).0 += 1;
            }
        }
        if !forms.is_empty() {
            break;
        }
    }
    let best = forms.into_iter().max_by_key(|(_, rank)| *rank);
    best.map_or_else(String::new, |(form, _)| form.to_owned())
}

/// `Budget, hiring and suppliers`; elsewhere than in English with commas alone.
fn joined(mut named: Vec<String>, english: bool) -> String {
    let last = named.pop().unwrap_or_default();
    let text = match (named.is_empty(), english) {
        (true, _) => last,
        (false, true) => [&*named.join(", "), " and ", &*last].concat(),
        (false, false) => [&*named.join(", "), ", ", &*last].concat(),
    };
    shortened(&capital(&text))
}

/// The line that says most, of the first few.
fn opening(lines: &[Line<'_>], words: &Words, from: usize, to: usize) -> String {
    let best = (from..to.min(from + FIRST_LINES)).rev().max_by_key(|line| words.tokens[*line].len());
    capital(&shortened(best.map_or("", |line| lines[line].text)))
}

fn capital(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map_or_else(String::new, |first| first.to_uppercase().chain(signs).collect())
}

/// At most [`LONGEST`] characters, cut between words, without the stop at the end.
fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.trim_end_matches(['.', ',', ';', ':', '-']);
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let cut: String = text.chars().take(LONGEST).collect();
    let whole = cut.rsplit_once(' ').map_or(&*cut, |(whole, _)| whole);
    [whole.trim_end_matches(|sign: char| !sign.is_alphanumeric()), "…"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::chapters::tiling::tests::worked_ms;

    fn titled(texts: &[&str], from: usize, to: usize) -> String {
        let lines: Vec<Line<'_>> = texts.iter().map(|text| Line { start_ms: 0, end_ms: 0, speaker: None, text }).collect();
        title(&lines, &Words::of(&lines), from, to)
    }

    #[test]
    fn a_part_is_called_by_what_only_it_talks_of() {
        let talk = [
            "Budget first: the budget for travel is what we have to cut.",
            "I think that travel costs are higher than the budget, and travel is only a part of it.",
            "And who is on the rota for the weekend?",
            "The rota is done, the weekend is mine, and I put the rota on the wall for the weekend.",
        ];
        assert_eq!(titled(&talk, 0, 2), "Budget and travel");
        assert_eq!(titled(&talk, 2, 4), "Rota and weekend");
    }

    #[test]
    fn words_that_are_said_together_stay_together() {
        let talk = [
            "We want the data centre to move.",
            "The new data centre is in Oslo, and the data centre of now is not.",
            "Lunch is at twelve, so is lunch tomorrow.",
        ];
        assert_eq!(titled(&talk, 0, 2), "Data centre");
    }

    #[test]
    fn without_telling_words_the_first_telling_line_is_the_title() {
        assert_eq!(
            titled(&["Well, yes.", "Shall we look at the quarterly numbers?", "Right."], 0, 3),
            "Shall we look at the quarterly numbers?"
        );
        let long = "The people from the harbour said that nothing will be delivered before the second half of next month.";
        assert_eq!(titled(&[long], 0, 1), "The people from the harbour said that nothing will be…");
    }

    #[test]
    fn in_other_languages_there_is_no_and() {
        let talk = [
            "Der Haushalt steht, und der Haushalt ist knapp.",
            "Die Miete steigt, weil jede Miete steigt.",
            "Nun etwas anderes: das Wetter.",
        ];
        assert_eq!(titled(&talk, 0, 2), "Haushalt, Miete steigt");
    }

    #[test]
    fn a_word_in_as_many_forms_as_there_are_words_takes_a_moment() {
        let words: Vec<String> = (0..60_000).map(|n| format!("budget{n}")).collect();
        let lines: Vec<String> = words.chunks(600).map(|words| words.join(" ")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let start = worked_ms();
        assert!(titled(&lines, 0, lines.len()).starts_with("Budget"));
        let took = worked_ms() - start;
        assert!(took < 1_500, "{took} ms");
    }

    #[test]
    fn nothing_said_gives_no_words() {
        assert_eq!(titled(&[""], 0, 1), "");
    }
}
