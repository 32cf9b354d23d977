//! Plots, drawn on the server: a figure with a title, a sentence that says what one sees, a drawing, and the same as a table.
//!
//! The drawing is stretched to whatever room there is, so it holds no words; those stand around it as HTML.

use leptos::prelude::*;

/// Inside a drawing everything is measured in these.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 100.0;
/// Half a line's width below the top, so that a full share is not cut.
const TOP: f64 = 1.5;

/// What stands around a drawing.
pub struct Frame {
    /// Names it among the others of a page.
    pub id: &'static str,
    pub title: &'static str,
    /// What one sees in it, in a sentence.
    pub sentence: String,
    /// What the full height is, and where the line begins and ends.
    pub top: String,
    pub from: String,
    pub to: String,
    /// The names of the table's columns. The first names its rows.
    pub columns: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
}

/// Shares of 0 to 1 as an area, in equal slices.
#[component]
pub fn AreaPlot(frame: Frame, values: Vec<f64>) -> impl IntoView {
    let (area, line) = (area(&values), line(&values));
    view! {
        <Drawn frame>
            <path class="plot-area" d=area />
            <path class="plot-line" d=line />
        </Drawn>
    }
}

/// Amounts as columns, each with the words that a pointer gets to see.
#[component]
pub fn ColumnPlot(frame: Frame, columns: Vec<(f64, String)>) -> impl IntoView {
    let most = columns.iter().map(|(amount, _)| *amount).fold(0.0, f64::max);
    let width = WIDTH / columns.len().max(1) as f64;
    // Columns of one day stand apart, those of a curve do not.
    let filled = if columns.len() > 60 { width } else { width * 0.72 };
    view! {
        <Drawn frame>
            {columns.into_iter().enumerate().map(|(i, (amount, words))| {
                let tall = if most > 0.0 { amount / most * (HEIGHT - TOP) } else { 0.0 };
                view! {
                    <g>
                        <title>{words}</title>
                        // The whole height of the column, so that a pointer finds a low one.
                        <rect class="plot-room" x=short(i as f64 * width) y="0" width=short(width) height=short(HEIGHT) />
                        <rect
                            class="plot-bar"
                            x=short(i as f64 * width + (width - filled) / 2.0)
                            y=short(HEIGHT - tall)
                            width=short(filled)
                            height=short(tall)
                        />
                    </g>
                }
            }).collect_view()}
        </Drawn>
    }
}

#[component]
fn Drawn(frame: Frame, children: Children) -> impl IntoView {
    let Frame { id, title, sentence, top, from, to, columns, rows } = frame;
    let (named, told) = (format!("{id}-title"), format!("{id}-told"));
    view! {
        <figure class="plot" id=id>
            <figcaption>
                <h2 id=named.clone()>{title}</h2>
                <p class="dim" id=told.clone()>{sentence}</p>
            </figcaption>
            <div class="plot-frame">
                <span class="plot-top time" aria-hidden="true">{top}</span>
                <svg
                    role="img"
                    aria-labelledby=named.clone()
                    aria-describedby=told
                    viewBox="0 0 1000 100"
                    preserveAspectRatio="none"
                    focusable="false"
                >
                    {children()}
                </svg>
                <div class="plot-ends time" aria-hidden="true"><span>{from}</span><span>{to}</span></div>
            </div>
            <details>
                <summary>"Show as table"</summary>
                // It scrolls, so it must be reached by keyboard.
                <div class="plot-table" tabindex="0" role="region" aria-labelledby=named>
                    <Table columns rows />
                </div>
            </details>
        </figure>
    }
}

/// A table whose rows are named by their first cell.
#[component]
pub fn Table(columns: Vec<&'static str>, rows: Vec<Vec<String>>) -> impl IntoView {
    view! {
        <table>
            <thead><tr>{columns.into_iter().map(|name| view! { <th scope="col">{name}</th> }).collect_view()}</tr></thead>
            <tbody>
                {rows.into_iter().map(|cells| {
                    let mut cells = cells.into_iter();
                    let name = cells.next().unwrap_or_default();
                    view! {
                        <tr>
                            <th scope="row" class="time">{name}</th>
                            {cells.map(|cell| view! { <td class="time">{cell}</td> }).collect_view()}
                        </tr>
                    }
                }).collect_view()}
            </tbody>
        </table>
    }
}

/// The line over the middles of all slices, from edge to edge.
fn line(values: &[f64]) -> String {
    let width = WIDTH / values.len().max(1) as f64;
    let y = |value: &f64| short(TOP + (1.0 - value.clamp(0.0, 1.0)) * (HEIGHT - TOP));
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return String::new() };
    let middles = values.iter().enumerate().map(|(i, value)| format!("L{} {}", short((i as f64 + 0.5) * width), y(value)));
    format!("M0 {}{}L{} {}", y(first), middles.collect::<String>(), short(WIDTH), y(last))
}

fn area(values: &[f64]) -> String {
    if values.is_empty() {
        return String::new();
    }
    format!("{}V{}H0Z", line(values), short(HEIGHT))
}

/// One decimal at most: a drawing of a few hundred pixels shows no more.
fn short(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// A share as people read it: `64 %`.
pub fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_from_edge_to_edge() {
        assert_eq!(line(&[1.0, 0.5]), "M0 1.5L250 1.5L750 50.8L1000 50.8");
        assert_eq!(area(&[1.0]), "M0 1.5L500 1.5L1000 1.5V100H0Z");
        assert_eq!((line(&[]), area(&[])), (String::new(), String::new()));
    }

    #[test]
    fn shares_are_whole_percent() {
        assert_eq!(percent(0.635), "64 %");
        assert_eq!(percent(1.0), "100 %");
    }
}
