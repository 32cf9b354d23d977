//! Marks and curve as the texts that draw them: a mask for the line and `d` of SVG paths. Whole numbers throughout: formatting
//! one float costs the browser 3 KB of compressed code.

use super::Mark;

/// The width of every drawing: the recording's length in its units. A 4K screen has fewer pixels than that.
const WIDTH: i64 = 10_000;
/// The curve's height.
const HEIGHT: i64 = 100;
/// Marks closer than this many units are one: no screen shows them apart, and a search may find thousands.
const GRAIN: i64 = 5;

/// A mask with a gap wherever a chapter begins, except at the very beginning. `none` where there is nothing to part.
pub fn gaps(chapters: &[Mark], total: i64) -> String {
    let places: Vec<i64> = apart(chapters, total).into_iter().map(|(x, _)| x).filter(|x| (1..WIDTH).contains(x)).collect();
    if places.is_empty() {
        return "none".to_owned();
    }
    let mut mask = "linear-gradient(to right".to_owned();
    for x in places {
        // A stop at 0 means: where the one before it ended.
        let percent = percent(x);
        mask.extend([",#000 0 calc(", &*percent, " - 1.5px),#0000 0 calc(", &*percent, " + 1.5px)"]);
    }
    mask.push_str(",#000 0)");
    mask
}

/// A dot for each moment and a bar for each stretch, over the line: lines with round ends, whose width is the style's.
pub fn dots(notes: &[Mark], total: i64) -> String {
    path(notes, total, |x, length| ["M", &*x.to_string(), " -1h", &*length.max(1).to_string()].concat())
}

/// A line from top to bottom for each.
pub fn ticks(hits: &[Mark], total: i64) -> String {
    path(hits, total, |x, _| ["M", &*x.to_string(), " 0v10"].concat())
}

/// The surface below the values: through the middle of each slice, level to both edges.
pub fn curve(values: &[f64]) -> String {
    let slices = values.len() as i64;
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return String::new() };
    let mut d = ["M0 ", &*HEIGHT.to_string()].concat();
    let mut to = |x: i64, value: f64| {
        // What is no number counts as nothing.
        let y = HEIGHT - (value.clamp(0.0, 1.0) * HEIGHT as f64) as i64;
        d.extend(["L", &*x.to_string(), " ", &*y.to_string()]);
    };
    to(0, *first);
    for (i, value) in (0..).zip(values) {
        to((2 * i + 1) * WIDTH / (2 * slices), *value);
    }
    to(WIDTH, *last);
    d.extend(["L", &*WIDTH.to_string(), " ", &*HEIGHT.to_string(), "Z"]);
    d
}

fn path(marks: &[Mark], total: i64, draw: fn(i64, i64) -> String) -> String {
    apart(marks, total).into_iter().map(|(x, length)| draw(x, length)).collect()
}

/// Where each mark begins and how long it is, in units; those that would fall on the one before are left out. `marks` are in
/// order. What lies beyond the end is not shown, and without a length nothing is.
fn apart(marks: &[Mark], total: i64) -> Vec<(i64, i64)> {
    let mut all: Vec<(i64, i64)> = Vec::new();
    for mark in marks.iter().filter(|mark| (0..=total).contains(&mark.at_ms)) {
        let unit = |ms: i64| ms.min(total) * WIDTH / total.max(1);
        let x = unit(mark.at_ms);
        let length = mark.end_ms.map_or(0, |end| (unit(end) - x).max(0));
        if length > GRAIN || all.last().is_none_or(|(last, _)| x - last >= GRAIN) {
            all.push((x, length));
        }
    }
    all
}

/// Units as a share: 1234 is `12.34%`.
fn percent(x: i64) -> String {
    let (whole, rest) = (x / 100, x % 100);
    [&*whole.to_string(), if rest < 10 { ".0" } else { "." }, &*rest.to_string(), "%"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(all: &[(i64, Option<i64>)]) -> Vec<Mark> {
        all.iter().map(|(at_ms, end_ms)| Mark { at_ms: *at_ms, end_ms: *end_ms, label: String::new() }).collect()
    }

    #[test]
    fn a_chapter_parts_the_line_where_it_begins() {
        let mask = gaps(&at(&[(0, None), (1_005, None)]), 10_000);
        assert_eq!(mask, "linear-gradient(to right,#000 0 calc(10.05% - 1.5px),#0000 0 calc(10.05% + 1.5px),#000 0)");
    }

    #[test]
    fn one_chapter_from_the_beginning_parts_nothing() {
        assert_eq!(gaps(&at(&[(0, None)]), 10_000), "none");
        assert_eq!(gaps(&[], 10_000), "none");
    }

    #[test]
    fn a_moment_is_a_dot_and_a_stretch_is_as_long_as_it_is() {
        assert_eq!(dots(&at(&[(250, None), (500, Some(750))]), 1_000), "M2500 -1h1M5000 -1h2500");
    }

    #[test]
    fn a_stretch_ends_with_the_recording() {
        assert_eq!(dots(&at(&[(900, Some(5_000))]), 1_000), "M9000 -1h1000");
    }

    #[test]
    fn marks_that_no_screen_shows_apart_are_drawn_once() {
        let crowd: Vec<(i64, Option<i64>)> = (0..10_000).map(|ms| (ms * 100, None)).collect();
        assert!(apart(&at(&crowd), 1_000_000).len() <= 2_000);
    }

    #[test]
    fn without_a_length_or_beyond_it_nothing_is_shown() {
        assert_eq!(ticks(&at(&[(5, None)]), 0), "");
        assert_eq!(ticks(&at(&[(5, None), (11, None)]), 10), "M5000 0v10");
    }

    #[test]
    fn the_curve_is_a_surface_over_the_whole_line() {
        assert_eq!(curve(&[1.0, 0.25]), "M0 100L0 0L2500 0L7500 75L10000 75L10000 100Z");
        assert_eq!(curve(&[]), "");
        assert_eq!(curve(&[f64::NAN, 7.0]), "M0 100L0 100L2500 100L7500 0L10000 0L10000 100Z");
    }

    #[test]
    fn shares_have_two_digits_after_the_point() {
        assert_eq!((percent(5).as_str(), percent(1_234).as_str(), percent(10_000).as_str()), ("0.05%", "12.34%", "100.00%"));
    }
}
